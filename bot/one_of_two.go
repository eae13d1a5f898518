package bot

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/bot/prose"
	"guichet/knowledge"
)

// asked is one of two questions, and what it may mean.
type asked struct {
	said  string
	part  part
	found knowledge.Findings
}

func (t *turn) asked(q part, collections []string) asked {
	said := t.said[q.from:q.to]
	return asked{said, q, t.find(said, collections)}
}

// asksForSure tells whether a part of a message asks; its words are no relative pronouns, and join nothing.
var asksForSure = speaks(`\?|\b(comment|combien|pourquoi|quel(le)?s?|est[- ]ce|\w+-(t-)?(je|il|elle|on|vous|ils|elles)|how|what|where|can i|do you)\b`)

// joined stands between two questions that are written as one sentence, where a comma alone may go before a relative clause.
var joined = speaks(`^\W*(et|puis|aussi|ensuite|sinon|and)\b`)

// certainlyTwo tells whether a message asks two questions whatever they mean: what has no answer is then one that was asked.
func (t *turn) certainlyTwo(questions []part) bool {
	first, second := t.said[questions[0].from:questions[0].to], t.said[questions[1].from:questions[1].to]
	return asksForSure.MatchString(first) && asksForSure.MatchString(second) &&
		(strings.HasSuffix(strings.TrimSpace(first), "?") || joined.MatchString(second))
}

// leastAsked is how many words with a meaning of its own a question has that stands by itself, at least.
const leastAsked = 2

// goesOnFrom are words by which a question goes on from the one before it, besides its pronouns.
var goesOnFrom = speaks(`\b(ensuite|apres|alors|du coup|dans ce cas|pendant ce temps|en attendant|it|they|them|this|that|then|after\w*|meanwhile|waiting)\b`)

// standsAlone tells whether a question means the same without the one beside it: "et c'est gratuit ?" does not.
func (t *turn) standsAlone(q asked) bool {
	return len(t.base.Content(q.said)) >= leastAsked && !refersBack(q.said) && !goesOnFrom.MatchString(q.said)
}

// answerOne answers one of two questions and says what becomes of the other: it has no answer here, another insurer's, or is a
// request. false when the other may be part of the one, or the one cannot be answered without it. sure is of the one.
func (t *turn) answerOne(one, other asked, second bool, sure float64) bool {
	if sure < sureAnswer || len(one.found.Hits) == 0 || len(rivals(one.found)) > 1 || second && !t.standsAlone(one) || isSaid(one.found) {
		return false
	}
	left := t.typed(other.part)
	quote := prose.Escape(shortened(left))
	request, requestP, _, smalltalkP := readings(other.found.Readings)
	switch {
	case smalltalkP >= sureSmalltalk: // "ça va ?" wants no answer of its own
		t.answer(one.found.Hits, sure)
	case requestP >= sureRequest:
		t.answer(one.found.Hits, sure)
		label := t.voice.labelAbout(request)
		if request != Human {
			t.reply.Choices = slices.Insert(t.reply.Choices, 0, Choice{Label: label, Value: ChoiceRequest + string(request)})
		}
		t.reply.Text += "\n\n" + t.voice.otherRequest(quote, label)
	case requestP+smalltalkP < maybeMeant && t.standsAlone(other) && other.found.Sure < sureNothing && other.found.Outside > likelyNothing:
		t.answer(one.found.Hits, sure)
		t.reply.Text += "\n\n" + t.voice.otherUnanswered(quote)
		t.state.Unanswered = left
	default:
		return false
	}
	t.why.Rule, t.why.Findings, t.why.Read = RuleOneOfTwo, one.found, one.said
	return true
}

// When it is said that one of two questions has no answer: the likeliest is no surer than sureNothing, and that there is none
// is likelier than not.
const (
	sureNothing   = 0.35
	likelyNothing = 0.5
)

// isSaid tells whether what looks like a question is rather a request or small talk.
func isSaid(found knowledge.Findings) bool {
	_, request, _, smalltalk := readings(found.Readings)
	return request >= sureRequest || smalltalk >= sureSmalltalk
}

// typed is a part of the message as it was typed, without the word that joins it to the other.
func (t *turn) typed(q part) string {
	ends := []int{0} // of words, in the text
	for i, r := range t.text {
		if unicode.IsSpace(r) {
			ends = append(ends, i)
		}
	}
	ends = append(ends, len(t.text))
	place := func(read int) int {
		i := sort.Search(len(ends)-1, func(i int) bool { return len(knowledge.Written(t.text[:ends[i]])) >= read })
		return ends[i]
	}
	text := strings.Trim(strings.Join(strings.Fields(t.text[place(q.from):place(q.to)]), " "), " ,;.")
	for {
		first, rest, ok := strings.Cut(text, " ")
		if !ok || !joined.MatchString(knowledge.Fold(first)) {
			return text
		}
		text = rest
	}
}

// longestQuote is how much of a question is quoted in a reply, in letters.
const longestQuote = 120

// shortened is a text cut to what is worth quoting, at a space.
func shortened(text string) string {
	if utf8.RuneCountInString(text) <= longestQuote {
		return text
	}
	text = string([]rune(text)[:longestQuote])
	if at := strings.LastIndexFunc(text, unicode.IsSpace); at > 0 {
		text = text[:at]
	}
	return text + "…"
}
