package desk_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
)

func TestTheAuditLogIsReadNarrowedAndDownloaded(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.claim(reference, map[bot.Field]string{bot.Description: "SECRET du client"})
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	wantStatus(t, admin.post("/desk/ticket/"+reference+"/note", url.Values{"text": {"SECRET de la note"}, "once": {"1"}}), http.StatusSeeOther)
	wantStatus(t, admin.post("/desk/ticket/"+reference+"/status", url.Values{"status": {"waiting"}}), http.StatusSeeOther)
	wantStatus(t, admin.post(accountsPath, url.Values{"email": {"bruno@exemple.fr"}, "role": {"editor"}}), http.StatusOK)
	page := admin.get("/desk/admin/audit").body
	wantContains(t, page, "Note interne", "État du ticket", "En attente du client", "Invitation", "bruno@exemple.fr", "127.0.0.1",
		`href="/desk/ticket/`+reference, "Connexion", "Assistant")
	narrowed := admin.get("/desk/admin/audit?who=ana@exemple.fr&action=invited").body
	if rows := strings.Count(narrowed, "<tr>"); rows != 2 { // with the head
		t.Errorf("narrowed, %d rows are shown", rows)
	}
	wantContains(t, admin.get("/desk/admin/audit?object=g-4f7k-2mq9").body, "Note interne")
	wantContains(t, admin.get("/desk/admin/audit?from=2090-01-01").body, "Rien ne correspond")
	wantContains(t, admin.get("/desk/admin/audit?to=2020-01-01").body, "Rien ne correspond")
	wantStatus(t, admin.get("/desk/admin/audit?after=nonsense"), http.StatusNotFound)
	for _, attack := range []string{"' or 1=1 --", "%' ; drop table users; --", "\x00"} {
		for _, field := range []string{"who", "object", "action", "from", "to"} {
			got := admin.get("/desk/admin/audit?" + url.Values{field: {attack}}.Encode())
			wantStatus(t, got, http.StatusOK)
			if narrows := field != "from" && field != "to"; narrows && !strings.Contains(got.body, "Rien ne correspond") {
				t.Errorf("%s=%q finds something", field, attack)
			}
		}
	}

	got := admin.get("/desk/admin/audit.csv?action=status")
	wantStatus(t, got, http.StatusOK)
	if kind := got.header.Get("Content-Type"); kind != "text/csv; charset=utf-8" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment; filename=") {
		t.Errorf("the download is %s, %s", kind, got.header.Get("Content-Disposition"))
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff")))
	in.Comma = ';'
	rows, err := in.ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "ana@exemple.fr" || rows[1][4] != reference || rows[1][5] != "En attente du client" {
		t.Errorf("the file holds %q, %v", rows, err)
	}
	if english := admin.do(http.MethodGet, "/desk/admin/audit.csv", nil, "Accept-Language", "en").body; !strings.HasPrefix(english, "\ufeffdate;who;address;action;object;detail\n") || !strings.Contains(english, ";Ticket opened;") {
		t.Error("in English the file is not in English")
	}
	all := admin.get("/desk/admin/audit.csv").body
	wantContains(t, all, "Journal téléchargé")
	if strings.Contains(page+all, "SECRET") {
		t.Error("the log holds a text")
	}
}

func TestTheAuditLogIsReadPageByPageAndWholeInAFile(t *testing.T) {
	t.Parallel()
	h := open(t)
	admin := h.signInAs("ana@exemple.fr", bot.RoleAdmin)
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: "=cmd|' /C calc'!A0"})
	for range 1050 {
		if err := h.db.Record(ctx, bot.AuditSignOut, "x@exemple.fr", ""); err != nil {
			t.Fatal(err)
		}
	}
	older := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	path, seen := "/desk/admin/audit?object=x%40exemple.fr", 0
	for path != "" {
		page := admin.get(path).body
		seen += strings.Count(page, "<tr>") - 1
		path = ""
		if found := older.FindStringSubmatch(page); found != nil {
			path = strings.ReplaceAll(found[1], "&amp;", "&")
		}
	}
	if seen != 1050 {
		t.Errorf("page by page there are %d entries", seen)
	}
	file := admin.get("/desk/admin/audit.csv?object=x%40exemple.fr").body
	if n := strings.Count(file, "\n"); n != 1051 {
		t.Errorf("the file has %d lines", n)
	}
	if strings.Contains(file, ";=cmd") || !strings.Contains(file, ";'=cmd") {
		t.Error("a spreadsheet would take an entry for a formula")
	}
}
