package sample

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Vocabulary lists the words of texts, the commonest first, in small letters.
func Vocabulary(texts ...string) []string {
	counts := map[string]int{}
	for _, text := range texts {
		for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
			counts[word]++
		}
	}
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}
