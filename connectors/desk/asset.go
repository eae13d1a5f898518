package desk

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed assets
var assetFiles embed.FS

// assets are the styles, the script and the icon, each under a name that changes with its content.
type assets struct {
	hrefs map[string]string // desk.css -> /desk/assets/desk.1a2b3c4d5e6f.css
	files map[string]asset  // desk.1a2b3c4d5e6f.css -> its content
}

type asset struct {
	kind string
	data []byte
}

// loadAssets reads them once: they are part of the program.
var loadAssets = sync.OnceValues(func() (*assets, error) {
	kinds := map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
	all := &assets{hrefs: map[string]string{}, files: map[string]asset{}}
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		return nil, fmt.Errorf("desk: read the assets: %w", err)
	}
	for _, entry := range entries {
		data, err := fs.ReadFile(assetFiles, path.Join("assets", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("desk: read the assets: %w", err)
		}
		ext := path.Ext(entry.Name())
		sum := sha256.Sum256(data)
		name := strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		all.hrefs[entry.Name()] = "/desk/assets/" + name
		all.files[name] = asset{kind: kinds[ext] + "; charset=utf-8", data: data}
	}
	return all, nil
})

// serveAsset serves a file to keep for a year: another content has another name.
func (d *desk) serveAsset(w http.ResponseWriter, r *http.Request) {
	file, ok := d.assets.files[r.PathValue("file")]
	if !ok {
		d.notFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(file.data) // the browser has gone
}
