package desk_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
)

var (
	rowLink  = regexp.MustCompile(`<li><a href="([^"]*)"[^>]* data-row>`)
	tabLink  = regexp.MustCompile(`<a href="([^"]*)"[^>]*>([^<]+) <span class="count[^"]*">([^<]*)</span>`)
	nextLink = regexp.MustCompile(`href="([^"]*)" rel="next"`)
)

// listedIn follows the pages of a list and counts its tickets.
func listedIn(b *browser, path string) int {
	n := 0
	for path != "" {
		page := b.get(path).body
		n += len(rowLink.FindAllString(page, -1))
		path = ""
		if next := nextLink.FindStringSubmatch(page); next != nil {
			path = html.UnescapeString(next[1])
		}
	}
	return n
}

// served is a clock in a house that never closes, started so long before now: hours after it are hours of opening.
func served(started time.Time, first, resolve bot.Term) bot.Clock {
	c := bot.Clock{Started: started}
	c.Hours, c.Holidays = map[string]string{"monday-sunday": "0:00-24:00"}, bot.HolidaysNone
	c.First, c.Resolve = first, resolve
	return c
}

func hoursOfOpening(n int) bot.Term { return bot.Term{N: n, Unit: bot.OpeningHours} }

func TestTheCountOfEachViewIsTheLengthOfItsList(t *testing.T) {
	t.Parallel()
	h := open(t)
	claire := h.addUser("claire@exemple.fr", "Claire")
	categories := bot.Definitions()
	for i := range 64 {
		reference := fmt.Sprintf("G-%04d-TEST", i)
		h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{
			Reference: reference, Category: categories[i%len(categories)].Category, Fields: map[bot.Field]string{bot.Name: fmt.Sprintf("Élodie %d", i%3)},
			Clock: served(h.start.Add(-2*time.Hour), hoursOfOpening(1+i%4), bot.Term{})})
		if i%2 == 0 {
			if err := h.db.AssignTicket(t.Context(), reference, claire, claire.Email); err != nil {
				t.Fatal(err)
			}
		}
		if i%7 == 0 {
			if err := h.db.Snooze(t.Context(), reference, claire, h.start.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if i%9 > 5 {
			if err := h.db.SetTicketStatus(t.Context(), reference, claire, bot.Statuses()[i%9-5]); err != nil {
				t.Fatal(err)
			}
		}
	}
	b := h.signIn(claire.Email)
	seen := map[string]int{}
	for _, query := range []string{
		"", "?view=mine", "?category=claim", "?q=elodie+1", "?q=elodie+2&view=mine&category=complaint", "?q=nobody", "?status=any",
		"?status=resolved", "?status=closed&view=unassigned", "?channel=web", "?channel=telegram", "?site=demo", "?site=x&sort=newest",
	} {
		tabs := tabLink.FindAllStringSubmatch(b.get("/desk/"+query).body, -1)
		if len(tabs) != 6 {
			t.Fatalf("%q has the views %q", query, tabs)
		}
		for _, tab := range tabs {
			listed := listedIn(b, html.UnescapeString(tab[1]))
			if tab[3] != fmt.Sprint(listed) {
				t.Errorf("%q: the view %s says %s, the list has %d", query, tab[2], tab[3], listed)
			}
			seen[tab[2]] += listed
			if query == "?status=any" && tab[2] == "Tous" && listed != 64 {
				t.Errorf("of 64 tickets %d are listed", listed)
			}
		}
	}
	for view, n := range seen {
		if n == 0 {
			t.Errorf("the view %s was never anything but empty", view)
		}
	}
}

func TestADeadlineIsToldInWords(t *testing.T) {
	t.Parallel()
	h := openWith(t, func(o *desk.Options) { o.SignInIdle = 24 * time.Hour }) // hours pass between two pages
	h.addUser("claire@exemple.fr", "Claire")
	opened := func(reference string, clock bot.Clock) {
		h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: reference, Category: bot.Human, Clock: clock})
	}
	opened("G-0000-LATE", served(h.start.Add(-3*time.Hour), hoursOfOpening(1), hoursOfOpening(100)))
	opened("G-0000-SOON", served(h.start.Add(-9*time.Hour), hoursOfOpening(10), bot.Term{}))
	opened("G-0000-FINE", served(h.start, hoursOfOpening(90), bot.Term{}))
	opened("G-0000-NONE", bot.Clock{})
	days := served(h.start.AddDate(0, 0, -30), bot.Term{N: 5, Unit: bot.WorkingDays}, bot.Term{})
	opened("G-0000-DAYS", days)
	b := h.signIn("claire@exemple.fr")
	page := b.get("/desk/").body
	_, lateDays := days.Late(days.Next(), h.start)
	wantContains(t, page, "En retard de 2\u202fh ouvrées", "Répondre avant ", `class="due soon"`, `class="due ok"`,
		fmt.Sprintf("En retard de %d\u00a0jours ouvrables", lateDays), `<span class="count alert">2</span>`)
	var order []string
	for _, row := range rowLink.FindAllStringSubmatch(page, -1) {
		order = append(order, strings.TrimPrefix(row[1], "/desk/ticket/G-0000-"))
	}
	if want := "DAYS LATE SOON FINE NONE"; strings.Join(order, " ") != want {
		t.Errorf("the order is %v, want %s", order, want)
	}
	late := b.get("/desk/?view=overdue").body
	if n := len(rowLink.FindAllString(late, -1)); n != 2 {
		t.Errorf("%d tickets are late", n)
	}
	wantContains(t, b.get("/desk/ticket/G-0000-LATE").body, "Échéances", "Première réponse", "En retard de 2\u202fh ouvrées", "Résolution", "Résoudre avant ")
	claire := bot.User{Email: "claire@exemple.fr", Name: "Claire"}
	if err := h.db.ReplyTicket(t.Context(), "G-0000-LATE", claire, bot.AgentReply{Text: "Bonjour", Once: "1"}); err != nil {
		t.Fatal(err)
	}
	if err := h.db.SetTicketStatus(t.Context(), "G-0000-LATE", claire, bot.Waiting); err != nil {
		t.Fatal(err)
	}
	wantContains(t, b.get("/desk/ticket/G-0000-LATE").body, "donnée, <time", "en pause, le client doit répondre, <time")
	h.clock.Store(int64(4 * time.Hour)) // the others go on
	b = h.signIn("claire@exemple.fr")   // her sign-in has been idle for too long
	wantContains(t, b.get("/desk/?view=overdue").body, "G-0000-SOON", "En retard de 3\u202fh ouvrées")
	if strings.Contains(b.get("/desk/?view=overdue").body, "G-0000-LATE") {
		t.Error("a ticket that waits for its customer is late")
	}
}

