package discord_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
	"guichet/connectors/discord"
)

const base = "https://guichet.example"

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// body is what a message says, as sent.
func body(m *discordgo.MessageSend) string {
	if len(m.Embeds) > 0 {
		return m.Embeds[0].Description
	}
	return m.Content
}

// checked fails unless Discord would take each message, and joins what they say.
func checked(t *testing.T, messages []*discordgo.MessageSend) string {
	t.Helper()
	var all []string
	for _, m := range messages {
		if m.AllowedMentions == nil || m.AllowedMentions.Parse == nil || len(m.AllowedMentions.Parse) != 0 {
			t.Fatalf("mentions %+v", m.AllowedMentions)
		}
		if units(m.Content) > 2000 || len(m.Components) > 5 || len(m.Embeds) > 1 {
			t.Fatalf("content of %d, %d rows, %d embeds", units(m.Content), len(m.Components), len(m.Embeds))
		}
		if m.Content == "" && len(m.Embeds) == 0 {
			t.Fatal("an empty message")
		}
		for _, e := range m.Embeds {
			total := units(e.Description)
			if total > 4096 || len(e.Fields) > 25 || total+len(e.Fields) == 0 {
				t.Fatalf("description of %d, %d fields", total, len(e.Fields))
			}
			for _, f := range e.Fields {
				if n := units(f.Value); n > 1024 || n == 0 {
					t.Fatalf("field of %d", n)
				}
				total += units(f.Name) + units(f.Value)
			}
			if total > 6000 {
				t.Fatalf("embed of %d", total)
			}
		}
		all = append(all, body(m))
	}
	return strings.Join(all, "\n")
}

func one(t *testing.T, r bot.Reply, sourceBase string) *discordgo.MessageSend {
	t.Helper()
	messages := discord.Render(r, sourceBase)
	checked(t, messages)
	if len(messages) != 1 {
		t.Fatalf("%d messages, want 1", len(messages))
	}
	return messages[0]
}

func TestMarkdownBecomesDiscordMarkdown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ markdown, want string }{
		"emphasis":                       {"*Chez Alma :*\n\nC'est **très** simple.", "*Chez Alma :*\n\nC'est **très** simple."},
		"bold and italic apart":          {"**gras *et* fin**", "**gras** ***et*** **fin**"},
		"bold and italic touching":       {"**gras*et*fin**", "**gras**\u200b***et***\u200b**fin**"},
		"underscores become asterisks":   {"__gras__ _fin_", "**gras** *fin*"},
		"code":                           {"Tapez `a<b *c* \\`.", "Tapez `a<b *c* \\`."},
		"code with a backquote is words": {"``a`b``", "a\\`b"},
		"bulleted list with nested bold": {"Il faut :\n- **SIREN** : 9 ;\n- le *nom **exact***.", "Il faut :\n\n- **SIREN** : 9 ;\n- le *nom* ***exact***."},
		"numbered list from its number":  {"3. trois\n4. quatre", "3. trois\n4. quatre"},
		"list within a list":             {"1. un\n   - a\n   - b\n2. deux", "1. un\n  - a\n  - b\n2. deux"},
		"heading":                        {"## Délais\nDix jours.", "**Délais**\n\nDix jours."},
		"soft and hard breaks":           {"**un\ndeux  \ntrois**", "**un deux**\n**trois**"},
		"topic":                          {"la **[prime](alma.parties)**", "la [**prime**](https://guichet.example/source/alma.parties)"},
		"web link cannot be ended":       {`[x](<https://e.fr/a)b\\c?"d>)`, "[x](https://e.fr/a%29b%5Cc?%22d)"},
		"web link with parentheses":      {`[x](https://e.fr/a_(b\_c))`, "[x](https://e.fr/a_%28b_c%29)"},
		"bare address":                   {"voir https://e.fr/a_b_c.", "voir <https://e.fr/a_b_c>."},
		"script link is words":           {"[x](javascript:alert) [y](discord://e.fr) [z](//e.fr)", "x y z"},
		"e-mail link keeps the address":  {"[écrivez-nous](mailto:a@e.fr)", "écrivez-nous (a\\@e.fr)"},
		"control characters, not UTF-8":  {"a\x00b\x07c\td\xff", "a\uFFFDb c d\uFFFD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := one(t, bot.Reply{Kind: bot.Escalate, Text: c.markdown}, base)
			if m.Content != c.want || len(m.Embeds) != 0 {
				t.Errorf("%q gave\n%q, want\n%q", c.markdown, m.Content, c.want)
			}
			if m.Flags != discordgo.MessageFlagsSuppressEmbeds {
				t.Errorf("flags %b: links are previewed", m.Flags)
			}
		})
	}
}

func TestTopicLinksArePlainWordsWithoutAPublicAddress(t *testing.T) {
	t.Parallel()
	if got := one(t, bot.Reply{Text: "la [prime](alma.parties)"}, "").Content; got != "la prime" {
		t.Errorf("got %q", got)
	}
}

