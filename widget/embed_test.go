package widget_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"encoding/json"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// merchant is a page of another origin that embeds the chat under a strict policy. page is the HTML of its head; script
// is its own /site.js.
func merchant(t *testing.T, page, script string) (f *fixture, address string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	f = newFixture(t, "http://"+server.Listener.Addr().String())
	mux := http.NewServeMux()
	mux.HandleFunc("/site.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write([]byte(script))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", fmt.Sprintf(
			"default-src 'none'; script-src 'self' %s; connect-src %[1]s %s; img-src %[1]s; require-trusted-types-for 'script'; trusted-types guichet",
			f.http.URL, "ws"+strings.TrimPrefix(f.http.URL, "http")))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html><html lang=fr><title>Marchand</title>" + strings.ReplaceAll(page, "GUICHET", f.http.URL) + "<body><main><h1>Marchand</h1></main>"))
	})
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	return f, server.URL
}

func TestSettingsAndCallsWaitForTheScript(t *testing.T) {
	t.Parallel()
	f, address := merchant(t, `<script src="/site.js"></script><script async src="GUICHET/widget.js"></script>`, `
		window.guichetSettings = { site: 'micro', locale: 'en' };
		window.Guichet = function () { (Guichet.q = Guichet.q || []).push(arguments); };
		window.heard = [];
		for (const name of ['ready', 'open', 'close', 'message', 'unread', 'ticket', 'error']) Guichet('on', name, (detail) => heard.push([name, detail]));
		Guichet('ask', 'Comment obtenir un extrait Kbis ?');`)
	b := openTab(t, address, 1024, 768)
	b.until(`$$('.m.bot:not(.greeting)').length === 1 && $('.m.customer .bubble').textContent === 'Comment obtenir un extrait Kbis ?'`)
	if got := text(b, `$('.state').textContent`); got != "Automatic assistant" {
		t.Errorf("the language is not the settings': %s", got)
	}
	b.until(`heard.map(([name]) => name).join() === 'ready,open,message,message'`)
	b.run(`Guichet.hide()`)
	b.until(`!$('.launcher').checkVisibility() && !Guichet.isOpen()`)
	b.run(`Guichet.show(); Guichet('toggle')`)
	b.until(`Guichet.isOpen()`)
	b.run(`Guichet.close(); window.off = Guichet.on('open', () => heard.push(['again'])); off(); Guichet.open()`)
	if got := text(b, `heard.map(([name]) => name).slice(4).join()`); got != "close,open,close,open" {
		t.Errorf("then the page heard %s", got)
	}
	b.run(`document.querySelector('guichet-chat').say('Je veux un conseiller', 'request:human')`)
	b.until(`$('#f-description')`)
	b.run(`$('#f-description').value = 'Mon dossier'; $('#f-email').value = 'camille@example.org'; $('.fields').requestSubmit()`)
	b.until(`$$('.choices button').some((c) => c.textContent === 'All is correct')`)
	b.run(`$$('.choices button').find((c) => c.textContent === 'All is correct').click()`)
	b.until(`heard.some(([name, detail]) => name === 'ticket' && detail.category === 'human' && detail.reference === $('.reference code')?.textContent)`)
	if strings.Contains(f.logs.String(), "Mon dossier") {
		t.Error("the log has what was written")
	}
}

func TestAnIdentityOpensThePersonsConversationAndLeavesNoTrace(t *testing.T) {
	t.Parallel()
	f, address := merchant(t, `<script async src="GUICHET/widget.js" data-site="micro"></script>`, "")
	me, err := json.Marshal(signed(identitySecret, "42", "Camille", "camille@example.org", time.Now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	b := openTab(t, address, 1024, 768)
	b.run(fmt.Sprintf(`Guichet.identify(%s); Guichet.open()`, me))
	b.until(`$('.greeting')`)
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)
	b.run(`Guichet.identify(null)`)
	b.until(`$('.greeting') && $$('.m.customer').length === 0`)
	other := openTab(t, address, 1024, 768)
	other.run(fmt.Sprintf(`Guichet.identify(%s); Guichet.open()`, me))
	other.until(`$$('.m.customer').length === 1`)
	other.run(`Guichet.identify({ id: '42', name: '', email: '', expires: 1, signature: '00' })`)
	other.until(`$('.alert').textContent.includes('a expiré') && $$('.m.customer').length === 0`)
	_ = f
}

func TestResetLeavesTheConversationInEveryTab(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL, 1024, 768)
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)
	two := b.sibling(f.http.URL)
	two.until(`$$('.m.customer').length === 1`)
	b.run(`Guichet.reset()`)
	b.until(`$$('.m.customer').length === 0 && $('.greeting') && localStorage.length + sessionStorage.length === 0`)
	two.until(`$$('.m.customer').length === 0`)
	b.until(`$('.state').textContent === 'Assistant automatique'`)
	b.says("Bonjour")
	b.until(`$$('.m.customer').length === 1 && $$('.m.pending').length === 0`)
}

func TestTwoTabsShowOneConversationInStep(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	one := openTab(t, f.http.URL, 1024, 768)
	two := one.sibling(f.http.URL)
	one.run(`Guichet.open()`)
	two.run(`Guichet.open()`)
	one.until(`$('.greeting')`)
	two.until(`$('.greeting')`)
	one.says("Comment obtenir un extrait Kbis ?")
	for _, b := range []*tab{one, two} {
		b.until(`$$('.m.customer').length === 1 && $$('.m.bot:not(.greeting)').length === 1`)
	}
	two.says("Je souhaite renouveler mon contrat")
	for _, b := range []*tab{one, two} {
		b.until(`$$('.m.customer').map((m) => m.querySelector('.bubble').textContent).join('|') === 'Comment obtenir un extrait Kbis ?|Je souhaite renouveler mon contrat' && $$('.m.bot:not(.greeting)').length === 2`)
	}
}

func TestAReloadInMidRequestLosesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL, 1024, 768)
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.run(`chat.say('Le SIREN de mon attestation est faux', 'request:attestation_correction')`)
	b.until(`$('#f-siren')`)
	b.run(`$('#f-siren').focus()`)
	b.keys("732 829 320")
	b.run(`$('#f-subscription_date-lack').click(); $('.field textarea').focus()`)
	b.keys("un mot pas encore envoyé")
	b.do(chromedp.Reload())
	b.until(`window.Guichet?.version && $('.panel').open && $('#f-siren')?.value === '732 829 320' && $('#f-subscription_date-lack').checked && $('.field textarea').value === 'un mot pas encore envoyé'`)
	b.run(`$('#f-attestation_number').value = '20417'; $('#f-email').value = 'camille@example.org'; $('.fields').requestSubmit()`)
	b.until(`$$('.choices button').some((c) => c.textContent === 'Tout est exact')`)
	b.until(`$('.field textarea').value === 'un mot pas encore envoyé'`)
}

func TestAPageMayTakeTheChatAwayAndPutItBack(t *testing.T) {
	t.Parallel()
	b := openTab(t, newFixture(t).http.URL, 1024, 768)
	b.run(`Guichet.open()`)
	b.until(`$('.greeting')`)
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)
	b.run(`Guichet.destroy(); Guichet.destroy(); Guichet.open(); history.pushState({}, '', '/autre')`)
	b.until(`!document.querySelector('guichet-chat')`)
	b.run(`Guichet.init({ locale: 'en' }); Guichet.init()`)
	b.until(`document.querySelectorAll('guichet-chat').length === 1 && $$('.m.customer').length === 1`)
	b.run(`Guichet.open()`)
	b.keys(kb.Escape)
	b.until(`!$('.panel').open && root.activeElement === $('.launcher')`)
}

func TestTheTranscriptIsDownloaded(t *testing.T) {
	t.Parallel()
	b := openTab(t, newFixture(t).http.URL+"/chat/micro", 1024, 768)
	b.until(`$('.greeting')`)
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)
	b.run(`HTMLAnchorElement.prototype.click = function () { window.named = this.download; };
		URL.createObjectURL = (blob) => (blob.text().then((t) => (window.saved = t)), '#');
		 $('.menu').click(); $('.download').click()`)
	b.until(`window.saved?.includes('Comment obtenir un extrait Kbis ?') && /^conversation-\d{4}-\d\d-\d\d\.html$/.test(window.named)`)
}

func TestHowItWentIsAskedOnceAfterAnAnswerThatHelped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL+"/chat/micro", 1024, 768)
	b.until(`$('.greeting')`)
	helped := `$$('.choices button').find((c) => c.textContent === 'Cela répond')`
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(helped)
	b.run(helped + `.click()`)
	b.until(`!$('.card').hidden && root.activeElement === $('.card')`)
	b.run(`$$('.scores button')[3].click()`)
	b.until(`$('.card').hidden && $('.list').textContent.includes('Merci de votre réponse.')`)
	token := text(b, `JSON.parse(localStorage.getItem('guichet.micro')).token`)
	key, _, _ := strings.Cut(token, ".")
	for late := time.Now().Add(patience); ; {
		if rated, err := f.db.Rated(t.Context(), "web", key); err != nil || time.Now().After(late) {
			t.Fatalf("not rated: %v", err)
		} else if rated {
			break
		}
	}
	b.do(chromedp.Reload())
	b.until(`window.Guichet?.version && $$('.m.customer').length === 2`)
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(helped)
	b.run(helped + `.click()`)
	b.until(`$$('.m.bot:not(.greeting)').length === 4`)
	if asked := text(b, `!$('.card').hidden`); asked != "false" {
		t.Error("it is asked again")
	}
}

func TestARequestIsMadeByKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := openTab(t, newFixture(t).http.URL, 1024, 768)
	b.tabTo(".launcher")
	b.keys(kb.Enter)
	b.until(`$('.greeting') && root.activeElement.matches('.field textarea')`)
	b.tabTo(".person")
	b.keys(kb.Enter)
	b.until(`$('#f-description')`)
	b.tabTo("#f-description")
	b.keys("Mon attestation a disparu")
	b.tabTo("#f-email")
	b.keys("camille@exemple" + kb.Tab)
	b.until(`$('#f-email').getAttribute('aria-invalid') === 'true' && $('#f-email-error').role === 'alert' && $('#f-email-error').textContent`)
	b.tabBack("#f-email")
	b.keys(kb.End + ".org")
	b.tabTo(".fields .full")
	b.keys(kb.Enter)
	b.until(`$$('.choices button').some((c) => c.textContent === 'Tout est exact')`)
	if got := text(b, `root.activeElement?.matches('.field textarea')`); got != "true" {
		t.Error("sending the form loses the focus")
	}
	b.tabBack(".choices button")
	b.tabBack(".choices button:first-child")
	b.keys(kb.Enter)
	b.until(`$('.reference code')`)
	b.tabBack(".menu")
	b.keys(kb.Enter)
	b.until(`root.activeElement.matches('.download')`)
	b.keys(kb.Escape)
	b.until(`root.activeElement.matches('.menu') && $('.panel').open`)
	b.keys(kb.Escape)
	b.until(`!$('.panel').open && root.activeElement === $('.launcher')`)
}
