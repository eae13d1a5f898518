package desk_test

import (
	"fmt"
	"slices"
	"testing"

	"guichet/bot"

	"github.com/chromedp/chromedp"
)

// TestTwoAgentsOnOneTicketLoseNoReply has two people write on one ticket, each in a browser of their own. Who has a colleague's
// reply on the screen just sends; who has not is warned, and keeps what they wrote.
func TestTwoAgentsOnOneTicketLoseNoReply(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	h.addUser("paul@exemple.fr", "Paul Girard")
	for i := range 30 { // longer than the screen
		h.say(reference, fmt.Sprintf("Et une précision, la numéro %d", i), bot.Reply{Kind: bot.Silent}, nil)
	}
	claire, paul := h.chromium(), h.chromiumOf("paul@exemple.fr")
	for c, text := range map[*chromium]string{claire: "Je regarde ", paul: "Nous ouvrons un dossier."} {
		c.do(chromedp.Navigate(c.url+ticketPath), chromedp.SendKeys(chromedp.CSS("#reply-text"), text))
		c.eventually(`document.querySelector('[data-seen]').value === '32'`)
	}
	claire.eventually(`document.querySelector('[data-live=others]').textContent.includes('Paul Girard')`)
	claire.do(chromedp.SendKeys(chromedp.CSS("#reply-text"), "tout de suite.")) // who stopped for 15 seconds writes no more
	paul.eventually(`document.querySelector('[data-live=others]').textContent.includes('Claire Moreau est en train de répondre')`)

	// Paul reads the beginning again while Claire answers.
	paul.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.thread-scroll').scrollTo(0, -100000)`))
	paul.eventually(`document.querySelector('.thread-scroll').scrollTop < -400`)
	claire.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	claire.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Je regarde tout de suite.')`)
	paul.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Je regarde tout de suite.')`)
	paul.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	paul.eventually(`document.querySelector('.warning')?.textContent.includes('Je regarde tout de suite.')`)
	paul.eventually(`document.querySelector('#reply-text').value === 'Nous ouvrons un dossier.' && document.querySelector('.reply .primary').textContent === 'Envoyer quand même'`)
	paul.check("two-agents-warned")
	if got := said(h.file(reference), bot.FromAgent); !slices.Equal(got, []string{"Je regarde tout de suite."}) {
		t.Errorf("before Paul confirms the customer got %q", got)
	}
	paul.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	paul.eventually(`document.querySelector('.warning') == null && document.querySelector('#reply-text').value === ''`)

	// Claire has it on her screen: no warning.
	claire.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Nous ouvrons un dossier.')`)
	claire.do(chromedp.SendKeys(chromedp.CSS("#reply-text"), "Avec Paul, donc."))
	claire.eventually(`document.querySelector('[data-seen]').value === '34'`)
	claire.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	claire.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Avec Paul, donc.') && document.querySelector('.warning') == null`)
	if got := said(h.file(reference), bot.FromAgent); !slices.Equal(got, []string{"Je regarde tout de suite.", "Nous ouvrons un dossier.", "Avec Paul, donc."}) {
		t.Errorf("the customer got %q", got)
	}
}

// TestTwoAgentsTakeATicketOnce has both press the key at the same moment.
func TestTwoAgentsTakeATicketOnce(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	h.addUser("paul@exemple.fr", "Paul Girard")
	both := []*chromium{h.chromium(), h.chromiumOf("paul@exemple.fr")}
	for _, c := range both {
		c.do(chromedp.Navigate(c.url + ticketPath))
		c.eventually(`document.querySelector('.holder [value=me]') != null`)
	}
	// The second page still shows that nobody has it: its stream is cut.
	both[1].do(chromedp.Evaluate[chromedp.Void](`Object.defineProperty(document, 'hidden', {get: () => true}); document.dispatchEvent(new Event('visibilitychange'))`))
	both[0].do(press("a"))
	both[0].eventually(`document.querySelector('.holder p')?.textContent === 'Vous suivez ce ticket.'`)
	both[1].do(press("a"))
	both[1].eventually(`document.querySelector('.notice')?.textContent.includes('a changé de mains') && document.querySelector('.holder p').textContent.includes('Claire Moreau')`)
	if who := h.file(reference).Assignee; who != "claire@exemple.fr" {
		t.Errorf("the ticket is %q's", who)
	}
}
