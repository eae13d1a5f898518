package bot

import (
	"slices"
	"strings"
	"time"

	"guichet/knowledge"
)

// Engine decides what is said. It is a pure function of its arguments and of the knowledge it was made with, and safe
// for concurrent use.
type Engine struct {
	base   *knowledge.Base
	memory *memory // nil for one that works everything out
}

// NewEngine returns an engine that answers from a base.
func NewEngine(base *knowledge.Base) *Engine { return &Engine{base: base} }

// Base returns the knowledge the engine answers from.
func (e *Engine) Base() *knowledge.Base { return e.base }

// Moment is what a turn takes from the world.
type Moment struct {
	Now       time.Time
	Reference string // for the ticket, if this turn opens one
}

// turn is one turn being worked out.
type turn struct {
	base      *knowledge.Base
	voice     *voice
	engine    *Engine
	site      Site
	now       time.Time
	reference string
	text      string   // masked; a refused value is replaced by what was wrong with it
	said      string   // the text as it would be written with care, folded: what forms of speech are looked for in
	content   []string // its words with a meaning of their own
	named     []string // the collections it names
	choice    string
	files     int              // that came with it
	together  string           // the album they belong to
	person    bool             // a person is asked for in so many words of English
	card      bool             // it held a card number
	saying    bool             // the message is a saying of English and holds no value
	took      bool             // the files are what is answered
	values    map[Field]string // of a form, masked
	known     map[Field]string // who the person is
	state     State
	reply     Reply
	ticket    *Ticket
	why       Explanation
	err       error
}

// Next works out one turn. It does not change state.
func (e *Engine) Next(state State, site Site, in Inbound, m Moment) (Turn, error) {
	text, card := Mask(strings.TrimSpace(in.Text))
	values, cardInForm := maskValues(in.Values)
	state = state.clone().speaking(in.Language)
	v := voiceOf(state.Language)
	if len(values) > 0 {
		text, card = v.valuesText(values), cardInForm
	}
	t := &turn{base: e.base, engine: e, voice: v, site: site, now: m.Now, reference: m.Reference, text: text, said: knowledge.Written(text), choice: in.Choice, values: values, known: in.Known, state: state}
	t.readEnglish()
	if !in.Public {
		t.files, t.together = len(in.Attachments), in.Together
	}
	t.content, t.named = e.subject(text)
	t.decide(card)
	if t.err != nil {
		return Turn{}, t.err
	}
	if strings.Contains(text, maskedSecret) && len(values) == 0 && !strings.Contains(in.Text, maskedSecret) {
		t.caution(t.voice.password)
	}
	if strings.Contains(text, maskedIBAN) && len(values) == 0 && !strings.Contains(in.Text, maskedIBAN) {
		t.caution(t.voice.iban)
	}
	if t.files > 0 {
		t.withFiles()
	}
	if in.Public {
		t.inPublic()
		if len(in.Attachments) > 0 {
			t.declineFiles()
			in.Attachments = nil
		}
	}
	if t.ticket != nil {
		t.ticket.Site = site.ID
	}
	t.reply.Why, t.reply.Confidence = t.why.summary(), rounded(t.reply.Confidence)
	for i := range t.reply.Choices {
		t.reply.Choices[i].Label = Typeset(t.reply.Choices[i].Label)
	}
	if t.reply.Kind != Silent || t.state.Agent != "" { // after a further file of an album, the buttons are still there
		t.state.Offered = t.reply.Choices
	}
	t.reply.Text, t.reply.Language = Typeset(t.reply.Text), t.state.Language
	if v.masks != nil {
		t.text = v.masks.Replace(t.text)
	}
	return Turn{Text: t.text, Reply: t.reply, State: t.state, Ticket: t.ticket, Why: t.why, Attachments: in.Attachments}, nil
}

func (s State) clone() State {
	s.Intake = s.Intake.clone()
	s.Offered, s.Rejected, s.References = slices.Clone(s.Offered), slices.Clone(s.Rejected), slices.Clone(s.References)
	return s
}

// decide sends the message to what handles it, the most particular first.
func (t *turn) decide(card bool) {
	switch {
	case t.state.Agent != "":
		t.why.Rule = RuleAgent
		t.reply.Kind = Silent
	case card:
		t.warn()
	case t.files > 0 && t.choice == "" && t.saysLittle():
		t.received()
	case t.text == "" && t.choice == "" && t.state.Intake == nil:
		t.say(Abstain, t.voice.empty)
	case t.state.Intake != nil && len(t.values) > 0:
		t.fill()
	case t.state.Intake != nil && !strings.HasPrefix(t.choice, ChoiceTopic) && !strings.HasPrefix(t.choice, ChoiceRequest):
		t.intake()
	case t.choice != "" && t.chosen():
	case t.person:
		t.why.Rule = RulePerformed
		t.startIntake(Human)
	case t.pick():
	case t.answersYesNo():
	case len(t.state.References) > 0 && saysCancel(t.said) && len(strings.Fields(t.said)) <= shortSaying && !aboutPolicy.MatchString(t.said):
		t.say(Escalate, t.voice.added(t.state.References[len(t.state.References)-1]))
		t.offerAgent()
	case len(t.said) < 60 && saysCancel(t.said) && len(t.content) <= 2 && !aboutPolicy.MatchString(t.said) && !interrogates.MatchString(t.said):
		t.say(Cancel, t.voice.nothingOpen)
	case thanks.MatchString(t.said):
		t.smalltalk("thanks")
	case t.state.Topic != "" && unhelpful.MatchString(t.said):
		t.unhelped()
	case t.state.Topic != "" && helpful.MatchString(t.said):
		t.say(Smalltalk, t.voice.glad)
	case t.state.Topic != "" && len(t.content) <= 2 && acknowledges.MatchString(t.said):
		t.smalltalk("thanks")
	default:
		t.understand()
	}
}

