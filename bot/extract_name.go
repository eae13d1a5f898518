package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/knowledge"
)

// Where a name stands: behind words that only a name follows, or behind its label, which without a colon begins what is said.
// "une erreur sur le nom Dupont" names what is wrong and nobody.
const properName = `(\p{Lu}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]*){0,3})`

var (
	nameSaid  = regexp.MustCompile(`(?:[Jj]e m['’]appelle|[Mm]on nom,? (?:est|c['’]est|:)|[Mm]y name(?: is|['’]s))\s+` + properName)
	nameAlone = regexp.MustCompile(`[Mm]on nom\s+` + properName + `\s*(?:$|[,.;\n])`)
	nameParts = regexp.MustCompile(`(?:^|[,;:/\n]\s*)` + properName + `\s*(?:$|[,;:/\n]|\d|\S+@)`)
	nameLabel = regexp.MustCompile(`(?:\b(?:[Nn]om|NOM|[Nn]ame)(?: et [Pp]r[ée]nom| [Cc]omplet)?\s*:|(?:^|[,.;\n])\s*(?:[Nn]om|NOM|[Nn]ame))\s*` + properName)
	firstName = regexp.MustCompile(`(?:\b[Pp]r[ée]nom\s*:|(?:^|[,.;\n])\s*[Pp]r[ée]nom)\s*` + properName)
)

func (r *reader) name() {
	var found []int
	for _, form := range []*regexp.Regexp{nameSaid, nameAlone, nameLabel} {
		if found = form.FindStringSubmatchIndex(r.text); found != nil {
			break
		}
	}
	if found == nil {
		if found = r.nameOfEmail(); found == nil {
			return
		}
	}
	v := value{Field: Name, Raw: r.text[found[2]:found[3]], start: found[2], end: found[3]}
	name := v.Raw
	if first := firstName.FindStringSubmatch(r.text); first != nil {
		name = first[1] + " " + name
	}
	r.accept(v, name)
}

// nameOfEmail is where a name stands by itself that the e-mail address of the message has too: "Karim Benali, karim.benali@…".
func (r *reader) nameOfEmail() []int {
	for _, v := range r.values {
		if v.Field != Email || v.Value == "" {
			continue
		}
		mailbox, _, _ := strings.Cut(v.Value, "@")
		for _, at := range nameParts.FindAllStringSubmatchIndex(r.text, -1) {
			for _, word := range strings.Fields(knowledge.Fold(r.text[at[2]:at[3]])) {
				if len(word) >= shortestSurname && strings.Contains(mailbox, word) {
					return at
				}
			}
		}
	}
	return nil
}

// shortestSurname is how many letters of a name in an e-mail address are no chance.
const shortestSurname = 4

// bareName is a message, or what is left of one beside its values, that may be a name.
var bareName = regexp.MustCompile(`^\W*(\pL[\pL'’-]+(?:\s+\pL[\pL'’-]+){1,2})\W*$`)

// withName adds a name that stands by itself, "Josiane Morin 06 12 34 56 78", to the values of a message. Its words are none that the
// base has learned, of which a name typed with its capitals may have one: "Pierre Marchand".
func (t *turn) withName(values []value) []value {
	i := t.state.Intake
	named := func(v value) bool { return v.Field == Name }
	if !i.takes(Name) || i.Fields[Name] != "" || slices.ContainsFunc(values, named) || i.Category == Claim && i.Fields[Place] == "" && len(values) == 0 {
		return values // of a claim, two words may be a town
	}
	m := bareName.FindStringSubmatch(blanked(t.text, values))
	if m == nil {
		return values
	}
	learned, capitals, words := 0, 0, strings.Fields(m[1])
	for _, word := range words {
		if stems := t.base.Content(word); len(stems) == 0 || t.base.Learned(stems) {
			learned++
		}
		if first, _ := utf8.DecodeRuneInString(word); unicode.IsUpper(first) {
			capitals++
		}
	}
	if learned > 0 && (learned > 1 || capitals < len(words)) {
		return values
	}
	at := strings.Index(t.text, m[1])
	return append(values, value{Field: Name, Value: m[1], Raw: m[1], start: max(at, 0), end: max(at, 0) + len(m[1])})
}
