package desk_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
)

var otherLanguage = regexp.MustCompile(`<footer class="language"><a href="([^"]*)" hreflang="(..)" lang="..">([^<]*)</a>`)

// toOther is where the foot of a page leads to.
func toOther(t *testing.T, page string) (href, code string) {
	t.Helper()
	m := otherLanguage.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page has no way to the other language")
	}
	return strings.ReplaceAll(m[1], "&amp;", "&"), m[2]
}

func TestTheSignInPageIsInTheLanguageOfTheBrowserUntilAnotherIsChosen(t *testing.T) {
	t.Parallel()
	h := open(t)
	for header, want := range map[string]string{
		"": "fr", "fr-FR,fr;q=0.9,en;q=0.8": "fr", "en-GB,en;q=0.9": "en", "de-DE,de;q=0.9,en;q=0.5": "en", "de-DE": "fr", "x;;q=?": "fr",
	} {
		if page := h.browser().do(http.MethodGet, "/desk/login", nil, "Accept-Language", header).body; !strings.Contains(page, `<html lang="`+want+`">`) {
			t.Errorf("%q gives another language than %s", header, want)
		}
	}
	b := h.browser()
	page := b.get("/desk/login?next=%2Fdesk%2Fticket%2FG-1111-1111").body
	wantContains(t, page, "Se connecter", ">English</a>")
	href, code := toOther(t, page)
	got := b.get(href)
	wantStatus(t, got, http.StatusSeeOther)
	page = b.do(http.MethodGet, got.header.Get("Location"), nil, "Accept-Language", "fr").body
	wantContains(t, page, `<html lang="en">`, "Sign in", `value="/desk/ticket/G-1111-1111"`, `lang="fr">Français</a>`)
	wantEnglish(t, "the sign-in page", page)
	if code != "en" {
		t.Errorf("the other language is %q", code)
	}
}

func TestALinkStaysGoodInTheOtherLanguage(t *testing.T) {
	t.Parallel()
	h := open(t)
	link, err := desk.SetupLink(t.Context(), h.db, "", h.now())
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	wantContains(t, b.get(link).body, "Créez le premier compte")
	token, _ := url.Parse(link)
	refused := b.post("/desk/setup", url.Values{"token": {token.Query().Get("token")}})
	wantStatus(t, refused, http.StatusUnprocessableEntity)
	href, _ := toOther(t, refused.body)
	got := b.get(href)
	if to := got.header.Get("Location"); to != link {
		t.Fatalf("the other language leads to %q, not to the link", to)
	}
	page := b.get(link).body
	wantContains(t, page, "Create the first account.")
	wantEnglish(t, "set-up", page)
	refused = b.post("/desk/setup", url.Values{"token": {token.Query().Get("token")}, "password": {"court"}, "email": {"x"}})
	wantEnglish(t, "set-up, refused", refused.body)
	wantContains(t, refused.body, "At least 12 characters are needed.")
	wantStatus(t, b.post("/desk/setup", url.Values{"token": {token.Query().Get("token")}, "password": {password}, "email": {"eve@exemple.fr"}, "name": {"Eve"}}), http.StatusSeeOther)
	wantContains(t, b.get("/desk/").body, "Nothing to do")
	wantEnglish(t, "set-up, used", b.get(link).body)
	wantEnglish(t, "a link that is gone", h.browser().do(http.MethodGet, "/desk/link?token=x", nil, "Accept-Language", "en").body)
}

func TestTheLanguageChosenBelongsToTheAccount(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	wantContains(t, b.get("/desk/account").body, `<option value="fr" lang="fr" selected>Français</option>`, `<option value="en" lang="en">English</option>`)
	wantStatus(t, b.post("/desk/account/language", url.Values{"language": {"xx"}}), http.StatusBadRequest)
	got := b.post("/desk/account/language", url.Values{"language": {"en"}})
	wantStatus(t, got, http.StatusSeeOther)
	page := b.get(got.header.Get("Location")).body
	wantContains(t, page, "My account", "The language is saved.", `<option value="en" lang="en" selected>English</option>`)
	// On another machine, whose browser asks for French.
	other := h.signIn("claire@exemple.fr")
	wantContains(t, other.do(http.MethodGet, "/desk/", nil, "Accept-Language", "fr").body, `<html lang="en">`, "Tickets in progress")
	// Signed out, this browser remembers; a colleague reads French at the same time.
	wantStatus(t, b.post("/desk/logout", url.Values{}), http.StatusSeeOther)
	wantContains(t, b.get("/desk/login?bye=1").body, "You are signed out.")
	h.addUser("paul@exemple.fr", "Paul")
	wantContains(t, h.signIn("paul@exemple.fr").get(ticketPath).body, `<html lang="fr">`, "Personne ne suit ce ticket.")
	wantContains(t, other.get(ticketPath).body, "Nobody follows this ticket.", "On m’a volé ma caisse hier", "Votre demande est enregistrée.")
}

// inEnglish is Claire, who has chosen English.
func (h *house) inEnglish() *browser {
	h.t.Helper()
	b := h.signIn("claire@exemple.fr")
	wantStatus(h.t, b.post("/desk/account/language", url.Values{"language": {"en"}}), http.StatusSeeOther)
	return b
}

