package desk

import (
	"net/http"
	"slices"
	"strings"

	"guichet/bot"
)

// nobody is the role of a route that is open to whoever asks.
const nobody bot.Role = ""

// route is an address of the desk with the least role that it asks for.
type route struct {
	pattern string
	least   bot.Role
	open    http.HandlerFunc                                   // of a route for nobody
	inside  func(http.ResponseWriter, *http.Request, bot.User) // of every other
	early   bool                                               // also without the second factor that everybody must have
	bare    bool                                               // without a session: nothing in it depends on who asks
	back    bool                                               // a page that one comes back to after signing in
}

// is tells whether a path is of the route, whose pattern has a method.
func (r route) is(path string) bool {
	_, pattern, _ := strings.Cut(r.pattern, " ")
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(want, got string) bool { return want == got || want[:min(1, len(want))] == "{" && got != "" })
}

// routes is the one table of all addresses. The router is made of it and of nothing else, so that none is without a role.
func (d *desk) routes() []route {
	missing := func(w http.ResponseWriter, r *http.Request, _ bot.User) { d.notFound(w, r) }
	return []route{
		{pattern: "GET /desk/assets/{file}", open: d.serveAsset, bare: true},
		{pattern: "GET /desk", open: http.RedirectHandler("/desk/", http.StatusSeeOther).ServeHTTP, bare: true},
		{pattern: "/", open: d.notFound, bare: true},

		{pattern: "GET /desk/login", open: d.showLogin},
		{pattern: "POST /desk/login", open: d.login},
		{pattern: "GET /desk/login/code", open: d.showCode},
		{pattern: "POST /desk/login/code", open: d.enterCode},
		{pattern: "GET /desk/login/provider", open: d.toProvider},
		{pattern: "GET /desk/login/provider/back", open: d.fromProvider},
		{pattern: "POST /desk/logout", open: d.logout},
		{pattern: "GET /desk/setup", open: d.showSetup},
		{pattern: "POST /desk/setup", open: d.setup},
		{pattern: "GET /desk/link", open: d.showLink},
		{pattern: "POST /desk/link", open: d.useLink},

		{pattern: "GET /desk/account", least: bot.RoleAgent, inside: d.showAccount, early: true, back: true},
		{pattern: "POST /desk/account/password", least: bot.RoleAgent, inside: d.changePassword, early: true},
		{pattern: "POST /desk/account/language", least: bot.RoleAgent, inside: d.setLanguage, early: true},
		{pattern: "POST /desk/account/devices", least: bot.RoleAgent, inside: d.endDevice, early: true},
		{pattern: "GET /desk/account/second-factor", least: bot.RoleAgent, inside: d.showFactor, early: true, back: true},
		{pattern: "POST /desk/account/second-factor", least: bot.RoleAgent, inside: d.confirmFactor, early: true},
		{pattern: "POST /desk/account/second-factor/codes", least: bot.RoleAgent, inside: d.renewCodes},
		{pattern: "POST /desk/account/second-factor/remove", least: bot.RoleAgent, inside: d.removeFactor},

		{pattern: "POST /desk/account/undo", least: bot.RoleAgent, inside: d.setUndo},

		{pattern: "GET /desk/notices", least: bot.RoleAgent, inside: d.showNotices, back: true},
		{pattern: "POST /desk/notices", least: bot.RoleAgent, inside: d.setNotices},

		{pattern: "GET /desk/{$}", least: bot.RoleAgent, inside: d.showQueue},
		{pattern: "GET /desk/events", least: bot.RoleAgent, inside: d.serveEvents},
		{pattern: "GET /desk/ticket/{reference}", least: bot.RoleAgent, inside: d.showTicket, back: true},
		{pattern: "GET /desk/ticket/{reference}/transcript.html", least: bot.RoleAgent, inside: d.downloadTranscript("transcript.html")},
		{pattern: "GET /desk/ticket/{reference}/transcript.txt", least: bot.RoleAgent, inside: d.downloadTranscript("transcript.txt")},
		{pattern: "GET /desk/ticket/{reference}/{action}", least: bot.RoleAgent, inside: d.leaveAction},
		{pattern: "POST /desk/ticket/{reference}/reply", least: bot.RoleAgent, inside: d.reply},
		{pattern: "POST /desk/ticket/{reference}/typing", least: bot.RoleAgent, inside: d.typing},
		{pattern: "POST /desk/ticket/{reference}/note", least: bot.RoleAgent, inside: d.note},
		{pattern: "POST /desk/ticket/{reference}/assign", least: bot.RoleAgent, inside: d.assign},
		{pattern: "POST /desk/ticket/{reference}/status", least: bot.RoleAgent, inside: d.setStatus},
		{pattern: "POST /desk/ticket/{reference}/redeliver", least: bot.RoleAgent, inside: d.redeliver},
		{pattern: "GET /desk/macros", least: bot.RoleEditor, inside: d.showMacros, back: true},
		{pattern: "POST /desk/macros", least: bot.RoleEditor, inside: d.saveMacro},

		{pattern: "GET /desk/knowledge", least: bot.RoleEditor, inside: d.withKnowledge(d.showKnowledge), back: true},
		{pattern: "GET /desk/knowledge/topic", least: bot.RoleEditor, inside: d.withKnowledge(d.showTopic), back: true},
		{pattern: "POST /desk/knowledge/topic", least: bot.RoleEditor, inside: d.withKnowledge(d.editTopic)},
		{pattern: "GET /desk/knowledge/new", least: bot.RoleEditor, inside: d.withKnowledge(d.showNewTopic), back: true},
		{pattern: "GET /desk/knowledge/remove", least: bot.RoleEditor, inside: d.withKnowledge(d.showRemoval), back: true},
		{pattern: "POST /desk/knowledge/remove", least: bot.RoleEditor, inside: d.withKnowledge(d.removeTopic)},
		{pattern: "GET /desk/knowledge/edition", least: bot.RoleEditor, inside: d.withKnowledge(d.showEdition), back: true},
		{pattern: "POST /desk/knowledge/edition", least: bot.RoleEditor, inside: d.withKnowledge(d.returnToEdition)},

		{pattern: "POST /desk/ticket/{reference}/insert", least: bot.RoleAgent, inside: d.insert},
		{pattern: "POST /desk/ticket/{reference}/hold", least: bot.RoleAgent, inside: d.hold},
		{pattern: "POST /desk/ticket/{reference}/draft", least: bot.RoleAgent, inside: d.keepDraft},
		{pattern: "POST /desk/ticket/{reference}/attend", least: bot.RoleAgent, inside: d.attend},
		{pattern: "POST /desk/ticket/{reference}/check", least: bot.RoleAgent, inside: d.check},
		{pattern: "POST /desk/ticket/{reference}/class", least: bot.RoleAgent, inside: d.class},
		{pattern: "POST /desk/ticket/{reference}/snooze", least: bot.RoleAgent, inside: d.snooze},
		{pattern: "POST /desk/ticket/{reference}/recall", least: bot.RoleAgent, inside: d.recall},
		{pattern: "POST /desk/ticket/{reference}/amend", least: bot.RoleAgent, inside: d.amend},
		{pattern: "POST /desk/ticket/{reference}/link", least: bot.RoleAgent, inside: d.link},
		{pattern: "GET /desk/ticket/{reference}/merge", least: bot.RoleAgent, inside: d.showMerge, back: true},
		{pattern: "POST /desk/ticket/{reference}/merge", least: bot.RoleAgent, inside: d.merge},
		{pattern: "POST /desk/ticket/{reference}/separate", least: bot.RoleAgent, inside: d.separate},
		{pattern: "GET /desk/files/{id}", least: bot.RoleAgent, inside: d.serveFile},

		{pattern: "GET /desk/admin/accounts", least: bot.RoleAdmin, inside: d.showAccounts, back: true},
		{pattern: "POST /desk/admin/accounts", least: bot.RoleAdmin, inside: d.invite},
		{pattern: "POST /desk/admin/accounts/change", least: bot.RoleAdmin, inside: d.changeAccount},
		{pattern: "GET /desk/admin/audit", least: bot.RoleAdmin, inside: d.showAudit, back: true},
		{pattern: "GET /desk/admin/audit.csv", least: bot.RoleAdmin, inside: d.downloadAudit},
		{pattern: "GET /desk/admin/keys", least: bot.RoleAdmin, inside: d.withPrograms(d.showKeys), back: true},
		{pattern: "POST /desk/admin/keys", least: bot.RoleAdmin, inside: d.withPrograms(d.addKey)},
		{pattern: "POST /desk/admin/keys/revoke", least: bot.RoleAdmin, inside: d.withPrograms(d.revokeKey)},
		{pattern: "GET /desk/admin/webhooks", least: bot.RoleAdmin, inside: d.withPrograms(d.showWebhooks), back: true},
		{pattern: "POST /desk/admin/webhooks", least: bot.RoleAdmin, inside: d.withPrograms(d.addWebhook)},
		{pattern: "POST /desk/admin/webhooks/change", least: bot.RoleAdmin, inside: d.withPrograms(d.changeWebhook)},

		{pattern: "/desk/", least: bot.RoleAgent, inside: missing, early: true},
	}
}

// router serves the table.
func (d *desk) router() http.Handler {
	bare, inside := http.NewServeMux(), http.NewServeMux()
	for at, r := range d.routes() {
		switch {
		case r.bare:
			bare.Handle(r.pattern, d.opened(at))
		case r.least == nobody:
			inside.Handle(r.pattern, d.opened(at))
		default:
			inside.Handle(r.pattern, d.guarded(at))
		}
	}
	bare.Handle("/desk/", d.sessions.LoadAndSave(d.addressed(inside)))
	return bare
}
