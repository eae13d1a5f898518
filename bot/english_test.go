package bot_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

// french are words and letters that no English sentence of the bot has; what it quotes stands in a quotation.
var (
	frenchWord = regexp.MustCompile(`(?i)[àâçéèêëîïôûùœ«»\x{202f}]|\b(votre|vous|vos|nous|les|des|une|est|pour|dans|avec|pas|ou|numéro|référence|demande|conseiller|réponse|jour|jours)\b`)
	quotation  = regexp.MustCompile(`(?m)^>.*$`)
	straight   = regexp.MustCompile(`\pL'|"`)
	widely     = regexp.MustCompile(` [;:?!]`)
)

// notEnglish says what of a text is not English as it is printed. Names of insurers stay as they are.
func notEnglish(text string, names ...string) string {
	text = quotation.ReplaceAllString(text, "")
	text = customerLine.ReplaceAllString(webAddress.ReplaceAllString(text, ""), "")
	for _, name := range names {
		text = strings.ReplaceAll(text, name, "")
	}
	for _, rule := range []*regexp.Regexp{frenchWord, straight, widely} {
		if found := rule.FindString(text); found != "" {
			return found
		}
	}
	return ""
}

// inEnglish plays a dialogue's messages, whatever their language, in a chat that is in English.
func inEnglish(t *testing.T, d dialogue, check func(s step, turn bot.Turn)) {
	t.Helper()
	var state bot.State
	var last, french bot.Reply
	frenchState := bot.State{}
	for n, s := range d.steps {
		in := bot.Inbound{Channel: "web", Key: d.name, ExternalID: fmt.Sprint(n), Site: "test", Text: s.text, Together: s.album}
		for i := range s.files {
			in.Attachments = append(in.Attachments, bot.Attachment{ID: fmt.Sprint(n, "-", i), Name: "photo.jpg", Type: "image/jpeg", Size: 1})
		}
		if s.button { // named in French: the button at the same place
			for i, c := range french.Choices {
				if loose(c.Label) == loose(s.text) && i < len(last.Choices) {
					in.Choice, in.Text = last.Choices[i].Value, last.Choices[i].Label
				}
			}
		}
		m := bot.Moment{Now: today, Reference: fmt.Sprintf("G-0000-%04d", n)}
		before, err := bottest.Engine(t).Next(frenchState, siteFor(d.collections...), in, m)
		if err != nil {
			t.Fatal(err)
		}
		in.Language = "en-GB"
		turn, err := bottest.Engine(t).Next(state, siteFor(d.collections...), in, m)
		if err != nil {
			t.Fatal(err)
		}
		// A button is at the same place, and opens the same: the language changes what is said, not what is done.
		if turn.Reply.Kind != before.Reply.Kind || turn.Reply.Topic != before.Reply.Topic || turn.Reply.Ticket != before.Reply.Ticket || len(turn.Reply.Choices) != len(before.Reply.Choices) {
			t.Errorf("%s:%d: in English %q gives %s %s %s, in French %s %s %s", d.name, s.line, s.text,
				turn.Reply.Kind, turn.Reply.Topic, turn.Reply.Ticket, before.Reply.Kind, before.Reply.Topic, before.Reply.Ticket)
		}
		check(s, turn)
		state, last, frenchState, french = turn.State, turn.Reply, before.State, before.Reply
	}
}

// ownWords are quoted in a reply in English.
var ownWords = regexp.MustCompile(`“[^”]*”`)

// withoutOwnWords is a reply without what it quotes of a message.
func withoutOwnWords(text, message string) string {
	return ownWords.ReplaceAllStringFunc(text, func(quote string) string {
		if strings.Contains(bot.Typeset(message), strings.Trim(quote, "“”")) {
			return ""
		}
		return quote
	})
}

