package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

// What French typography forbids in a reply, with the rule that it breaks.
var misprints = map[string]*regexp.Regexp{
	"a narrow no-break space stands before ; ? ! »": regexp.MustCompile(`[^\x{202f}\s][;?!»]|[ \x{00a0}][;?!»]`),
	"a narrow no-break space stands before a colon": regexp.MustCompile(`[^\x{202f}](?::\s|:\*|:$)`),
	"a narrow no-break space stands after «":        regexp.MustCompile(`«[^\x{202f}]`),
	"an apostrophe is typographic":                  regexp.MustCompile(`\pL'`),
	"a no-break space stands before €":              regexp.MustCompile(`\d ?€`),
	"a no-break space stands within numbers":        regexp.MustCompile(`\d \d{3}\b`),
}

// webAddress and quoted are not French text: addresses, link targets, what the customer wrote.
var webAddress = regexp.MustCompile(`https?://\S+|\]\([^)]*\)|\S+@\S+`)

func misprinted(text string) []string {
	text = customerLine.ReplaceAllString(webAddress.ReplaceAllString(text, ""), "")
	var rules []string
	for rule, pattern := range misprints {
		if found := pattern.FindString(text); found != "" {
			rules = append(rules, rule+": "+found)
		}
	}
	return rules
}

func TestEveryReplyIsSetAsFrenchIsPrinted(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		for _, rule := range misprinted(x.turn.Reply.Text) {
			t.Errorf("%s:%d: %s in %q", d.name, x.step.line, rule, x.turn.Reply.Text)
		}
	})
}

func TestEveryShippedAnswerIsSetAsFrenchIsPrinted(t *testing.T) {
	t.Parallel()
	for _, topic := range bottest.Engine(t).Base().Contents().Topics {
		turn := next(t, bot.State{}, siteFor(), bot.Inbound{Choice: "topic:" + topic.ID})
		if turn.Reply.Topic != topic.ID {
			t.Errorf("%s is not shown by its button: %s %s", topic.ID, turn.Reply.Kind, turn.Reply.Topic)
			continue
		}
		for _, rule := range misprinted(turn.Reply.Text) {
			t.Errorf("%s: %s", topic.ID, rule)
		}
	}
}

func TestButtonsAreSetAsFrenchIsPrinted(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		for _, c := range x.turn.Reply.Choices {
			for _, rule := range misprinted(c.Label) {
				t.Errorf("%s:%d: %s on the button %q", d.name, x.step.line, rule, c.Label)
			}
		}
	})
}

// summaryOf shows the summary of a request with these fields.
func summaryOf(t *testing.T, category bot.Category, fields map[bot.Field]string) string {
	t.Helper()
	state := bot.State{Intake: &bot.Intake{Category: category, Fields: fields, Confirming: true}}
	return say(t, state, siteFor("micro"), "06 11 22 33 44").Reply.Text
}

func TestTheSummaryShowsValuesAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	text := summaryOf(t, bot.AttestationCorrection, map[bot.Field]string{
		bot.Correction: "le SIREN", bot.AttestationNumber: "20417", bot.SubscriptionDate: "2026-02-01",
		bot.Siren: "732829320", bot.Email: "a@example.org",
	})
	for _, want := range []string{"1er\u00a0février\u00a02026|1er février 2026", "732\u00a0829\u00a0320", "06\u00a011\u00a022\u00a033\u00a044|06 11 22 33 44", "20417"} {
		found := false
		for _, form := range strings.Split(want, "|") {
			found = found || strings.Contains(text, form)
		}
		if !found {
			t.Errorf("the summary does not show %q: %q", want, text)
		}
	}
}

func TestAnAddressIsNeverTypeset(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"o'brien@example.org", "l'etal@example.org"} {
		text := summaryOf(t, bot.Human, map[bot.Field]string{bot.Description: "un devis", bot.Email: email})
		if !strings.Contains(text, email) {
			t.Errorf("%s is shown otherwise: %q", email, text)
		}
	}
}

func TestWhatACustomerWroteIsNoMarkdownInTheSummary(t *testing.T) {
	t.Parallel()
	renderer := bot.NewRenderer()
	for _, told := range []string{"**gras** [x](javascript:alert(1))", "<b>gras</b>", "# titre\n- point", "`code` | a | b", "[moi](micro.kbis)", "~~~"} {
		text := summaryOf(t, bot.Human, map[bot.Field]string{bot.Description: told, bot.Email: "a@example.org"})
		html := string(renderer.HTML(text))
		for _, made := range []string{"<strong>", "<b>", "<a href", "<code>", "<h1", "<script"} {
			if strings.Contains(strings.ReplaceAll(html, `<a href="mailto:a@example.org"`, ""), made) {
				t.Errorf("%q acts as Markdown: %s in %s", told, made, html)
			}
		}
	}
}

func TestAShownTitleIsSetAsFrenchIsPrinted(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Que faire si je n'ai pas reçu mon attestation ?": "Que faire si je n’ai pas reçu mon attestation\u202f?",
		"Cochez « J'ai lu » : c'est tout":                 "Cochez «\u202fJ’ai lu\u202f»\u202f: c’est tout",
		"Voir https://a.fr/?b=c":                          "Voir https://a.fr/?b=c",
	} {
		got := bot.Typeset(given)
		if got != want || bot.Typeset(got) != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}
