package desk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axeViolations runs axe-core on the page as it stands, and returns what it finds, a line each.
func (c *chromium) axeViolations() string {
	c.t.Helper()
	there, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`window.found = undefined; 'axe' in window`))
	if err == nil && !there {
		var script []byte
		if script, err = os.ReadFile("testdata/axe-4.14.1.min.js"); err == nil {
			_, err = chromedp.Run(c.ctx, chromedp.Evaluate[bool](string(script)+"\n;true"))
		}
	}
	if err == nil {
		_, err = chromedp.Run(c.ctx, chromedp.Evaluate[bool](`axe.run(document, {resultTypes: ['violations']}).then(r => {
			window.found = r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' (' + n.failureSummary + ')').join(', ')).join('\n')
		}); true`))
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.eventually(`window.found !== undefined`)
	found, err := chromedp.Run(c.ctx, chromedp.Evaluate[string](`window.found`))
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// scheme has the page believe that its reader prefers light or dark, and nothing that moves: what is half-way between
// two colours has neither's contrast.
func (c *chromium) scheme(name string) {
	c.t.Helper()
	c.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	}))
}

// shoot keeps a picture of the whole page where GUICHET_SCREENSHOTS says, if it says so.
func (c *chromium) shoot(name string) {
	c.t.Helper()
	folder := os.Getenv("GUICHET_SCREENSHOTS")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(c.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644)
	}
	if err != nil {
		c.t.Error(err)
	}
}

// tab presses Tab until the element has the focus, as somebody without a mouse does.
func (c *chromium) tab(selector string) {
	c.t.Helper()
	for range 60 {
		c.do(chromedp.KeyEvent("\t"))
		here, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`document.activeElement.matches('`+selector+`')`))
		if err != nil {
			c.t.Fatal(err)
		}
		if here {
			return
		}
	}
	c.t.Fatalf("Tab never reaches %s", selector)
}

// staff is a desk with some people and a Claire who administers it.
func staff(t *testing.T) *house {
	t.Helper()
	h := openWith(t, func(o *desk.Options) {
		o.Provider = &desk.Provider{Name: "l’annuaire de l’entreprise", Issuer: "http://127.0.0.1:1", ClientID: "x", Secret: "y"}
	})
	h.claim(reference, nil)
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: "claire@exemple.fr", Address: "192.0.2.14"})
	for _, user := range []bot.User{
		{Email: "claire@exemple.fr", Name: "Claire Moreau", Role: bot.RoleAdmin, PasswordHash: passwordHash},
		{Email: "karim.benali@exemple.fr", Name: "Karim Benali", Role: bot.RoleAgent, PasswordHash: passwordHash},
		{Email: "marie-antoinette.charpentier-delacourt@une-bien-longue-adresse.exemple.fr", Name: "Marie-Antoinette Charpentier-Delacourt", Role: bot.RoleEditor, PasswordHash: passwordHash},
	} {
		user.CreatedAt = h.now()
		if err := h.db.AddUser(ctx, user); err != nil {
			t.Fatal(err)
		}
	}
	invited := bot.User{Email: "lucie@exemple.fr", Role: bot.RoleAgent}
	link := bot.AccountLink{Hash: []byte("x"), Expires: h.now().Add(time.Hour)}
	for _, err := range []error{
		h.db.Invite(ctx, invited, link), h.db.SetDisabled(ctx, "karim.benali@exemple.fr", true),
		h.db.SetRole(ctx, "lucie@exemple.fr", bot.RoleEditor),
		h.db.AssignTicket(ctx, reference, bot.User{Email: "claire@exemple.fr"}, "claire@exemple.fr"),
		h.db.NoteTicket(ctx, reference, bot.User{Email: "claire@exemple.fr"}, "vu", "1"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	h.signIn("claire@exemple.fr") // another device
	return h
}

// check looks at a page on a desk and on a phone, in light and in dark: axe-core finds nothing, and nothing is too wide.
func (c *chromium) check(name string) {
	c.t.Helper()
	for _, view := range []struct {
		scheme string
		width  int64
	}{{"light", 1440}, {"dark", 1440}, {"dark", 390}, {"light", 390}, {"light", 320}} {
		c.scheme(view.scheme)
		c.do(chromedp.EmulateViewport(view.width, 844))
		over, err := chromedp.Run(c.ctx, chromedp.Evaluate[float64]("document.documentElement.scrollWidth - innerWidth"))
		if err != nil || over > 0 {
			c.t.Errorf("%s at %d px is %.0f px too wide, %v", name, view.width, over, err)
		}
		if view.width == 320 {
			continue
		}
		if found := c.axeViolations(); found != "" {
			c.t.Errorf("%s at %d px, %s:\n%s", name, view.width, view.scheme, found)
		}
		c.shoot(fmt.Sprintf("%s-%d-%s", name, view.width, view.scheme))
	}
	c.scheme("light")
	c.do(chromedp.EmulateViewport(1440, 900))
}

func (c *chromium) visit(name, path string) {
	c.t.Helper()
	c.do(chromedp.Navigate(c.url + path))
	c.check(name)
}

func TestAdministratorsPagesHaveNoAccessibilityViolationsAndFitAPhone(t *testing.T) {
	t.Parallel()
	h := staff(t)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url + accountsPath + "?done=role"))
	c.do(chromedp.Click(chromedp.CSS(".people li:nth-child(3) summary")), chromedp.Click(chromedp.CSS(".menu summary")))
	c.check("accounts-open")
	c.do(chromedp.Navigate(c.url+accountsPath), chromedp.SendKeys(chromedp.CSS("#invite-email"), "nouveau@exemple.fr\r"), chromedp.WaitVisible(chromedp.CSS(".fresh-link")))
	c.check("accounts-link")
	c.do(chromedp.Navigate(c.url+accountsPath), chromedp.SendKeys(chromedp.CSS("#invite-email"), "nouveau@exemple.fr\r"), chromedp.WaitVisible(chromedp.CSS("#invite-problem")))
	c.check("accounts-problem")
}

