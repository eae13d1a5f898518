package desk_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/desk"
)

// kbisFile is a file of the shipped knowledge.
const kbisFile = "faq/content/micro/kbis.md"

// everyRoute says what each route answers to nobody, an agent, an editor and an admin. "in" is the sign-in page, "no" is
// refused; a number is the status of whoever may.
var everyRoute = []struct {
	pattern string
	path    string     // where the pattern has a variable, or a query is needed
	form    url.Values // of a POST
	want    [4]any
}{
	{"GET /desk/assets/{file}", "/desk/assets/nothing.css", nil, [4]any{404, 404, 404, 404}},
	{"GET /desk", "", nil, [4]any{303, 303, 303, 303}},
	{"/", "/nowhere", nil, [4]any{404, 404, 404, 404}},
	{"GET /desk/login", "", nil, [4]any{200, 303, 303, 303}},
	{"POST /desk/login", "", url.Values{"email": {"x@y.fr"}}, [4]any{422, 422, 422, 422}},
	{"GET /desk/login/code", "", nil, [4]any{303, 303, 303, 303}},
	{"POST /desk/login/code", "", url.Values{"code": {"1"}}, [4]any{422, 422, 422, 422}},
	{"GET /desk/login/provider", "", nil, [4]any{404, 404, 404, 404}},
	{"GET /desk/login/provider/back", "", nil, [4]any{404, 404, 404, 404}},
	{"GET /desk/setup", "", nil, [4]any{410, 410, 410, 410}},
	{"POST /desk/setup", "", url.Values{"token": {"x"}}, [4]any{422, 422, 422, 422}},
	{"GET /desk/link", "", nil, [4]any{410, 410, 410, 410}},
	{"POST /desk/link", "", url.Values{"token": {"x"}}, [4]any{410, 410, 410, 410}},
	{"GET /desk/account", "", nil, [4]any{"in", 200, 200, 200}},
	{"POST /desk/account/password", "", url.Values{"old": {"x"}}, [4]any{"in", 422, 422, 422}},
	{"POST /desk/account/language", "", url.Values{"language": {"xx"}}, [4]any{"in", 400, 400, 400}},
	{"POST /desk/account/devices", "", url.Values{"id": {"x"}}, [4]any{"in", 303, 303, 303}},
	{"GET /desk/account/second-factor", "", nil, [4]any{"in", 200, 200, 200}},
	{"POST /desk/account/second-factor", "", url.Values{"code": {"x"}}, [4]any{"in", 422, 422, 422}},
	{"POST /desk/account/second-factor/codes", "", url.Values{"code": {"x"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/account/second-factor/remove", "", url.Values{"code": {"x"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/account/undo", "", url.Values{"seconds": {"10"}}, [4]any{"in", 303, 303, 303}},
	{"GET /desk/notices", "", nil, [4]any{"in", 200, 200, 200}},
	{"POST /desk/notices", "", url.Values{"new": {"on"}}, [4]any{"in", 303, 303, 303}},
	{"GET /desk/{$}", "/desk/", nil, [4]any{"in", 200, 200, 200}},
	{"GET /desk/events", "/desk/events?probe=1", nil, [4]any{401, 200, 200, 200}},
	{"GET /desk/ticket/{reference}", "/desk/ticket/" + reference, nil, [4]any{"in", 200, 200, 200}},
	{"GET /desk/ticket/{reference}/transcript.html", "/desk/ticket/" + reference + "/transcript.html", nil, [4]any{"in", 200, 200, 200}},
	{"GET /desk/ticket/{reference}/transcript.txt", "/desk/ticket/" + reference + "/transcript.txt", nil, [4]any{"in", 200, 200, 200}},
	{"GET /desk/ticket/{reference}/{action}", "/desk/ticket/" + reference + "/reply", nil, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/reply", "/desk/ticket/" + reference + "/reply", url.Values{"text": {""}}, [4]any{"in", 422, 422, 422}},
	{"POST /desk/ticket/{reference}/typing", "/desk/ticket/" + reference + "/typing", url.Values{}, [4]any{"in", 204, 204, 204}},
	{"POST /desk/ticket/{reference}/note", "/desk/ticket/" + reference + "/note", url.Values{"text": {""}}, [4]any{"in", 422, 422, 422}},
	{"POST /desk/ticket/{reference}/assign", "/desk/ticket/" + reference + "/assign", url.Values{"to": {"me"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/status", "/desk/ticket/" + reference + "/status", url.Values{"status": {"open"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/redeliver", "/desk/ticket/" + reference + "/redeliver", url.Values{"seq": {"x"}}, [4]any{"in", 400, 400, 400}},
	{"GET /desk/macros", "", nil, [4]any{"in", "no", 200, 200}},
	{"POST /desk/macros", "", url.Values{"name": {"x"}}, [4]any{"in", "no", 422, 422}},
	{"GET /desk/knowledge", "", nil, [4]any{"in", "no", 200, 200}},
	{"GET /desk/knowledge/topic", "/desk/knowledge/topic?id=micro.kbis", nil, [4]any{"in", "no", 200, 200}},
	{"POST /desk/knowledge/topic", "", url.Values{"file": {kbisFile}, "text": {""}}, [4]any{"in", "no", 422, 422}},
	{"GET /desk/knowledge/new", "", nil, [4]any{"in", "no", 200, 200}},
	{"GET /desk/knowledge/remove", "/desk/knowledge/remove?file=" + kbisFile, nil, [4]any{"in", "no", 200, 200}},
	{"POST /desk/knowledge/remove", "", url.Values{"file": {kbisFile}, "after": {"7"}}, [4]any{"in", "no", 409, 409}},
	{"GET /desk/knowledge/edition", "/desk/knowledge/edition?number=0", nil, [4]any{"in", "no", 200, 200}},
	{"POST /desk/knowledge/edition", "", url.Values{"number": {"0"}, "after": {"7"}}, [4]any{"in", "no", 409, 409}},
	{"POST /desk/ticket/{reference}/insert", "/desk/ticket/" + reference + "/insert", url.Values{"insert": {"macro"}, "macro": {"x"}}, [4]any{"in", 404, 404, 404}},
	{"POST /desk/ticket/{reference}/hold", "/desk/ticket/" + reference + "/hold", url.Values{"do": {"take"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/draft", "/desk/ticket/" + reference + "/draft", url.Values{"draft": {"note"}, "once": {"x"}, "text": {"x"}}, [4]any{401, 303, 303, 303}}, // the text comes back
	{"POST /desk/ticket/{reference}/attend", "/desk/ticket/" + reference + "/attend", url.Values{"doing": {"looking"}}, [4]any{"in", 204, 204, 204}},
	{"POST /desk/ticket/{reference}/check", "/desk/ticket/" + reference + "/check", url.Values{"step": {"covered:yes"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/class", "/desk/ticket/" + reference + "/class", url.Values{"priority": {"high"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/snooze", "/desk/ticket/" + reference + "/snooze", url.Values{"days": {"1"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/recall", "/desk/ticket/" + reference + "/recall", url.Values{"once": {"x"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/amend", "/desk/ticket/" + reference + "/amend", url.Values{"wrong": {"x"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/link", "/desk/ticket/" + reference + "/link", url.Values{"other": {"x"}}, [4]any{"in", 303, 303, 303}},
	{"GET /desk/ticket/{reference}/merge", "/desk/ticket/" + reference + "/merge?into=x", nil, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/merge", "/desk/ticket/" + reference + "/merge", url.Values{"into": {"x"}}, [4]any{"in", 303, 303, 303}},
	{"POST /desk/ticket/{reference}/separate", "/desk/ticket/" + reference + "/separate", url.Values{}, [4]any{"in", 303, 303, 303}},
	{"GET /desk/files/{id}", "/desk/files/nothing", nil, [4]any{"in", 404, 404, 404}},
	{"GET /desk/admin/accounts", "", nil, [4]any{"in", "no", "no", 200}},
	{"POST /desk/admin/accounts", "", url.Values{"email": {"x"}, "role": {"agent"}}, [4]any{"in", "no", "no", 422}},
	{"POST /desk/admin/accounts/change", "", url.Values{"email": {"admin@exemple.fr"}, "do": {"disable"}}, [4]any{"in", "no", "no", 409}},
	{"GET /desk/admin/audit", "", nil, [4]any{"in", "no", "no", 200}},
	{"GET /desk/admin/audit.csv", "", nil, [4]any{"in", "no", "no", 200}},
	{"GET /desk/admin/keys", "", nil, [4]any{"in", "no", "no", 200}},
	{"POST /desk/admin/keys", "", url.Values{"name": {""}, "days": {"30"}}, [4]any{"in", "no", "no", 422}},
	{"POST /desk/admin/keys/revoke", "", url.Values{"name": {"x"}}, [4]any{"in", "no", "no", 404}},
	{"GET /desk/admin/webhooks", "", nil, [4]any{"in", "no", "no", 200}},
	{"POST /desk/admin/webhooks", "", url.Values{"name": {""}}, [4]any{"in", "no", "no", 422}},
	{"POST /desk/admin/webhooks/change", "", url.Values{"name": {"x"}, "do": {"test"}}, [4]any{"in", "no", "no", 404}},
	{"/desk/", "/desk/nowhere", nil, [4]any{"in", 404, 404, 404}},
	{"POST /desk/logout", "", url.Values{}, [4]any{303, 303, 303, 303}}, // last: it signs out
}

func TestEveryRouteAsksForItsRole(t *testing.T) {
	t.Parallel()
	h := openWith(t, withUndo)
	h.claim(reference, nil)
	browsers := []*browser{h.browser()}
	for _, role := range bot.Roles() {
		browsers = append(browsers, h.signInAs(string(role)+"@exemple.fr", role))
	}
	table := desk.Routes()
	for _, c := range everyRoute {
		if _, known := table[c.pattern]; !known {
			t.Errorf("%s is not in the table", c.pattern)
		}
		delete(table, c.pattern)
		method, path, ok := strings.Cut(c.pattern, " ")
		if !ok {
			method, path = http.MethodGet, c.pattern
		}
		if c.path != "" {
			path = c.path
		}
		for i, b := range browsers {
			if strings.HasSuffix(path, "/nowhere") && !strings.HasPrefix(path, "/desk") {
				continue // the program around the desk answers it
			}
			var got answer
			if c.pattern == "GET /desk/events" {
				got = answer{status: b.status(path)} // it never ends
			} else {
				got = b.do(method, path, c.form)
			}
			who := append([]string{"nobody"}, "agent", "editor", "admin")[i]
			switch want := c.want[i]; want {
			case "in":
				if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/desk/login") {
					t.Errorf("%s to %s: %d, %q; want the sign-in page", c.pattern, who, got.status, got.header.Get("Location"))
				}
			case "no":
				if got.status != http.StatusForbidden || !strings.Contains(got.body, "Accès refusé") {
					t.Errorf("%s to %s: %d, want it refused", c.pattern, who, got.status)
				}
			default:
				if got.status != want {
					t.Errorf("%s to %s: %d, want %v", c.pattern, who, got.status, want)
				}
			}
		}
	}
	for pattern := range table {
		t.Errorf("%s is in the table and not in this test", pattern)
	}
}

func TestNoRouteIsServedBesideTheTable(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		if file == "routes.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{".Handle(", ".HandleFunc(", "NewServeMux("} {
			if strings.Contains(string(source), word) {
				t.Errorf("%s uses %s: routes belong to the table in routes.go", file, word)
			}
		}
	}
}

func TestARoleHoldsFromTheNextPageOnInAnOpenSession(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.signInAs("autre@exemple.fr", bot.RoleAdmin)
	b := h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	wantStatus(t, b.get("/desk/admin/audit"), http.StatusOK)
	for role, status := range map[bot.Role]int{bot.RoleAgent: http.StatusForbidden, bot.RoleEditor: http.StatusForbidden} {
		if err := h.db.SetRole(t.Context(), "claire@exemple.fr", role); err != nil {
			t.Fatal(err)
		}
		wantStatus(t, b.get("/desk/admin/audit"), status)
		wantStatus(t, b.get("/desk/"), http.StatusOK)
	}
	if err := h.db.SetRole(t.Context(), "claire@exemple.fr", bot.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, b.get("/desk/admin/audit"), http.StatusOK)
}

// TestEachPageOfTheDeskIsComeBackTo after signing in, but for what leads elsewhere or is no page.
func TestEachPageOfTheDeskIsComeBackTo(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.browser()
	for pattern, least := range desk.Routes() {
		path, isGet := strings.CutPrefix(pattern, "GET ")
		switch {
		case !isGet || least == "" || pattern == "GET /desk/{$}" || pattern == "GET /desk/events" || strings.HasPrefix(pattern, "GET /desk/files/"):
			continue
		case strings.Contains(path, ".") || strings.HasSuffix(path, "/{action}"):
			continue // a download, or where a form's address leads back to its page
		}
		path = strings.ReplaceAll(path, "{reference}", reference)
		want := "/desk/login?" + url.Values{"next": {path}}.Encode()
		if to := b.get(path).header.Get("Location"); to != want {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}
