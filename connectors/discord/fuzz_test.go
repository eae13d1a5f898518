package discord_test

import (
	"strings"
	"testing"
	"unicode"

	"guichet/bot"
	"guichet/connectors/discord"
)

// FuzzRender checks what must hold for any text: limits, and that no letter is lost. What Markdown itself takes out of
// a text (a link's target, an entity's name) is kept out of the input of the last check.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"*Chez Alma :*\n\n1. **Téléchargez-le** 🧾\n2. la [prime](alma.parties)\n   - a `b`", "<b>&amp; @everyone _x_ \\* ``` ~~~ go",
		"# t #\n- - - x\n***a** b* __c__ <https://e.fr/é> www.e.fr a@e.fr", "![i](x \"y\")\n[r]: /u 't'\n\n    code\n===", "a\r\nb\x00\xff\u202e👩‍👩‍👧‍👦e\u0301",
		" https://e.fr/_*_*_*_*",
	} {
		f.Add(seed, 1)
		f.Add(seed, 300)
	}
	f.Fuzz(func(t *testing.T, text string, times int) {
		text = strings.Repeat(text, min(max(times, 1), 1+9000/(len(text)+1)))
		offered := []bot.Choice{{Label: text, Value: "v"}, {Label: "v", Value: text}}
		cited := []bot.Citation{{Topic: "a.b", Document: text, Section: text, URL: text, Checked: text}}
		messages := discord.Render(bot.Reply{Text: text, Choices: offered, Citations: cited}, base)
		checked(t, messages)
		for _, m := range messages {
			laidOut(t, m)
		}
		text = strings.NewReplacer("](", "] (", "&", "+").Replace(text)
		got := checked(t, discord.Render(bot.Reply{Text: text}, base))
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
