package widget_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/widget"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// postOffice is the store's, and counts.
type postOffice struct {
	db *postgres.DB

	mu     sync.Mutex
	copies int
	names  []string // of the limits asked for
}

func (p *postOffice) MailCopy(ctx context.Context, c bot.Copy) error {
	err := p.db.MailCopy(ctx, c)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.copies++
	}
	return err
}

func (p *postOffice) KnownAddress(ctx context.Context, channel, key string) (string, error) {
	return p.db.KnownAddress(ctx, channel, key)
}

func (p *postOffice) Allow(ctx context.Context, name string, limit bot.Limit, now time.Time) (time.Duration, error) {
	p.mu.Lock()
	p.names = append(p.names, name)
	p.mu.Unlock()
	return p.db.Allow(ctx, name, limit, now)
}

// mailing makes a fixture's chat one from which conversations may be mailed, and gives what leaves.
func mailing(t *testing.T) (*fixture, <-chan bot.Mail) {
	t.Helper()
	f := newFixture(t)
	f.mails = &postOffice{db: f.db}
	if err := f.server.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.server = f.newServer()
	f.http.Config.Handler = f.server.Handler()
	mails := make(chan bot.Mail, 20)
	bottest.Run(t, func(ctx context.Context) error {
		return f.db.RunJobs(ctx, postgres.Retention{}, postgres.Mailing{Base: f.http.URL, Sites: f.sites, Away: time.Hour, Send: func(_ context.Context, m bot.Mail) error {
			mails <- m
			return nil
		}}, slog.New(slog.DiscardHandler))
	})
	return f, mails
}

// mailed waits for the next e-mail.
func mailed(t *testing.T, mails <-chan bot.Mail) bot.Mail {
	t.Helper()
	select {
	case m := <-mails:
		return m
	case <-time.After(time.Minute):
		t.Fatal("no e-mail in a minute")
		return bot.Mail{}
	}
}

var resumeLink = regexp.MustCompile(`https?://[^)\s]*/reprendre/[A-Za-z0-9_-]+`)

// TestAConversationFollowsItsPersonToAnotherDevice asks for it by e-mail, opens the link elsewhere, and writes on both.
func TestAConversationFollowsItsPersonToAnotherDevice(t *testing.T) {
	t.Parallel()
	f, mails := mailing(t)
	first := openTab(t, f.http.URL+"/chat/micro", 390, 844)
	first.until(`$('.greeting')`)
	first.says("Comment obtenir un extrait Kbis ?")
	first.until(`$$('.choices button').length === 3`)
	first.run(`$('.menu').click(); $('.mail').click()`)
	first.until(`root.activeElement?.id === 'f-email' && $('legend').textContent === 'Recevoir la conversation par e-mail'`)
	first.accessible("the form for an address")
	first.picture("mail-1-form")
	first.keys("camille@exemple" + kb.Tab)
	first.until(`$('#f-email-error').textContent.includes('n’est pas valide')`)
	first.accessible("the form for an address, refused")
	first.run(`$('#f-email').select()`)
	first.keys("camille@example.org" + kb.Enter)
	first.until(`$('.list').textContent.includes('C’est demandé') && !$('.fields') && $$('.choices button').length === 3`)
	first.accessible("the conversation is on its way")
	first.picture("mail-2-asked")

	m := mailed(t, mails)
	if m.To != "camille@example.org" || m.From != "Assurance micro" || !strings.Contains(m.Plain, "Comment obtenir un extrait Kbis") ||
		!strings.Contains(m.HTML, "<strong>Infogreffe</strong>") || !strings.Contains(m.Plain, "Foire aux questions") {
		t.Errorf("the e-mail is %+v", m)
	}
	second := openTab(t, f.http.URL+"/chat/micro", 1024, 768) // a profile of its own: another device
	second.do(chromedp.Navigate(resumeLink.FindString(m.Text)), chromedp.Click(chromedp.CSS("form button")))
	second.until(`window.Guichet && $$('.m.customer').length === 1 && $('.m.bot:not(.greeting)').textContent.includes('Infogreffe')`)
	second.says("Je souhaite renouveler mon contrat")
	first.until(`$$('.m.customer').length === 2 && $$('.m.bot:not(.greeting)').length === 2`)
	first.says("Comment obtenir un extrait Kbis ?")
	for _, b := range []*tab{first, second} {
		b.until(`$$('.m.customer').length === 3 && $$('.m.bot:not(.greeting)').length === 3`)
	}
	read := `[...$$('.m:not(.greeting) .bubble, .m:not(.greeting) .body')].map((m) => m.textContent).join('|')`
	if a, b := text(first, read), text(second, read); a != b {
		t.Errorf("one reads\n%s\nand the other\n%s", a, b)
	}
}

// copyClient is a client that has said something and asks for its conversation.
func copyClient(f *fixture, says string) (*client, string) {
	f.t.Helper()
	c := f.dial()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro"})
	token := c.next().Token
	c.send(map[string]any{"type": "message", "id": "m1", "text": says})
	c.next()
	c.next()
	return c, token
}