func TestEveryReplyIsInEnglishWhereTheChatIs(t *testing.T) {
	t.Parallel()
	var names []string
	for _, c := range bottest.Engine(t).Base().Contents().Collections {
		names = append(names, bot.Typeset(c.Name))
	}
	for _, d := range readDialogues(t) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			inEnglish(t, d, func(s step, turn bot.Turn) {
				r := turn.Reply
				if r.Kind == bot.Silent {
					return
				}
				if r.Language != bot.English || turn.State.Language != bot.English {
					t.Errorf("%s:%d: the reply says it is in %q", d.name, s.line, r.Language)
				}
				if found := notEnglish(withoutOwnWords(r.Text, s.text), names...); found != "" {
					t.Errorf("%s:%d: %q in %q", d.name, s.line, found, r.Text)
				}
				for _, c := range r.Choices {
					if found := notEnglish(c.Label); c.Topic == "" && found != "" {
						t.Errorf("%s:%d: %q on the button %q", d.name, s.line, found, c.Label)
					}
				}
				if r.Kind == bot.Answer && (!strings.Contains(r.Text, "quoted in French") || !strings.Contains(r.Text, "\n> ")) {
					t.Errorf("%s:%d: the answer is not given as a quotation: %q", d.name, s.line, r.Text)
				}
			})
		})
	}
}

func TestARequestIsMadeInEnglish(t *testing.T) {
	t.Parallel()
	site := siteFor("micro")
	site.Delay = ""
	var state bot.State
	said := func(text, ask string) bot.Turn {
		t.Helper()
		turn := next(t, state, site, bot.Inbound{Text: text, Language: "en"})
		if found := notEnglish(turn.Reply.Text); found != "" {
			t.Errorf("%q in %q", found, turn.Reply.Text)
		}
		if got := asks(turn.State); got != ask {
			t.Fatalf("%q: it asks for %s, want %s: %s", text, got, ask, turn.Reply.Text)
		}
		state = turn.State
		return turn
	}
	state = next(t, state, site, bot.Inbound{Choice: "request:claim", Language: "en"}).State
	said("my cash box was stolen at the market", "incident_date")
	if got := said("on 31 February 2026", "incident_date"); !strings.Contains(got.Reply.Text, "does not exist") || got.Text != "on [date of the events not valid]" {
		t.Errorf("a date that does not exist: %q, kept as %q", got.Reply.Text, got.Text)
	}
	said("February 3rd, 2026", "attestation_number")
	said("I don't know", "email")
	if got := said("john.stall@", "email"); !strings.Contains(got.Reply.Text, "needs an @") {
		t.Errorf("an address that is none: %q", got.Reply.Text)
	}
	summary := said("john.stall@example.org", "confirm").Reply.Text
	for _, want := range []string{"date of the events: 3 February 2026", "certificate number: not given", "e-mail address: john.stall@example.org"} {
		if !strings.Contains(summary, want) {
			t.Errorf("the summary lacks %q: %s", want, summary)
		}
	}
	got := said("Yes, please", "-")
	if got.Ticket == nil || got.Ticket.Category != bot.Claim || got.Ticket.Fields[bot.IncidentDate] != "2026-02-03" {
		t.Fatalf("the ticket is %+v", got.Ticket)
	}
	if text := got.Reply.Text; !strings.Contains(text, "Your request is recorded (claim)") || !strings.Contains(text, "by Tuesday 10 February 2026") {
		t.Errorf("it is recorded as %q", text)
	}
	if text := got.Defer(today).Reply.Text; notEnglish(text) != "" || !strings.Contains(text, "safely kept") {
		t.Errorf("deferred it is %q", text)
	}
}

