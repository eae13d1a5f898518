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
	reach    map[string]int      // a stem -> words in the longest expression that begins with it
}

// readLexicon reads lines such as "loss: perdu, égaré, lost"; '#' begins a comment line.
func readLexicon(text string, stems func(string) []string) *lexicon {
	concepts := map[string][]string{}
	for line := range strings.Lines(text) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		for expression := range strings.SplitSeq(list, ",") {
			if key := strings.Join(stems(expression), " "); key != "" {
				concepts[key] = append(concepts[key], name)
			}
		}
	}
	return newLexicon(concepts)
}

func newLexicon(concepts map[string][]string) *lexicon {
	l := &lexicon{concepts: concepts, reach: map[string]int{}}
	for key := range concepts {
		first, _, _ := strings.Cut(key, " ")
		l.reach[first] = max(l.reach[first], strings.Count(key, " ")+1)
	}
	return l
}

// find lists the concepts of a sequence of stems, in order. The longest expression at each place wins.
func (l *lexicon) find(stems []string) []string {
	var found []string
	for i := 0; i < len(stems); {
		n := min(l.reach[stems[i]], len(stems)-i)
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
