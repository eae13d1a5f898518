package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

// everyTurn hands each turn of each dialogue to check.
func everyTurn(t *testing.T, check func(t *testing.T, d dialogue, x exchange)) {
	t.Helper()
	for _, d := range readDialogues(t) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			all, _ := play(t, d, runs{})
			for _, x := range all {
				check(t, d, x)
			}
		})
	}
}

func TestATurnIsAPureFunctionAndLeavesItsStateAlone(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		before := asJSON(t, x.before)
		again, err := bottest.Engine(t).Next(x.before, siteFor(d.collections...), x.in, x.moment)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := asJSON(t, again), asJSON(t, x.turn); got != want {
			t.Errorf("%s:%d: the second time the turn is\n\t%s\nthe first time it was\n\t%s", d.name, x.step.line, got, want)
		}
		if after := asJSON(t, x.before); after != before {
			t.Errorf("%s:%d: the state given was changed from\n\t%s\nto\n\t%s", d.name, x.step.line, before, after)
		}
	})
}

// customerLine is a line of a summary that repeats what the customer wrote.
var customerLine = regexp.MustCompile(`(?m)^- .*$`)

func TestEveryReplyIsCalm(t *testing.T) {
	t.Parallel()
	emoji := regexp.MustCompile(`[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}]`)
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		if x.turn.Reply.Kind == bot.Silent {
			return // a further file of an album
		}
		said := customerLine.ReplaceAllString(x.turn.Reply.Text, "")
		if strings.Contains(said, "!") || emoji.MatchString(said) || strings.Contains(loose(said), "oups") {
			t.Errorf("%s:%d: the reply shouts or smiles: %q", d.name, x.step.line, said)
		}
		if strings.TrimSpace(said) == "" {
			t.Errorf("%s:%d: the reply is empty", d.name, x.step.line)
		}
	})
}

func TestEveryAnswerIsCitedAndNamesWhoseRuleItStates(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		r := x.turn.Reply
		if r.Kind != bot.Answer {
			return
		}
		topic, ok := bottest.Engine(t).Base().Topic(r.Topic)
		if !ok {
			t.Fatalf("%s:%d: the topic %q does not exist", d.name, x.step.line, r.Topic)
		}
		if len(r.Citations) == 0 || r.Citations[0].Topic != r.Topic || r.Citations[0].Document == "" || r.Citations[0].Section == "" || len(r.Citations[0].Checked) != 10 {
			t.Errorf("%s:%d: the answer is not cited: %+v", d.name, x.step.line, r.Citations)
		}
		if r.Confidence <= 0 || r.Confidence > 1 {
			t.Errorf("%s:%d: the confidence is %v", d.name, x.step.line, r.Confidence)
		}
		collection, _ := bottest.Engine(t).Base().Collection(topic.Collection)
		if !strings.Contains(loose(r.Text), loose(collection.Lead)) {
			t.Errorf("%s:%d: the answer does not say %q: %q", d.name, x.step.line, collection.Lead, r.Text)
		}
	})
}

func TestNothingLeavesTheCollectionsOfTheSite(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		allowed := func(topic string) bool {
			collection, _, _ := strings.Cut(topic, ".")
			return topic == "" || len(d.collections) == 0 || strings.Contains(" "+strings.Join(d.collections, " ")+" ", " "+collection+" ")
		}
		topics := append([]string{x.turn.Reply.Topic}, x.turn.Reply.Also...)
		for _, c := range x.turn.Reply.Choices {
			topics = append(topics, c.Topic)
		}
		for _, c := range x.turn.Reply.Citations {
			topics = append(topics, c.Topic)
		}
		for _, topic := range topics {
			if !allowed(topic) {
				t.Errorf("%s:%d: %s stands in a reply of a site for %v", d.name, x.step.line, topic, d.collections)
			}
		}
	})
}

func TestButtonsAreNamedAndDistinct(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		labels, values := map[string]bool{}, map[string]bool{}
		for _, c := range x.turn.Reply.Choices {
			if c.Label == "" || c.Value == "" || labels[c.Label] || values[c.Value] {
				t.Errorf("%s:%d: the buttons are %v", d.name, x.step.line, x.turn.Reply.Choices)
			}
			labels[c.Label], values[c.Value] = true, true
		}
	})
}

func TestAPersonMayAlwaysSayThatAValueIsMissingOrCancel(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		i := x.turn.State.Intake
		if i == nil || x.turn.Reply.Kind == bot.Silent {
			return
		}
		if _, ok := hasChoice(x.turn.Reply, "Annuler"); !ok {
			t.Errorf("%s:%d: an intake cannot be cancelled by a button: %v", d.name, x.step.line, x.turn.Reply.Choices)
		}
		free := i.Asked == bot.Correction || i.Asked == bot.Description
		if _, ok := hasChoice(x.turn.Reply, "Je ne l'ai pas"); !ok && i.Asked != "" && !free {
			t.Errorf("%s:%d: asked for %s, 'Je ne l'ai pas' is no choice: %v", d.name, x.step.line, i.Asked, x.turn.Reply.Choices)
		}
	})
}

func TestWhereNothingIsAnsweredAPersonIsOffered(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		r := x.turn.Reply
		if r.Kind != bot.Abstain && r.Kind != bot.Clarify && r.Kind != bot.Feedback || strings.TrimSpace(x.in.Text) == "" {
			return
		}
		if _, ok := hasChoice(r, "Un conseiller"); !ok {
			t.Errorf("%s:%d: no person is offered after %.80q: %v", d.name, x.step.line, x.step.text, r.Choices)
		}
	})
}

func TestATicketCarriesItsReferenceAndTheReplySaysIt(t *testing.T) {
	t.Parallel()
	everyTurn(t, func(t *testing.T, d dialogue, x exchange) {
		ticket, r := x.turn.Ticket, x.turn.Reply
		if ticket == nil {
			if r.Reference != "" {
				t.Errorf("%s:%d: the reference %s is given without a ticket", d.name, x.step.line, r.Reference)
			}
			return
		}
		if ticket.Reference != x.moment.Reference || r.Reference != ticket.Reference || !strings.Contains(r.Text, ticket.Reference) {
			t.Errorf("%s:%d: the ticket is %s, the reply says %s: %q", d.name, x.step.line, ticket.Reference, r.Reference, r.Text)
		}
		if ticket.Status != bot.Open || ticket.Site != "test" || ticket.Category != r.Ticket {
			t.Errorf("%s:%d: the ticket is %+v", d.name, x.step.line, *ticket)
		}
		if !strings.Contains(loose(r.Text), "sous 1 jour ouvre") {
			t.Errorf("%s:%d: it is not said by when an agent answers: %q", d.name, x.step.line, r.Text)
		}
		references := x.turn.State.References
		if len(references) == 0 || references[len(references)-1] != ticket.Reference {
			t.Errorf("%s:%d: the conversation does not know its ticket: %v", d.name, x.step.line, references)
		}
		definition, _ := bot.Define(ticket.Category)
		allowed := map[bot.Field]bool{}
		for _, f := range definition.Fields() {
			allowed[f] = true
		}
		for f, v := range ticket.Fields {
			if !allowed[f] || strings.TrimSpace(v) == "" {
				t.Errorf("%s:%d: the ticket has %s = %q, which a %s does not have", d.name, x.step.line, f, v, ticket.Category)
			}
		}
	})
}
