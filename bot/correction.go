package bot

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Amendment is what is to be corrected, in two values.
type Amendment struct {
	Wrong string // as the attestation has it
	Right string
}

// longestAmended is a value's length, in characters, beyond which it is a story and no value.
const longestAmended = 120

// amendments read both values from a customer's words. "A au lieu de B" alone may mean either way round: it is read only
// where the words before it say which.
var amendments = []struct {
	pattern *regexp.Regexp
	wrong   int // the group of the wrong value
	right   int
}{
	{regexp.MustCompile(`(?i)\b(?:(?:est|était|a été) (?:bien )?(?:écrite?|marquée?|inscrite?|indiquée?|notée?|mise?)|(?:vous avez|on a|ils ont) (?:mis|écrit|noté|inscrit|marqué)|il y a|je lis|(?:figure|apparaît)) (.+?) (?:au lieu|à la place) (?:de |du |d['’])(.+)`), 1, 2},
	{regexp.MustCompile(`(?i)\b(?:il )?(?:faut|faudrait|fallait|doit|devrait)(?: bien)?(?: être| écrire| mettre| lire| indiquer| inscrire)? (.+?) (?:au lieu|à la place) (?:de |du |d['’])(.+)`), 2, 1},
	{regexp.MustCompile(`(?i)\b(?:remplacer|corriger|changer|modifier) (.+?) (?:par|en) (.+)`), 1, 2},
	{regexp.MustCompile(`(.+?)\s*(?:→|->|=>)\s*(.+)`), 1, 2},
	{regexp.MustCompile(`(?i)\b(?:est|s['’]écrit|s['’]appelle|c['’]est|lire|écrire|mettre|:) (.+?),? (?:et non(?: pas)?|et pas|mais pas|pas) (.+)`), 2, 1},
	{regexp.MustCompile(`(?i)\b(?:est|était) (?:écrite?|marquée?|inscrite?|indiquée?|notée?) (.+?),? (?:alors que c['’]est|mais c['’]est|or c['’]est|il faut)(?: écrire| mettre| lire)? (.+)`), 1, 2},
}

// ReadAmendment reads the wrong and the right value from what a customer wants corrected. ok is false where the words leave
// any doubt about which is which: a page then shows the words alone.
func ReadAmendment(correction string) (a Amendment, ok bool) {
	for line := range strings.Lines(correction) {
		for _, known := range amendments {
			m := known.pattern.FindStringSubmatch(strings.TrimSpace(line))
			if m == nil {
				continue
			}
			a = Amendment{Wrong: amended(m[known.wrong]), Right: amended(m[known.right])}
			if a.Wrong != "" && a.Right != "" && a.Wrong != a.Right {
				return a, true
			}
		}
	}
	return Amendment{}, false
}

// ErrAmendment is the error of values that cannot be set: one of them is missing, too long, or both are the same.
var ErrAmendment = errors.New("the two values of a correction are both needed, differ, and are short")

// Amended are the two values as an agent set them by hand; both empty take that back. Blanks are single ones.
func Amended(wrong, right string) (Amendment, error) {
	a := Amendment{Wrong: oneLine(wrong), Right: oneLine(right)}
	long := utf8.RuneCountInString(a.Wrong) > longestAmended || utf8.RuneCountInString(a.Right) > longestAmended
	if a == (Amendment{}) {
		return a, nil
	}
	if a.Wrong == "" || a.Right == "" || a.Wrong == a.Right || long {
		return Amendment{}, ErrAmendment
	}
	return a, nil
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")), " ")
}

// String is the amendment as the detail of an event: a line each, empty when there is none.
func (a Amendment) String() string {
	if a == (Amendment{}) {
		return ""
	}
	return a.Wrong + "\n" + a.Right
}

// ParseAmendment reads the detail of an event.
func ParseAmendment(detail string) Amendment {
	wrong, right, _ := strings.Cut(detail, "\n")
	return Amendment{Wrong: wrong, Right: right}
}

// Amendment is what is to be corrected, as an agent set it by hand, else as the customer's words say it. ok is false when
// neither is clear.
func (f TicketFile) Amendment() (a Amendment, by string, ok bool) {
	if f.Category != AttestationCorrection {
		return Amendment{}, "", false
	}
	for _, e := range slices.Backward(f.Events) {
		if e.Kind == EventAmended {
			if e.Detail == "" {
				break
			}
			return ParseAmendment(e.Detail), e.Actor, true
		}
	}
	a, ok = ReadAmendment(f.Fields[Correction])
	return a, "", ok
}

// amendedTail is what is said after a value and is no part of it.
var amendedTail = regexp.MustCompile(`(?i)(?:[.;!]\s.*|,? (?:sur|dans) (?:mon|l['’]|le|la|cette) ?(?:attestation|document|contrat).*|,? (?:merci|svp|s['’]il vous pla[iî]t)\b.*)$`)

// amended is a value without what stands around it; empty when it is too long to be one.
func amended(text string) string {
	text = strings.Trim(amendedTail.ReplaceAllString(text, ""), " \t\u00a0\u202f«»\"“”'’.,;:!")
	if utf8.RuneCountInString(text) > longestAmended {
		return ""
	}
	return text
}
