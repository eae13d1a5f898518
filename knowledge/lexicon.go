package knowledge

import (
	_ "embed"
	"strings"
)

// lexiconText says what people call things: a concept a line, with the words and expressions that mean it. It holds
// general French and English, and names nothing of any company's content.
//
//go:embed lexicon.txt
var lexiconText string

// lexicon finds concepts in a sequence of stems.
type lexicon struct {
	concepts map[string][]string // stems of an expression, parted by spaces -> the concepts it means
	longest  int                 // words in the longest expression
}

// newLexicon reads lines such as "loss: perdu, égaré, lost"; '#' begins a comment line.
func newLexicon(text string, stems func(string) []string) *lexicon {
	l := &lexicon{concepts: map[string][]string{}}
	for line := range strings.Lines(text) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		for expression := range strings.SplitSeq(list, ",") {
			s := stems(expression)
			if len(s) == 0 {
				continue
			}
			key := strings.Join(s, " ")
			l.concepts[key] = append(l.concepts[key], name)
			l.longest = max(l.longest, len(s))
		}
	}
	return l
}

// find lists the concepts of a sequence of stems, in order. The longest expression at each place wins.
func (l *lexicon) find(stems []string) []string {
	var found []string
	for i := 0; i < len(stems); {
		n := min(l.longest, len(stems)-i)
		for ; n > 0; n-- {
			if names, ok := l.concepts[strings.Join(stems[i:i+n], " ")]; ok {
				found = append(found, names...)
				break
			}
		}
		i += max(n, 1)
	}
	return found
}
