package widget

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip" // a hundred bytes fewer of the script than the standard library's
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
	"github.com/tdewolff/minify/v2/svg"
)

//go:embed assets
var sources embed.FS

// scripts are the parts of widget.js in the order they are put together, within one function: they share names.
var scripts = []string{"text.js", "dom.js", "keep.js", "carrier.js", "link.js", "outbox.js", "message.js", "form.js", "view.js", "panel.js", "care.js", "attach.js", "reading.js", "chat.js", "start.js"}

// senders are the parts of files.js, the module that sends files.
var senders = []string{"sender_text.js", "shelf.js", "photo.js", "sender.js"}

// asset is a file ready to be sent.
type asset struct {
	kind    string // Content-Type
	plain   []byte
	gzipped []byte
	tag     string // ETag, without quotes
}

// buildAssets makes every file, minified and compressed once.
func buildAssets(sites map[string]*site) (map[string]*asset, error) {
	m := minify.New()
	m.AddFunc("text/javascript", js.Minify)
	m.AddFunc("text/css", css.Minify)
	m.AddFunc("image/svg+xml", svg.Minify)
	texts := map[string]string{}
	var err error
	if texts["/widget.js"], err = widgetScript(m, sites); err != nil {
		return nil, err
	}
	for _, name := range []string{"page.css", "plain.css", "demo.css", "demo.js", "en.js", "icon.svg"} {
		data, err := sources.ReadFile("assets/" + name)
		if err != nil {
			return nil, err
		}
		texts["/assets/"+name] = string(data)
	}
	if texts["/assets/files.js"], err = together(senders); err != nil {
		return nil, err
	}
	for id, one := range sites {
		texts["/assets/theme-"+id+".css"] = one.palette.css(":root")
	}
	assets := map[string]*asset{}
	for path, text := range texts {
		if assets[path], err = newAsset(m, path, text); err != nil {
			return nil, err
		}
	}
	return assets, nil
}

// widgetScript puts the parts, the styles and the sites' colours together.
func widgetScript(m *minify.M, sites map[string]*site) (string, error) {
	styles, err := sources.ReadFile("assets/widget.css")
	if err != nil {
		return "", err
	}
	small, err := m.String("text/css", string(styles))
	if err != nil {
		return "", fmt.Errorf("widget: minify widget.css: %w", err)
	}
	colours := map[string]string{}
	for id, one := range sites {
		colours[id] = strings.ReplaceAll(one.palette.css(":host"), "\n", "")
	}
	palettes, err := json.Marshal(colours)
	if err != nil {
		return "", err
	}
	quoted, err := json.Marshal(small)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("(()=>{'use strict';\n")
	fmt.Fprintf(&b, "const STYLES=%s;const PALETTES=%s;\n", quoted, palettes)
	parts, err := together(scripts)
	if err != nil {
		return "", err
	}
	b.WriteString(parts + "})();\n")
	return b.String(), nil
}

// together is the text of several parts.
func together(names []string) (string, error) {
	var b strings.Builder
	for _, name := range names {
		part, err := sources.ReadFile("assets/" + name)
		if err != nil {
			return "", err
		}
		b.Write(part)
	}
	return b.String(), nil
}

func newAsset(m *minify.M, path, text string) (*asset, error) {
	kind := "text/css"
	switch {
	case strings.HasSuffix(path, ".js"):
		kind = "text/javascript"
	case strings.HasSuffix(path, ".svg"):
		kind = "image/svg+xml"
	}
	small, err := m.String(kind, text)
	if err != nil {
		return nil, fmt.Errorf("widget: minify %s: %w", path, err)
	}
	var zipped bytes.Buffer
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write([]byte(small)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(small))
	return &asset{
		kind: kind + "; charset=utf-8", plain: []byte(small), gzipped: zipped.Bytes(),
		tag: base64.RawURLEncoding.EncodeToString(sum[:12]),
	}, nil
}

// serveAsset serves a file to any page: the script and its styles hold nothing of anybody.
func (s *Server) serveAsset(w http.ResponseWriter, r *http.Request) {
	a := s.assets[r.URL.Path]
	if a == nil {
		s.serveMissing(w, r)
		return
	}
	body, tag := a.plain, `"`+a.tag+`"`
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=600, stale-while-revalidate=86400")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		body, tag = a.gzipped, `"`+a.tag+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	if match := r.Header.Get("If-None-Match"); match == "*" || strings.Contains(match, tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that left is not our error; net/http drops the body of HEAD
}

func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}
