package bot

import (
	"strings"

	"guichet/knowledge"
)

// isVague tells whether a message says nothing that can be answered: all of its words are weak ("svp urgent", "finalement si"),
// nobody has asked so before, it leans on no answer, and it asks for no person.
func (t *turn) isVague(s standing) bool {
	if len(t.state.References) > 0 || t.choice != "" || s.performed || s.requestP >= sureRequest || len(strings.Fields(t.said)) > mostVague || !t.base.Vague(t.text) {
		return false
	}
	if t.state.Topic != "" && (len(t.content) == 0 || interrogates.MatchString(t.said) || leansOn.MatchString(t.said) || refersBack(t.said)) {
		return false
	}
	return len(s.hits) == 0 || s.best < sureAnswer || s.hits[0].Features.Phrase < sameQuestion
}

const (
	mostVague     = 15   // words, beyond which what has no subject is no message of a person
	sameQuestion  = 0.95 // how alike a way to ask must be for a message without a subject to ask the same
	leastConcepts = 0.5  // how much of what the words mean is in a topic that is worth a button
)

// askSubject asks what a message is about, or again what the last reply asked; the second time in a row it asks whether a
// person shall take over.
func (t *turn) askSubject(found knowledge.Findings) {
	if t.state.Lost == 0 && t.askedWhich() {
		t.say(Clarify, t.voice.whichOfThese)
		t.reply.Choices = t.state.Offered
		t.state.Lost, t.state.Unanswered = 1, t.state.Question
		return
	}
	text := t.voice.askSubject
	if t.state.Lost > 0 {
		text = t.voice.askSubjectAgain
	}
	t.lost()
	t.say(Clarify, text)
	t.reply.Confidence = found.Sure
	t.offerAgent()
	near := found
	near.Hits = nil
	for _, h := range found.Hits {
		if h.Features.Concepts >= leastConcepts {
			near.Hits = append(near.Hits, h)
		}
	}
	t.offerNear(near)
}
