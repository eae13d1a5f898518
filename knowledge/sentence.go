package knowledge

import (
	"regexp"
	"strings"
)

// longMessage is from how many words a message is taken for a story with a question in it.
const longMessage = 25

var (
	sentenceEnd = regexp.MustCompile(`[.!;\n]+\s|\?+`)
	// asking begins what a person wants to know, in folded text; dictated messages have no other mark of it.
	asking = regexp.MustCompile(`\b(est-ce qu|est ce qu|comment (je|on|puis|faire|faut|ca|fait|obtenir|avoir)|combien|pourquoi|qu'est-ce|c'est quoi|quels? |quelles? |a qui |ou (est|sont|je|on|puis|faut)|puis-je|peut-on|dois-je|faut-il|je voudrais savoir|je me demande|vous pouvez m'expliquer|how |what |where |can i )`)
)

// questionIn finds what a long message asks: its sentences with a question mark, else what follows the last words that
// ask. It is empty when the message is short or nothing in it asks.
func questionIn(text string) string {
	if len(strings.Fields(text)) < longMessage {
		return ""
	}
	var asked []string
	start := 0
	for _, at := range sentenceEnd.FindAllStringIndex(text, -1) {
		if text[at[0]] == '?' {
			asked = append(asked, strings.TrimSpace(text[start:at[0]]))
		}
		start = at[1]
	}
	if len(asked) == 0 {
		folded := Fold(text)
		if at := asking.FindAllStringIndex(folded, -1); at != nil {
			asked = append(asked, folded[at[len(at)-1][0]:])
		}
	}
	for i, sentence := range asked {
		asked[i] = lastWords(sentence)
	}
	question := strings.Join(asked, " ")
	if len(strings.Fields(question)) < 3 {
		return ""
	}
	return question
}

// lastWords cuts a run-on sentence to its end, where the question is.
func lastWords(sentence string) string {
	fields := strings.Fields(sentence)
	return strings.Join(fields[max(0, len(fields)-longMessage):], " ")
}
