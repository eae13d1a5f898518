package desk_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"guichet/connectors/desk"
)

var style = regexp.MustCompile(`href="(/desk/assets/[^"]+)"`)

// TestBeforeTheDatabaseHasAnsweredEachPageSaysSo, in the desk's own look, and keeps what somebody was writing.
func TestBeforeTheDatabaseHasAnsweredEachPageSaysSo(t *testing.T) {
	t.Parallel()
	away, err := desk.Away(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		away.ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/desk", "/desk/", "/desk/login", "/desk/ticket/G-0000-0001", "/desk/assets/none.css"} {
		if w := ask(http.MethodGet, path, ""); w.Code != 503 || !strings.Contains(w.Body.String(), "La base de données ne répond pas") || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d %.200s", path, w.Code, w.Body)
		}
	}
	page := ask(http.MethodPost, "/desk/ticket/G-0000-0001/reply", "text=Bonjour+Ana")
	if page.Code != 503 || !strings.Contains(page.Body.String(), "Bonjour Ana") {
		t.Errorf("%d %s", page.Code, page.Body)
	}
	found := style.FindStringSubmatch(page.Body.String())
	if found == nil {
		t.Fatalf("no styles: %s", page.Body)
	}
	if w := ask(http.MethodGet, found[1], ""); w.Code != 200 || w.Body.Len() == 0 {
		t.Errorf("%s: %d", found[1], w.Code)
	}
}
