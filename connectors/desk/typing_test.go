package desk_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/bot"
	"guichet/bot/bottest"
)

func TestTheCustomerSeesThatAnAgentIsWriting(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	changes := bot.NewChanges(h.db)
	bottest.Run(t, changes.Run)
	typing, stop := changes.SubscribeTyping("web", reference)
	t.Cleanup(stop)
	heard := func(do func()) {
		t.Helper()
		for late := time.After(time.Minute); ; {
			do() // until the listener is there
			select {
			case <-typing:
				return
			case <-time.After(100 * time.Millisecond):
			case <-late:
				t.Fatal("nobody was told")
			}
		}
	}
	heard(func() { wantStatus(t, b.post(ticketPath+"/typing", url.Values{}), http.StatusNoContent) })
	wantStatus(t, b.post("/desk/ticket/G-9999-9999/typing", url.Values{}), http.StatusNotFound)
	if got := h.browser().post(ticketPath+"/typing", url.Values{}); got.status == http.StatusNoContent {
		t.Error("a stranger writes to the customer")
	}

	c := h.chromium()
	c.do(chromedp.Navigate(c.url + ticketPath))
	select { // what is left of the posts above
	case <-typing:
	default:
	}
	c.do(chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour"))
	heard(func() {})
}

func TestTheTicketsPageSaysThatItsCustomerIsWriting(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	h.claim("G-1111-1111", nil)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url + ticketPath))
	line := `document.querySelector('[data-writes]')`
	for late := time.Now().Add(time.Minute); ; { // until the page's stream is there
		if err := h.db.CustomerTypes(t.Context(), "web", reference); err != nil {
			t.Fatal(err)
		}
		got, err := chromedp.Run(c.ctx, chromedp.Evaluate[string](line+`.textContent + ' ' + `+line+`.getAttribute('role')`))
		if err == nil && got == "Le client écrit… status" {
			break
		}
		if time.Now().After(late) {
			t.Fatalf("the page says %q, %v", got, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	h.say(reference, "Voilà", bot.Reply{Kind: bot.Silent}, nil)
	c.eventually(line + `.textContent === ''`) // what was being written is there
	if err := h.db.CustomerTypes(t.Context(), "web", "G-1111-1111"); err != nil {
		t.Fatal(err)
	}
	if err := h.db.CustomerTypes(t.Context(), "web", reference); err != nil {
		t.Fatal(err)
	}
	c.eventually(line + `.textContent !== ''`)
	c.eventually(line + `.textContent === ''`) // it expires by itself
}