func TestShortWordsOfEnglishAreUnderstood(t *testing.T) {
	t.Parallel()
	intake := bot.State{Language: bot.English, Intake: &bot.Intake{Category: bot.Complaint, Asked: bot.ContractNumber, Fields: map[bot.Field]string{bot.Description: "a bad day"}}}
	confirming := bot.State{Language: bot.English, Intake: &bot.Intake{Category: bot.Complaint, Confirming: true,
		Fields: map[bot.Field]string{bot.Description: "a bad day", bot.ContractNumber: "20417", bot.Email: "a@example.org"}}}
	fresh := bot.State{Language: bot.English}
	for _, test := range []struct {
		state bot.State
		text  string
		kind  bot.Kind
		asks  string
	}{
		{intake, "cancel", bot.Cancel, "-"}, {intake, "Never mind.", bot.Cancel, "-"}, {intake, "please cancel my request", bot.Cancel, "-"},
		{intake, "I can't find it", bot.Escalate, "email"}, {intake, "Not sure", bot.Escalate, "email"}, {intake, "I haven’t got it", bot.Escalate, "email"},
		{intake, "agent", bot.Escalate, "email"}, // what it is about is known already
		{confirming, "yes", bot.Escalate, "-"}, {confirming, "That's right", bot.Escalate, "-"}, {confirming, "All correct, thanks", bot.Escalate, "-"},
		{confirming, "no", bot.Escalate, ""}, {confirming, "It is wrong", bot.Escalate, ""},
		{fresh, "agent", bot.Escalate, "description"}, {fresh, "I want to talk to a real person", bot.Escalate, "description"},
		{fresh, "Can you get me an adviser please", bot.Escalate, "description"}, {fresh, "I need a human", bot.Escalate, "description"},
	} {
		turn := say(t, test.state, siteFor("micro"), test.text)
		if turn.Reply.Kind != test.kind || asks(turn.State) != test.asks {
			t.Errorf("%q gives %s and asks for %s, want %s and %s: %s", test.text, turn.Reply.Kind, asks(turn.State), test.kind, test.asks, turn.Reply.Text)
		}
	}
	for _, text := range []string{"How do I cancel my contract?", "What does the agent do?"} {
		if turn := say(t, fresh, siteFor("micro"), text); turn.Reply.Kind == bot.Cancel || turn.State.Intake != nil {
			t.Errorf("%q is taken for %s", text, turn.Reply.Kind)
		}
	}
}

func TestAQuestionInEnglishGetsTheAnswerInItsOwnLanguage(t *testing.T) {
	t.Parallel()
	turn := next(t, bot.State{}, siteFor("micro"), bot.Inbound{Text: "which payment methods do you accept?", Language: "en-US"})
	if turn.Reply.Topic != "micro.paiement" || !strings.HasPrefix(turn.Reply.Text, "*This text is quoted in French, the language of your contract:*\n\n> ") {
		t.Errorf("it is answered %s %q", turn.Reply.Topic, turn.Reply.Text)
	}
	turn = next(t, turn.State, siteFor("micro"), bot.Inbound{Text: "and what about the moon landing"})
	if turn.State.Language != bot.English { // kept with the conversation
		t.Errorf("the conversation goes on in %q", turn.State.Language)
	}
	turn = next(t, bot.State{}, siteFor("micro"), bot.Inbound{Text: "what is the price of bitcoin today?", Language: "en"})
	if turn.Reply.Kind != bot.Abstain || !strings.Contains(turn.Reply.Text, "in French") {
		t.Errorf("what is not known is answered %s %q", turn.Reply.Kind, turn.Reply.Text)
	}
	turn = next(t, turn.State, siteFor("micro"), bot.Inbound{Text: "bonjour", Language: "fr-FR"})
	if turn.State.Language != "" || !strings.HasPrefix(turn.Reply.Text, "Bonjour") {
		t.Errorf("back in French it says %q", turn.Reply.Text)
	}
}

func TestASecretIsHiddenInTheLanguageOfTheChat(t *testing.T) {
	t.Parallel()
	turn := next(t, bot.State{}, siteFor("micro"), bot.Inbound{Text: "my card is 4111 1111 1111 1111", Language: "en"})
	if turn.Text != "my card is [card number hidden]" || turn.Reply.Kind != bot.Warn || notEnglish(turn.Reply.Text) != "" {
		t.Errorf("it is kept as %q and answered %q", turn.Text, turn.Reply.Text)
	}
	if masked, card := bot.Mask(turn.Text); masked != turn.Text || card {
		t.Errorf("masked again it is %q", masked)
	}
}

func TestLanguagesAreToldByTheirTag(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{"en": "en", "en-GB": "en", "EN_us": "en", "fr": "", "fr-FR": "", "": "", "enm": "", "de": ""} {
		if got := bot.KnownLanguage(tag); got != want {
			t.Errorf("%q is %q, want %q", tag, got, want)
		}
	}
}

func TestAMessengersLanguageIsThatOfTheScreenAndOfTheWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ screen, text, want string }{
		{"en", "I would like to speak to a human", "en"}, {"en-GB", "je voudrais un kbis", ""}, {"en", "kbis", ""},
		{"fr", "I would like to speak to a human", "fr"}, {"", "I would like to speak to a human", ""},
	} {
		if got := bot.SpokenLanguage(test.screen, test.text); got != test.want {
			t.Errorf("%q on a screen in %q is answered in %q, want %q", test.text, test.screen, got, test.want)
		}
	}
}
