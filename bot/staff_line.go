package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/knowledge"
)

// StaffOrder is what a line that an agent typed in a thread, or a button there, asks for.
type StaffOrder string

// The orders. Refuse is what is no order and must not reach a customer.
const (
	StaffReply   StaffOrder = "reply"
	StaffNote    StaffOrder = "note"
	StaffHelp    StaffOrder = "help"
	StaffTake    StaffOrder = "take"
	StaffGive    StaffOrder = "give"
	StaffResolve StaffOrder = "resolve"
	StaffClose   StaffOrder = "close"
	StaffReopen  StaffOrder = "reopen"
	StaffWait    StaffOrder = "wait"
	StaffRefuse  StaffOrder = "refuse"
)

// staffWords are the commands, after ! or /, without accents.
var staffWords = map[string]StaffOrder{
	"note": StaffNote, "aide": StaffHelp, "help": StaffHelp, "prendre": StaffTake, "rendre": StaffGive,
	"attente": StaffWait, "resoudre": StaffResolve, "clore": StaffClose, "rouvrir": StaffReopen,
}

// staffMarks begin a command. Platforms and keyboards give more than one sign for it, and each taken for the beginning of
// a reply would show an internal note to a customer.
const staffMarks = "!/！¡"

// ReadStaffLine reads what an agent typed. What begins like a command and is none is refused, never a reply.
func ReadStaffLine(text string) (order StaffOrder, rest string) {
	text = strings.TrimFunc(text, isUnseen)
	if text == "" {
		return StaffRefuse, ""
	}
	mark, size := utf8.DecodeRuneInString(text)
	if !strings.ContainsRune(staffMarks, mark) {
		return StaffReply, text
	}
	word, rest := text[size:], ""
	if end := strings.IndexFunc(word, func(r rune) bool { return unicode.IsSpace(r) || r == ':' }); end >= 0 {
		word, rest = word[:end], strings.TrimSpace(strings.TrimLeft(word[end:], ": \t\u00a0\u202f"))
	}
	word, _, _ = strings.Cut(word, "@") // /aide@the_bot
	order, known := staffWords[knowledge.Fold(word)]
	switch {
	case !known:
		return StaffRefuse, text
	case order != StaffNote && rest != "": // "!clore le dossier de madame": was it meant as an order?
		return StaffRefuse, text
	}
	return order, rest
}

// isUnseen tells whether nobody sees a sign.
func isUnseen(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

func isBlank(text string) bool { return strings.TrimFunc(text, isUnseen) == "" }

// staffButton begins the value of a button of a staff room: the order and the ticket follow.
const staffButton = "staff:"

// ReadStaffButton reads the value of a button that NextPost made; ok is false for any other.
func ReadStaffButton(value string) (order StaffOrder, reference string, ok bool) {
	value, ok = strings.CutPrefix(value, staffButton)
	if !ok {
		return "", "", false
	}
	word, reference, ok := strings.Cut(value, ":")
	switch order = StaffOrder(word); order {
	case StaffTake, StaffGive, StaffResolve, StaffClose, StaffReopen:
		return order, reference, ok
	}
	return "", "", false
}

// staffButtons are the orders that make sense as a ticket stands.
func staffButtons(t Ticket) []Choice {
	var orders []StaffOrder
	switch t.Status {
	case Resolved:
		orders = []StaffOrder{StaffReopen, StaffClose}
	case Closed:
		orders = []StaffOrder{StaffReopen}
	default:
		orders = []StaffOrder{StaffTake, StaffResolve, StaffClose}
		if t.Assignee != "" {
			orders[0] = StaffGive
		}
	}
	choices := make([]Choice, len(orders))
	for i, o := range orders {
		choices[i] = Choice{Label: staffLabels[o], Value: staffButton + string(o) + ":" + t.Reference}
	}
	return choices
}
