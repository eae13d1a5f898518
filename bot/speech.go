package bot

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// speech is an expression that recognises a form of speech. Most messages hold none of the words that it needs; looking for
// these costs a tenth of trying the expression at each of their letters.
type speech struct {
	*regexp.Regexp
	needs []string // whatever matches holds one of these; none when nothing is known
}

const (
	mostNeeds     = 40 // pieces, beyond which looking for them is no cheaper
	shortestNeeds = 3  // bytes of a piece, below which most messages hold it
)

// speaks compiles an expression; it panics on one that is malformed.
func speaks(expression string) speech {
	s := speech{Regexp: regexp.MustCompile(expression)}
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		panic(err)
	}
	if needs := leastOf(needed(tree.Simplify())); len(needs) <= mostNeeds && shortest(needs) >= shortestNeeds {
		s.needs = needs
	}
	return s
}

// MatchString is regexp.Regexp's.
func (s speech) MatchString(text string) bool { return s.may(text) && s.Regexp.MatchString(text) }

// ReplaceAllString is regexp.Regexp's.
func (s speech) ReplaceAllString(text, by string) string {
	if !s.may(text) {
		return text
	}
	return s.Regexp.ReplaceAllString(text, by)
}

// may tells whether a text holds what a match needs.
func (s speech) may(text string) bool {
	for _, piece := range s.needs {
		if strings.Contains(text, piece) {
			return true
		}
	}
	return len(s.needs) == 0
}

// needed lists pieces of text of which every match holds at least one; nil when nothing can be said.
func needed(tree *syntax.Regexp) []string {
	switch tree.Op {
	case syntax.OpLiteral:
		if tree.Flags&syntax.FoldCase == 0 {
			return []string{string(tree.Rune)}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(tree.Sub[0])
	case syntax.OpConcat: // each part is there: the longest pieces say most
		var best []string
		for _, part := range tree.Sub {
			if pieces := needed(part); shortest(pieces) > shortest(best) {
				best = pieces
			}
		}
		return best
	case syntax.OpAlternate: // any one of the parts is
		var all []string
		for _, part := range tree.Sub {
			pieces := needed(part)
			if pieces == nil {
				return nil
			}
			all = append(all, pieces...)
		}
		return all
	}
	return nil
}

// leastOf leaves out the pieces that hold another one.
func leastOf(pieces []string) (least []string) {
	slices.SortFunc(pieces, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	for _, piece := range pieces {
		if !slices.ContainsFunc(least, func(other string) bool { return strings.Contains(piece, other) }) {
			least = append(least, piece)
		}
	}
	return least
}

// shortest is the length of the shortest of some pieces, in bytes; 0 of none.
func shortest(pieces []string) int {
	least := 0
	for i, piece := range pieces {
		if i == 0 || len(piece) < least {
			least = len(piece)
		}
	}
	return least
}
