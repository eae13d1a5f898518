package desk_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
)

var (
	rowLink  = regexp.MustCompile(`<li><a href="([^"]*)"[^>]* data-row>`)
	tabLink  = regexp.MustCompile(`<a href="([^"]*)"[^>]*><svg class="mark [a-z]+"[^>]*>.*?</svg>([^<]+) <span class="count">([^<]*)</span>`)
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

func TestTheCountOfEachTabIsTheLengthOfItsList(t *testing.T) {
	t.Parallel()
	h := open(t)
	claire := h.addUser("claire@exemple.fr", "Claire")
	categories := bot.Definitions()
	for i := range 64 {
		reference := fmt.Sprintf("G-%04d-TEST", i)
		h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{
			Reference: reference, Category: categories[i%len(categories)].Category, Fields: map[bot.Field]string{bot.Name: fmt.Sprintf("Élodie %d", i%3)}})
		if i%2 == 0 {
			if err := h.db.AssignTicket(t.Context(), reference, claire, claire.Email); err != nil {
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
	for _, query := range []string{"", "?mine=1", "?category=claim", "?q=elodie+1", "?q=elodie+2&mine=1&category=complaint", "?q=nobody"} {
		tabs := tabLink.FindAllStringSubmatch(b.get("/desk/"+query).body, -1)
		if len(tabs) != 4 {
			t.Fatalf("%q has the tabs %q", query, tabs)
		}
		total := 0
		for _, tab := range tabs {
			listed := listedIn(b, html.UnescapeString(tab[1]))
			if tab[3] != fmt.Sprint(listed) {
				t.Errorf("%q: the tab %s says %s, the list has %d", query, tab[2], tab[3], listed)
			}
			total += listed
		}
		if query == "" && total != 64 {
			t.Errorf("the tabs hold %d tickets of 64", total)
		}
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
		"/desk/?status=waiting":  "Aucun client ne doit de réponse",
		"/desk/?status=resolved": "Aucun ticket résolu",
		"/desk/?status=closed":   "Aucun ticket clos",
		"/desk/?mine=1":          "Aucun ticket ne vous est attribué ici",
		"/desk/?category=human":  "Aucune demande de ce type ici",
		"/desk/?q=introuvable":   "Effacer les filtres",
	} {
		wantContains(t, b.get(path).body, want)
	}
	found := b.get("/desk/?" + url.Values{"q": {reference}, "status": {"closed"}}.Encode()).body
	wantContains(t, found, "Mais il y en a ailleurs", "Ouverts (1)")
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
