package bot

import (
	"regexp"
	"strings"
)

const (
	narrow  = "\u202f" // before ; : ? ! and inside « », as the Imprimerie nationale sets French
	noBreak = "\u00a0" // within numbers and before units
)

var (
	beforeSign  = regexp.MustCompile(` ([;?!»])`)
	beforeColon = regexp.MustCompile(` (:)(\s|\*|$)`)
	afterOpen   = regexp.MustCompile(`« `)
	thousands   = regexp.MustCompile(`(\d) (\d{3})\b`)
	beforeUnit  = regexp.MustCompile(`(\d) (€|%|km|Mo|euros)`)
	word        = regexp.MustCompile(`\S+`)
	apostrophe  = regexp.MustCompile(`(\pL)'([\pL\[*«])`)
)

// Typeset sets a text as French is printed: the spaces that must not break, typographic apostrophes. Spaces are
// replaced, never added, so that addresses and times stay as they are.
func Typeset(text string) string {
	text = word.ReplaceAllStringFunc(text, func(w string) string {
		if strings.ContainsAny(w, "@") || strings.Contains(w, "://") {
			return w // an address
		}
		return apostrophe.ReplaceAllString(w, "$1’$2")
	})
	text = beforeSign.ReplaceAllString(text, narrow+"$1")
	text = beforeColon.ReplaceAllString(text, narrow+"$1$2")
	text = afterOpen.ReplaceAllString(text, "«"+narrow)
	text = thousands.ReplaceAllString(text, "$1"+noBreak+"$2")
	text = thousands.ReplaceAllString(text, "$1"+noBreak+"$2") // the groups that the first pass stepped over
	return beforeUnit.ReplaceAllString(text, "$1"+noBreak+"$2")
}

// months are the French names, from January.
var months = strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
