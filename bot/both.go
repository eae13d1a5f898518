package bot

import (
	"slices"
	"strings"

	"guichet/knowledge"
)

// sureBoth is how sure the answer of each of two questions in one message must be for both to be given.
const sureBoth = sureAnswer

// secondQuestion begins another question in the middle of a message, as it is written with care.
var secondQuestion = speaks(`(?:,| et| puis| aussi| ensuite| sinon| and)+ (?:comment|combien|pourquoi|quand|quel(?:le)?s?|qui|ou (?:est|sont|trouver|puis|dois|peut-on|se|je|aller|envoyer)|est-ce que|est ce que|puis-je|peut-on|dois-je|faut-il|how|what|where|when|can i)\b`)

// asksSomething tells whether a part of a message asks.
var asksSomething = speaks(`\?|\b(comment|combien|pourquoi|quand|quel(le)?s?|qui|ou|est[- ]ce|\w+-(t-)?(je|il|elle|on|ils|elles)|how|what|where|when|can i)\b`)

// part is a stretch of what was said, from a byte to another.
type part struct{ from, to int }

// questionsIn parts a message into the questions it asks; the whole message when it asks one.
func (t *turn) questionsIn() []part {
	var questions []part
	begin := 0
	for _, sentence := range strings.SplitAfter(t.said, "?") {
		start, end := begin, begin+len(sentence)
		for _, at := range secondQuestion.FindAllStringIndex(sentence, -1) {
			if at[0] > 0 {
				questions, start = append(questions, part{start, begin + at[0]}), begin+at[0]
			}
		}
		questions, begin = append(questions, part{start, end}), end
	}
	var meant []part
	for _, q := range questions {
		if said := t.said[q.from:q.to]; len(t.base.Content(said)) > 0 && asksSomething.MatchString(said) {
			meant = append(meant, q)
		}
	}
	return meant
}

// joins stand before the second of two questions, in whatever secondQuestion matches.
var joins = []string{", ", " et ", " puis ", " aussi ", " ensuite ", " sinon ", " and "}

// goesOn tells whether a message may hold a second question: most end with their first, and need not be taken apart.
func goesOn(said string) bool {
	_, rest, _ := strings.Cut(said, "?")
	return strings.TrimSpace(rest) != "" || slices.ContainsFunc(joins, func(join string) bool { return strings.Contains(said, join) })
}

// answerTwo answers a message that asks two questions: both when each has an answer, the one that has where that is certain.
// false when it does not.
func (t *turn) answerTwo(found knowledge.Findings, collections []string) bool {
	if !goesOn(t.said) {
		return false
	}
	questions := t.questionsIn()
	if len(questions) != 2 {
		return false
	}
	var both [2]asked
	for i, q := range questions {
		both[i] = t.asked(q, collections)
	}
	if t.err != nil {
		return true
	}
	if two(both[0].found, both[1].found) {
		t.answerBoth(both[0].found, both[1].found)
		return true
	}
	sure := func(q asked) float64 { // of what the whole message is about, as sure as the whole is
		if len(found.Hits) > 0 && len(q.found.Hits) > 0 && found.Hits[0].Topic.ID == q.found.Hits[0].Topic.ID {
			return max(q.found.Sure, found.Sure)
		}
		return q.found.Sure
	}
	return t.certainlyTwo(questions) && (t.answerOne(both[0], both[1], false, sure(both[0])) || t.answerOne(both[1], both[0], true, sure(both[1])))
}

// answerBoth gives the answers of two questions.
func (t *turn) answerBoth(first, second knowledge.Findings) {
	t.why.Rule = RuleBoth
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
}

// two tells whether two questions have each an answer of its own, of one insurer.
func two(first, second knowledge.Findings) bool {
	if first.Sure < sureBoth || second.Sure < sureBoth || len(first.Hits) == 0 || len(second.Hits) == 0 || isSaid(first) || isSaid(second) {
		return false
	}
	a, b := first.Hits[0].Topic, second.Hits[0].Topic
	return a.ID != b.ID && a.Collection == b.Collection
}
