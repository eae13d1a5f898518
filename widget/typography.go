package widget

import "regexp"

var (
	beforeSign  = regexp.MustCompile(` ([;?!»])`)
	beforeColon = regexp.MustCompile(` :(\s|$)`)
	afterQuote  = regexp.MustCompile(`« `)
	straightOne = regexp.MustCompile(`(\pL)'(\pL)`)
)

// typeset sets titles and passages, which are shown as editors wrote them, as French is printed. The bot's replies
// come typeset; this is the part of bot's own rule that such texts need.
func typeset(text string) string {
	text = straightOne.ReplaceAllString(text, "$1’$2")
	text = afterQuote.ReplaceAllString(text, "«\u202f")
	text = beforeColon.ReplaceAllString(text, "\u202f:$1")
	return beforeSign.ReplaceAllString(text, "\u202f$1")
}
