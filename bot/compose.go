package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/knowledge"
)

// answer states the best hit with its source, and what may be asked next.
func (t *turn) answer(hits []knowledge.Hit, sure float64) {
	best := *hits[0].Topic
	text := best.Body
	if c, ok := t.base.Collection(best.Collection); ok {
		text = "*" + c.Lead + " :*\n\n" + text
	}
	t.say(Answer, t.voice.quote(text))
	t.reply.Topic, t.reply.Confidence = best.ID, sure
	t.reply.Citations = []Citation{cite(best)}
	for _, id := range best.Next {
		if next, ok := t.base.Topic(id); ok && t.serves(next.Collection) {
			t.offer(next, next.Title)
		}
	}
	t.reply.Choices = append(t.reply.Choices, Choice{Label: t.voice.labelHelpful, Value: choiceHelpful}, Choice{Label: t.voice.labelUnhelpful, Value: choiceUnhelpful})
	t.offerAgent()
	t.state.Topic, t.state.Collection, t.state.Lost, t.state.Unanswered = best.ID, best.Collection, 0, ""
	if t.choice == "" {
		t.state.Question, t.state.Rejected = t.text, nil
	}
}

// quote gives a text of the documents in a conversation: as it stands, or as a quotation where that is in another language.
func (v *voice) quote(text string) string {
	if v.quoting == "" {
		return text
	}
	return "*" + v.quoting + "*\n\n" + quoted(text)
}

func cite(topic knowledge.Topic) Citation {
	return Citation{
		Topic: topic.ID, Document: topic.Citation.Document, Section: topic.Citation.Section, URL: topic.Citation.URL,
		Checked: topic.Citation.Checked.Format(time.DateOnly),
	}
}

// clarify asks which insurer is meant.
func (t *turn) clarify(found knowledge.Findings) {
	var b strings.Builder
	b.WriteString(t.voice.clarify + "\n")
	t.reply.Choices = nil
	for n, h := range rivals(found) {
		label := h.Topic.Collection
		if c, ok := t.base.Collection(h.Topic.Collection); ok {
			label = c.Name
		}
		fmt.Fprintf(&b, "\n%d. %s", n+1, label)
		t.offer(*h.Topic, label)
	}
	choices := t.reply.Choices
	t.say(Clarify, b.String())
	t.reply.Choices, t.reply.Confidence = choices, found.Rivals[0].Sure
	t.offerAgent()
	t.state.Question = t.text
}

// abstain says that there is no answer here, and offers a person; the second time in a row it asks to hand over.
func (t *turn) abstain(found knowledge.Findings) {
	if n := len(t.state.References); n > 0 && !interrogates.MatchString(t.said) {
		t.say(Escalate, t.voice.added(t.state.References[n-1]))
		t.offerAgent()
		return
	}
	text := t.voice.abstain
	if t.state.Lost > 0 {
		text = t.voice.abstainAgain
	}
	t.lost()
	t.say(Abstain, text)
	t.reply.Confidence = found.Sure
	t.offerAgent()
	t.offerNear(found)
}

// longestUnanswered is how much of them is remembered until a request is made of it, in bytes.
const longestUnanswered = 1000

// lost remembers messages in a row that have no answer: should a person be asked for next, they say what for.
func (t *turn) lost() {
	t.state.Lost++
	if t.state.Lost == 1 {
		t.state.Unanswered = ""
	}
	if all := strings.TrimSpace(t.state.Unanswered + "\n" + t.text); len(all) <= longestUnanswered {
		t.state.Unanswered = all
	}
}

// offerNear adds what comes near an answer, three buttons at most.
func (t *turn) offerNear(found knowledge.Findings) {
	for _, h := range found.Hits {
		if h.Probability >= 0.15 && len(t.reply.Choices) < 3 {
			t.offer(*h.Topic, h.Topic.Title)
		}
	}
}

// maybeMeant is how likely a request must be for its button to stand under a reply that knows no answer.
const maybeMeant = 0.2

// offerRequest adds the request that may be meant, before what else comes near.
func (t *turn) offerRequest(s standing) {
	if s.requestP < maybeMeant || s.request == Human || s.request == "" || t.reply.Kind != Abstain {
		return
	}
	meant := Choice{Label: t.voice.labelAbout(s.request), Value: ChoiceRequest + string(s.request)}
	t.reply.Choices = slices.Insert(t.reply.Choices, min(1, len(t.reply.Choices)), meant)
}

// elsewhere says which insurer the question is about, or may be, when this site does not answer for it.
func (t *turn) elsewhere(collection string, says func(insurer string) string) {
	name := collection
	if c, ok := t.base.Collection(collection); ok {
		name = c.Name
	}
	t.say(Abstain, says(name))
	t.lost()
	t.offerAgent()
}

// isForeign tells whether the message is in neither French nor English. Names of insurers and what was masked say nothing
// of the language.
func (t *turn) isForeign() bool {
	return len(t.named) == 0 && knowledge.Language(keptMarks.ReplaceAllString(t.text, "")) == knowledge.Foreign
}

// foreign says, in French and in English, which languages are served.
func (t *turn) foreign() {
	t.say(Abstain, t.voice.foreign)
	t.state.Lost++
	t.offerAgent()
}

func (t *turn) smalltalk(kind string) {
	text := t.voice.okay
	switch kind {
	case "greeting":
		text = t.voice.greeting
	case "thanks":
		text = t.voice.thanks
	case "bye":
		text = t.voice.bye
	case "robot":
		text = t.voice.robot
	case "wellbeing":
		text = t.voice.well
	}
	t.say(Smalltalk, text)
}

// wordless answers signs without a word: a smile needs nothing, a question mark or an angry face does.
func (t *turn) wordless() {
	if pleased.MatchString(t.text) {
		t.smalltalk("")
		return
	}
	t.say(Smalltalk, t.voice.wordless)
	t.offerAgent()
}

// answersMeanwhile answers a question asked in the middle of an intake, then resumes it; false when the message is no
// question the knowledge answers.
func (t *turn) answersMeanwhile() bool {
	if !interrogates.MatchString(t.said) {
		return false
	}
	if asksAfter.MatchString(t.said) {
		t.askNext(t.voice.afterwards(t.voice.delay(t.site.Delay, t.startClock(t.state.Intake.Category))))
		return true
	}
	collections, _ := t.scope()
	found := t.find(t.text, collections)
	if t.err != nil {
		return true
	}
	if len(found.Hits) > 0 && found.Sure >= sureAnswer {
		t.answer(found.Hits, found.Sure)
		t.resume()
		return true
	}
	if !strings.Contains(t.text, "?") || t.state.Intake.Asked == Description {
		return false
	}
	t.say(Abstain, t.voice.abstain)
	t.resume()
	t.offerAgent()
	return true
}

// resume adds to an answer the question the intake was at.
func (t *turn) resume() {
	answer := t.reply
	t.askNext(t.voice.resume)
	t.reply.Kind, t.reply.Topic, t.reply.Citations, t.reply.Confidence = answer.Kind, answer.Topic, answer.Citations, answer.Confidence
	t.reply.Text, t.reply.Ticket = answer.Text+"\n\n"+t.reply.Text, ""
}
