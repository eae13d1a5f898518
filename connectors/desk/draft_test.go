package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/bot"

	"github.com/chromedp/chromedp"
)

func TestADraftIsFoundAgainOnAnotherMachineUntilItIsSent(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.addUser("paul@exemple.fr", "Paul")
	reply, note := forms(b.get(ticketPath).body)
	const text = "Bonjour </textarea><script>alert(1)</script>"
	reply.Set("text", text)
	reply.Set("draft", "reply")
	got := b.post(ticketPath+"/draft", reply)
	wantStatus(t, got, http.StatusSeeOther)
	other := h.signIn("claire@exemple.fr")
	page := other.get(ticketPath).body
	wantContains(t, page, "Bonjour &lt;/textarea&gt;&lt;script&gt;", "Brouillon gardé")
	if strings.Contains(page, "<script>alert") {
		t.Error("a draft is read as HTML")
	}
	if colleague := h.signIn("paul@exemple.fr").get(ticketPath).body; strings.Contains(colleague, "Bonjour &lt;/textarea") {
		t.Error("a colleague reads the draft")
	}
	h.say(reference, "Et ma franchise", bot.Reply{Kind: bot.Silent}, nil)
	again, _ := forms(other.get(ticketPath).body)
	if again.Get("once") != reply.Get("once") {
		t.Errorf("the draft comes back with the form %v, it was kept with %v", again, reply)
	}
	wantContains(t, other.get(ticketPath).body, "un message est arrivé depuis")
	h.say(reference, "Et mon plafond", bot.Reply{Kind: bot.Silent}, nil)
	again.Set("text", "Bonjour")
	got = other.post(ticketPath+"/reply", again) // begun before the customer wrote again
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "Un message est arrivé", "Et mon plafond", "Envoyer quand même", "Bonjour</textarea>")
	sent, _ := forms(got.body)
	sent.Set("text", "Bonjour")
	wantStatus(t, other.post(ticketPath+"/reply", sent), http.StatusSeeOther)
	reply.Set("quiet", "1")
	wantStatus(t, b.post(ticketPath+"/draft", reply), http.StatusNoContent) // of the first machine, late
	if page := b.get(ticketPath).body; strings.Contains(page, "Bonjour &lt;/textarea") {
		t.Error("what was sent is still a draft")
	}
	note.Set("text", "rappeler demain")
	note.Set("draft", "note")
	wantStatus(t, b.post(ticketPath+"/draft", note), http.StatusSeeOther)
	wantContains(t, b.get(ticketPath).body, "rappeler demain</textarea>", `value="note" data-mode="note" autocomplete="off" checked`)
	if texts := said(h.file(reference), bot.FromAgent); len(texts) != 1 {
		t.Errorf("the customer got %q", texts)
	}
	for _, wrong := range []url.Values{{"draft": {"poem"}, "once": {"x"}}, {"draft": {"note"}, "once": {""}}} {
		wantStatus(t, b.post(ticketPath+"/draft", wrong), http.StatusBadRequest)
	}
	wantStatus(t, b.post("/desk/ticket/G-0000-0000/draft", note), http.StatusNotFound)
}

func TestTwoAgentsOnOneTicketSeeEachOtherAndLoseNothing(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	h.addUser("paul@exemple.fr", "Paul Girard")
	claire, paul := h.chromium(), h.chromiumOf("paul@exemple.fr")
	claire.do(chromedp.Navigate(claire.url + ticketPath))
	paul.do(chromedp.Navigate(paul.url+ticketPath), chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour, ici Paul"))
	claire.eventually(`document.querySelector('[data-live=others]').textContent === 'Paul Girard est en train de répondre.'`)
	claire.do(chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour, ici Claire"))
	paul.eventually(`document.querySelector('[data-live=others]').textContent === 'Claire Moreau est en train de répondre.'`)
	paul.eventually(`document.querySelector('form.reply [data-kept]').textContent === 'Brouillon gardé.'`)
	// Claire's page does not follow any more, as on a bad connection: only the server knows that Paul has answered.
	if _, err := chromedp.Run(claire.ctx, chromedp.Evaluate[bool](`document.querySelector('[data-live=thread]').remove(), true`)); err != nil {
		t.Fatal(err)
	}
	paul.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	paul.eventually(`document.querySelector('[data-live=thread]')?.textContent.includes('ici Paul') && document.querySelector('#reply-text').value === ''`)
	claire.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	claire.eventually(`document.querySelector('.warning')?.textContent.includes('ici Paul') && document.querySelector('#reply-text').value === 'Bonjour, ici Claire'`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 {
		t.Errorf("before Claire has read it the customer got %q", got)
	}
	claire.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	claire.eventually(`location.pathname === '` + ticketPath + `' && document.querySelector('[data-live=thread]').textContent.includes('ici Claire')`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 2 {
		t.Errorf("the customer got %q", got)
	}
	paul.do(chromedp.Navigate(paul.url + "/desk/"))
	claire.eventually(`document.querySelector('[data-live=others]').textContent === ''`)
}
