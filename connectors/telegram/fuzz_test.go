package telegram_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"guichet/bot"
	"guichet/connectors/telegram"
)

// FuzzRender checks what must hold for any text: limits, well-formed HTML, and that no letter is lost. What Markdown
// itself takes out of a text (a link's target, an entity's name) is kept out of the input of the last check.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"*Chez Alma :*\n\n1. **Téléchargez-le** 🧾\n2. la [prime](alma.parties)\n   - a `b`", "<b>&amp; @everyone _x_ \\* ``` ~~~ go",
		"# t #\n- - - x\n***a** b* __c__ <https://e.fr/é> www.e.fr a@e.fr", "![i](x \"y\")\n[r]: /u 't'\n\n    code\n===", "a\r\nb\x00\xff\u202e👩‍👩‍👧‍👦e\u0301",
	} {
		f.Add(seed, 1)
		f.Add(seed, 300)
	}
	f.Fuzz(func(t *testing.T, text string, times int) {
		text = strings.Repeat(text, min(max(times, 1), 1+9000/(len(text)+1)))
		choices := []bot.Choice{{Label: text, Value: "v"}}
		cited := []bot.Citation{{Topic: "a.b", Document: text, Section: text, URL: text, Checked: text}}
		messages := telegram.Render(1, bot.Reply{Text: text, Choices: choices, Citations: cited}, base)
		said(t, messages)
		for _, m := range messages {
			if m.ReplyMarkup != nil && len(utf16.Encode([]rune(keyboard(t, m)[0][0].Text))) > 64 {
				t.Fatalf("label %q", keyboard(t, m)[0][0].Text)
			}
		}
		text = strings.NewReplacer("](", "] (", "&", "+").Replace(text)
		got := said(t, telegram.Render(1, bot.Reply{Text: text}, base))
		if want := lettersOf(text); lettersOf(got) != want {
			t.Fatalf("%.300q\nsays %.300q", text, got)
		}
	})
}

func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}