func TestASearchReadsTheConversations(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.claim("G-1111-1111", map[bot.Field]string{bot.Name: "Nadia"})
	h.say("G-1111-1111", "Ma friteuse a été volée à Évreux", bot.Reply{Kind: bot.Smalltalk, Text: "Entendu."}, nil)
	if err := h.db.SetTicketStatus(t.Context(), "G-1111-1111", bot.User{Email: "a@b.fr"}, bot.Closed); err != nil {
		t.Fatal(err)
	}
	found := b.get("/desk/?q=EVREUX+friteuse").body
	if rows := rowLink.FindAllStringSubmatch(found, -1); len(rows) != 1 || !strings.Contains(rows[0][1], "G-1111-1111") {
		t.Errorf("the search finds %q", rows)
	}
	wantContains(t, found, "Tous les états", "Clos · ")
	for _, attempt := range []string{"'", "' or 1=1 --", `\`, "a & b | !c:*", "%", "((", "\x00", "0~a':*", "'); drop table tickets; --", "$1"} {
		wantStatus(t, b.get("/desk/?"+url.Values{"q": {attempt}, "site": {attempt}, "channel": {attempt}, "status": {attempt}, "view": {attempt},
			"tag": {attempt}, "priority": {attempt}, "category": {attempt}, "sort": {attempt}, "page": {attempt}}.Encode()), http.StatusOK)
	}
}

func TestAListIsPagedWithoutLosingOrRepeatingATicket(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	for i := range 51 {
		h.claim(fmt.Sprintf("G-%04d-PAGE", i), nil)
	}
	b := h.signIn("claire@exemple.fr")
	seen := map[string]bool{}
	for page := 1; page <= 3; page++ {
		got := b.get(fmt.Sprintf("/desk/?page=%d", page))
		for _, row := range rowLink.FindAllStringSubmatch(got.body, -1) {
			ticket, _, _ := strings.Cut(row[1], "?")
			if seen[ticket] {
				t.Errorf("%s is listed twice", ticket)
			}
			seen[ticket] = true
		}
		if page == 2 {
			wantContains(t, got.body, "26 à 50 sur 51", `rel="prev"`, `rel="next"`)
		}
	}
	if len(seen) != 51 {
		t.Errorf("%d of 51 tickets are listed", len(seen))
	}
	wantContains(t, b.get("/desk/?page=9").body, "Cette page est vide", `href="/desk/?page=8"`)
	wantStatus(t, b.get("/desk/?page=-1&status=x&category=y&q=%ff%00"), http.StatusOK)
}

func TestATicketKeepsTheListItWasOpenedFrom(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.claim("G-1111-1111", map[bot.Field]string{bot.Name: "Nadia"})
	h.claim("G-2222-2222", map[bot.Field]string{bot.Name: "Nadia"})
	row := rowLink.FindStringSubmatch(b.get("/desk/?q=nadia").body)
	if row == nil {
		t.Fatal("the search finds nothing")
	}
	page := b.get(html.UnescapeString(row[1])).body
	if n := len(rowLink.FindAllString(page, -1)); n != 2 {
		t.Errorf("beside the ticket are %d tickets", n)
	}
	wantContains(t, page, `action="`+strings.Split(row[1], "?")[0]+`/reply?q=nadia"`, `href="/desk/?q=nadia"`, `aria-current="page"`)
}

func TestAnEmptyListSaysWhyAndWhereElseToLook(t *testing.T) {
	t.Parallel()
	_, b := atDesk(t)
	for path, want := range map[string]string{
		"/desk/?view=waiting":    "Aucun client ne doit de réponse",
		"/desk/?view=overdue":    "Rien n’est en retard",
		"/desk/?view=mine":       "Aucun ticket ne vous est attribué",
		"/desk/?status=resolved": "Aucun ticket de ce genre ici",
		"/desk/?category=human":  "Aucun ticket de ce genre ici",
		"/desk/?q=introuvable":   "Effacer les filtres",
	} {
		wantContains(t, b.get(path).body, want)
	}
	found := b.get("/desk/?" + url.Values{"q": {reference}, "view": {"waiting"}}.Encode()).body
	wantContains(t, found, "Mais il y en a ailleurs", "Tous (1)")
	wantContains(t, b.get("/desk/?status=closed").body, "Mais il y en a ailleurs", "Tous les états (1)")
}

func TestAFragmentHoldsOnlyThePartsThatChange(t *testing.T) {
	t.Parallel()
	_, b := atDesk(t)
	for path, parts := range map[string][]string{
		"/desk/?fragment=1":        {`data-live="queue"`},
		ticketPath + "?fragment=1": {`data-live="side"`, `data-live="state"`, `data-live="thread" data-last="2"`, `data-live="case"`},
	} {
		got := b.get(path)
		wantStatus(t, got, http.StatusOK)
		wantContains(t, got.body, parts...)
		if strings.Contains(got.body, "<html") || strings.Contains(got.body, "<textarea") {
			t.Errorf("%s holds the whole page", path)
		}
	}
}

func TestATranscriptIsDownloadedWithoutNotes(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	if err := h.db.NoteTicket(t.Context(), reference, bot.User{Email: "claire@exemple.fr"}, "client difficile", ""); err != nil {
		t.Fatal(err)
	}
	for form, kind := range map[string]string{"transcript.txt": "text/plain; charset=utf-8", "transcript.html": "text/html; charset=utf-8"} {
		got := b.get(ticketPath + "/" + form)
		wantStatus(t, got, http.StatusOK)
		wantContains(t, got.body, "Transcription de la conversation", reference, "Assistant automatique")
		if strings.Contains(got.body, "difficile") || got.header.Get("Content-Type") != kind || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment; filename=\""+reference) {
			t.Errorf("%s: %v\n%s", form, got.header, got.body)
		}
	}
	wantStatus(t, b.get("/desk/ticket/G-0000-0000/transcript.txt"), http.StatusNotFound)
	wantStatus(t, h.browser().get(ticketPath+"/transcript.txt"), http.StatusSeeOther)
}
