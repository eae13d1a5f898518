package desk_test

import (
	"testing"

	"guichet/bot"

	"github.com/chromedp/chromedp"
)

// TestAnAgentsMorningInEnglish signs in in English, keeps it with the account, and goes through a correction.
func TestAnAgentsMorningInEnglish(t *testing.T) {
	t.Parallel()
	h := busy(t)
	c := h.chromium() // in French
	c.do(chromedp.Click(chromedp.CSS("[data-menu] summary")), chromedp.Click(chromedp.CSS(`.menu-list button`)))
	c.eventually(`location.pathname === '/desk/login' && document.documentElement.lang === 'fr'`)
	c.do(chromedp.Click(chromedp.CSS(".language a")))
	c.eventually(`document.documentElement.lang === 'en' && document.querySelector('.primary').textContent === 'Sign in'`)
	c.checkEnglish("login")
	c.do(chromedp.SendKeys(chromedp.CSS("#email"), "claire@exemple.fr"), chromedp.SendKeys(chromedp.CSS("#password"), password+"\r"))
	c.eventually(`document.querySelector('.tabs')?.textContent.includes('Set aside')`)
	c.do(chromedp.Navigate(c.url+"/desk/account"), chromedp.WaitVisible(chromedp.CSS("#language")))
	// The keyboard alone chooses the language of the account.
	c.tab("#language")
	c.do(chromedp.KeyEvent("E"))
	c.tab(`[action="/desk/account/language"] button`)
	c.do(chromedp.KeyEvent("\r"))
	c.eventually(`document.querySelector('.notice')?.textContent === 'The language is saved.'`)
	if user, err := h.db.User(t.Context(), "claire@exemple.fr"); err != nil || user.Language != "en" {
		t.Fatalf("the account's language is %q, %v", user.Language, err)
	}
	c.checkEnglish("account")

	c.do(chromedp.Navigate(c.url+"/desk/?category=attestation_correction"), press("?"))
	c.eventually(`document.querySelector('[data-sheet]').open && document.querySelector('#help-title').textContent === 'Keyboard shortcuts'`)
	c.checkEnglish("keys")
	c.do(chromedp.KeyEvent("\x1b"))
	c.eventually(`!document.querySelector('[data-sheet]').open`)
	c.checkEnglish("queue")
	c.do(press("j"), chromedp.KeyEvent("\r"))
	c.eventually(`location.pathname === '` + ticketPath + `' && document.querySelector('.sides .right dt')?.textContent === 'To write instead'`)
	c.do(press("a"))
	c.eventually(`document.querySelector('.holder p')?.textContent === 'You follow this ticket.'`)
	c.do(chromedp.Click(chromedp.CSS(`.todo [value="corrected:yes"]`)))
	c.eventually(`document.querySelectorAll('.todo [aria-pressed=true]').length === 2 && document.querySelector('.notice').textContent === 'The list is up to date.'`)
	c.do(chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour, c’est corrigé."))
	c.eventually(`document.querySelector('form.reply [data-kept]').textContent === 'Draft kept.'`)
	h.say(reference, "Merci", bot.Reply{Kind: bot.Silent}, nil)
	c.eventually(`document.querySelector('[data-voice]')?.textContent === 'A new message'`)
	c.checkEnglish("ticket")
	c.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	c.eventually(`document.querySelector('.notice')?.textContent === 'Reply sent.' && document.querySelector('.history').textContent.includes('You replied')`)
	c.do(chromedp.Click(chromedp.CSS(`.moves [value=resolved]`)))
	c.eventually(`document.querySelector('[data-live=state]')?.textContent.includes('Resolved')`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 || got[0] != "Bonjour, c’est corrigé." {
		t.Errorf("the customer got %q", got)
	}
}

// checkEnglish looks at the page as it stands: all is said in English, axe finds nothing, it fits.
func (c *chromium) checkEnglish(name string) {
	c.t.Helper()
	page, err := chromedp.Run(c.ctx, chromedp.Evaluate[string](`document.documentElement.outerHTML.replace(/^<html[^>]*>/, '<html lang="' + document.documentElement.lang + '">')`))
	if err != nil {
		c.t.Fatal(err)
	}
	wantEnglish(c.t, name, page)
	c.check("english-" + name)
	c.scheme("light")
}
