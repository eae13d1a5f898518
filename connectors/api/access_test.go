package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/api"
)

func TestNothingIsAnsweredWithoutAValidKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	revoked := h.newKey(bot.APIKey{Name: "revoked", Scopes: bot.Scopes()})
	if err := h.db.RevokeAPIKey(t.Context(), "revoked"); err != nil {
		t.Fatal(err)
	}
	expired := h.newKey(bot.APIKey{Name: "expired", Scopes: bot.Scopes(), Expires: time.Now().Add(-time.Minute)})
	for _, route := range api.Routes() {
		method, path, _ := strings.Cut(route, " ")
		path = strings.NewReplacer("{reference}", "G-1", "{id}", "1").Replace(path)
		for name, header := range map[string]string{
			"none": "X-Nothing: x", "another scheme": "Authorization: Basic " + h.key, "a word": "Authorization: Bearer x",
			"unknown": "Authorization: Bearer guichet_" + strings.Repeat("A", 26), "revoked": "Authorization: Bearer " + revoked,
			"expired": "Authorization: Bearer " + expired,
		} {
			got := h.send(t.Context(), method, path, "", header)
			if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s with a key that is %s: %d %s", route, name, got.status, got.body)
			}
		}
	}
}

func TestAKeyDoesOnlyWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	for _, held := range bot.Scopes() {
		key := h.newKey(bot.APIKey{Name: "only-" + strings.ReplaceAll(string(held), ":", "-"), Scopes: []bot.Scope{held}})
		for route, needed := range api.RouteScopes() {
			path := strings.NewReplacer("{reference}", "G-1", "{id}", "1").Replace(route[1])
			got := h.send(t.Context(), strings.ToUpper(route[0]), path, "", "Authorization: Bearer "+key)
			refused := got.status == http.StatusForbidden
			if refused == (needed == string(held)) {
				t.Errorf("%v with the scope %s: %d %s", route, held, got.status, got.body)
			}
			if refused && !strings.Contains(got.header.Get("WWW-Authenticate"), `scope="`+needed+`"`) {
				t.Errorf("%v does not say that it needs %s: %v", route, needed, got.header)
			}
		}
	}
}

func TestAKeyThatGoesTooFastIsToldHowLongToWait(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	h := newHouse(t, func(o *api.Options) {
		o.Rate, o.Burst, o.Now = 0.1, 3, func() time.Time { return now }
	})
	for range 3 {
		if got := h.do(http.MethodGet, "/topics", ""); got.status != http.StatusOK {
			t.Fatalf("answered %d %s", got.status, got.body)
		}
	}
	got := h.do(http.MethodGet, "/topics", "")
	h.refused(got, http.StatusTooManyRequests, "wait 10 s")
	if got.header.Get("Retry-After") != "10" {
		t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
	}
	other := h.newKey(bot.APIKey{Name: "other", Scopes: bot.Scopes()})
	if got := h.send(t.Context(), http.MethodGet, "/topics", "", "Authorization: Bearer "+other); got.status != http.StatusOK {
		t.Errorf("another key has to wait as well: %d %s", got.status, got.body)
	}
	now = now.Add(10 * time.Second)
	if got := h.do(http.MethodGet, "/topics", ""); got.status != http.StatusOK {
		t.Errorf("after waiting: %d %s", got.status, got.body)
	}
	h.refused(h.do(http.MethodGet, "/topics", ""), http.StatusTooManyRequests, "wait")
}

func TestAWrongRequestIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.open("G-1", "web", "ana")
	if err := errors.Join(h.db.AddUser(t.Context(), bot.User{Email: "gone@example.fr", Name: "Gone", Role: bot.RoleAgent}), h.db.SetDisabled(t.Context(), "gone@example.fr", true)); err != nil {
		t.Fatal(err)
	}
	note := "/tickets/G-1/notes"
	for _, c := range []struct {
		method, path, body, header string
		status                     int
		says                       string
	}{
		{"GET", "/nothing", "", "", 404, "/api/v1/openapi.json"},
		{"DELETE", "/tickets", "", "", 405, "takes GET"},
		{"POST", "/tickets/G-1/status", `{"status":"open"}`, "", 405, "takes PUT"},
		{"GET", "/tickets/G-2", "", "", 404, "no ticket"},
		{"GET", "/tickets/%00%FF", "", "", 404, "no ticket"},
		{"GET", "/conversations/9999", "", "", 404, "no conversation"},
		{"GET", "/conversations/x", "", "", 404, "no conversation"},
		{"GET", "/topics/nothing", "", "", 404, "no topic"},
		{"GET", "/tickets?status=new", "", "", 400, "open, waiting, resolved, closed"},
		{"GET", "/tickets?status=open&status=new", "", "", 400, "open, waiting, resolved, closed"},
		{"GET", "/tickets?category=x", "", "", 400, "attestation_correction, attestation_copy"},
		{"GET", "/tickets?limit=0", "", "", 400, "from 1 to 200"},
		{"GET", "/tickets?limit=201", "", "", 400, "from 1 to 200"},
		{"GET", "/tickets?limit=x", "", "", 400, "from 1 to 200"},
		{"GET", "/tickets?stauts=open", "", "", 400, "no parameter"},
		{"GET", "/tickets?site=a&site=b", "", "", 400, "more than once"},
		{"GET", "/tickets?cursor=x", "", "", 400, "cursor"},
		{"GET", "/tickets?cursor=YSBi", "", "", 400, "cursor"},
		{"GET", "/tickets?cursor=LTkyMjMzNzIwMzY4NTQ3NzU4MDggQQ", "", "", 400, "cursor"}, // before all time
		{"GET", "/tickets?text=%FF", "", "", 400, "UTF-8"},
		{"GET", "/conversations?cursor=eA", "", "", 400, "cursor"},
		{"GET", "/conversations?since=hier", "", "", 400, "2026-11-02T09:00:00Z"},
		{"GET", "/topics?collection=macro", "", "", 400, "the collections are active"},
		{"POST", note, `{"text":""}`, "", 422, "empty"},
		{"POST", note, `{"text":" \n"}`, "", 422, "empty"},
		{"POST", note, `{}`, "", 422, "empty"},
		{"POST", note, `{"text":"` + strings.Repeat("é", 10_001) + `"}`, "", 422, "at most 10000"},
		{"POST", note, `{"text":"` + strings.Repeat("x", 200_000) + `"}`, "", 413, "131072 bytes"},
		{"POST", note, `{"text":1}`, "", 400, `\"text\" of the body should be a string`},
		{"POST", note, `{"texte":"x"}`, "", 400, "texte"},
		{"POST", note, `{"text":"x"} {}`, "", 400, "one JSON object"},
		{"POST", note, `{"text":"x"`, "", 400, "one JSON object"},
		{"POST", note, ``, "Content-Type: application/json", 400, "one JSON object"},
		{"POST", note, `{"text":"x"}`, "Content-Type: text/plain", 415, "application/json"},
		{"POST", note, `text=x`, "Content-Type: application/x-www-form-urlencoded", 415, "application/json"},
		{"POST", note, `{"text":"x"}`, "Idempotency-Key: " + strings.Repeat("x", 101), 400, "Idempotency-Key"},
		{"POST", note, `{"text":"x"}`, "Idempotency-Key: a b", 400, "Idempotency-Key"},
		{"POST", "/tickets/G-2/notes", `{"text":"x"}`, "", 404, "no ticket"},
		{"POST", "/tickets/G-1/replies", `{"text":"x","as":""}`, "", 422, "name to answer as is empty"},
		{"PUT", "/tickets/G-1/status", `{"status":"done"}`, "", 422, "open, waiting, resolved, closed"},
		{"PUT", "/tickets/G-1/assignee", `{}`, "", 422, "assignee is missing"},
		{"PUT", "/tickets/G-1/assignee", `{"assignee":3}`, "", 400, "as text, or null"},
		{"PUT", "/tickets/G-1/assignee", `{"assignee":"nobody@example.fr"}`, "", 422, "nobody has an account"},
		{"PUT", "/tickets/G-1/assignee", `{"assignee":"gone@example.fr"}`, "", 422, "is disabled"},
		{"PUT", "/tickets/G-1/priority", `{"priority":"high!"}`, "", 422, "urgent, high, normal, low"},
		{"PUT", "/tickets/G-1/priority", `{}`, "", 422, "urgent, high, normal, low"},
		{"PUT", "/tickets/G-2/priority", `{"priority":"high"}`, "", 404, "no ticket"},
		{"PUT", "/tickets/G-1/tags", `{}`, "", 422, "tags is missing"},
		{"PUT", "/tickets/G-1/tags", `{"tags":null}`, "", 422, "tags is missing"},
		{"PUT", "/tickets/G-1/tags", `{"tags":"vol"}`, "", 400, `\"tags\" of the body`},
		{"PUT", "/tickets/G-1/tags", `{"tags":["vol, caisse"]}`, "", 422, "no comma"},
		{"PUT", "/tickets/G-1/tags", `{"tags":["` + strings.Repeat("é", 41) + `"]}`, "", 422, "at most 10 tags of at most 40"},
		{"PUT", "/tickets/G-1/tags", `{"tags":["1","2","3","4","5","6","7","8","9","10","11"]}`, "", 422, "at most 10 tags of at most 40"},
		{"PUT", "/tickets/G-1/category", `{"category":"theft"}`, "", 422, "attestation_correction, attestation_copy"},
		{"PUT", "/tickets/G-1/snooze", `{}`, "", 422, "until is missing"},
		{"PUT", "/tickets/G-1/snooze", `{"until":"demain"}`, "", 400, "2026-11-02T09:00:00Z"},
		{"PUT", "/tickets/G-1/snooze", `{"until":17}`, "", 400, "2026-11-02T09:00:00Z"},
		{"PUT", "/tickets/G-1/snooze", `{"until":"2020-01-01T00:00:00Z"}`, "", 422, "a moment to come"},
		{"PUT", "/tickets/G-1/snooze", `{"until":"2999-01-01T00:00:00Z"}`, "", 422, "within a year"},
		{"GET", "/tickets?priority=high!", "", "", 400, "urgent, high, normal, low"},
		{"GET", "/tickets?tag=a,b", "", "", 400, "one tag"},
		{"GET", "/tickets?tag=+", "", "", 400, "one tag"},
		{"POST", "/ask", `{"text":""}`, "", 422, "the question is empty"},
		{"POST", "/ask", `{"text":"` + strings.Repeat("é", 20_001) + `"}`, "", 422, "at most 20000"},
		{"POST", "/ask", `{"text":"un kbis","scope":"macro"}`, "", 422, "the collections are active"},
		{"POST", "/ask", `{"text":"un kbis","site":"nulle-part"}`, "", 422, "no site"},
		{"POST", "/ask", `{"text":"un kbis","site":"micro","scope":"micro"}`, "", 422, "not both"},
		{"POST", "/search", `{"text":" "}`, "", 422, "the question is empty"},
	} {
		headers := []string{}
		if c.header != "" {
			headers = append(headers, c.header)
		}
		got := h.do(c.method, c.path, c.body, headers...)
		if got.status != c.status || !strings.Contains(got.body, c.says) {
			t.Errorf("%s %s %.60s %s: %d %s, want %d with %q", c.method, c.path, c.body, c.header, got.status, got.body, c.status, c.says)
		}
	}
	if file, err := h.db.Ticket(t.Context(), "G-1"); err != nil || len(file.Events) != 1 || len(file.Transcript) != 2 {
		t.Errorf("a refused request left something: %+v, %v", file, err)
	}
	if h.log.Len() != 0 {
		t.Errorf("a mistake of the caller is in the log: %s", h.log.String())
	}
}

func TestADatabaseThatIsAwayIsSaidSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.db.Close()
	got := h.do(http.MethodGet, "/tickets?text=SECRET", "")
	h.refused(got, http.StatusServiceUnavailable, "nothing was kept")
	if seconds, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || seconds < 1 {
		t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
	}
	if strings.Contains(h.log.String(), "SECRET") || strings.Contains(fmt.Sprint(got), "SECRET") || h.log.Len() == 0 {
		t.Errorf("the log says %q", h.log.String())
	}
}