func TestWhatIsRefusedOrDoneIsSaidInEnglish(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	b := h.inEnglish()
	english := func(name string, got answer, parts ...string) {
		t.Helper()
		wantEnglish(t, name, got.body)
		wantContains(t, got.body, parts...)
	}
	fresh := func() url.Values { form, _ := forms(b.get(ticketPath).body); return form }
	reply := fresh()
	english("an empty reply", b.post(ticketPath+"/reply", reply), "Your reply is empty: nothing was sent.")
	reply.Set("text", "Bonjour {{nom}}")
	english("a variable left", b.post(ticketPath+"/reply", reply), "For this ticket, {{nom}} has no value")
	reply.Set("text", strings.Repeat("a", 10_001))
	english("a long reply", b.post(ticketPath+"/reply", reply), "longer than 10,000 characters")
	reply.Set("text", "a")
	reply.Set("seen", "0")
	english("new messages", b.post(ticketPath+"/reply", reply), "2 messages arrived", "while you were writing.", "Send all the same")
	_, note := forms(b.get(ticketPath).body)
	english("an empty note", b.post(ticketPath+"/note", note), "Your note is empty: nothing was saved.")
	english("another site", b.do(http.MethodPost, "/desk/logout", url.Values{}, "Sec-Fetch-Site", "cross-site"), "Access refused")
	english("an unknown action", b.post(ticketPath+"/assign", url.Values{"to": {"x"}}), "Unknown action")
	english("too large", b.post(ticketPath+"/note", url.Values{"text": {strings.Repeat("a", 300<<10)}}), "Too large")
	english("no such ticket", b.get("/desk/ticket/G-0000-0000"), "Page not found")
	english("a wrong password", b.post("/desk/account/password", url.Values{"old": {"x"}, "new": {"court"}}), "This is not your current password.")
	english("a wrong code", b.post("/desk/account/second-factor", url.Values{"code": {"1"}}), "This code is wrong.")
	english("a file of another kind", b.send(ticketPath+"/reply", fresh(), upload{"macro.exe", []byte("MZ\x90\x00")}), "“macro.exe” is neither a picture")
	for _, done := range []string{"reply", "resend", "resent", "note", "held", "handed", "draft", "checked", "classed", "tags", "snoozed", "awake", "past",
		"mine", "free", "taken", "open", "waiting", "resolved", "closed"} {
		english("after "+done, b.get(ticketPath+"?done="+done), `<p class="notice"`)
	}
	out := h.browser()
	wantStatus(t, out.get("/desk/login?lang=en"), http.StatusSeeOther)
	english("a wrong sign-in", out.post("/desk/login", url.Values{"email": {"x"}, "password": {"x"}}), "Wrong e-mail address or password.")
}

func TestTimesAndDeadlinesAreToldInEnglish(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	h.say("late", "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: "G-1111-1111", Category: bot.Complaint,
		Clock: served(h.start.Add(-10*24*time.Hour), hoursOfOpening(8), hoursOfOpening(24))})
	h.say("later", "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: "G-2222-2222", Category: bot.Complaint,
		Clock: served(h.start.Add(-10*time.Hour), hoursOfOpening(8), hoursOfOpening(24))})
	b := h.inEnglish()
	wantContains(t, b.get("/desk/").body, "Complaint", "9 opening days late</time>", "2 working hours late</time>", "Website", "just now", "To take")
	h.clock.Store(int64(3*time.Hour + time.Minute))
	opened := h.file(reference).CreatedAt
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := opened.In(paris)
	page := h.signIn("claire@exemple.fr").get(ticketPath).body
	wantContains(t, page, ">3 h ago</time>", at.Format("Monday 2")+"\u00a0"+at.Format("January 2006 at 15:04"), "3\u00a0February 2026")
}

func TestWhatReachesTheCustomerStaysFrench(t *testing.T) {
	t.Parallel()
	h := open(t)
	claire := h.addUser("claire@exemple.fr", "Claire Moreau")
	h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: reference, Category: bot.Human,
		Clock: served(h.start, bot.Term{N: 30, Unit: bot.BusinessDays}, bot.Term{})})
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: claire.Email})
	if err := h.db.SaveMacro(ctx, bot.Macro{Name: "Délai", Text: "Nous répondons avant {{délai}}."}); err != nil {
		t.Fatal(err)
	}
	macros, err := h.db.Macros(t.Context())
	if err != nil || len(macros) != 1 {
		t.Fatal(macros, err)
	}
	b := h.inEnglish()
	form, _ := forms(b.get(ticketPath).body)
	form.Set("insert", "macro")
	form.Set("macro", "1")
	page := b.post(ticketPath+"/insert", form).body
	wantContains(t, page, `<html lang="en">`, `lang="fr" name="text"`)
	if !regexp.MustCompile(`Nous répondons avant le \d+(er)?\x{a0}\pL+\.`).MatchString(page) {
		t.Error("the variable of a text for the customer is not put in French")
	}
	wantContains(t, b.get(ticketPath+"/transcript.txt").body, "Transcription")
}
