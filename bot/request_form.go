package bot

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
)

// Form is a request that was filled in at once, on a platform that has forms.
type Form struct {
	Category Category
	Answers  map[Field]string // as typed; an empty one was left out
	Again    string           // value of the button that opens the form again; Counter.Fill offers it when an answer is refused
}

// Problem is what is wrong with one answer of a form.
type Problem struct {
	Field Field
	Says  string // Markdown, for the person
}

// Fill works out the turn of a form: the answers are checked as the same values are in a conversation, then shown for
// agreement. With a problem the state stays as it is. It does not change state.
func (e *Engine) Fill(state State, site Site, form Form, m Moment) (Turn, []Problem) {
	t := &turn{base: e.base, voice: voiceOf(state.Language), site: site, now: m.Now, reference: m.Reference, state: state.clone()}
	intake, problems := t.check(form)
	switch {
	case t.state.Agent != "":
		t.why.Rule, t.reply.Kind, problems = RuleAgent, Silent, nil
	case len(problems) > 0:
		t.say(Escalate, t.voice.problems(problems))
		t.reply.Ticket = form.Category
		t.reply.Choices = []Choice{{Label: t.voice.labelForm, Value: form.Again}}
	default:
		t.state.Intake = intake
		t.summary("")
	}
	for i := range t.reply.Choices {
		t.reply.Choices[i].Label = Typeset(t.reply.Choices[i].Label)
	}
	if t.reply.Kind != Silent {
		t.state.Offered = t.reply.Choices
	}
	t.reply.Text, t.reply.Language = Typeset(t.reply.Text), t.state.Language
	return Turn{Text: t.text, Reply: t.reply, State: t.state, Why: t.why}, problems
}

// check reads the answers into an intake, and writes what is kept of them in the turn's text.
func (t *turn) check(form Form) (*Intake, []Problem) {
	d, _ := Define(form.Category)
	i := &Intake{Category: form.Category, Fields: map[Field]string{}}
	var problems []Problem
	kept := []string{t.voice.form(t.voice.request(form.Category))}
	for _, f := range d.Fields() {
		answer, card := Mask(strings.TrimSpace(form.Answers[f]))
		if answer == "" {
			continue
		}
		v := readField(form.Category, f, answer, t.now)
		switch {
		case card:
			problems = append(problems, Problem{f, t.voice.card})
		case v.Refused != "":
			problems = append(problems, Problem{f, t.voice.refused(v)})
			answer = t.voice.refusedMark(v)
		default:
			i.Fields[f] = v.Value
		}
		kept = append(kept, t.voice.line(f, answer))
	}
	t.text = strings.Join(kept, "\n")
	for f := i.next(); f != ""; f = i.next() {
		i.Missing = append(i.Missing, f)
	}
	return i, problems
}

// Fill commits the turn of a form. The problems are those that the reply speaks of; none means that the values are shown
// for agreement, or went to the agent who has the conversation. A form that was handled before gives none either. The
// errors are those of Receive.
func (c *Counter) Fill(ctx context.Context, in Inbound, form Form) (Outcome, []Problem, error) {
	site, ok := c.sites[in.Site]
	if !ok {
		return Outcome{}, nil, fmt.Errorf("fill in a form on site %q: %w", in.Site, ErrNotFound)
	}
	reference, err := NewReference(rand.Reader)
	if err != nil {
		return Outcome{}, nil, err
	}
	var problems []Problem
	moment := Moment{Now: c.now(), Reference: reference}
	out, err := c.store.Turn(ctx, in, func(conversation Conversation) (Turn, error) {
		turn, wrong := c.Engine().Fill(conversation.State.speaking(in.Language), site, form, moment)
		problems = wrong
		return turn, nil
	})
	if err != nil {
		return Outcome{}, nil, fmt.Errorf("fill in a form on %s: %w", in.Channel, err)
	}
	return out, problems, nil
}
