package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"guichet/connectors/desk"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// identities is a real OpenID Connect provider (zitadel/oidc) with people and groups of its own.
type identities struct {
	url     string
	clients map[string]*storage.Client
	people  map[string]*storage.User
	groups  map[string][]string // by id

	mu     sync.Mutex
	tokens []string             // the ID tokens it gave, in order
	answer func(map[string]any) // changes what the token endpoint answers
}

const personPassword = "verysecure"

// people is the provider's list, as its storage asks for it.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }
func (p people) ExampleClientID() string             { return "service" }
func (p people) GetUserByUsername(name string) *storage.User {
	for _, user := range p {
		if user.Username == name {
			return user
		}
	}
	return nil
}

// grouped adds the claim that a provider with groups gives.
type grouped struct {
	*storage.Storage
	groups map[string][]string
}

func (g grouped) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	if err := g.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin); err != nil {
		return err
	}
	info.AppendClaims("groups", g.groups[subject])
	return nil
}

// openIdentities starts the provider. Each client is known to it by its id, with the secret "secret" and where it sends
// people back to.
func openIdentities(t *testing.T, clients map[string]string) *identities {
	t.Helper()
	p := &identities{
		people: map[string]*storage.User{
			"1": {ID: "1", Username: "claire", Password: personPassword, FirstName: "Claire", LastName: "Moreau", Email: "Claire@exemple.fr", EmailVerified: true},
			"2": {ID: "2", Username: "bruno", Password: personPassword, FirstName: "Bruno", LastName: "Petit", Email: "bruno@exemple.fr", EmailVerified: true},
			"3": {ID: "3", Username: "eve", Password: personPassword, Email: "claire@exemple.fr"}, // not verified
		},
		groups: map[string][]string{}, clients: map[string]*storage.Client{},
	}
	for id, back := range clients {
		p.know(id, back)
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.url = server.URL
	kept := grouped{storage.NewStorageWithClients(people(p.people), p.clients), p.groups}
	mux.Handle("/", exampleop.SetupServer(p.url, kept, nil, false))
	return p
}

// know adds a client, with where it sends people back to.
func (p *identities) know(id, back string) { p.clients[id] = storage.WebClient(id, "secret", back) }

// RoundTrip lets the desk speak with the provider, and notes or changes what its token endpoint answers.
func (p *identities) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/token") {
		return response, err
	}
	data, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	if json.Unmarshal(data, &fields) == nil {
		p.mu.Lock()
		if raw, ok := fields["id_token"].(string); ok {
			p.tokens = append(p.tokens, raw)
		}
		if p.answer != nil {
			p.answer(fields)
		}
		p.mu.Unlock()
		if data, err = json.Marshal(fields); err != nil {
			return nil, err
		}
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	response.Header.Del("Content-Length")
	return response, nil
}

// through opens a desk whose people sign in with a provider.
func through(t *testing.T, set func(*desk.Provider)) (*house, *identities) {
	t.Helper()
	client := "client-" + strings.ToLower(t.Name())
	var p *identities
	h := openWith(t, func(o *desk.Options) {
		p = openIdentities(t, map[string]string{client: o.URL + "/desk/login/provider/back"})
		o.Provider = &desk.Provider{Name: "l’annuaire", Issuer: p.url, ClientID: client, Secret: "secret", Client: &http.Client{Transport: p}}
		set(o.Provider)
	})
	return h, p
}

// at signs a person in at the provider, and returns the address at the desk to which it sends them back.
func (p *identities) at(t *testing.T, b *browser, name string) string {
	t.Helper()
	start := b.get("/desk/login/provider?next=/desk/account")
	wantStatus(t, start, http.StatusSeeOther)
	to := start.header.Get("Location")
	asked, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, p.url+"/auth?") {
		t.Fatalf("the desk sends to %q", to)
	}
	query := asked.Query()
	if query.Get("code_challenge_method") != "S256" || query.Get("code_challenge") == "" || query.Get("nonce") == "" || query.Get("state") == "" {
		t.Errorf("the desk asks %v", query)
	}
	return p.answerTo(t, to, name)
}

func (p *identities) answerTo(t *testing.T, to, name string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), p.url) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	do := func(response *http.Response, err error) *http.Response {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response
	}
	form := do(client.Get(to))
	if form.Request.URL.Path != "/login/username" {
		t.Fatalf("the provider answers %s with %d", form.Request.URL, form.StatusCode)
	}
	id := form.Request.URL.Query().Get("authRequestID")
	done := do(client.PostForm(p.url+"/login/username", url.Values{"id": {id}, "username": {name}, "password": {personPassword}}))
	back, err := url.Parse(done.Header.Get("Location"))
	if err != nil || back.Path != "/desk/login/provider/back" {
		t.Fatalf("the provider sends back to %q (%d)", done.Header.Get("Location"), done.StatusCode)
	}
	return back.RequestURI()
}
