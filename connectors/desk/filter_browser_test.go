package desk_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestFiltersAreChosenByTheKeyboardBeforeTheyApply(t *testing.T) {
	t.Parallel()
	h := busy(t)
	c := h.chromium()
	const stays = `location.search === '' && performance.getEntriesByType('navigation').length === 1 && window.here === true && `
	opens := func() {
		c.do(chromedp.Navigate(c.url + "/desk/"))
		c.eventually(`document.querySelector('.more') && (window.here = true)`)
		c.tab(".more summary")
		c.do(chromedp.KeyEvent("\r"))
		c.eventually(`document.querySelector('.more').open`)
		c.tab("[name=category]")
		// Each arrow is a choice, of which none is meant yet.
		c.do(chromedp.KeyEvent(kb.ArrowDown))
		c.eventually(stays + `document.querySelector('[name=category]').selectedIndex === 1`)
		c.do(chromedp.KeyEvent(kb.ArrowDown))
		c.eventually(stays + `document.querySelector('[name=category]').selectedIndex === 2`)
	}
	const applied = `new URLSearchParams(location.search).get('category') === document.querySelector('[name=category]').options[2].value`

	opens() // then another one, and the button
	c.tab("[name=priority]")
	c.do(chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.ArrowDown))
	c.tab(".choices button")
	c.eventually(stays + `document.activeElement.textContent === 'Filtrer'`)
	c.do(chromedp.KeyEvent("\r"))
	c.eventually(applied + ` && new URLSearchParams(location.search).get('priority') !== ''`)

	opens()
	c.do(chromedp.KeyEvent("\r"))
	c.eventually(applied)

	opens()
	c.tab(".tabs a") // on to the list
	c.eventually(applied)

	opens()
	c.do(chromedp.Click(chromedp.CSS("h1")))
	c.eventually(applied)
}

func TestAFilterChosenWithAPointerAppliesAtOnce(t *testing.T) {
	t.Parallel()
	h := busy(t)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+"/desk/"), chromedp.Click(chromedp.CSS(".more summary")), chromedp.WaitVisible(chromedp.CSS("[name=category]")))
	// The list of a select is the system's, and no part of the page: what the page hears is the press and the choice.
	c.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const select = document.querySelector('[name=category]');
		select.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
		select.selectedIndex = 2;
		select.dispatchEvent(new Event('change', { bubbles: true }));
	})()`))
	c.eventually(`new URLSearchParams(location.search).get('category') === document.querySelector('[name=category]').options[2].value`)
}
