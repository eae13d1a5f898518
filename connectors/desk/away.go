package desk

import (
	"log/slog"
	"net/http"
)

// Away is what stands in the desk's place, at /desk and /desk/, until the database has answered once: the desk cannot be made
// without a key that is kept there. Each page says so, with status 503.
func Away(log *slog.Logger) (http.Handler, error) {
	d := &desk{log: log}
	var err error
	if d.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if d.pages, err = d.loadPages(); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /desk/assets/{file}", d.serveAsset)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { d.failed(w, r, http.StatusServiceUnavailable) })
	return d.recovered(secured(limited(mux))), nil
}
