package desk

import (
	"log/slog"
	"net/http"
	"strings"
)

// Away is what stands in the desk's place, at /desk and /desk/, until the database has answered once: the desk cannot be made
// without a key that is kept there. Each page says so, with status 503.
func Away(log *slog.Logger) (http.Handler, error) {
	d := &desk{log: log}
	var err error
	if d.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if err = d.speak(); err != nil {
		return nil, err
	}
	return d.recovered(secured(limited(http.HandlerFunc(d.away)))), nil
}

// away gives every address the same page, and the page its styles.
func (d *desk) away(w http.ResponseWriter, r *http.Request) {
	if file, ok := strings.CutPrefix(r.URL.Path, "/desk/assets/"); ok && d.assets.files[file].kind != "" {
		r.SetPathValue("file", file)
		d.serveAsset(w, r)
		return
	}
	d.of(r).failed(w, r, http.StatusServiceUnavailable)
}
