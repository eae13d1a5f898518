package widget_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/widget"
)

// maxScript is what a merchant's page may pay for the chat, styles included.
const maxScript = 15 << 10

// maxPart is what whoever needs them pays for the parts that come on demand.
const maxPart = 5 << 10

// pages serves a server without a database: pages and files need none.
func pages(t *testing.T) string {
	t.Helper()
	s, err := widget.New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return server.URL
}

func options(t *testing.T) widget.Options {
	t.Helper()
	known, err := base()
	if err != nil {
		t.Fatal(err)
	}
	store := &faultyStore{}
	return widget.Options{
		Counter: bot.NewCounter(bot.NewEngine(known), store, sites, time.Now), Store: store, Visitors: store, Changes: bot.NewChanges(store),
		Sites: sites, Secret: secret,
	}
}

func TestThePartsThatComeOnDemandAreSmallToo(t *testing.T) {
	t.Parallel()
	address := pages(t)
	for _, part := range []string{"/assets/files.js", "/assets/en.js"} {
		res, zipped := get(t, address+part, http.Header{"Accept-Encoding": {"gzip"}})
		if res.StatusCode != http.StatusOK || len(zipped) > maxPart || res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d, %d bytes gzipped, at most %d", part, res.StatusCode, len(zipped), maxPart)
		}
		t.Logf("%s: %d bytes gzipped", part, len(zipped))
	}
}

func TestTheScriptIsSmallCompressedAndCached(t *testing.T) {
	t.Parallel()
	address := pages(t) + "/widget.js"
	res, zipped := get(t, address, http.Header{"Accept-Encoding": {"br, gzip;q=0.8"}})
	if res.Header.Get("Content-Encoding") != "gzip" || len(zipped) > maxScript {
		t.Errorf("%d bytes with Content-Encoding %q, at most %d gzipped", len(zipped), res.Header.Get("Content-Encoding"), maxScript)
	}
	t.Logf("widget.js: %d bytes gzipped", len(zipped))
	z, err := gzip.NewReader(bytes.NewReader([]byte(zipped)))
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	plain, script := get(t, address, nil)
	if script != string(unzipped) || plain.Header.Get("Content-Encoding") != "" {
		t.Error("the plain script differs from the compressed one")
	}
	if !strings.Contains(script, "adoptedStyleSheets") || strings.Contains(script, "\n  ") {
		t.Error("the script is not the minified widget")
	}
	if plain.Header.Get("ETag") == res.Header.Get("ETag") {
		t.Error("two representations share an ETag")
	}
	again, body := get(t, address, http.Header{"Accept-Encoding": {"gzip"}, "If-None-Match": {res.Header.Get("ETag")}})
	if again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("status %d with %d bytes for a known ETag", again.StatusCode, len(body))
	}
	refused, _ := get(t, address, http.Header{"Accept-Encoding": {"gzip; q=0"}})
	if refused.Header.Get("Content-Encoding") != "" {
		t.Error("gzip was sent to a client that refuses it")
	}
}

var inline = regexp.MustCompile(`(?i)<style|\sstyle=|<script[^>]*>[^<]|\son[a-z]+=`)

func TestPagesRunAndStyleNothingInline(t *testing.T) {
	t.Parallel()
	address := pages(t)
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/":                   {200, `<script async src="/widget.js" data-site="micro"></script>`},
		"/chat/micro":         {200, `data-site="micro" data-mode="page"`},
		"/chat/alma":          {200, `/assets/theme-alma.css`},
		"/chat/nulle-part":    {404, "Cette page n’existe pas."},
		"/source/micro.kbis":  {200, "Comment obtenir un extrait Kbis\u202f?"},
		"/source/micro.parti": {404, "Ce passage n’existe plus."},

		"/chat/nowhere?lang=en":       {404, "<h1>This page does not exist.</h1>"},
		"/source/micro.parti?lang=en": {404, "<h1>This passage no longer exists.</h1>"},
		"/nowhere?lang=en":            {404, `?lang=en">Ask a question</a>`},
		"/nulle-part":                 {404, "Cette page n’existe pas."},
		"/assets/secret.css":          {404, "Cette page n’existe pas."},
	} {
		res, body := get(t, address+path, nil)
		if res.StatusCode != want.status || !strings.Contains(body, want.text) {
			t.Errorf("%s: status %d, want %d with %s", path, res.StatusCode, want.status, want.text)
		}
		policy := res.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'; script-src 'self'; style-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: Content-Security-Policy %q", path, policy)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" || inline.MatchString(body) {
			t.Errorf("%s: inline %q, headers %v", path, inline.FindString(body), res.Header)
		}
		language := "fr"
		if strings.HasSuffix(path, "?lang=en") {
			language = "en"
		}
		if !strings.Contains(body, `<html lang="`+language+`"`) {
			t.Errorf("%s does not say that it is in %q", path, language)
		}
	}
}

