package desk_test

import (
	"context"
	"strings"
	"testing"

	"guichet/bot"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// azerty is where a French keyboard has the keys that a page hears of: the code names the key's place on an American one.
var azerty = map[string]struct {
	code  string
	shift bool
}{
	"a": {"KeyQ", false}, "q": {"KeyA", false}, "m": {"Semicolon", false}, "?": {"KeyM", true}, "j": {"KeyJ", false}, "k": {"KeyK", false},
	"r": {"KeyR", false}, "n": {"KeyN", false}, "z": {"KeyW", false}, "s": {"KeyS", false}, "g": {"KeyG", false}, "Enter": {"Enter", false}, "Escape": {"Escape", false},
}

// typed presses keys of a French keyboard, one after the other.
func typed(keys ...string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, key := range keys {
			name, control := strings.CutPrefix(key, "Ctrl+")
			down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: name, Code: azerty[name].code}
			switch {
			case name == "Enter":
				down.Text, down.WindowsVirtualKeyCode = "\r", 13
			case name == "Escape":
				down.WindowsVirtualKeyCode = 27
			default:
				down.Text = name
			}
			if azerty[name].shift {
				down.Modifiers = 8
			}
			if control {
				down.Modifiers, down.Text = 2, ""
			}
			up := down
			up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
			for _, event := range []input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, event); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// TestEveryShortcutOfTheSheetWorksOnAFrenchKeyboard presses what the sheet lists, and nothing of the sheet is left out.
func TestEveryShortcutOfTheSheetWorksOnAFrenchKeyboard(t *testing.T) {
	t.Parallel()
	h := busy(t, withUndo)
	h.undoTime(bot.UndoTimes()[3])
	c := h.chromium()
	c.do(chromedp.Navigate(c.url + "/desk/"))
	listed, err := chromedp.Run(c.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll('[data-sheet] dt')].map((d) => d.textContent.trim()).join('|')`))
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for name := range strings.SplitSeq(listed, "|") {
		left[name] = true
	}
	tried := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if !left[name] {
				t.Errorf("%q is not on the sheet, which lists %s", name, listed)
			}
			delete(left, name)
		}
	}
	c.do(typed("?"))
	c.eventually(`document.querySelector('[data-sheet]').open`)
	c.do(typed("Escape"))
	c.eventually(`!document.querySelector('[data-sheet]').open`)
	tried("?")
	c.do(typed("j", "j", "k"))
	c.eventually(`document.activeElement === document.querySelectorAll('[data-row]')[0]`)
	tried("j k")
	c.do(typed("Enter"))
	c.eventually(`location.pathname.startsWith('/desk/ticket/')`)
	tried("Entrée")
	c.do(chromedp.Navigate(c.url + ticketPath))
	c.eventually(`document.querySelector('#compose') != null`)
	c.do(typed("a"))
	c.eventually(`document.querySelector('.holder p')?.textContent === 'Vous suivez ce ticket.'`)
	tried("a")
	c.do(typed("m"))
	c.eventually(`document.activeElement?.id === 'macro'`)
	tried("m")
	c.do(typed("Escape", "n"))
	c.eventually(`document.activeElement?.id === 'note-text'`)
	c.do(typed("a", "m", "Escape"))
	c.eventually(`document.querySelector('#note-text').value === 'am' && document.activeElement === document.body`)
	tried("n", "Échap")
	c.do(typed("n", "Ctrl+Enter"))
	c.eventually(`document.querySelector('.entry.note .words')?.textContent === 'am'`)
	tried("Ctrl Entrée")
	c.do(typed("r"))
	c.eventually(`document.activeElement?.id === 'reply-text' && document.activeElement.value === ''`)
	tried("r")
	c.do(chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour"), typed("Ctrl+Enter"))
	c.eventually(`document.querySelector('[data-recall]') != null && document.querySelector('#reply-text').value === ''`)
	c.do(typed("z"))
	c.eventually(`document.querySelector('.pending') == null && document.querySelector('#reply-text').value === 'Bonjour'`)
	tried("z")
	c.do(typed("Escape", "g", "q"))
	c.eventually(`location.pathname === '/desk/'`)
	tried("g puis q")
	c.do(typed("s"))
	c.eventually(`document.activeElement?.id === 'q' && document.activeElement.value === ''`)
	tried("s")
	for name := range left {
		t.Errorf("the sheet lists %q, which nobody pressed", name)
	}

	// Switched off on the sheet, single keys are the page's no more (WCAG 2.1.4); Ctrl+Enter is none of them.
	c.do(typed("Escape", "?"))
	c.eventually(`document.querySelector('[data-sheet]').open`)
	c.do(chromedp.Click(chromedp.CSS("[data-keys]")), chromedp.Navigate(c.url+ticketPath))
	c.eventually(`document.querySelector('#compose') != null`)
	h.undoTime(0)
	c.do(typed("n", "r", "?"), chromedp.Click(chromedp.CSS("#reply-text")), typed("Ctrl+Enter"))
	c.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Bonjour') && document.querySelector('#reply-text').value === ''`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 || got[0] != "Bonjour" {
		t.Errorf("the customer got %q", got)
	}
}
