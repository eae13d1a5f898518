package telegram_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot"
	"guichet/connectors/telegram"
)

const base = "https://guichet.example"

// one renders a reply that makes a single message and returns its HTML.
func one(t *testing.T, r bot.Reply, sourceBase string) string {
	t.Helper()
	messages := telegram.Render(7, r, sourceBase)
	if len(messages) != 1 {
		t.Fatalf("%d messages, want 1", len(messages))
	}
	return messages[0].Text
}

// plain reads a message as Telegram does: it fails unless every tag is allowed, closed and well nested.
func plain(t *testing.T, message string) string {
	t.Helper()
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader("<m>" + message + "</m>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in %q", err, message)
		}
		switch token := token.(type) {
		case xml.CharData:
			b.Write(token)
		case xml.StartElement:
			if !strings.Contains(" m a b i code ", " "+token.Name.Local+" ") {
				t.Fatalf("tag <%s> in %q", token.Name.Local, message)
			}
		}
	}
}

// said joins what all messages say, without tags, and checks each against the limit.
func said(t *testing.T, messages []*tg.SendMessageParams) string {
	t.Helper()
	var all []string
	for _, m := range messages {
		text := plain(t, m.Text)
		if n := len(utf16.Encode([]rune(text))); n > 4096 || strings.TrimSpace(text) == "" {
			t.Fatalf("a message of %d UTF-16 units: %q", n, text)
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n")
}

func TestMarkdownBecomesTelegramHTML(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ markdown, want string }{
		"emphasis":                        {"*Chez Alma :*\n\nC'est **très** simple.", "<i>Chez Alma :</i>\n\nC'est <b>très</b> simple."},
		"bold and italic together":        {"**gras *et* fin**", "<b>gras </b><b><i>et</i></b><b> fin</b>"},
		"code":                            {"Tapez `a<b && *c*`.", "Tapez <code>a&lt;b &amp;&amp; *c*</code>."},
		"bulleted list with nested bold":  {"Il faut :\n- **SIREN** : 9 chiffres ;\n- le *nom **exact***.", "Il faut :\n\n• <b>SIREN</b> : 9 chiffres ;\n• le <i>nom </i><b><i>exact</i></b>."},
		"numbered list from its number":   {"3. trois\n4. quatre", "3. trois\n4. quatre"},
		"list within a list":              {"1. un\n   - a\n   - b\n2. deux", "1. un\n  • a\n  • b\n2. deux"},
		"loose list":                      {"- un\n\n- deux\n\n  suite", "• un\n• deux\n  suite"},
		"heading":                         {"## Délais\nDix jours.", "<b>Délais</b>\n\nDix jours."},
		"indented lines are text":         {"a\n\n    b *c*\n- d\n\n        e", "a\n\nb <i>c</i>\n\n• d\n  e"},
		"soft and hard breaks":            {"un\ndeux  \ntrois", "un deux\ntrois"},
		"Windows line ends":               {"un\r\n\r\ndeux", "un\n\ndeux"},
		"escaped signs":                   {`2 \* 3 \_ \<b\> &amp; &eacute;`, "2 * 3 _ &lt;b&gt; &amp; é"},
		"raw HTML stays text":             {"<b>x</b> <script>alert(1)</script>", "&lt;b&gt;x&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;"},
		"fence, table and quote stay":     {"> a | b\n\n[x]: /y", "&gt; a | b\n\n[x]: /y"},
		"topic":                           {"la [prime](alma.parties)", `la <a href="https://guichet.example/source/alma.parties">prime</a>`},
		"bold topic":                      {"**la [prime](alma.parties)**", `<b>la </b><a href="https://guichet.example/source/alma.parties"><b>prime</b></a>`},
		"web link with escapes":           {`[x](https://e.fr/\_?a=1&amp;b)`, `<a href="https://e.fr/_?a=1&amp;b">x</a>`},
		"web link, quotes escaped":        {`[x](https://e.fr/?a="b"&c='d')`, `<a href="https://e.fr/?a=&#34;b&#34;&amp;c=&#39;d&#39;">x</a>`},
		"bare address":                    {"voir https://e.fr/a_b.", `voir <a href="https://e.fr/a_b">https://e.fr/a_b</a>.`},
		"script link is words":            {"[x](javascript:alert(1)) [y](tg://user?id=1) [z](//e.fr)", "x y z"},
		"e-mail link keeps the address":   {"[écrivez-nous](mailto:a%2Bb@e.fr?subject=x)", "écrivez-nous (a+b@e.fr)"},
		"e-mail link that is its address": {"[a@e.fr](mailto:a@e.fr)", "a@e.fr"},
		"telephone link":                  {"[appelez](tel:+33102030405)", "appelez (+33102030405)"},
		"control characters":              {"a\x00b\x07c\td", "a\uFFFDb c d"},
		"not UTF-8":                       {"a\xff\xfeb", "a\uFFFDb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := one(t, bot.Reply{Kind: bot.Answer, Text: c.markdown}, base); got != c.want {
				t.Errorf("%q gave\n%q, want\n%q", c.markdown, got, c.want)
			}
		})
	}
}

