package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"guichet/bot/bottest"
)

// hands are an agent's, with a pointer or on the keyboard alone: then nothing is clicked and no script reaches into the page.
type hands struct {
	*browser
	keyboard bool
	address  string
}

// key presses keys, or types.
func (h *hands) key(keys string) { h.t.Helper(); h.do(chromedp.KeyEvent(keys)) }

// shortcut presses a letter as a keyboard sends it: it is typed unless the page takes it.
func (h *hands) shortcut(letter string) {
	h.t.Helper()
	h.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: letter, Text: letter})
		if err == nil {
			_, err = cdp.Call(ctx, target, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: letter})
		}
		return err
	}))
}

// reach brings the focus to an element by Tab.
func (h *hands) reach(selector string) {
	h.t.Helper()
	for range 150 {
		h.key("\t")
		here, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](`document.activeElement?.matches(`+quoteJS(selector)+`) === true`))
		if err != nil {
			h.t.Fatal(err)
		}
		if here {
			return
		}
	}
	h.t.Fatalf("Tab never reaches %s", selector)
}

// activate presses a button or follows a link.
func (h *hands) activate(selector string) {
	h.t.Helper()
	if h.keyboard {
		h.reach(selector)
		h.key("\r")
		return
	}
	h.do(chromedp.Click(chromedp.CSS(selector)))
}

func (h *hands) signIn(codes *authenticator) {
	h.t.Helper()
	h.do(chromedp.Navigate(h.address + "/desk/"))
	h.until("the sign-in page", `document.activeElement?.id === 'email'`)
	if h.keyboard {
		h.key("ines@example.fr\t" + morningPassword + "\r")
		h.until("the question for the code", `document.activeElement?.id === 'code'`)
		h.key(codes.next() + "\r")
	} else {
		h.do(chromedp.SendKeys("#email", "ines@example.fr"), chromedp.SendKeys("#password", morningPassword), chromedp.Click(chromedp.CSS("form .primary")))
		h.until("the question for the code", `document.querySelector('#code') != null`)
		h.do(chromedp.SendKeys("#code", codes.next()), chromedp.Click(chromedp.CSS("form .primary")))
	}
	h.until("the queue", `document.querySelector('.tabs') != null`)
	h.picture("morning-0-queue")
}

// opensOldestCorrection narrows the queue to corrections; the first is the one that waits longest.
func (h *hands) opensOldestCorrection(want string) {
	h.t.Helper()
	if h.keyboard {
		h.reach(".more summary")
		h.key("\r")
		h.reach("select[name=category]")
		h.key("c\r") // Correction d’attestation
	} else {
		h.do(chromedp.Click(chromedp.CSS(".more summary")), chromedp.SendKeys("select[name=category]", "Correction"), chromedp.Click(chromedp.CSS("[data-applies] button")))
	}
	h.until("the corrections", `new URLSearchParams(location.search).get('category') === 'attestation_correction' && document.querySelector('[data-row]') != null && document.readyState === 'complete'`)
	if h.keyboard {
		h.shortcut("j")
		h.until("the first row", `document.activeElement === document.querySelector('[data-row]')`)
		h.key("\r")
	} else {
		h.do(chromedp.Click(chromedp.CSS("[data-row]")))
	}
	h.until("the oldest correction", `location.pathname === '/desk/ticket/`+want+`' && document.readyState === 'complete'`)
}

func (h *hands) takes() {
	h.t.Helper()
	if h.keyboard {
		h.shortcut("a")
	} else {
		h.activate(".holder button")
	}
	h.until("that it is hers", `document.querySelector('.holder p')?.textContent === 'Vous suivez ce ticket.' && document.readyState === 'complete'`)
}

func (h *hands) ticks(step string) {
	h.t.Helper()
	h.activate(`.todo [value="` + step + `:yes"]`)
	h.until("the ticked step", `document.querySelector('.todo [value="`+step+`:no"]') != null && document.readyState === 'complete'`)
}

func (h *hands) repliesWithPDF(text string) {
	h.t.Helper()
	document := filepath.Join(h.t.TempDir(), "Attestation corrigée.pdf")
	if err := os.WriteFile(document, bottest.PDF("corrigée"), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if h.keyboard {
		h.shortcut("r")
		h.until("the reply's field", `document.activeElement?.id === 'reply-text'`)
		h.key(text)
		h.reach("#reply-files") // the system's own dialog, which follows, is none of the page
	} else {
		h.do(chromedp.SendKeys("#reply-text", text))
	}
	h.do(chromedp.SetUploadFiles(chromedp.CSS("#reply-files"), []string{document}))
	h.activate("form.reply .primary")
	h.until("the reply in the transcript", `[...document.querySelectorAll('.thread .agent .files a')].some(a => a.textContent === 'Attestation corrigée.pdf') && document.readyState === 'complete'`)
}

func (h *hands) notes(text string) {
	h.t.Helper()
	if h.keyboard {
		h.shortcut("n")
	} else {
		h.do(chromedp.Click(chromedp.CSS("[data-mode=note]")))
	}
	h.until("the note's field", `document.activeElement?.id === 'note-text'`)
	h.key(text)
	h.activate("form.note .primary")
	h.until("the note", `document.querySelector('.entry.note')?.textContent.includes(`+quoteJS(text)+`) && document.readyState === 'complete'`)
}

func (h *hands) resolves() {
	h.t.Helper()
	h.activate(".moves [value=resolved]")
	h.until("that it is resolved", `document.querySelector('[data-live=state]')?.textContent.includes('Résolu') && document.readyState === 'complete'`)
}