func TestASourcePageShowsThePassageItsDocumentAndItsDate(t *testing.T) {
	t.Parallel()
	address := pages(t)
	_, body := get(t, address+"/source/micro.kbis", nil)
	for _, want := range []string{
		"<strong>Infogreffe</strong>\u202f: moins de 5\u00a0€", "Foire aux questions", "22 novembre 2026", "Assurance micro",
		`href="https://www.example.fr/faq"`, "www.example.fr</a>", `href="/chat/micro"`, "contact@example.fr",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
	if strings.Contains(body, "<script>") {
		t.Error("a passage's script passed")
	}
	if _, body := get(t, address+"/source/micro.renouvellement", nil); !strings.Contains(body, `href="/source/micro.kbis"`) {
		t.Error("a link between topics leads nowhere")
	}
	if _, body := get(t, address+"/source/alma.duree", nil); strings.Contains(body, "Original") || !strings.Contains(body, "Durée") {
		t.Errorf("a passage without an address shows as\n%s", body)
	}
}

func TestOnlyASitesOriginsMayFrameItsChat(t *testing.T) {
	t.Parallel()
	address := pages(t)
	for path, want := range map[string]string{
		"/chat/micro": "frame-ancestors 'self' https://www.marchand.fr", "/": "frame-ancestors 'none'", "/source/micro.kbis": "frame-ancestors 'none'",
	} {
		res, _ := get(t, address+path, nil)
		if policy := res.Header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, want) {
			t.Errorf("%s: %s, want %s", path, policy, want)
		}
	}
}

func TestMistakesInTheOptionsAreFoundAtTheStart(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*widget.Options){
		"no store":        func(o *widget.Options) { o.Store = nil },
		"short secret":    func(o *widget.Options) { o.Secret = []byte("short") },
		"colour":          func(o *widget.Options) { o.Sites = []bot.Site{{ID: "a", Colour: "green"}} },
		"short colour":    func(o *widget.Options) { o.Sites = []bot.Site{{ID: "a", Colour: "#abc"}} },
		"origin":          func(o *widget.Options) { o.Sites = []bot.Site{{ID: "a", Origins: []string{"www.example.fr"}}} },
		"origin and path": func(o *widget.Options) { o.Sites = []bot.Site{{ID: "a", Origins: []string{"https://example.fr/a"}}} },
	} {
		o := options(t)
		spoil(&o)
		if _, err := widget.New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEverySiteColourIsMadeReadable(t *testing.T) {
	t.Parallel()
	steps := []string{"00", "33", "66", "80", "99", "cc", "ff"}
	for _, r := range steps {
		for _, g := range steps {
			for _, b := range steps {
				fill, light, dark, err := widget.Contrasts("#" + r + g + b)
				if err != nil || fill < 4.5 || light < 4.5 || dark < 4.5 {
					t.Errorf("#%s%s%s: on the fill %.2f, on light %.2f, on dark %.2f, %v", r, g, b, fill, light, dark, err)
				}
			}
		}
	}
}

func FuzzNoTokenIsAcceptedThatTheServerDidNotSign(f *testing.F) {
	f.Add("key.sum")
	f.Add(widget.SignToken([]byte("another secret of the tests"), "micro", "key"))
	f.Fuzz(func(t *testing.T, token string) {
		key, ok := widget.ReadToken(secret, "micro", token)
		if ok && widget.SignToken(secret, "micro", key) != token {
			t.Errorf("%q was accepted", token)
		}
	})
}

func FuzzAnOriginIsOursOnlyWithOurHost(f *testing.F) {
	f.Add("chat.example.fr", "https://chat.example.fr")
	f.Add("chat.example.fr", "https://chat.example.fr.voleur.example")
	f.Add("[::1]:80", "http://[::1]")
	f.Fuzz(func(t *testing.T, host, origin string) {
		foreign, ok := widget.ForeignOrigin(host, origin)
		if ok && foreign == "" && origin != "" && !strings.Contains(strings.ToLower(origin), strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80"))) {
			t.Errorf("%q passes as %q", origin, host)
		}
	})
}
