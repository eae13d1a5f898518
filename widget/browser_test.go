package widget_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/bot"
)

func TestAConversationIsHeldByKeyboardAndSurvivesAReload(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL, 1440, 900)
	if kept := text(b, `localStorage.length + sessionStorage.length`); kept != "0" {
		t.Errorf("%s entries are stored before anybody did anything", kept)
	}
	if got := text(b, `$('.launcher').getAttribute('aria-expanded')`); got != "false" {
		t.Errorf("aria-expanded is %s", got)
	}
	b.tabTo(".launcher")
	b.keys(kb.Enter)
	b.until(`root.activeElement === $('textarea') && $('.launcher').getAttribute('aria-expanded') === 'true'`)
	b.until(`$('.greeting') && $$('.choices button').length === 1`)
	if kept := text(b, `localStorage.length`); kept != "0" {
		t.Error("the token is stored before the first message")
	}
	b.keys("Bonjour")
	b.do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift)))
	b.keys("Comment obtenir un extrait Kbis ?")
	b.keys(kb.Enter)
	b.until(`$$('.m.customer').length === 1 && $('.m.customer .meta').textContent.startsWith('Reçu') && $$('.m.bot:not(.greeting)').length === 1`)
	if said := text(b, `$('.m.customer .bubble').textContent`); said != "Bonjour\nComment obtenir un extrait Kbis ?" {
		t.Errorf("the bubble reads %q", said)
	}
	if href := text(b, `$('.sources a').href`); href != f.http.URL+"/source/micro.kbis" {
		t.Errorf("the source is %s", href)
	}
	b.keys(kb.Escape)
	b.until(`!$('.panel').open && root.activeElement === $('.launcher')`)
	b.do(chromedp.Reload())
	b.until(`window.Guichet && $$('.m.customer').length === 1 && $$('.m.bot:not(.greeting)').length === 1`)
	if badge := text(b, `$('.badge').hidden`); badge != "true" {
		t.Error("what was read counts as unread after a reload")
	}
}

func TestPressingAChoiceShowsItsLabelAndTakesTheChoicesAway(t *testing.T) {
	t.Parallel()
	b := openTab(t, newFixture(t).http.URL+"/chat/micro", 1024, 768)
	b.until(`$$('.choices button').length === 1`)
	b.run(`$('.choices button').click()`)
	b.until(`$('.m.customer .bubble')?.textContent === 'Comment obtenir un extrait Kbis\u202f?'`)
	b.until(`$$('.m.bot:not(.greeting)').length === 1 && $$('.choices button').length > 1`)
	b.run(`$('.person').click()`)
	b.until(`$$('.m.customer').length === 2 && $$('.m.customer .bubble')[1].textContent === 'Parler à un conseiller'`)
}

func TestOnAPhoneThePanelFillsTheScreenAndEverythingCanBeTouched(t *testing.T) {
	t.Parallel()
	b := openTab(t, newFixture(t).http.URL, 360, 740)
	if got := text(b, `document.documentElement.scrollWidth`); got != "360" {
		t.Errorf("the demo page is %s px wide", got)
	}
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.until(`(() => { const r = $('.panel').getBoundingClientRect(); return r.x === 0 && Math.round(r.y) === 0 && r.width === 360 && r.height === 740; })()`)
	if size := text(b, `getComputedStyle($('textarea')).fontSize`); size != "16px" {
		t.Errorf("the input's font is %s: iOS zooms below 16px", size)
	}
	b.run(`const i = $('textarea'); i.value = 'Comment obtenir un extrait Kbis ?'; i.form.requestSubmit();`)
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)
	small := `$$('button, summary, textarea').filter((e) => e.checkVisibility() && Math.min(e.offsetHeight, e.offsetWidth) < 44).map((e) => e.outerHTML)`
	if got := text(b, small+".join()"); got != "" {
		t.Errorf("too small to touch: %s", got)
	}
	if got := text(b, `$('.log').scrollWidth > $('.log').clientWidth`); got != "false" {
		t.Error("the messages scroll sideways")
	}
	b.keys(kb.Escape)
	b.until(`!$('.panel').open && document.documentElement.style.overflow === ''`)
}

