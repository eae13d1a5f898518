package knowledge

import (
	"slices"
	"sort"
	"strings"
)

// nameOf is one way to call a collection, as words.
type nameOf struct {
	collection string
	words      []string
}

// names lists the names and aliases of the collections, the longest first.
func names(collections []Collection) []nameOf {
	var list []nameOf
	for _, c := range collections {
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if w := Words(name); len(w) > 0 {
				list = append(list, nameOf{c.ID, w})
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].words) > len(list[j].words) })
	return list
}

// split parts the words of a text from the names of collections among them. Names may overlap ("chez Active" and "Active
// Assurances"); one that lies within a longer one is not meant.
func (b *Base) split(text string) (rest []string, named []string) {
	all := Words(text)
	end := 0 // of the names found so far
	for i, word := range all {
		n := 0
		for _, name := range b.names { // the longest first
			if len(name.words) < n || i+len(name.words) <= end || len(name.words) > len(all)-i {
				continue
			}
			if slices.Equal(name.words, all[i:i+len(name.words)]) {
				n = len(name.words)
				if !slices.Contains(named, name.collection) {
					named = append(named, name.collection)
				}
			}
		}
		if end = max(end, i+n); i >= end {
			rest = append(rest, word)
		}
	}
	slices.Sort(named)
	return rest, named
}

// unnamed is a text without the names of collections, which say whom a question is for and not what it is about; and the
// collections named.
func (b *Base) unnamed(text string) (string, []string) {
	rest, named := b.split(text)
	if len(named) == 0 || len(rest) == 0 {
		return text, named
	}
	return strings.Join(rest, " "), named
}

// NamedIn lists the collections a text names, by name or alias.
func (b *Base) NamedIn(text string) []string {
	_, named := b.split(text)
	return named
}

// Content lists the stems of a text that carry its subject: no stop words, no name of a collection.
func (b *Base) Content(text string) []string {
	content, _ := b.Subject(text)
	return content
}

// Subject gives the stems of a text that carry its subject, and the collections that it names.
func (b *Base) Subject(text string) (content, named []string) {
	rest, named := b.split(settled(text))
	q := b.stemmer.understand(strings.Join(rest, " "))
	for i, w := range q.words {
		if !stopWords[w] && !questionWords[w] {
			content = append(content, q.stems[i])
		}
	}
	return content, named
}

// Learned tells whether every one of some stems stands in the phrases that the base has learned from.
func (b *Base) Learned(stems []string) bool {
	return b.vectorizer == nil || !slices.ContainsFunc(stems, func(s string) bool {
		_, ok := b.vectorizer.number(wordChannel, fnvOffset.byte(byte(wordChannel)).text(s))
		return !ok
	})
}

// Mend writes some words as they are meant in a folded text, where they stand one slip of the keyboard away and the base has
// not learned what stands there.
func (b *Base) Mend(folded string, words []string) string {
	fields := strings.Fields(folded)
	for i, field := range fields {
		word := strings.Trim(field, ".,;:!")
		if len(word) < leastLong || b.vectorizer == nil || b.Learned([]string{b.stemmer.stem(word)}) {
			continue
		}
		for _, meant := range words {
			if slipsBetween(word, meant, 1) {
				fields[i] = meant
				break
			}
		}
	}
	return strings.Join(fields, " ")
}

// Covers tells which share of a text's content stands somewhere in a topic, in these words or in others that mean the
// same, 0 to 1; 1 when the text has no content.
func (b *Base) Covers(topic, text string) float64 {
	n, ok := b.numbers[topic]
	content := b.Content(text)
	if !ok || len(content) == 0 {
		return 1
	}
	covered, there := 0, b.ranker.holding(n)
	for _, stem := range content {
		if there.has(stem) {
			covered++
		}
	}
	return float64(covered) / float64(len(content))
}

// sameWord is how well a word must stand for another to be taken for it.
const sameWord = 0.5

// has tells whether the passage has a word, or one that means the same.
func (h holding) has(stem string) bool {
	r := h.ranker
	if h.fit(r.words.near(stem)) >= sameWord {
		return true
	}
	for _, concept := range r.meaning.concepts[stem] {
		if n, ok := r.concepts[concept]; ok && h.means(n) {
			return true
		}
	}
	return false
}