func TestOnesOwnPagesHaveNoAccessibilityViolationsAndFitAPhone(t *testing.T) {
	t.Parallel()
	h := staff(t)
	c := h.chromium()
	lucie := bot.User{Email: "lucie@exemple.fr", Role: bot.RoleAgent}
	invitation, _, err := desk.InvitationLink(t.Context(), h.db, h.server.URL, lucie, h.now())
	if err != nil {
		t.Fatal(err)
	}
	c.do(chromedp.Navigate(c.url+factorPath), chromedp.SendKeys(chromedp.CSS("#code"), "000000\r"), chromedp.WaitVisible(chromedp.CSS("#code-problem")))
	c.check("factor-new")
	c.do(chromedp.SendKeys(chromedp.CSS("#code"), h.code(c.text(".secret"), 0).Get("code")+"\r"), chromedp.WaitVisible(chromedp.CSS(".codes")))
	c.check("recovery")
	c.visit("factor", factorPath)
	c.do(chromedp.Click(chromedp.CSS(".menu summary")), chromedp.Click(chromedp.CSS(".menu-list button")), chromedp.WaitVisible(chromedp.CSS("#email")))
	c.check("login")
	c.do(chromedp.SendKeys(chromedp.CSS("#email"), "claire@exemple.fr"), chromedp.SendKeys(chromedp.CSS("#password"), password+"\r"), chromedp.WaitVisible(chromedp.CSS("#code")))
	c.check("code")
	c.do(chromedp.SendKeys(chromedp.CSS("#code"), "000000\r"), chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
	c.check("code-problem")
	c.visit("link", strings.TrimPrefix(invitation, h.server.URL))
}

// text is what an element says, without its spaces.
func (c *chromium) text(selector string) string {
	c.t.Helper()
	text, err := chromedp.Run(c.ctx, chromedp.Evaluate[string](`document.querySelector('`+selector+`').textContent.replaceAll(' ', '')`))
	if err != nil {
		c.t.Fatal(err)
	}
	return text
}

func TestASecondFactorIsSetUpAndUsedByKeyboardAlone(t *testing.T) {
	t.Parallel()
	h := staff(t)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url + "/desk/"))
	c.tab(".menu summary")
	c.do(chromedp.KeyEvent("\r"))
	c.tab(`.menu-list a[href="/desk/account"]`)
	c.do(chromedp.KeyEvent("\x1b"))
	c.eventually(`!document.querySelector('.menu').open && document.activeElement.matches('.menu summary')`)
	c.do(chromedp.KeyEvent("\r"))
	c.tab(`.menu-list a[href="/desk/account"]`)
	c.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#devices-title")))
	c.tab(`a[href="` + factorPath + `"]`)
	c.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS(".qr")))
	secret := c.text(".secret")
	c.tab("#code")
	c.do(chromedp.KeyEvent(h.code(secret, 0).Get("code")+"\r"), chromedp.WaitVisible(chromedp.CSS(".codes")))
	c.tab(`a[href="/desk/"].button`)
	c.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS(".tabs")))
	c.tab(".menu summary")
	c.do(chromedp.KeyEvent("\r"))
	c.tab(".menu-list button")
	c.do(chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#email")))
	h.clock.Add(int64(time.Minute))
	c.eventually(`document.activeElement.id === 'email'`) // by itself, as the code's field below
	c.do(chromedp.KeyEvent("claire@exemple.fr\t"+password+"\r"), chromedp.WaitVisible(chromedp.CSS("#code")))
	c.eventually(`document.activeElement.id === 'code'`)
	c.do(chromedp.KeyEvent(h.code(secret, 0).Get("code")+"\r"), chromedp.WaitVisible(chromedp.CSS(".tabs")))
}
