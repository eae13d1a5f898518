package bot_test

import (
	"strings"
	"sync"
	"testing"

	"guichet/bot"
)

func TestHostileMarkdownBecomesHarmlessHTML(t *testing.T) {
	t.Parallel()
	renderer := bot.NewRenderer()
	for _, markdown := range []string{
		"<script>alert(1)</script>",
		"<img src=x onerror=alert(1)>",
		"<svg onload=alert(1)>", "<iframe src=https://example.org></iframe>", "<style>*{display:none}</style>",
		"<a href=\"javascript:alert(1)\">x</a>", "<p onclick=alert(1)>x</p>", "<form action=/logout><button>x</button></form>",
		"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))", "[x](\tjavascript:alert(1))", "[x](java\nscript:alert(1))",
		"[x](vbscript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "<javascript:alert(1)>", "![x](javascript:alert(1))", "![x](https://example.org/pixel.gif)",
		"[x]: javascript:alert(1)\n\n[x]", "[x](https://example.org \"onmouseover=alert(1)\")", "[x](https://example.org\" onmouseover=\"alert(1))",
		"```html\n<script>alert(1)</script>\n```", "`<script>alert(1)</script>`", "<!-- <script>alert(1)</script> -->", "<scr<script>ipt>alert(1)</script>",
		"|a|\n|-|\n|<script>alert(1)</script>|", "**<b onmouseover=alert(1)>x</b>**", "\x00<script>", "<ScRiPt src=//example.org>",
	} {
		html := strings.ToLower(string(renderer.HTML(markdown)))
		for _, danger := range []string{"<script", "<img", "<svg", "<iframe", "<style", "<form", "<button", "href=\"javascript", "href=\"vbscript", "href=\"data", "href=\" "} {
			if strings.Contains(html, danger) {
				t.Errorf("HTML(%q) = %q holds %s", markdown, html, danger)
			}
		}
		for _, tag := range strings.Split(html, "<")[1:] {
			inside, _, _ := strings.Cut(tag, ">")
			if strings.Contains(inside, " on") {
				t.Errorf("HTML(%q) = %q holds a handler", markdown, html)
			}
		}
	}
}

func TestALinkToATopicLeadsToItsPage(t *testing.T) {
	t.Parallel()
	html := string(bot.NewRenderer().HTML("Votre [numéro client](micro.numero-client) et la [prime](alma.parties)."))
	for _, want := range []string{`href="/source/micro.numero-client"`, `href="/source/alma.parties"`, ">numéro client</a>"} {
		if !strings.Contains(html, want) {
			t.Errorf("%q does not hold %s", html, want)
		}
	}
}

func TestALinkToTheWebStaysAndTellsNothingToTheOtherSite(t *testing.T) {
	t.Parallel()
	html := string(bot.NewRenderer().HTML("[Infogreffe](https://www.infogreffe.fr/a?b=1) et <contact@example.org>"))
	for _, want := range []string{`href="https://www.infogreffe.fr/a?b=1"`, "noreferrer", `href="mailto:contact@example.org"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%q does not hold %s", html, want)
		}
	}
	if strings.Contains(html, "/source/") {
		t.Errorf("a web address became a topic: %q", html)
	}
}

func TestAnAddressWithoutSchemeIsNoTopic(t *testing.T) {
	t.Parallel()
	html := string(bot.NewRenderer().HTML("[page](https://example.org) [courriel](mailto:a@example.org) [haut](#haut)"))
	if strings.Contains(html, "/source/") {
		t.Errorf("a link that is no topic became one: %q", html)
	}
}

func TestWhatAnAnswerUsesIsRendered(t *testing.T) {
	t.Parallel()
	html := string(bot.NewRenderer().HTML("Le contrat dure **3 mois**.\n\n1. un\n2. deux\n\n- a\n- b\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n*doux*"))
	for _, want := range []string{"<strong>3 mois</strong>", "<ol>", "<li>un</li>", "<ul>", "<table>", "<td>1</td>", "<em>doux</em>"} {
		if !strings.Contains(html, want) {
			t.Errorf("%q does not hold %s", html, want)
		}
	}
}

func TestWordsThatLookLikeHTMLAreShownAsTyped(t *testing.T) {
	t.Parallel()
	html := string(bot.NewRenderer().HTML("prix < 5 € & frais > 0"))
	if !strings.Contains(html, "&lt; 5 €") || !strings.Contains(html, "&amp;") {
		t.Errorf("HTML = %q", html)
	}
}

func TestPlainTextKeepsTheWordsOfLinksAndDropsEmphasis(t *testing.T) {
	t.Parallel()
	for markdown, want := range map[string]string{
		"Le contrat dure **3 mois**.":                     "Le contrat dure 3 mois.",
		"Votre [numéro client](micro.numero-client) ici.": "Votre numéro client ici.",
		"[**gras**](alma.duree)":                          "gras",
		"**[gras](alma.duree)**":                          "gras",
		"*Chez Active Assurances :*":                      "Chez Active Assurances :",
		"du *doux* et du **fort**":                        "du doux et du fort",
		"1. un\n2. deux":                                  "1. un\n2. deux",
		"- a\n- b":                                        "- a\n- b",
		"2 * 3 * 4":                                       "2 * 3 * 4",
		"[Infogreffe](https://example.org/a_(b))":         "Infogreffe",
		"":                   "",
		"rien à changer":     "rien à changer",
		`2\*3\*4, Jean\-Luc`: "2*3*4, Jean-Luc",
	} {
		if got := bot.Plain(markdown); got != want {
			t.Errorf("Plain(%q) = %q, want %q", markdown, got, want)
		}
	}
}

func TestARendererServesManyAtOnce(t *testing.T) {
	t.Parallel()
	renderer := bot.NewRenderer()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				if got := renderer.HTML("**a** [b](micro.kbis)"); !strings.Contains(string(got), "/source/micro.kbis") {
					t.Errorf("HTML = %q", got)
				}
			}
		})
	}
	group.Wait()
}

func FuzzRenderer(f *testing.F) {
	for _, seed := range []string{"", "[x](javascript:a)", "<b onload=x>", "**", "[[[[", "1. a\n  2. b", "\xff", "| a |\n|-|"} {
		f.Add(seed)
	}
	renderer := bot.NewRenderer()
	f.Fuzz(func(t *testing.T, markdown string) {
		html := strings.ToLower(string(renderer.HTML(markdown)))
		if strings.Contains(html, "<script") || strings.Contains(html, `href="javascript:`) {
			t.Errorf("HTML(%q) = %q", markdown, html)
		}
		bot.Plain(markdown)
	})
}
