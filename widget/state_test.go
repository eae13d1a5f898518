package widget_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp/kb"

	"guichet/bot"
)

// theAgent is the agent of the tests.
var theAgent = bot.User{Email: "claire@example.fr", Name: "Claire Martin"}

// TestEveryStateIsAccessible goes through every state of the chat, on a desk in light and on a phone in the dark. Where
// GUICHET_PICTURES names a folder it leaves a picture of each.
func TestEveryStateIsAccessible(t *testing.T) {
	t.Parallel()
	for _, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"desk", 1024, 768, "light"}, {"phone", 390, 780, "dark"}} {
		t.Run(screen.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			b := openTab(t, f.http.URL, screen.width, screen.height)
			b.prefers(map[string]string{"prefers-color-scheme": screen.scheme, "prefers-reduced-motion": "reduce"})
			w := &walk{b: b, f: f, name: screen.name}
			w.beginning()
			w.request()
			w.agent()
			w.leaving()
			w.trouble()
		})
	}
}

// walk goes through the states of one chat.
type walk struct {
	b       *tab
	f       *fixture
	name    string
	pending int
}

func (w *walk) see(state string) {
	w.b.t.Helper()
	w.pending++
	w.b.accessible(w.name + ": " + state)
	w.b.picture(fmt.Sprintf("%s-%02d-%s", w.name, w.pending, strings.ReplaceAll(state, " ", "-")))
}

func (w *walk) beginning() {
	b := w.b
	w.see("closed")
	b.run(`Guichet.open()`)
	b.until(`$('.greeting') && $('.choices button')`)
	w.see("open")
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(`$$('.choices button').length === 3`)
	w.see("answered")
	b.run(`$('.sources').open = true; $('.scroll').scrollTop = 1e6`)
	w.see("source open")
	b.run(`$('.menu').click()`)
	b.until(`!$('.drop').hidden && root.activeElement.matches('.download')`)
	w.see("menu")
	b.keys(kb.Escape)
	b.until(`$('.drop').hidden && root.activeElement.matches('.menu') && $('.panel').open`)
}

func (w *walk) request() {
	b := w.b
	// As a button of a reply would: the small base of these tests has none that opens a correction.
	b.run(`$('textarea').focus(); chat.say('Il faut corriger le SIREN de mon attestation', 'request:attestation_correction')`)
	b.until(`$$('.fields input:not([type=checkbox])').length === 4`)
	w.see("form")
	b.run(`$('#f-siren').focus()`)
	b.keys("732 829 321" + kb.Tab)
	b.until(`$('#f-siren-error').textContent.includes('clé de contrôle') && $('#f-siren').getAttribute('aria-invalid') === 'true'`)
	w.see("form with an error")
	b.run(`$('.fields .full').click()`) // which leads to what is wrong
	b.until(`root.activeElement.id === 'f-siren'`)
	b.run(`$('#f-siren').select()`)
	b.keys("732 829 320")
	b.run(`$('#f-attestation_number').focus()`)
	b.keys("20417")
	b.run(`$('#f-subscription_date-lack').click(); $('#f-email').focus()`)
	b.keys("camille@example.org" + kb.Enter)
	b.until(`[...$$('.choices button')].some((c) => c.textContent === 'Tout est exact')`)
	w.see("summary")
	b.run(`$$('.choices button').find((c) => c.textContent === 'Tout est exact').click()`)
	b.until(`$('.reference code')`)
	if said := text(b, `$$('.m.bot').at(-1).textContent`); strings.Count(said, text(b, `$('.reference code').textContent`)) != 1 ||
		text(b, `$('.reference').previousElementSibling.textContent.startsWith('Votre demande est enregistrée') && $('.reference').nextElementSibling.tagName`) != "P" {
		b.t.Errorf("the reference is not said once, between what is recorded and what follows: %s", said)
	}
	w.see("ticket")
}

func (w *walk) agent() {
	b, ctx := w.b, context.Background()
	reference := text(b, `$('.reference code').textContent`)
	if err := w.f.db.AgentTypes(ctx, reference); err != nil {
		b.t.Fatal(err)
	}
	b.until(`!$('.writes').hidden && $('.writes').textContent === 'Un conseiller écrit…'`)
	w.see("an agent writes")
	if err := w.f.db.ReplyTicket(ctx, reference, theAgent, bot.AgentReply{Text: "Bonjour Camille, votre attestation corrigée vient de partir à l’adresse indiquée.", Once: "1"}); err != nil {
		b.t.Fatal(err)
	}
	b.until(`$('.m.agent .who')?.textContent === 'Claire Martin' && $('.writes').hidden && $('.state').textContent === 'Claire Martin'`)
	w.see("an agent answered")
	b.run(`Guichet.close()`)
	if err := w.f.db.ReplyTicket(ctx, reference, theAgent, bot.AgentReply{Text: "Dites-moi si tout est exact.", Once: "2"}); err != nil {
		b.t.Fatal(err)
	}
	b.until(`$('.badge').textContent === '1' && !$('.badge').hidden`)
	w.see("unread")
	b.run(`Guichet.open()`)
	b.until(`$('.badge').hidden`)
}

