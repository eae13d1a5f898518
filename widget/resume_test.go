package widget_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/widget"

	"github.com/chromedp/chromedp"
)

// presence is the store's, and tells the test.
type presence struct {
	db   *postgres.DB
	said chan string
}

func (p *presence) Seen(ctx context.Context, channel, key string) error {
	err := p.db.Seen(ctx, channel, key)
	select {
	case p.said <- channel + " " + key:
	default:
	}
	return err
}

var claire = bot.User{Email: "claire@example.fr", Name: "Claire"}

// mailedLink opens a ticket in a conversation of its own, has an agent reply, and gives the link of the e-mail.
func (f *fixture) mailedLink(key string) string {
	f.t.Helper()
	links := make(chan string, 10)
	defer bottest.Run(f.t, func(ctx context.Context) error {
		return f.db.RunJobs(ctx, postgres.Retention{}, postgres.Mailing{Base: f.http.URL, Away: time.Millisecond, Send: func(_ context.Context, m bot.Mail) error {
			if _, after, ok := strings.Cut(m.Text, "](http"); ok {
				link, _, _ := strings.Cut(after, ")")
				links <- "http" + link
			}
			return nil
		}}, slog.New(slog.DiscardHandler))
	})()
	reference := "G-" + strings.ToUpper(key)
	_, err := f.db.Turn(f.t.Context(), bot.Inbound{Channel: bot.Web, Key: key, Site: "micro", Text: "oui"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "mon attestation", Reply: bot.Reply{Kind: bot.Escalate, Text: "C’est noté."}, State: c.State,
			Ticket: &bot.Ticket{Reference: reference, Category: bot.Human, Fields: map[bot.Field]string{bot.Email: "ana@example.fr"}}}, nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.db.ReplyTicket(f.t.Context(), reference, claire, bot.AgentReply{Text: "Votre attestation est prête", Once: "1"}); err != nil {
		f.t.Fatal(err)
	}
	select {
	case link := <-links:
		return link
	case <-time.After(time.Minute):
		f.t.Fatal("no e-mail in a minute")
		return ""
	}
}

// visit asks for an address as a browser that comes from a site ("same-origin", "cross-site").
func visit(t *testing.T, method, address, from string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", from)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestALinkIsUsedUpByTheButtonAndNotByWhoeverLooksAtIt(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	link := f.mailedLink("ana-once")
	for range 2 { // a virus scanner, then the person
		if status, page := visit(t, http.MethodGet, link, "none"); status != http.StatusOK || !strings.Contains(page, `method="post"`) || strings.Contains(page, "ana-once") {
			t.Fatalf("looking gives %d\n%s", status, page)
		}
	}
	if status, _ := visit(t, http.MethodPost, link, "cross-site"); status != http.StatusForbidden {
		t.Errorf("another site's form gives %d", status)
	}
	status, page := visit(t, http.MethodPost, link, "same-origin")
	if want := `data-token="` + widget.SignToken(secret, "micro", "ana-once") + `"`; status != http.StatusOK || !strings.Contains(page, want) {
		t.Errorf("the button gives %d\n%s", status, page)
	}
	if status, page := visit(t, http.MethodPost, link, "same-origin"); status != http.StatusNotFound || !strings.Contains(page, "déjà servi") || strings.Contains(page, "data-token") {
		t.Errorf("the second time it gives %d\n%s", status, page)
	}
	if status, _ := visit(t, http.MethodPost, f.http.URL+"/reprendre/nonsense", "same-origin"); status != http.StatusNotFound {
		t.Errorf("nonsense gives %d", status)
	}
}

func TestABrowserIsGivenTheConversation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	link := f.mailedLink("ana-browser")
	b := openTab(t, f.http.URL+"/chat/micro", 390, 844)
	b.do(chromedp.Navigate(link), chromedp.Click(chromedp.CSS("form button")), chromedp.WaitReady(chromedp.CSS("guichet-chat")))
	b.until(`window.Guichet && $$('.m.agent').length === 1 && $('.m.agent').textContent.includes('Votre attestation est prête')`)
	b.until(`location.pathname === '/chat/micro' && document.querySelector('script[data-site]').dataset.token === undefined`)
	b.do(chromedp.Reload())
	b.until(`window.Guichet && $$('.m.agent').length === 1`) // and keeps it
}

func TestAnotherTabFollowsToTheConversationOfALink(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	link := f.mailedLink("ana-other")
	first := openTab(t, f.http.URL+"/chat/micro", 1024, 768)
	first.until(`$('.greeting')`)
	first.says("Comment obtenir un extrait Kbis ?")
	first.until(`$$('.m.bot:not(.greeting)').length === 1`)
	second := first.sibling(f.http.URL + "/chat/micro")
	second.do(chromedp.Navigate(link), chromedp.Click(chromedp.CSS("form button")))
	second.until(`window.Guichet && $$('.m.agent').length === 1`)
	first.until(`$$('.m.agent').length === 1 && !$('.list').textContent.includes('Kbis')`)
}

func TestTheLinkAlsoServesWithoutJavaScript(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	status, page := visit(t, http.MethodPost, f.mailedLink("ana-plain"), "same-origin")
	token := widget.SignToken(secret, "micro", "ana-plain")
	if status != http.StatusOK || !strings.Contains(page, "Votre attestation est prête") || !strings.Contains(page, `name="token" value="`+token+`"`) {
		t.Errorf("the page gives %d\n%s", status, page)
	}
}

func TestALinkDoesNotOpenTheConversationOfWhoHasToBeLoggedIn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	status, page := visit(t, http.MethodPost, f.mailedLink("person~camille"), "same-origin")
	if status != http.StatusForbidden || !strings.Contains(page, "Connectez-vous") || strings.Contains(page, "person~") || strings.Contains(page, "attestation est prête") {
		t.Errorf("the button gives %d\n%s", status, page)
	}
}

func TestTheStoreIsToldWhoIsThere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro"})
	token := c.next().Token
	key, _, _ := strings.Cut(token, ".")
	c.say("first", "Comment obtenir un extrait Kbis ?") // before it there is nothing that anybody could be told
	select {
	case who := <-f.presence.said:
		if who != "web "+key {
			t.Errorf("told of %q", who)
		}
	case <-time.After(patience):
		t.Fatal("the store is not told")
	}
}
