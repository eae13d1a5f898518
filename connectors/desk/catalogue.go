package desk

import (
	_ "embed"
	"fmt"
	"strings"
)

// english has each text of the desk in English: a line each, the French, a tab, the English. Lines that begin with # and
// empty ones say nothing.
//
//go:embed english.tsv
var english string

// french is a text of the desk as the code has it: in French, with the verbs of fmt for what differs. Only a language makes a
// string of it (say, count), so that the compiler finds what would reach a page without having been translated.
type french string

// language is one that the desk speaks. French is its own: what the catalogue lacks is said in French.
type language struct {
	Code      string            // as in the lang attribute: "fr", "en"
	Name      string            // in itself
	catalogue map[string]string // by the plain French; nil for French
}

// languages are those that the desk speaks, the first where nothing says which.
func languages() ([]language, error) {
	catalogue, err := readCatalogue(english)
	return []language{{Code: "fr", Name: "Français"}, {Code: "en", Name: "English", catalogue: catalogue}}, err
}

// say puts a text into the language, with the values at its verbs.
func (l language) say(text french, values ...any) string {
	said := string(text)
	if other, ok := l.catalogue[said]; ok { // most texts are as plain as the catalogue has them
		said = other
	} else if l.catalogue != nil {
		if other, ok = l.catalogue[plain(said)]; ok {
			said = other
		}
	}
	if len(values) == 0 {
		return said
	}
	return fmt.Sprintf(said, values...)
}

// count says one or many, as the language counts: nothing is one of it in French, and many in English.
func (l language) count(n int, one, many french, values ...any) string {
	if n == 1 || n == 0 && l.catalogue == nil {
		return l.say(one, values...)
	}
	return l.say(many, values...)
}

// readCatalogue reads English texts by their French.
func readCatalogue(lines string) (map[string]string, error) {
	catalogue := map[string]string{}
	number := 0
	for line := range strings.Lines(lines) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		from, to, ok := strings.Cut(line, "\t")
		if !ok || plain(from) != from || from == "" || to == "" || strings.Contains(to, "\t") {
			return nil, fmt.Errorf("desk: english.tsv, line %d: not French, a tab and English, without no-break spaces in the French", number)
		}
		if _, twice := catalogue[from]; twice {
			return nil, fmt.Errorf("desk: english.tsv, line %d: a second English text for the same French", number)
		}
		catalogue[from] = to
	}
	return catalogue, nil
}

// breaking are the no-break spaces of French, in code and in pages. The catalogue has plain ones in their place: they cannot be
// told apart when one reads it.
var breaking = strings.NewReplacer("\u202f", " ", "\u00a0", " ", "&#8239;", " ", "&nbsp;", " ")

// plain is a French text as the catalogue has it.
func plain(text string) string { return strings.Join(strings.Fields(breaking.Replace(text)), " ") }
