package widget_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"guichet/bot"
)

// frenchIn finds French in what is not said to be French.
var frenchIn = regexp.MustCompile(`(?i)[àâçéèêëîïôûùœ«»]|\x{202f}|\b(votre|vous|vos|nous|les|des|une|est|pour|dans|avec|conseiller|demande)\b`)

// spokenEnglish is what a screen reader is given to read in English: all but what is marked as French, and people's words.
const spokenEnglish = `(() => { ` + shadow + `
	const read = (node) => node.nodeType === 3 ? node.textContent : node.hidden || node.lang === 'fr' || node.matches?.('.customer .bubble, h2, .links, details b, style') ? ''
		: [node.getAttribute?.('aria-label') ?? '', node.placeholder ?? '', ...[...node.childNodes].map(read)].join(' ');
	return [...root.childNodes].map(read).join(' ');
})()`

// TestTheWholeChatIsInEnglish goes through a request in English, as a screen reader would, in each state.
func TestTheWholeChatIsInEnglish(t *testing.T) {
	t.Parallel()
	f, mails := mailing(t)
	b := openTab(t, f.http.URL+"/chat/micro?lang=en", 1024, 768)
	see := func(state string) {
		t.Helper()
		b.accessible("in English: " + state)
		b.picture("english-" + strings.ReplaceAll(state, " ", "-"))
		if found := frenchIn.FindString(text(b, spokenEnglish)); found != "" {
			t.Errorf("%s: %q is read as English in\n%s", state, found, text(b, spokenEnglish))
		}
	}
	b.until(`$('.greeting') && $('.choices button') && document.documentElement.lang === 'en' && document.title.startsWith('Chat')`)
	if kept := text(b, `$('.greeting .small').textContent`); kept != "Your messages are kept for 90 days, or 3 years after a request is closed. To erase them: menu ⋮, “Erase my data”." {
		t.Errorf("of what is kept it says %q", kept)
	}
	see("beginning")
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(`$('.m.bot:not(.greeting) blockquote')?.lang === 'fr' && $('.m.bot:not(.greeting) .body').lang === 'en' && $('.body').textContent.includes('quoted in French')`)
	b.until(`$$('.choices button').map((c) => c.lang + c.textContent).join() === 'enThis answers it,enNot really,enAn adviser'`)
	see("answered")
	b.says("agent")
	b.until(`$('#f-email') && $('label[for=f-description]').textContent === 'Description'`)
	b.run(`$('#f-email').focus()`)
	b.keys("camille@exemple" + kb.Tab)
	b.until(`$('#f-email-error').textContent.startsWith('This e-mail address is not valid')`)
	see("form with an error")
	b.run(`$('#f-description').value = 'My certificate is gone'; $('#f-email').select()`)
	b.keys("camille@example.org" + kb.Enter)
	b.until(`$$('.choices button').some((c) => c.textContent === 'All is correct')`)
	see("summary")
	b.says("Yes, that’s right")
	b.until(`$('.reference code')`)
	see("ticket")
	reference := text(b, `$('.reference code').textContent`)
	if said := text(b, `$$('.m.bot').at(-1).textContent`); strings.Count(said, reference) != 1 {
		t.Errorf("the reference is not said once: %s", said)
	}
	if err := f.db.TakeOver(t.Context(), reference, theAgent); err != nil {
		t.Fatal(err)
	}
	b.until(`$$('.m.bot .body').at(-1).textContent.includes('Claire Martin is answering you now')`)
	if err := f.db.AgentTypes(t.Context(), reference); err != nil {
		t.Fatal(err)
	}
	b.until(`$('.writes').textContent === 'An adviser is writing…'`)
	see("an agent writes")
	if err := f.db.HandBack(t.Context(), reference, theAgent); err != nil {
		t.Fatal(err)
	}
	b.until(`$$('.m.bot .body').at(-1).textContent.includes('answering you again')`)

	b.run(`$('.menu').click()`)
	b.until(`!$('.drop').hidden && $('.mail').textContent === 'Receive the conversation by e-mail'`)
	see("menu")
	b.run(`$('.mail').click()`)
	b.until(`$('#f-email')?.value === 'camille@example.org' && $('legend').textContent === 'Receive the conversation by e-mail'`) // known
	see("the form for an address")
	b.keys(kb.Enter)
	b.until(`$('.list').textContent.includes('It is asked for')`)
	acknowledged, copied := mailed(t, mails), mailed(t, mails)
	if copied.Plain == "" {
		acknowledged, copied = copied, acknowledged
	}
	if acknowledged.Language != "en" || !strings.Contains(acknowledged.Text, "Your request (request for an adviser) was recorded on") {
		t.Errorf("the acknowledgement is %+v", acknowledged)
	}
	if copied.Language != "en" || !strings.HasPrefix(copied.Plain, "Transcript of the conversation") || !strings.Contains(copied.Text, "?lang=en)") {
		t.Errorf("the copy is %+v", copied)
	}

	b.run(`$('.menu').click(); $('.end').click()`)
	b.until(`!$('.card').hidden && $('.card h3').textContent === 'How did this conversation go?'`)
	see("rating")
	b.run(`$$('.scores button')[4].click()`)
	b.until(`$('.list').textContent.includes('Thank you for your answer')`)
	b.run(`$('.menu').click(); $('.erase').click()`)
	b.until(`$('.card h3')?.textContent === 'Erase this conversation?'`)
	see("erase asked")
	b.run(`$('.card .full').click()`)
	b.until(`$('.list').textContent.includes('Your conversation is erased. We have to keep')`)
	see("erased")

	all := strings.Join(b.spoken(), "\n")
	for _, want := range []string{"button Options", "log Messages", "textbox Your question", "button Send", "button Talk to an adviser"} {
		if !strings.Contains(all, want) {
			t.Errorf("nobody hears %q:\n%s", want, all)
		}
	}
	b.run(`Guichet.setLocale('fr')`)
	b.until(`$('.state').textContent === 'Assistant automatique' && $('.greeting').textContent.includes('posez votre question')`)
	if found := frenchIn.FindString(text(b, spokenEnglish)); found == "" {
		t.Error("French is not found where it is") // or the checks above say nothing
	}
	file, err := f.db.Ticket(t.Context(), reference)
	if err != nil || file.Category != bot.Human || file.Fields[bot.Description] != "My certificate is gone" {
		t.Errorf("the ticket is %+v, %v", file.Ticket, err)
	}
}