func TestHostileTextNeitherPingsNorFormats(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"@everyone @here":                 `\@everyone \@here`,
		"<@123> <@&1> <#2> <t:0> <:a:1>":  `\<\@123\> \<\@&1\> \<#2\> \<t:0\> \<:a:1\>`,
		`\* \_ ~~x~~ ||y|| \[a\](b)`:      `\* \_ \~\~x\~\~ \|\|y\|\| \[a\](b)`,
		"> citation":                      `\> citation`,
		`\# titre`:                        `\# titre`,
		"-# petit":                        `\-# petit`,
		`\- liste` + "  \n" + `\+ suite`:  "\\- liste\n\\+ suite",
		`2024\. fin`:                      `2024\. fin`,
		`- \# titre dans une liste`:       `- \# titre dans une liste`,
		"- a\n  - \\# b":                  "- a\n  - \\# b",
		`1. 2\. dans une liste`:           `1. 2\. dans une liste`,
		`jusqu'à 5. Et C# - 3+4`:          `jusqu'à 5. Et C# - 3+4`,
		"\\`a\\` ```\nx":                  "\\`a\\` \\`\\`\\` x",
		`xhttps://e.fr/a\_b\_c`:           `xhttps\://e.fr/a\_b\_c`,
		"**@everyone**":                   `**\@everyone**`,
		`**a\\**`:                         `**a\\**`,
		"[@everyone](https://e.fr)":       `[\@everyone](https://e.fr)`,
		`\[a\]\(https://e.fr\)`:           `\[a\](https\://e.fr)`,
		"&#64;everyone &lt;@1&gt; &#96;a": "\\@everyone \\<\\@1\\> \\`a",
		"```\n@everyone\n```":             "`@everyone`",
	} {
		if got := one(t, bot.Reply{Text: text}, base).Content; got != want {
			t.Errorf("%q gave\n%q, want\n%q", text, got, want)
		}
	}
	sent, err := json.Marshal(one(t, bot.Reply{Text: "@everyone"}, base))
	if err != nil || !strings.Contains(string(sent), `"allowed_mentions":{"parse":[],`) {
		t.Errorf("sent %s, %v", sent, err)
	}
}

func TestAnAnswerWithASourceIsAnEmbed(t *testing.T) {
	t.Parallel()
	cite := bot.Citation{Topic: "micro.kbis", Document: "FAQ @Alma", Section: "Kbis ?", URL: "https://e.fr/faq", Checked: "2026-11-22"}
	for name, c := range map[string]struct {
		base, want string
		change     func(*bot.Citation)
	}{
		"to the page of the topic": {base + "/", `[FAQ \@Alma, Kbis ?](https://guichet.example/source/micro.kbis) (vérifié le 22 novembre 2026)`, func(*bot.Citation) {}},
		"to the original":          {"", `[FAQ \@Alma, Kbis ?](https://e.fr/faq) (vérifié le 22 novembre 2026)`, func(*bot.Citation) {}},
		"in words":                 {"", `FAQ \@Alma, Kbis ? (vérifié le 1er mai 2026)`, func(c *bot.Citation) { c.URL, c.Checked = "", "2026-05-01" }},
		"without section or date":  {"", `FAQ \@Alma`, func(c *bot.Citation) { c.URL, c.Section, c.Checked = "javascript:x", "", "bientôt" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cited := cite
			c.change(&cited)
			m := one(t, bot.Reply{Kind: bot.Answer, Text: "Oui, **5 €**.", Citations: []bot.Citation{cited, {}, cited}}, c.base)
			if m.Content != "" || m.Embeds[0].Description != "Oui, **5 €**." || len(m.Embeds[0].Fields) != 2 {
				t.Fatalf("%+v", m.Embeds[0])
			}
			for _, f := range m.Embeds[0].Fields {
				if f.Name != "Source" || f.Value != c.want {
					t.Errorf("field %q: %q, want %q", f.Name, f.Value, c.want)
				}
			}
		})
	}
}

func TestManyLongSourcesGoOnInFurtherEmbeds(t *testing.T) {
	t.Parallel()
	var cited []bot.Citation
	for range 30 {
		cited = append(cited, bot.Citation{Document: strings.Repeat("é_ ", 400)})
	}
	for range 30 {
		cited = append(cited, bot.Citation{Document: "é"})
	}
	messages := discord.Render(bot.Reply{Text: strings.Repeat("a", 4096), Citations: cited, Choices: choices(1, "")}, base)
	checked(t, messages)
	n := 0
	for i, m := range messages {
		for _, f := range m.Embeds[0].Fields {
			n += strings.Count(f.Value, "é")
		}
		if last := i == len(messages)-1; (len(m.Components) > 0) != last {
			t.Errorf("message %d has %d rows", i, len(m.Components))
		}
	}
	if want := 30*400 + 30; n != want {
		t.Errorf("%d letters of the sources, want %d", n, want)
	}
}

