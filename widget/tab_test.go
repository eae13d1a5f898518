package widget_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is one Chromium for all the tests that need one; each test has a profile of its own in it. It ends with the
// test process.
var browser = sync.OnceValues(func() (context.Context, error) {
	ctx, _ := chromedp.NewContext(context.Background())
	return ctx, chromedp.Do(ctx)
})

// tab is a page seen and used as a person does.
type tab struct {
	t   testing.TB
	ctx context.Context
}

// openTab opens a page in a profile without a past.
func openTab(t testing.TB, address string, width, height int64) *tab {
	t.Helper()
	parent, err := browser()
	if err != nil {
		t.Fatalf("no Chromium for this test: %v", err)
	}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(func() { stop(); cancel() })
	b := &tab{t, ctx}
	if err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*log.EventEntryAdded); ok && strings.Contains(e.Entry.Text, "Content Security Policy") {
			t.Errorf("the page breaks its own policy: %s", e.Entry.Text)
		}
	}); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(address))
	if address != "about:blank" {
		b.until(`window.Guichet && true`)
	}
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	for _, step := range steps {
		err := chromedp.Do(b.ctx, step)
		for tries := 0; err != nil && tries < 10 && strings.Contains(err.Error(), nodeGone); tries++ {
			err = chromedp.Do(b.ctx, step)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// nodeGone is what Chromium says when the page was drawn anew between an element's being found and its being acted on: nothing
// was done yet.
const nodeGone = "Could not find node with given id"

// shadow begins every script: $ and $$ look into the widget.
const shadow = `const chat = document.querySelector('guichet-chat'), root = chat?.shadowRoot,
	$ = (s) => root?.querySelector(s), $$ = (s) => [...(root?.querySelectorAll(s) ?? [])];`

// until waits for an expression to be true.
func (b *tab) until(expression string) {
	b.t.Helper()
	b.within(patience, expression)
}

// eventually waits as long as the client's own patience with a bad network may take.
func (b *tab) eventually(expression string) {
	b.t.Helper()
	b.within(3*time.Minute, expression)
}

func (b *tab) within(limit time.Duration, expression string) {
	b.t.Helper()
	script := fmt.Sprintf("(() => { %s return Boolean(%s); })()", shadow, expression)
	for deadline := time.Now().Add(limit); ; {
		_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](script, chromedp.WithPollingTimeout(time.Until(deadline))))
		if err == nil {
			return
		}
		if b.ctx.Err() == nil && time.Now().Before(deadline) { // a navigation took the page away: it goes on in the next
			continue
		}
		state, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf("(() => { %s return ($('.panel') ?? document.body)?.innerText ?? ''; })()", shadow)))
		b.t.Fatalf("never true: %s: %v\nthe panel reads:\n%s", expression, err, state)
	}
}

func text(b *tab, expression string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf("(() => { %s return String(%s); })()", shadow, expression)))
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *tab) run(statements string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("(() => { %s %s })()", shadow, statements)))
}

// keys types into whatever has the focus.
func (b *tab) keys(text string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(text))
}

// sibling is another tab of the same profile.
func (b *tab) sibling(address string) *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	other := &tab{b.t, ctx}
	other.do(chromedp.EmulateViewport(1024, 768))
	other.open(address)
	return other
}

// open goes to a page with the chat.
func (b *tab) open(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
	b.until(`window.Guichet?.version`)
}

// says types a message and presses the button that sends it.
func (b *tab) says(message string) {
	b.t.Helper()
	b.run(`$('.field textarea').focus()`)
	b.keys(message)
	b.run(`$('.send').click()`)
}

// tabTo presses Tab until an element has the focus, as someone without a mouse does.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 60 {
		if text(b, fmt.Sprintf(`root.activeElement?.matches(%q)`, selector)) == "true" {
			return
		}
		b.keys(kb.Tab)
	}
	b.t.Fatalf("Tab never reaches %s", selector)
}

// tabBack does the same with Shift.
func (b *tab) tabBack(selector string) {
	b.t.Helper()
	for range 60 {
		b.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
		if text(b, fmt.Sprintf(`root.activeElement?.matches(%q)`, selector)) == "true" {
			return
		}
	}
	b.t.Fatalf("Shift and Tab never reach %s", selector)
}