func TestThePlainPageAndTheLinkAreInEnglishToo(t *testing.T) {
	t.Parallel()
	f, mails := mailing(t)
	_, first := get(t, f.http.URL+"/chat/micro?lang=en", nil)
	values := hiddenFields(first)
	values.Set("lang", "en")
	values.Set("text", "agent")
	page := readAll(t, postForm(t, f.http.URL+"/chat/micro", values))
	for _, want := range []string{`<html lang="en">`, "Automatic assistant", "What is it about", "Send these details", `name="lang" value="en"`, "Your messages are kept for 90 days, or 3 years after a request is closed. To have them erased, ask for an adviser. Keep this page open", "I do not have it"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	token := hiddenFields(page).Get("token")
	empty := readAll(t, postForm(t, f.http.URL+"/chat/micro", url.Values{"token": {token}, "lang": {"en"}, "id": {"x"}, "text": {" "}}))
	if !strings.Contains(empty, "Your message is empty") {
		t.Errorf("an empty message shows\n%s", empty)
	}
	page = readAll(t, postForm(t, f.http.URL+"/chat/micro", url.Values{"token": {token}, "lang": {"en"}, "mail": {"1"}, "address": {"camille@example.org"}}))
	if !strings.Contains(page, "It is asked for") {
		t.Errorf("the copy is asked for:\n%s", page)
	}
	link := resumeLink.FindString(mailed(t, mails).Text) + "?lang=en"
	if status, page := visit(t, "GET", link, "none"); status != 200 || !strings.Contains(page, "Resume the conversation here?") || !strings.Contains(page, `?lang=en"`) {
		t.Errorf("the link shows %d\n%s", status, page)
	}
	if status, page := visit(t, "POST", link, "same-origin"); status != 200 || !strings.Contains(page, `data-locale="en"`) {
		t.Errorf("the button gives %d\n%s", status, page)
	}
	if status, page := visit(t, "POST", link, "same-origin"); status != 404 || !strings.Contains(page, "used already") {
		t.Errorf("the second time it gives %d\n%s", status, page)
	}
}

func TestErrorsAreSaidInTheLanguageOfTheVisitor(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "locale": "en-GB"})
	if got := c.expect("welcome"); got.Person.Label != "Talk to an adviser" || !strings.Contains(got.Greeting, "Our advisers") {
		t.Errorf("the welcome is %+v", got)
	}
	c.say("m1", " ")
	if got := c.refused("empty", "m1"); got.Text != "Your message is empty. Write your question, even in a few words." {
		t.Errorf("it is said %q", got.Text)
	}
	c.send(map[string]any{"type": "check", "id": "k", "category": "human", "field": "email", "value": "x@"})
	if got := c.expect("checked"); !strings.HasPrefix(got.Text, "This e-mail address") {
		t.Errorf("it is said %q", got.Text)
	}
}