func TestATextOfExactlyTheLimitIsOneMessage(t *testing.T) {
	t.Parallel()
	cited := []bot.Citation{{Document: "FAQ"}}
	for name, c := range map[string]struct {
		r    bot.Reply
		want int
	}{
		"content":                 {bot.Reply{Text: strings.Repeat("é", 2000)}, 1},
		"content and one":         {bot.Reply{Text: strings.Repeat("é", 2001)}, 2},
		"emoji count two":         {bot.Reply{Text: strings.Repeat("🧾", 1000)}, 1},
		"one emoji more":          {bot.Reply{Text: strings.Repeat("🧾", 1000) + "a"}, 2},
		"escapes count":           {bot.Reply{Text: strings.Repeat("@", 1000)}, 1},
		"one escape more":         {bot.Reply{Text: strings.Repeat("@", 1000) + "a"}, 2},
		"signs count":             {bot.Reply{Text: "**" + strings.Repeat("a", 1996) + "**"}, 1},
		"one within signs more":   {bot.Reply{Text: "**" + strings.Repeat("a", 1997) + "**"}, 2},
		"description":             {bot.Reply{Text: strings.Repeat("é", 4096), Citations: cited}, 1},
		"description and one":     {bot.Reply{Text: strings.Repeat("é", 4097), Citations: cited}, 2},
		"a source without a word": {bot.Reply{Citations: cited}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			messages := discord.Render(c.r, base)
			if len(messages) != c.want {
				t.Errorf("%d messages, want %d", len(messages), c.want)
			}
			checked(t, messages)
		})
	}
}

func TestATextIsCutAtParagraphThenLineThenSentenceThenWord(t *testing.T) {
	t.Parallel()
	fill := strings.TrimSpace(strings.Repeat("aé 🧾 ", 200)) // 1199 units
	for name, c := range map[string]struct{ text, first string }{
		"paragraph": {fill + " fin.\n\n" + fill, fill + " fin."},
		"line":      {"- " + fill + " y\n- " + fill, "- " + fill + " y"},
		"sentence":  {fill + " fin. " + fill, fill + " fin."},
		"word":      {strings.Repeat("abcdefghi ", 250), strings.TrimSpace(strings.Repeat("abcdefghi ", 200))},
		"no word":   {strings.Repeat("a", 2500), strings.Repeat("a", 2000)},
		"bold":      {"**" + strings.Repeat("abcdefghi ", 250) + "z**", "**" + strings.TrimSpace(strings.Repeat("abcdefghi ", 199)) + "**"},
		"link":      {"[" + strings.Repeat("abcdefghi ", 250) + "z](a.b)", "[" + strings.TrimSpace(strings.Repeat("abcdefghi ", 196)) + "](https://guichet.example/source/a.b)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			messages := discord.Render(bot.Reply{Text: c.text}, base)
			if got := messages[0].Content; got != c.first || len(messages) != 2 {
				t.Errorf("%d messages, the first of %d units ends %q, want %d units", len(messages), units(got), got[max(0, len(got)-60):], units(c.first))
			}
			checked(t, messages)
		})
	}
}

func TestABareAddressThatIsCutIsWords(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 1800) + "(https://e.fr/" + strings.Repeat("_b", 200) + ")"
	messages := discord.Render(bot.Reply{Text: text}, base)
	if said := checked(t, messages); len(messages) != 2 || strings.ContainsAny(said, "<>") || !strings.Contains(said, `https\://e.fr/\_b`) {
		t.Errorf("%d messages: %q", len(messages), said)
	}
}

func TestTheLimitHoldsWhereHalfAnAddressIsLongerThanTheWhole(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 1974) + "(https://e.fr/" + strings.Repeat("_b", 5) + "\u0301zzz" + strings.Repeat("c", 300)
	if messages := discord.Render(bot.Reply{Text: text}, base); lettersOf(checked(t, messages)) != lettersOf(strings.Replace(text, "\u0301", "", 1)) {
		t.Errorf("%d messages", len(messages))
	}
}

func TestAReplyWithoutAWordGivesNoMessage(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]bot.Reply{
		"empty":     {},
		"blank":     {Kind: bot.Answer, Text: " \n\t\u00a0\n", Choices: choices(1, "")},
		"invisible": {Kind: bot.Answer, Text: "\u200b\u2060\ufe0f"},
		"silent":    {Kind: bot.Silent, Text: "rien", Choices: choices(1, ""), Citations: []bot.Citation{{Document: "FAQ"}}},
	} {
		if messages := discord.Render(r, base); len(messages) != 0 {
			t.Errorf("%s: %d messages: %q", name, len(messages), body(messages[0]))
		}
	}
}