func (w *walk) leaving() {
	b := w.b
	b.run(`$('.menu').click(); $('.end').click()`)
	b.until(`!$('.card').hidden && $$('.scores button').length === 5 && root.activeElement === $('.card')`)
	w.see("rating")
	b.run(`$$('.scores button')[4].click()`)
	b.until(`$('.card').hidden && !$('.panel').open`)
	b.run(`Guichet.open(); $('.menu').click(); $('.erase').click()`)
	b.until(`!$('.card').hidden && $('.card h3')?.textContent.includes('Effacer cette conversation')`)
	w.see("erase asked")
	b.run(`$('.card .full').click()`)
	b.until(`$$('.m.customer').length === 0 && $('.list').textContent.includes('Nous devons conserver')`)
	w.see("erased")
}

func (w *walk) trouble() {
	b := w.b
	b.run(`const i = $('textarea'); i.value = 'é'.repeat(4001); i.form.requestSubmit()`)
	b.until(`$('.alert').textContent !== ''`)
	w.see("too long")
	w.f.store.failTurn.Store(true)
	b.run(`const i = $('textarea'); i.value = 'Comment renouveler mon contrat ?'; i.form.requestSubmit()`)
	b.until(`$('.m.pending .meta button')`)
	w.see("not recorded")
	w.f.store.failTurn.Store(false)
	b.run(`$('.m.pending .meta button')?.click()`) // unless it was sent again by itself meanwhile
	b.until(`$$('.m.pending').length === 0`)
	b.do(command(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}))
	b.until(`$('.state').textContent.startsWith('Hors connexion')`)
	w.see("offline")
	b.do(command(network.OverrideNetworkState, network.OverrideNetworkStateParams{DownloadThroughput: -1, UploadThroughput: -1}))
	b.until(`$('.state').textContent === 'Assistant automatique'`)
	b.run(`Guichet.setLocale('en')`)
	b.until(`$('.state').textContent === 'Automatic assistant' && $$('.m.customer').length === 1 && $('.word').textContent === 'Close'`)
	w.see("English")
	b.run(`document.documentElement.dir = 'rtl'`)
	w.see("right to left")
}

func TestTheHostedPagesAreAccessible(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"page", 1024, 768}, {"page-phone", 390, 780}, {"page-zoomed", 512, 384}} { // the last is 1024 × 768 at 200 %
		b := openTab(t, f.http.URL+"/chat/micro", screen.width, screen.height)
		b.until(`$('.choices button')`)
		b.run(`$('.choices button').click()`)
		b.until(`$$('.m.bot:not(.greeting)').length === 1`)
		b.accessible(screen.name)
		b.picture(screen.name)
		if got := text(b, `document.documentElement.scrollWidth <= innerWidth && $('.scroll').scrollWidth <= $('.scroll').clientWidth && $('.scroll').clientHeight >= 80`); got != "true" {
			t.Errorf("%s scrolls sideways, or has no room for messages", screen.name)
		}
	}
}

func TestAScreenReaderHearsTheConversation(t *testing.T) {
	t.Parallel()
	b := openTab(t, newFixture(t).http.URL, 1024, 768)
	heard := func() string { return strings.Join(b.spoken(), "\n") }
	if !strings.Contains(heard(), "button Une question\u202f? Ouvrir la discussion") {
		t.Errorf("the launcher is heard as\n%s", heard())
	}
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.keys("Comment obtenir un extrait Kbis ?" + kb.Enter)
	b.until(`$$('.choices button').length === 3`)
	all := heard()
	at := 0
	for _, want := range []string{
		"dialog Assurance micro", "heading Assurance micro", "status ", "button Options", "button Fermer la discussion", "log Messages",
		"StaticText Vous\u202f:", "StaticText Comment obtenir un extrait Kbis ?", "StaticText Assistant\u202f:", "StaticText Infogreffe",
		"button Cela répond", "button Pas vraiment", "button Un conseiller", "textbox Votre question", "button Envoyer", "button Parler à un conseiller",
	} {
		next := strings.Index(all[at:], want)
		if next < 0 {
			t.Fatalf("after %q nobody hears %q:\n%s", all[max(0, at-60):at], want, all)
		}
		at += next
	}
	if n := text(b, `$$('[aria-live], [role=log]').length`); n != "1" {
		t.Errorf("%s live logs: messages would be read more than once", n)
	}
}

func TestMain(m *testing.M) {
	if folder := os.Getenv("GUICHET_PICTURES"); folder != "" {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