func TestAMessageWrittenWhileTheServerIsAwayIsSentOnceWhenItIsBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.newServer()
	web := httptest.NewServer(first.Handler())
	t.Cleanup(web.Close)
	p := newProxy(t, web.Listener.Addr().String(), 1)
	p.faults.Store(false)
	b := openTab(t, "http://"+p.address(), 1024, 768)
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.keys("Comment obtenir un extrait Kbis ?" + kb.Enter)
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)

	p.away.Store(true)
	if err := first.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.cutAll()
	b.until(`$('.state').textContent === 'Reconnexion…'`)
	b.keys("Je souhaite renouveler mon contrat" + kb.Enter)
	b.until(`$$('.m.pending').length === 1 && $('.m.pending .meta').textContent.startsWith('Non envoyé')`)
	token := text(b, `JSON.parse(localStorage.getItem('guichet.micro')).token`)
	if n := text(b, `JSON.parse(localStorage.getItem('guichet.micro')).queue.length`); n != "1" {
		t.Errorf("%s messages are kept for later", n)
	}

	p.target.Store(f.replica().Listener.Addr().String())
	p.away.Store(false)
	b.until(`$$('.m.pending').length === 0 && $$('.m.customer').length === 2 && $$('.m.bot:not(.greeting)').length === 2`)
	b.until(`$('.state').textContent === 'Assistant automatique' && JSON.parse(localStorage.getItem('guichet.micro')).queue.length === 0`)
	var sent []string
	for _, m := range f.transcript(token) {
		if m.From == bot.FromCustomer {
			sent = append(sent, m.Text)
		}
	}
	if got := strings.Join(sent, "|"); got != "Comment obtenir un extrait Kbis ?|Je souhaite renouveler mon contrat" {
		t.Errorf("the store holds %s", got)
	}
}

func TestAnUnsentMessageSurvivesAReload(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.store.failTurn.Store(true)
	b := openTab(t, f.http.URL, 1024, 768)
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.keys("Comment obtenir un extrait Kbis ?" + kb.Enter)
	b.until(`$('.m.pending .meta')?.textContent.includes('n’a pas pu être enregistré') && $('.m.pending button').textContent === 'Réessayer'`)
	b.do(chromedp.Reload())
	b.until(`window.Guichet && $('.m.pending .bubble')?.textContent === 'Comment obtenir un extrait Kbis ?'`)
	f.store.failTurn.Store(false)
	b.until(`$$('.m.pending').length === 0 && $$('.m.customer').length === 1 && $$('.m.bot:not(.greeting)').length === 1`)
}

func TestTextThatIsTooLongStaysInTheInput(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL+"/chat/micro", 1024, 768)
	b.until(`$('.greeting')`)
	b.run(`const i = $('textarea'); i.value = 'é'.repeat(4001); i.form.requestSubmit();`)
	b.until(`$('.alert').textContent.replace(/\s/g, '').includes('4001caractères') && $('textarea').value.length === 4001 && $$('.m.customer').length === 0`)
	if f.store.turns.Load() != 0 {
		t.Error("it was sent")
	}
}

func TestARefusedTokenCostsTheConversationButNotTheText(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL, 1024, 768)
	b.run(`Guichet.destroy(); localStorage.setItem('guichet.micro', JSON.stringify({ token: 'forged.token', queue: [{ id: 'kept', text: 'Comment obtenir un extrait Kbis ?' }] }))`)
	b.do(chromedp.Navigate(f.http.URL + "/chat/micro"))
	b.until(`$$('.m.customer').length === 1 && $$('.m.pending').length === 0 && $$('.m.bot:not(.greeting)').length === 1`)
	b.until(`$('.alert').textContent.includes('votre texte est conservé') && JSON.parse(localStorage.getItem('guichet.micro')).token !== 'forged.token'`)
}