// say sets the reply.
func (t *turn) say(kind Kind, text string) { t.reply = Reply{Kind: kind, Text: text} }

// warn answers a message that holds a card number: the warning stands before what the rest of the message gets from the
// request it belongs to, or makes. What only asks something gets the warning alone.
func (t *turn) warn() {
	rest := keptMarks.ReplaceAllString(t.text, " ")
	if len(knowledge.Words(rest)) == 0 && len(t.values) == 0 {
		t.warnOnly()
		return
	}
	before := t.state.clone()
	t.card, t.said = true, knowledge.Written(rest)
	t.content, t.named = t.engine.subject(rest)
	t.decide(false)
	if t.err != nil {
		return
	}
	if before.Intake == nil && t.state.Intake == nil {
		t.state, t.why, t.took = before, Explanation{}, false
		t.warnOnly()
		return
	}
	t.reply.Kind, t.reply.Text = Warn, t.voice.card+"\n\n"+t.reply.Text
}

// warnOnly answers a message that is nothing but a card number, then goes on with the request if there is one.
func (t *turn) warnOnly() {
	if t.state.Intake == nil {
		t.say(Warn, t.voice.card)
		t.offerAgent()
		return
	}
	asked := t.state.Intake.Asked
	t.askNext(t.voice.card)
	if asked != "" && t.state.Intake.Asked != asked {
		t.state.Intake.Asked = asked
	}
	t.reply.Kind = Warn
}

// caution tells the person to keep a secret, before what the message is answered.
func (t *turn) caution(secret string) {
	if t.reply.Kind == Abstain || t.reply.Kind == Clarify {
		t.say(Warn, secret)
		t.offerAgent()
		return
	}
	t.reply.Text = secret + "\n\n" + t.reply.Text
}

// The values of buttons outside an intake. A topic's is ChoiceTopic and its id; a request's is ChoiceRequest and its
// category.
const (
	ChoiceTopic     = "topic:"
	ChoiceRequest   = "request:"
	choiceHelpful   = "feedback:yes"
	choiceUnhelpful = "feedback:no"
)

// chosen handles a button; false when the button is unknown, so that its label is read as words.
func (t *turn) chosen() bool {
	if id, ok := strings.CutPrefix(t.choice, ChoiceTopic); ok {
		topic, known := t.base.Topic(id)
		if !known || !t.serves(topic.Collection) {
			return false
		}
		t.answer([]knowledge.Hit{{Topic: &topic, Probability: 1}}, 1)
		if t.state.Intake != nil {
			t.resume()
		}
		return true
	}
	if c, ok := strings.CutPrefix(t.choice, ChoiceRequest); ok {
		if _, known := Define(Category(c)); !known {
			return false
		}
		t.startIntake(Category(c))
		return true
	}
	switch t.choice {
	case choiceHelpful:
		t.say(Smalltalk, t.voice.glad)
	case choiceUnhelpful:
		t.unhelped()
	default:
		return false
	}
	return true
}

// serves tells whether the site answers from a collection.
func (t *turn) serves(collection string) bool {
	return len(t.site.Collections) == 0 || slices.Contains(t.site.Collections, collection)
}

func (t *turn) offerAgent() {
	t.reply.Choices = append(t.reply.Choices, Choice{Label: t.voice.labelAgent, Value: ChoiceRequest + string(Human)})
}

// unhelped proposes the next best topics, then a person.
func (t *turn) unhelped() {
	if t.state.Topic != "" {
		t.state.Rejected = append(t.state.Rejected, t.state.Topic)
	}
	t.say(Feedback, t.voice.feedback)
	question := t.state.Question
	if t.choice == "" && len(t.content) > 0 && !unhelpful.MatchString(t.said) && !onlyNo.MatchString(t.said) {
		question = t.text
	}
	found := t.find(question, t.site.Collections)
	for _, h := range found.Hits {
		if len(t.reply.Choices) < 2 && h.Probability > 0.02 && !slices.Contains(t.state.Rejected, h.Topic.ID) {
			t.reply.Text = t.voice.feedbackNext
			t.offer(*h.Topic, h.Topic.Title)
		}
	}
	t.offerAgent()
}

// offer adds a button that shows a topic.
func (t *turn) offer(topic knowledge.Topic, label string) {
	t.reply.Choices = append(t.reply.Choices, Choice{Label: label, Value: ChoiceTopic + topic.ID, Topic: topic.ID, Collection: topic.Collection})
}

// keptMarks stand in a kept message for what was masked or refused; they are none of its meaning.
var keptMarks = speaks(`\[[^\]]*(masqué|hidden|non valide|not valid)\]`)

// find asks the knowledge; an error ends the turn.
func (t *turn) find(text string, collections []string) knowledge.Findings {
	found, err := t.engine.find(knowledge.Query{Text: keptMarks.ReplaceAllString(text, ""), Collections: collections})
	if err != nil {
		t.err = err
	}
	return found
}