func TestHowOftenConversationsAreMailedIsBounded(t *testing.T) {
	t.Parallel()
	f, mails := mailing(t)
	ask := func(c *client, n int, address string) frame {
		t.Helper()
		c.send(map[string]any{"type": "mail", "id": fmt.Sprint("k", n), "values": map[string]string{"email": address}})
		return c.next()
	}
	c, _ := copyClient(f, "Comment obtenir un extrait Kbis ?")
	for n := range 4 {
		got := ask(c, n, fmt.Sprintf("ana%d@example.org", n))
		if want := n == 3; (got.Code == "mailed_often") != want || got.Type == "mail" == want {
			t.Errorf("asked for the %dth time: %+v", n+1, got)
		}
	}
	said := map[string]bool{}
	for n := range 7 { // conversations of others, to one mailbox
		other, _ := copyClient(f, "Comment obtenir un extrait Kbis ?")
		got := ask(other, n, fmt.Sprintf("Victime+%d@example.org", n))
		said[got.Type+got.Text] = true
	}
	if len(said) != 1 {
		t.Errorf("what is said tells how often an address was written to: %v", said)
	}
	for range 3 + 5 {
		mailed(t, mails)
	}
	if f.mails.copies != 8 {
		t.Errorf("%d e-mails, want 3 of one conversation and 5 to one address", f.mails.copies)
	}
	if names := strings.Join(f.mails.names, " "); strings.Contains(names, "@") || strings.Contains(names, "example") {
		t.Errorf("an address stands among the tries: %s", names)
	}
	if strings.Contains(f.logs.String(), "example.org") {
		t.Error("an address stands in the log")
	}
}

func TestNothingIsMailedOfAnEmptyConversationNorToNoAddress(t *testing.T) {
	t.Parallel()
	f, _ := mailing(t)
	c := f.dial()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro"})
	if got := c.next(); got.Mail == "" {
		t.Errorf("the welcome offers no e-mail: %+v", got)
	}
	c.send(map[string]any{"type": "mail", "id": "a", "values": map[string]string{"email": "pas une adresse"}})
	if got := c.next(); got.Type != "checked" || got.Field != "email" || got.Text == "" {
		t.Errorf("a text that is no address: %+v", got)
	}
	c.send(map[string]any{"type": "mail", "id": "b", "values": map[string]string{"email": "ana@example.org"}})
	if got := c.next(); got.Code != "nothing_said" {
		t.Errorf("an empty conversation: %+v", got)
	}
	if f.mails.copies != 0 {
		t.Errorf("%d e-mails", f.mails.copies)
	}
}

func TestWithoutAMailServerNothingIsOffered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, token := copyClient(f, "Comment obtenir un extrait Kbis ?")
	c.send(map[string]any{"type": "mail", "id": "a"})
	if got := c.next(); got.Code != "no_mail" {
		t.Errorf("asked all the same: %+v", got)
	}
	page := readAll(t, postForm(t, f.http.URL+"/chat/micro", url.Values{"token": {token}, "refresh": {"1"}}))
	if strings.Contains(page, "courrier") {
		t.Errorf("the plain page offers it:\n%s", page)
	}
	b := openTab(t, f.http.URL+"/chat/micro", 390, 844)
	b.until(`$('.greeting')`)
	b.run(`$('.menu').click()`)
	b.until(`!$('.drop').hidden && $('.mail').hidden`)
}

func TestTheConversationOfWhoHasToBeLoggedInIsMailedWithoutALink(t *testing.T) {
	t.Parallel()
	f, mails := mailing(t)
	who := signed(identitySecret, "42", "Camille Étal", "camille@example.org", time.Now().Add(time.Hour))
	c := f.dial()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "identity": who})
	c.next()
	c.send(map[string]any{"type": "message", "id": "m1", "text": "Comment obtenir un extrait Kbis ?"})
	c.next()
	c.next()
	c.send(map[string]any{"type": "mail", "id": "a"})
	got := c.next()
	if len(got.Form) != 1 || got.Form[0].Value != "camille@example.org" {
		t.Fatalf("the form is %+v", got)
	}
	c.send(map[string]any{"type": "mail", "id": "b", "values": map[string]string{"email": got.Form[0].Value}})
	if got := c.next(); got.Type != "mail" || strings.Contains(got.Text, "lien") {
		t.Errorf("it is answered %+v", got)
	}
	if m := mailed(t, mails); resumeLink.MatchString(m.Text+m.Plain+m.HTML) || !strings.Contains(m.Plain, "Kbis") {
		t.Errorf("the e-mail is %+v", m)
	}
}

func TestTheConversationIsMailedWithoutJavaScriptToo(t *testing.T) {
	t.Parallel()
	f, mails := mailing(t)
	b := withoutScripts(t, f.http.URL+"/chat/micro")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#texte').value = 'Comment obtenir un extrait Kbis ?'`))
	b.press("Envoyer")
	b.shows("Commandez-le sur Infogreffe")
	ask := func(address string) {
		b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{ const i = document.querySelector('#adresse'); i.type = 'text'; i.value = %q; document.querySelector('[name=mail]').click(); }`, address)))
	}
	ask("camille@exemple")
	b.shows("Cette adresse e-mail n’est pas valide")
	b.picture("plain-mail")
	ask("camille@example.org")
	b.shows("C’est demandé")
	m := mailed(t, mails)
	if m.To != "camille@example.org" || !resumeLink.MatchString(m.Text) {
		t.Errorf("the e-mail is %+v", m)
	}
	token := text(b, `document.querySelector('[name=token]').value`)
	looked := openTab(t, "about:blank", 390, 780)
	accessiblePlain(looked, f, token, "Commandez-le sur Infogreffe")
	if status, page := visit(t, "POST", resumeLink.FindString(m.Text), "same-origin"); status != 200 || !strings.Contains(page, `value="`+widget.SignToken(secret, "micro", strings.Split(token, ".")[0])) {
		t.Errorf("the link gives %d\n%s", status, page)
	}
}