func TestAnAgentsReplyCountsAsUnreadUntilThePanelOpens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL, 1024, 768)
	b.run(`window.heard = []; for (const n of ['open', 'close', 'message']) addEventListener('guichet:' + n, () => heard.push(n)); Guichet.open()`)
	b.until(`$('.greeting')`)
	b.keys("Comment obtenir un extrait Kbis ?" + kb.Enter)
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)
	b.run(`Guichet.close()`)
	key, _, _ := strings.Cut(text(b, `JSON.parse(localStorage.getItem('guichet.micro')).token`), ".")
	in := bot.Inbound{Channel: "web", Key: key, ExternalID: key + ":elsewhere", Site: "micro", Text: "d’un autre onglet"}
	if _, err := f.db.Turn(context.Background(), in, func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: in.Text, Reply: bot.Reply{Kind: bot.Escalate, Text: "Enregistré.", Reference: "G-4F7K-2MQ9"}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	b.until(`$('.badge').textContent === '1' && $('.launcher').textContent.includes('1 message non lu')`)
	b.run(`Guichet.open()`)
	b.until(`$('.badge').hidden && $('.reference code').textContent === 'G-4F7K-2MQ9'`)
	if got := text(b, `heard.join()`); got != "open,message,message,close,message,message,open" {
		t.Errorf("the page heard %s", got)
	}
}

func TestThePageCanHaveTheScriptTwiceAndTakeTheChatAway(t *testing.T) {
	t.Parallel()
	b := openTab(t, newFixture(t).http.URL, 1024, 768)
	load := `await new Promise((done) => { const s = document.createElement('script'); s.src = '/widget.js?again'; s.dataset.site = 'micro'; s.onload = done; document.head.append(s); });`
	count := func(statements string) string {
		n, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("(async () => { "+statements+" return String(document.querySelectorAll('guichet-chat').length); })()", chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(load); n != "1" {
		t.Errorf("%s chats after loading twice", n)
	}
	if n := count(`document.body.replaceWith(document.createElement('body')); await null;`); n != "1" {
		t.Errorf("%s chats after the page swapped its body", n)
	}
	if n := count(`Guichet.destroy(); await null;`); n != "0" {
		t.Errorf("%s chats after destroy", n)
	}
	if n := count(load + `Guichet.open();`); n != "1" {
		t.Errorf("%s chats after loading once more", n)
	}
}

// TestTheChatWorksOnAnotherSitesPage embeds the chat in a page of another origin, under a strict policy.
func TestTheChatWorksOnAnotherSitesPage(t *testing.T) {
	t.Parallel()
	merchant := httptest.NewUnstartedServer(nil)
	f := newFixture(t, "http://"+merchant.Listener.Addr().String())
	merchant.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", fmt.Sprintf(
			"default-src 'none'; script-src %s; connect-src %s; require-trusted-types-for 'script'; trusted-types guichet",
			f.http.URL, "ws"+strings.TrimPrefix(f.http.URL, "http")))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><title>Marchand</title><script async src="%s/widget.js" data-site="micro"></script>`, f.http.URL)
	})
	merchant.Start()
	t.Cleanup(merchant.Close)
	b := openTab(t, merchant.URL, 1024, 768)
	b.run(`Guichet.open()`)
	b.until(`$('.greeting strong')`)
	b.keys("Comment obtenir un extrait Kbis ?" + kb.Enter)
	b.until(`$('.m.bot .body strong')?.textContent === 'Infogreffe'`)
	if got := text(b, `getComputedStyle($('.launcher')).backgroundColor`); got != "rgb(29, 92, 77)" {
		t.Errorf("the launcher is %s: the styles did not apply", got)
	}
}
