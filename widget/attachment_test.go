package widget_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/bot/bottest"
)

// token is that of the conversation which the tab keeps.
func (b *tab) token() string {
	b.t.Helper()
	var kept struct{ Token string }
	if err := json.Unmarshal([]byte(text(b, `localStorage.getItem('guichet.micro')`)), &kept); err != nil || kept.Token == "" {
		b.t.Fatalf("the tab keeps no token: %v", err)
	}
	return kept.Token
}

// TestTheFilesOfAnAgentStandInTheConversation looks at them on a site's own page, on a desk and on a phone in the dark.
func TestTheFilesOfAnAgentStandInTheConversation(t *testing.T) {
	t.Parallel()
	f, address := merchant(t, `<meta name="viewport" content="width=device-width, initial-scale=1"><script async src="GUICHET/widget.js" data-site="micro"></script>`, "")
	for n, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"desk", 1024, 768, "light"}, {"phone", 390, 780, "dark"}} {
		b := openTab(t, address, screen.width, screen.height)
		b.prefers(map[string]string{"prefers-color-scheme": screen.scheme, "prefers-reduced-motion": "reduce"})
		b.run(`Guichet.open()`)
		b.until(`$('.greeting')`)
		b.says("Comment obtenir un extrait Kbis ?")
		b.until(`$$('.m.bot:not(.greeting)').length === 1`)
		token, reference := b.token(), fmt.Sprintf("G-0000-000%d", n)
		photo := f.sendFile(token, reference+"A", "étal.png", bottest.PNG(900))
		f.sendFile(token, reference+"B", "Attestation corrigée de Mme Dupont-Lagarde, exercice 2026.pdf", bottest.PDF("corrigée"))
		b.until(`$$('.m.agent .files a').length === 2 && $('.files img')?.naturalWidth === 900`)
		b.until(`[...$$('.files a')].every((a) => a.target === '_blank' && a.href.startsWith('` + f.http.URL + `/file/'))`)
		if got := text(b, `$$('.files a').map((a) => a.textContent).join('|')`); !strings.HasPrefix(got, "étal.png (") || !strings.Contains(got, "\u00a0Ko)|Attestation corrigée de Mme Dupont-Lagarde, exercice 2026.pdf (") {
			t.Errorf("%s: the files are called %q", screen.name, got)
		}
		if got := text(b, `$$('.m.agent .bubble').every((e) => !e.checkVisibility()) && $('.scroll').scrollWidth <= $('.scroll').clientWidth`); got != "true" {
			t.Errorf("%s: an empty bubble shows, or it scrolls sideways", screen.name)
		}
		b.accessible(screen.name)
		b.run(`$('.scroll').scrollTop = 1e6`)
		b.picture(screen.name + "-files")
		if err := f.files.Delete(t.Context(), photo.ID); err != nil {
			t.Fatal(err)
		}
		b.do(chromedp.Reload())
		b.until(`window.Guichet && $$('.files a').length === 2`)
		b.run(`Guichet.open()`)
		b.until(`!$('.files img') && $('.files a').textContent.startsWith('étal.png (')`) // a picture that is not there is a name
	}
}

func TestTheButtonLeadsToTelegramOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	fail := false
	f.away = away(&fail)
	b := openTab(t, f.replica().URL+"/chat/micro", 390, 780)
	b.until(`$('.greeting') && $('.elsewhere').checkVisibility()`)
	b.says("Comment obtenir un extrait Kbis ?")
	b.until(`$$('.m.bot:not(.greeting)').length === 1`)
	b.picture("phone-elsewhere")
	b.tabTo(".elsewhere")
	b.keys(kb.Enter)
	b.until(`root.activeElement.matches('a.elsewhere') && root.activeElement.textContent === 'Ouvrir Telegram' && /^https:..t.me.some_bot.start=[A-Z2-7]{26}$/.test(root.activeElement.href)`)
	b.accessible("the link")
	b.run(`root.activeElement.onclick()`) // as it is followed
	b.until(`$('button.elsewhere') && !$('a.elsewhere')`)
	plain := openTab(t, f.http.URL+"/chat/micro", 390, 780)
	plain.until(`$('.greeting') && !$('.elsewhere').checkVisibility()`)
}
