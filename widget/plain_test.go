package widget_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"guichet/bot"
)

// withoutScripts is a browser that runs none.
func withoutScripts(t *testing.T, address string) *tab {
	t.Helper()
	b := openTab(t, "about:blank", 390, 780)
	b.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Navigate(address))
	return b
}

// accessiblePlain shows a plain conversation where scripts run, since axe-core is one.
func accessiblePlain(b *tab, f *fixture, token, shown string) {
	b.t.Helper()
	b.do(chromedp.Navigate(f.http.URL + "/source/micro.kbis"))
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{ const form = document.createElement('form');
		form.method = 'post'; form.action = '/chat/micro';
		for (const [name, value] of [['token', %q], ['refresh', '1']]) { const input = document.createElement('input'); Object.assign(input, { name, value, type: 'hidden' }); form.append(input); }
		document.body.append(form); form.submit(); }`, token)))
	b.shows(shown)
	b.accessible("the plain page that shows " + shown)
}

// press sends the plain form with a button.
func (b *tab) press(label string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('form.write button')].find((b) => b.textContent === ` + "`" + label + "`" + `).click()`))
}

// shows waits for a text of a page that is all there. It asks again and again from outside: the page runs nothing that could wait.
func (b *tab) shows(part string) {
	b.t.Helper()
	page := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		read, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.readyState === 'complete' ? document.body.innerText.replace(/[\u00a0\u202f]/g, ' ') : ''`))
		if page = read; err == nil && strings.Contains(page, part) {
			return
		}
	}
	b.t.Fatalf("never shown: %s; the page reads\n%s", part, page)
}

func TestWithoutJavaScriptTheSameTicketsAreOpened(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := withoutScripts(t, f.http.URL+"/chat/micro")
	b.shows("Bonjour, posez votre question.")
	b.shows("Vos messages sont conservés 90 jours, ou 3 ans après la clôture d’une demande. Pour les faire effacer, demandez un conseiller.")
	b.picture("plain-1-beginning")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#texte').value = 'Comment obtenir un extrait Kbis ?'`))
	b.press("Envoyer")
	b.shows("Commandez-le sur Infogreffe")
	token := text(b, `document.querySelector('[name=token]').value`)
	looked := openTab(t, "about:blank", 390, 780)
	accessiblePlain(looked, f, token, "Commandez-le sur Infogreffe")
	b.picture("plain-2-answer")
	b.press("Un conseiller")
	b.shows("De quoi s’agit-il ?")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#f-description').value = 'Mon attestation a disparu'; document.querySelector('#f-email').value = 'camille@exemple'`))
	b.press("Envoyer ces informations")
	b.shows("Cette adresse e-mail n’est pas valide")
	accessiblePlain(looked, f, token, "Cette adresse e-mail n’est pas valide")
	b.picture("plain-3-request")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#f-email').value = 'camille@example.org'`))
	b.press("Envoyer ces informations")
	b.shows("Voici ce que je vais transmettre")
	b.press("Tout est exact")
	b.shows("Votre demande est enregistrée")
	page := text(b, `document.body.innerText`)
	reference := regexp.MustCompile(`G-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(page)
	file, err := f.db.Ticket(t.Context(), reference)
	if err != nil || file.Category != bot.Human || file.Fields[bot.Email] != "camille@example.org" || file.Fields[bot.Description] != "Mon attestation a disparu" {
		t.Fatalf("the ticket %q is %+v, %v", reference, file.Ticket, err)
	}
	if err := f.db.ReplyTicket(t.Context(), reference, theAgent, bot.AgentReply{Text: "Bonjour Camille.", Once: "1"}); err != nil {
		t.Fatal(err)
	}
	b.press("Voir les nouvelles réponses")
	b.shows("Bonjour Camille.")
	accessiblePlain(looked, f, token, "Bonjour Camille.")
}

var hiddenField = regexp.MustCompile(`name="(token|id)" value="([^"]*)"`)

// hiddenFields are what a plain page sends with its next message.
func hiddenFields(page string) url.Values {
	values := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(page, -1) {
		values.Set(m[1], m[2])
	}
	return values
}

func TestAPlainPageSentTwiceIsOneMessage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	address := f.http.URL + "/chat/micro"
	_, first := get(t, address, nil)
	values := hiddenFields(first)
	values.Set("text", "Comment obtenir un extrait Kbis ?")
	second := readAll(t, postForm(t, address, values))
	values = hiddenFields(second)
	if values.Get("token") == "" || values.Get("id") == "" {
		t.Fatalf("the page carries %v", values)
	}
	values.Set("text", "Je souhaite renouveler mon contrat")
	for range 3 {
		_ = readAll(t, postForm(t, address, values))
	}
	if n := len(f.transcript(values.Get("token"))); n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
}

func TestAPlainMessageThatIsNotRecordedIsGivenBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	address := f.http.URL + "/chat/micro"
	f.store.failTurn.Store(true)
	values := url.Values{"id": {"one"}, "text": {"Comment obtenir un extrait Kbis ?"}}
	res := postForm(t, address, values)
	page := readAll(t, res)
	if !strings.Contains(page, ">Comment obtenir un extrait Kbis ?</textarea>") || !strings.Contains(page, `name="id" value="one"`) || !strings.Contains(page, `role="alert"`) {
		t.Errorf("status %d:\n%s", res.StatusCode, page)
	}
	f.store.failTurn.Store(false)
	values.Set("token", hiddenFields(page).Get("token"))
	if page := readAll(t, postForm(t, address, values)); !strings.Contains(page, "<strong>Infogreffe</strong>") {
		t.Errorf("sent again it shows\n%s", page)
	}
	empty := readAll(t, postForm(t, address, url.Values{"id": {"two"}, "text": {"  "}}))
	if !strings.Contains(empty, "Votre message est vide") {
		t.Errorf("an empty message shows\n%s", empty)
	}
}