func TestTopicLinksArePlainWordsWithoutAPublicAddress(t *testing.T) {
	t.Parallel()
	if got := one(t, bot.Reply{Text: "la [prime](alma.parties)"}, ""); got != "la prime" {
		t.Errorf("got %q", got)
	}
}

func TestTheSourceStandsAtTheEndAsALink(t *testing.T) {
	t.Parallel()
	cite := bot.Citation{Topic: "micro.kbis", Document: "FAQ <Alma>", Section: "Kbis ?", URL: "https://e.fr/faq", Checked: "2026-11-22"}
	for name, c := range map[string]struct {
		base, want string
		change     func(*bot.Citation)
	}{
		"to the page of the topic": {base + "/", "Source\u202f: <a href=\"https://guichet.example/source/micro.kbis\">FAQ &lt;Alma&gt;, Kbis ?</a> (vérifié le 22 novembre 2026)", func(*bot.Citation) {}},
		"to the original":          {"", "Source\u202f: <a href=\"https://e.fr/faq\">FAQ &lt;Alma&gt;, Kbis ?</a> (vérifié le 22 novembre 2026)", func(*bot.Citation) {}},
		"in words":                 {"", "Source\u202f: FAQ &lt;Alma&gt;, Kbis ? (vérifié le 1er mai 2026)", func(c *bot.Citation) { c.URL, c.Checked = "", "2026-05-01" }},
		"without section or date":  {"", "Source\u202f: FAQ &lt;Alma&gt;", func(c *bot.Citation) { c.URL, c.Section, c.Checked = "javascript:x", "", "0001-01-01" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cited := cite
			c.change(&cited)
			r := bot.Reply{Kind: bot.Answer, Text: "Oui.", Citations: []bot.Citation{cited, {}, cited}}
			if got, want := one(t, r, c.base), "Oui.\n\n"+c.want+"\n"+c.want; got != want {
				t.Errorf("got\n%q, want\n%q", got, want)
			}
		})
	}
}

func TestEveryMessageIsHTMLWithoutPreviewAndTheLastHasTheKeyboard(t *testing.T) {
	t.Parallel()
	r := bot.Reply{Text: strings.Repeat("mot ", 3000), Choices: []bot.Choice{{Label: "Oui", Value: "oui"}}}
	messages := telegram.Render(-42, r, base)
	if len(messages) != 3 {
		t.Fatalf("%d messages", len(messages))
	}
	for i, m := range messages {
		if m.ChatID != int64(-42) || m.ParseMode != models.ParseModeHTML || !*m.LinkPreviewOptions.IsDisabled {
			t.Errorf("message %d: %+v", i, m)
		}
		if last := i == 2; (m.ReplyMarkup != nil) != last {
			t.Errorf("message %d has keyboard %v", i, m.ReplyMarkup)
		}
	}
}

