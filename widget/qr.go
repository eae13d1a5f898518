package widget

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty border that readers need around a QR code, in modules.
const quiet = 4

// serveQR draws the address of a site's chat page as a QR code, for a poster, a stall or the desk.
func (s *Server) serveQR(w http.ResponseWriter, r *http.Request) {
	one := s.sites[r.PathValue("site")]
	if one == nil {
		s.serveMissing(w, r)
		return
	}
	drawing, err := drawQR(s.publicAddress(r) + "/chat/" + one.ID)
	if err != nil {
		s.log.Error("draw a QR code", "site", one.ID, "error", err)
		http.Error(w, errorText(failed), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte(drawing))
}

// publicAddress is where people reach the server, as it was set or as this request did.
func (s *Server) publicAddress(r *http.Request) string {
	if s.address != "" {
		return s.address
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// drawQR is an SVG of one path: a square for each dark module. Level M is read with 15 % of it hidden.
func drawQR(text string) (string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("encode %d bytes as a QR code: %w", len(text), err)
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if red, _, _, _ := code.At(x, y).RGBA(); red == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	side := size + 2*quiet
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="%[2]s"/></svg>`, side, path.String()), nil
}
