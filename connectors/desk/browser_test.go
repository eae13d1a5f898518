package desk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// chromium is a real browser, with somebody signed in.
type chromium struct {
	t   *testing.T
	ctx context.Context
	url string
}

// chromium is Claire's.
func (h *house) chromium() *chromium {
	h.t.Helper()
	return h.chromiumOf("claire@exemple.fr")
}

func (h *house) chromiumOf(email string) *chromium {
	h.t.Helper()
	c := h.stranger()
	c.do(chromedp.Navigate(c.url+"/desk/login?lang=fr"),
		chromedp.SendKeys(chromedp.CSS("#email"), email),
		chromedp.SendKeys(chromedp.CSS("#password"), password+"\r"))
	c.eventually(`document.querySelector('.tabs') !== null`)
	return c
}

// oneChromium is a browser for all the tests that need one, in which each person has a profile. It ends with the test process.
var oneChromium = sync.OnceValues(func() (context.Context, error) {
	ctx, _ := chromedp.NewContext(context.Background())
	return ctx, chromedp.Do(ctx)
})

// stranger is the browser of somebody who is not signed in.
func (h *house) stranger() *chromium {
	h.t.Helper()
	parent, err := oneChromium()
	if err != nil {
		h.t.Fatalf("no Chromium for this test: %v", err)
	}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	h.t.Cleanup(cancel)
	ctx, end := context.WithTimeout(ctx, 5*time.Minute)
	h.t.Cleanup(end)
	c := &chromium{t: h.t, ctx: ctx, url: h.server.URL}
	c.do(chromedp.EmulateViewport(1440, 900))
	return c
}

func (c *chromium) do(steps ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	for _, step := range steps {
		err := chromedp.Do(c.ctx, step)
		for tries := 0; err != nil && tries < 10 && strings.Contains(err.Error(), nodeGone); tries++ {
			err = chromedp.Do(c.ctx, step)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
}

// nodeGone is what Chromium says when the page was drawn anew between an element's being found and its being acted on: nothing
// was done yet.
const nodeGone = "Could not find node with given id"

// press is a key as a keyboard sends it: its letter is typed unless the page takes the key.
func press(key string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			p := input.DispatchKeyEventParams{Type: kind, Key: key}
			if kind == input.DispatchKeyEventTypeKeyDown {
				p.Text = key
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// eventually waits for a condition of the page, or of the one that takes its place meanwhile.
func (c *chromium) eventually(condition string) {
	c.t.Helper()
	condition = "document.readyState === 'complete' && (" + condition + ")" // the page's script has run: a key is heard
	for {
		_, err := chromedp.Run(c.ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(time.Minute)))
		if err == nil {
			return
		}
		if errors.Is(err, chromedp.ErrPollingTimeout) || c.ctx.Err() != nil {
			c.t.Fatalf("%s: %v", condition, err)
		}
	}
}

func TestAHalfWrittenReplyOutlivesTheMessagesThatArrive(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour Karim"))
	// The page follows by itself, whenever its stream and the database's notifications are ready.
	h.say(reference, "Je l’ai retrouvée", bot.Reply{Kind: bot.Silent}, nil)
	c.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Je l’ai retrouvée')`)
	c.eventually(`document.querySelector('#reply-text').value === 'Bonjour Karim' && document.activeElement.id === 'reply-text'`)
	c.eventually(`document.querySelector('[data-seen]').value === '3'`) // it is on the screen: no warning
	c.do(chromedp.Reload())
	c.eventually(`document.querySelector('#reply-text').value === 'Bonjour Karim'`) // the draft
	c.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	c.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Bonjour Karim') && document.querySelector('#reply-text').value === ''`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 || got[0] != "Bonjour Karim" {
		t.Errorf("the customer got %q", got)
	}
}

func TestAPageThatRefusedAReplyStillFollowsTheConversation(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.Click(chromedp.CSS(".reply .primary")))
	c.eventually(`document.querySelector('#reply-problem') && location.pathname === '` + ticketPath + `'`)
	h.say(reference, "Toujours là", bot.Reply{Kind: bot.Silent}, nil)
	c.eventually(`document.querySelector('[data-live=thread]').textContent.includes('Toujours là')`)
	c.eventually(`document.querySelector('[data-connection]').hidden`)
}

func TestKeysWorkOutsideFieldsOnly(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	h.claim("G-1111-1111", nil)
	c := h.chromium()
	c.do(press("j"), press("j"))
	c.eventually(`document.activeElement.getAttribute('href') === '` + ticketPath + `'`)
	c.do(press("k"), chromedp.KeyEvent("\r"))
	c.eventually(`location.pathname === '/desk/ticket/G-1111-1111'`)
	c.do(press("n"))
	c.eventually(`document.activeElement.id === 'note-text' && document.activeElement.value === ''`)
	c.do(press("r"), press("g"), press("q"), press("?"))
	c.eventually(`document.activeElement.value === 'rgq?' && !document.querySelector('[data-sheet]').open`)
	c.do(chromedp.KeyEvent("\x1b"), press("r"))
	c.eventually(`document.activeElement.id === 'reply-text'`)
	c.do(chromedp.KeyEvent("\x1b"), press("?"))
	c.eventually(`document.querySelector('[data-sheet]').open`)
	c.do(chromedp.KeyEvent("\x1b"))
	c.eventually(`!document.querySelector('[data-sheet]').open`)
	c.do(press("g"), press("q"))
	c.eventually(`location.pathname === '/desk/'`)
}

func TestPagesFitAPhone(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.claim("G-1111-1111", map[bot.Field]string{bot.Description: fmt.Sprintf("%0300d", 7), bot.Name: "Jean-Baptiste Charpentier-Delacourt"})
	wantStatus(t, b.get("/desk/"), 200)
	c := h.chromium()
	for _, width := range []int64{320, 360, 768, 1440} {
		for _, path := range []string{"/desk/", "/desk/?q=rien", "/desk/?status=any&category=claim", "/desk/notices", ticketPath, "/desk/ticket/G-1111-1111", "/desk/x"} {
			c.do(chromedp.EmulateViewport(width, 740), chromedp.Navigate(c.url+path))
			over, err := chromedp.Run(c.ctx, chromedp.Evaluate[float64]("document.documentElement.scrollWidth - innerWidth"))
			if err != nil || over > 0 {
				t.Errorf("%s at %d px is %.0f px too wide, %v", path, width, over, err)
			}
		}
	}
}
