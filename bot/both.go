package bot

import (
	"slices"
	"strings"

	"guichet/knowledge"
)

// sureBoth is how sure the answer of each of two questions in one message must be for both to be given.
const sureBoth = sureAnswer

// secondQuestion begins another question in the middle of a message, as it is written with care.
var secondQuestion = speaks(`(?:,| et| puis| aussi| ensuite| and)+ (?:comment|combien|pourquoi|quand|quel(?:le)?s?|qui|ou (?:est|sont|trouver|puis|dois|peut-on|se|je|aller|envoyer)|est-ce que|est ce que|puis-je|peut-on|dois-je|faut-il|how|what|where|when|can i)\b`)

// asksSomething tells whether a part of a message asks.
var asksSomething = speaks(`\?|\b(comment|combien|pourquoi|quand|quel(le)?s?|qui|ou|est[- ]ce|puis-je|peut-on|dois-je|faut-il|how|what|where|when|can i)\b`)

// questionsIn parts a message into the questions it asks; the whole message when it asks one.
func (t *turn) questionsIn() []string {
	var questions []string
	for _, part := range strings.SplitAfter(t.said, "?") {
		start := 0
		for _, at := range secondQuestion.FindAllStringIndex(part, -1) {
			if at[0] > 0 {
				questions, start = append(questions, part[start:at[0]]), at[0]
			}
		}
		questions = append(questions, part[start:])
	}
	var meant []string
	for _, q := range questions {
		if len(t.base.Content(q)) > 0 && asksSomething.MatchString(q) {
			meant = append(meant, q)
		}
	}
	return meant
}

// joins stand before the second of two questions, in whatever secondQuestion matches.
var joins = []string{", ", " et ", " puis ", " aussi ", " ensuite ", " and "}

// goesOn tells whether a message may hold a second question: most end with their first, and need not be taken apart.
func goesOn(said string) bool {
	_, rest, _ := strings.Cut(said, "?")
	return strings.TrimSpace(rest) != "" || slices.ContainsFunc(joins, func(join string) bool { return strings.Contains(said, join) })
}

// answerBoth answers a message that asks two questions, when each has an answer; false when it does not.
func (t *turn) answerBoth(collections []string) bool {
	if !goesOn(t.said) {
		return false
	}
	questions := t.questionsIn()
	if len(questions) != 2 {
		return false
	}
	first, second := t.find(questions[0], collections), t.find(questions[1], collections)
	if t.err != nil || !two(first, second) {
		return t.err != nil
	}
	t.answer(second.Hits, second.Sure)
	also := t.reply
	t.answer(first.Hits, min(first.Sure, second.Sure))
	topic := second.Hits[0].Topic
	more := "**" + topic.Title + "**\n\n" + topic.Body
	if t.voice.quoting == "" {
		t.reply.Text += "\n\n" + more
	} else {
		t.reply.Text += "\n>\n" + quoted(more) // of the same quotation
	}
	t.reply.Also = []string{topic.ID}
	t.reply.Citations = append(t.reply.Citations, also.Citations...)
	return true
}

// two tells whether two questions have each an answer of its own, of one insurer.
func two(first, second knowledge.Findings) bool {
	if first.Sure < sureBoth || second.Sure < sureBoth || len(first.Hits) == 0 || len(second.Hits) == 0 {
		return false
	}
	a, b := first.Hits[0].Topic, second.Hits[0].Topic
	return a.ID != b.ID && a.Collection == b.Collection
}
