package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/api"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// house is an API over a database of the test's own.
type house struct {
	t      *testing.T
	db     *postgres.DB
	url    string // of the server, without /api/v1
	key    string // with every scope
	log    bytes.Buffer
	router routers.Router
}

func newHouse(t *testing.T, change func(*api.Options)) *house {
	t.Helper()
	db := postgrestest.Open(t)
	h := &house{t: t, db: db}
	sites := []bot.Site{{ID: "micro", Name: "Micro", Collections: []string{"micro"}, Delay: "sous un jour ouvré"}}
	o := api.Options{
		Keys: db, Tickets: db, Archive: db, Counter: bot.NewCounter(bottest.Engine(t), db, sites, time.Now), Rate: 1000, Burst: 1000,
		Log: slog.New(slog.NewTextHandler(&h.log, nil)),
	}
	if change != nil {
		change(&o)
	}
	handler, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	h.url = server.URL
	h.key = h.newKey(bot.APIKey{Name: "crm", Scopes: bot.Scopes()})
	h.router = document(t)
	return h
}

func (h *house) newKey(k bot.APIKey) string {
	h.t.Helper()
	key, hash := bot.NewAPIKey()
	k.MadeBy = "admin@example.fr"
	if err := h.db.AddAPIKey(h.t.Context(), k, hash); err != nil {
		h.t.Fatal(err)
	}
	return key
}

// document is the description of the API with which every answer is compared.
func document(t *testing.T) routers.Router {
	t.Helper()
	data, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// asked is a request of a test and its answer.
type asked struct {
	status int
	header http.Header
	body   string
}

// into decodes the answer, which has to be a 200.
func (a asked) into(t *testing.T, value any) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("answered %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), value); err != nil {
		t.Fatal(err)
	}
}

// do sends a request with the key that may do everything. Headers are "Name: value".
func (h *house) do(method, path, body string, headers ...string) asked {
	h.t.Helper()
	return h.send(h.t.Context(), method, path, body, append([]string{"Authorization: Bearer " + h.key}, headers...)...)
}

// send sends a request and holds the answer against the document. A request that is answered by 200 has to be as the
// document says, too.
func (h *house) send(ctx context.Context, method, path, body string, headers ...string) asked {
	h.t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, h.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	got := asked{answer.StatusCode, answer.Header, string(data)}
	h.compare(request, body, got)
	return got
}

func (h *house) compare(request *http.Request, body string, got asked) {
	h.t.Helper()
	h.headers(got)
	inside := request.Clone(request.Context())
	inside.URL.Scheme, inside.URL.Host = "", "" // the document's server is /api/v1
	route, wildcards, err := h.router.FindRoute(inside)
	if err != nil {
		if got.status != http.StatusNotFound && got.status != http.StatusMethodNotAllowed {
			h.t.Errorf("%s %s is not in the document and answers %d", request.Method, request.URL.Path, got.status)
		}
		return
	}
	inside.Body = io.NopCloser(strings.NewReader(body))
	in := &openapi3filter.RequestValidationInput{
		Request: inside, PathParams: wildcards, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
		},
	}
	if got.status == http.StatusOK {
		if err := openapi3filter.ValidateRequest(request.Context(), in); err != nil {
			h.t.Errorf("%s %s is answered, though the document does not allow it: %v", request.Method, request.URL.Path, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: got.status, Header: got.header, Options: in.Options}
	out.SetBodyBytes([]byte(got.body))
	if err := openapi3filter.ValidateResponse(request.Context(), out); err != nil {
		h.t.Errorf("%s %s: the answer %d is not what the document says: %v", request.Method, request.URL.Path, got.status, err)
	}
}

// headers are those that every answer has, and lacks.
func (h *house) headers(got asked) {
	h.t.Helper()
	if got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Content-Type-Options") != "nosniff" {
		h.t.Errorf("the headers do not keep the answer from caches and guesses: %v", got.header)
	}
	want := "application/json"
	if got.status != http.StatusOK {
		want = "application/problem+json"
		var p struct {
			Status int
			Detail string
		}
		if err := json.Unmarshal([]byte(got.body), &p); err != nil || p.Status != got.status || p.Detail == "" {
			h.t.Errorf("answered %d with %s", got.status, got.body)
		}
	}
	if got.header.Get("Content-Type") != want {
		h.t.Errorf("answered %d as %q", got.status, got.header.Get("Content-Type"))
	}
	for name := range got.header {
		if strings.HasPrefix(name, "Access-Control-") {
			h.t.Errorf("other sites' pages may read the answer: %s", name)
		}
	}
}

func (h *house) refused(got asked, status int, says string) {
	h.t.Helper()
	if got.status != status || !strings.Contains(got.body, says) {
		h.t.Errorf("answered %d %s, want %d with %q", got.status, got.body, status, says)
	}
}
