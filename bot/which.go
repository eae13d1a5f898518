package bot

import (
	"fmt"
	"strings"

	"guichet/knowledge"
)

// When several topics of one insurer are about what a message names, and which is meant is asked.
const (
	maybeThis     = 0.10 // a topic that may be meant
	sureThis      = 0.75 // the first, from which on it is answered
	nearlyNothing = 0.05 // that none is meant, below which one surely is
	mostNaming    = 2    // words that name a subject in a message that asks nothing about it
	longestNaming = 5    // words in such a message, at most
	mostTopics    = 4    // that are offered
)

// several lists the topics of one insurer that a message may mean, the likeliest first; none where it says well enough which,
// where none may be meant, and where they are of more insurers. A name alone ("souci attestation") says less than a question.
func (t *turn) several(found knowledge.Findings) []knowledge.Hit {
	if found.Outside >= nearlyNothing || len(found.Hits) < 2 || t.choice != "" {
		return nil
	}
	names := len(strings.Fields(t.said)) <= longestNaming && len(t.base.Strong(t.text)) <= mostNaming && !interrogates.MatchString(t.said)
	if found.Sure >= sureThis || found.Sure >= sureAnswer && !names || len(strings.Fields(t.said)) > maxLeaning {
		return nil
	}
	var meant []knowledge.Hit
	for _, h := range found.Hits {
		if h.Probability >= maybeThis && len(meant) < mostTopics {
			if h.Topic.Collection != found.Hits[0].Topic.Collection {
				return nil
			}
			meant = append(meant, h)
		}
	}
	if len(meant) < 2 {
		return nil
	}
	return meant
}

// askTopic asks which of some topics is meant.
func (t *turn) askTopic(found knowledge.Findings) {
	var list []string
	t.reply.Choices = nil
	for n, h := range t.several(found) {
		list = append(list, fmt.Sprintf("%d. %s", n+1, h.Topic.Title))
		t.offer(*h.Topic, h.Topic.Title)
	}
	choices, titles := t.reply.Choices, strings.Join(list, "\n")
	if t.voice.quoting != "" {
		titles = quoted(titles)
	}
	t.say(Clarify, t.voice.whichTopic+"\n\n"+titles)
	t.reply.Choices, t.reply.Confidence = choices, found.Sure
	t.offerAgent()
	t.state.Question = t.text
}

// askedWhich tells whether the last reply asked which topic is meant.
func (t *turn) askedWhich() bool {
	topics := 0
	for _, c := range t.state.Offered {
		if c.Topic != "" {
			topics++
		}
	}
	return topics > 1 && !t.offers(choiceHelpful) && t.state.Question != ""
}