func TestATextIsCutAtParagraphThenLineThenSentenceThenWord(t *testing.T) {
	t.Parallel()
	fill := strings.Repeat("aé ", 1000) // 3000 units
	for name, c := range map[string]struct{ text, first string }{
		"paragraph":                            {fill + "fin.\n\n" + fill, strings.TrimSpace(fill) + " fin."},
		"paragraph before a line":              {fill + "x\n\n- y\n- " + fill, strings.TrimSpace(fill) + " x"},
		"line":                                 {"- " + fill + "y\n- " + fill, "• " + strings.TrimSpace(fill) + " y"},
		"sentence":                             {fill + "fin. " + fill, strings.TrimSpace(fill) + " fin."},
		"word":                                 {strings.Repeat("abcdefghi ", 500), strings.TrimSpace(strings.Repeat("abcdefghi ", 409))},
		"no word at all":                       {strings.Repeat("a", 5000), strings.Repeat("a", 4096)},
		"a short beginning stays":              {"Oui.\n\n" + strings.Repeat("a", 4000) + " " + strings.Repeat("b", 4000), "Oui.\n\n" + strings.Repeat("a", 4000)},
		"never at a space that must not break": {"x " + strings.Repeat("10\u202f000\u00a0€", 1000), "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			messages := telegram.Render(7, bot.Reply{Text: c.text}, base)
			if got := messages[0].Text; got != c.first {
				t.Errorf("first message of %d units ends %q, want %d units", len(got), got[max(0, len(got)-40):], len(c.first))
			}
			said(t, messages)
		})
	}
}

func TestATextOfExactlyTheLimitIsOneMessage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"letters":          {strings.Repeat("é", 4096), 1},
		"one letter more":  {strings.Repeat("é", 4097), 2},
		"emoji count two":  {strings.Repeat("🧾", 2048), 1},
		"one emoji more":   {strings.Repeat("🧾", 2048) + "a", 2},
		"entities are one": {strings.Repeat("&lt;", 4096), 1},
		"tags are free":    {"**" + strings.Repeat("a", 4096) + "**", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			messages := telegram.Render(7, bot.Reply{Text: c.text}, base)
			if len(messages) != c.want {
				t.Errorf("%d messages, want %d", len(messages), c.want)
			}
			said(t, messages)
		})
	}
}

func TestTagsThatAreCutAreClosedAndOpenedAgain(t *testing.T) {
	t.Parallel()
	words := strings.TrimSpace(strings.Repeat("abcdefghi ", 500))
	for _, text := range []string{"**" + words + "**", "[*" + words + "*](alma.parties)", "`" + words + "`"} {
		messages := telegram.Render(7, bot.Reply{Text: text}, base)
		if len(messages) != 2 {
			t.Fatalf("%d messages", len(messages))
		}
		said(t, messages)
		first, second := messages[0].Text, messages[1].Text
		if at := strings.Index(first, "abc"); at == 0 || !strings.HasPrefix(second, first[:at]) {
			t.Errorf("starts %q and then %q", first[:20], second[:20])
		}
	}
}

func TestASignOfSeveralCodePointsIsNotCut(t *testing.T) {
	t.Parallel()
	for _, sign := range []string{"👩‍👩‍👧‍👦", "👍🏽", "e\u0301\u0323", "❤️"} {
		for shift := range 12 {
			text := strings.Repeat("a", shift) + strings.Repeat(sign, 4096/utf8.RuneCountInString(sign))
			for _, m := range telegram.Render(7, bot.Reply{Text: text}, base) {
				rest := strings.ReplaceAll(strings.TrimLeft(m.Text, "a"), sign, "")
				if rest != "" {
					t.Fatalf("%q was cut: %q", sign, rest)
				}
			}
		}
	}
}

func TestHostileTextIsShownAsTyped(t *testing.T) {
	t.Parallel()
	hostile := `</b><a href="tg://x">a</a> & &lt; <!-- @everyone --> \<i\> 1 < 2 > 0 \* \_`
	want := `</b><a href="tg://x">a</a> & < <!-- @everyone --> <i> 1 < 2 > 0 * _`
	if got := plain(t, one(t, bot.Reply{Text: hostile}, base)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAReplyWithoutAWordGivesNoMessage(t *testing.T) {
	t.Parallel()
	choices := []bot.Choice{{Label: "Oui", Value: "oui"}}
	for name, r := range map[string]bot.Reply{
		"empty":     {},
		"blank":     {Kind: bot.Answer, Text: " \n\t\u00a0\n", Choices: choices},
		"invisible": {Kind: bot.Answer, Text: "\u200b\u2060\ufe0f"},
		"silent":    {Kind: bot.Silent, Text: "rien", Choices: choices},
	} {
		if messages := telegram.Render(7, r, base); len(messages) != 0 {
			t.Errorf("%s: %d messages: %q", name, len(messages), messages[0].Text)
		}
	}
}
