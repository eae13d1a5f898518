package desk_test

import (
	"context"
	"testing"
	"time"

	"guichet/bot"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// paired is a desk with two tickets of one person, in two conversations, where replies can be called back for long.
func paired(t *testing.T) *house {
	t.Helper()
	h := openWith(t, withUndo)
	h.addUser("claire@exemple.fr", "Claire Moreau")
	karim := map[bot.Field]string{bot.Email: "karim@exemple.fr", bot.Name: "Karim Dupont", bot.Correction: "DUPOND au lieu de DUPONT"}
	h.say(reference, "Il y a une erreur sur mon attestation", bot.Reply{Kind: bot.Escalate, Text: "Votre demande est enregistrée."},
		&bot.Ticket{Reference: reference, Category: bot.AttestationCorrection, Fields: karim})
	h.claim(otherReference, map[bot.Field]string{bot.Email: "karim@exemple.fr", bot.Description: "Ma caisse a été volée."})
	if err := h.db.NoteTicket(t.Context(), otherReference, bot.User{Email: "claire@exemple.fr", Name: "Claire Moreau"}, "Rappelé hier.", "1"); err != nil {
		t.Fatal(err)
	}
	h.undoTime(bot.UndoTimes()[3])
	return h
}

// withoutScript has the pages run nothing, from now on. They cannot wait for a condition then: ask is asked from outside.
func (c *chromium) withoutScript() {
	c.t.Helper()
	c.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// ask waits for a condition of a page that may run nothing.
func (c *chromium) ask(condition string) {
	c.t.Helper()
	condition = "document.readyState === 'complete' && (" + condition + ")"
	for {
		if is, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](condition)); err == nil && is {
			return
		}
		select {
		case <-c.ctx.Done():
			c.t.Fatalf("%s: not in time", condition)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// tiesAndUndoes links, merges, separates, sends and calls back, by what stands on the page.
func tiesAndUndoes(h *house, c *chromium) {
	h.t.Helper()
	page := `document.querySelector('main').textContent.includes`
	aside := `document.querySelector('#case').textContent.includes`
	c.do(chromedp.Navigate(c.url+otherPath), chromedp.Click(chromedp.CSS(".tie-other button")))
	c.ask(aside + `('Tickets liés')`)
	c.do(chromedp.Click(chromedp.CSS("#case [value=unlink]")))
	c.ask(page + `('Le lien est retiré')`)
	c.do(chromedp.Click(chromedp.CSS(".tie-other a")))
	c.ask(`document.querySelector('h1').textContent === 'Fusionner deux tickets'`)
	c.do(chromedp.Click(chromedp.CSS(".merge-form .primary")))
	c.ask(`location.pathname === '` + ticketPath + `' && ` + aside + `('Rappelé hier.')`)
	c.do(chromedp.Navigate(c.url + otherPath))
	c.ask(`location.pathname === '` + ticketPath + `' && ` + page + `('continue ici')`)
	c.do(chromedp.Click(chromedp.CSS("#case [name=merged]")))
	c.ask(page + `('de nouveau séparés')`)

	c.ask(`document.querySelector('.holder').textContent.includes('Personne ne suit ce ticket.') && document.querySelector('.send').textContent.includes('Le ticket vous sera attribué.')`)
	c.do(chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour Karim"), chromedp.Click(chromedp.CSS(".reply .primary")))
	c.ask(`document.querySelector('.pending')?.textContent.includes('Bonjour Karim') && document.querySelector('#reply-text').value === ''`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 0 {
		h.t.Errorf("the customer has %q", got)
	}
	c.do(chromedp.Click(chromedp.CSS("[data-recall]")))
	c.ask(`!document.querySelector('.pending') && document.querySelector('#reply-text').value === 'Bonjour Karim'`)
	c.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	c.ask(`document.querySelector('[data-left]') !== null`)
}

func TestTicketsAreTiedAndAReplyIsCalledBackWithoutScript(t *testing.T) {
	t.Parallel()
	h := paired(t)
	c := h.chromium()
	c.withoutScript()
	tiesAndUndoes(h, c)
	h.release()
	c.do(chromedp.Navigate(c.url + ticketPath))
	c.ask(`document.querySelector('.entry.agent').textContent.includes('Bonjour Karim') && !document.querySelector('.pending')`)
}

func TestTicketsAreTiedAndAReplyIsCalledBack(t *testing.T) {
	t.Parallel()
	h := paired(t)
	c := h.chromium()
	tiesAndUndoes(h, c)
	c.eventually(`Number(document.querySelector('[data-left]').textContent) < 19`) // it counts
	c.check("ticket-pending")
	c.do(chromedp.Navigate(c.url+ticketPath), press("z"))
	c.eventually(`!document.querySelector('.pending') && document.querySelector('#reply-text').value === 'Bonjour Karim'`)
	h.undoTime(bot.UndoTimes()[1])
	c.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	c.eventually(`document.querySelector('[data-left]') !== null`)
	h.release()
	// The page follows by itself.
	c.eventually(`document.querySelector('.entry.agent')?.textContent.includes('Bonjour Karim') && !document.querySelector('.pending')`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 || got[0] != "Bonjour Karim" {
		t.Errorf("the customer got %q", got)
	}
	c.eventually(`document.querySelector('.holder').textContent.includes('Vous suivez ce ticket.') && !document.querySelector('.send').textContent.includes('attribué')`)
	c.check("ticket-taken")
}

func TestThePagesOfTiedTicketsAreReadByEverybody(t *testing.T) {
	t.Parallel()
	h := paired(t)
	h.say("eve", "bonjour", bot.Reply{Kind: bot.Silent}, &bot.Ticket{Reference: "G-2222-2222", Category: bot.Human})
	claire := bot.User{Email: "claire@exemple.fr", Name: "Claire Moreau"}
	for _, err := range []error{
		h.db.LinkTickets(t.Context(), reference, claire, "G-2222-2222"),
		h.db.MergeTicket(t.Context(), otherReference, claire, reference),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.WaitVisible(chromedp.CSS("#compose")))
	if _, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`document.querySelectorAll('.more-case').forEach((d) => { d.open = true; }), true`)); err != nil {
		t.Fatal(err)
	}
	c.check("ticket-tied")
	c.do(chromedp.Navigate(c.url + otherPath + "?own=1"))
	c.check("ticket-merged")
	c.do(chromedp.Navigate(c.url + ticketPath + "/merge?into=G-2222-2222"))
	c.check("merge")
	c.do(chromedp.Navigate(c.url + "/desk/account"))
	c.check("account-undo")
}
