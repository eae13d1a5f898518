package bot

import (
	"context"
	"regexp"
	"slices"
	"time"

	"guichet/knowledge"
)

// Macro is a text that agents put into their replies, with variables in double braces: {{nom}}.
type Macro struct {
	ID   int64
	Name string // unique, at most LongestMacroName characters
	Text string // Markdown
	By   string // e-mail of who changed it last
	At   time.Time
}

const (
	// LongestMacroName and LongestMacro are in characters.
	LongestMacroName = 80
	LongestMacro     = 10_000
)

// Macros keeps them. Adding, changing and removing one is recorded in the audit log in the same transaction.
type Macros interface {
	Macros(ctx context.Context) ([]Macro, error) // by name
	// SaveMacro changes the macro with the ID, or adds it when that is 0. ErrExists: another has the name. ErrNotFound: it is gone.
	SaveMacro(ctx context.Context, macro Macro) error
	RemoveMacro(ctx context.Context, id int64) error
}

// MacroVariables lists the variables that a macro may use.
func MacroVariables() []string { return []string{"nom", "référence", "agent", "délai"} }

var macroVariable = regexp.MustCompile(`\{\{[^\S\n]*([^{}\n]{0,60}?)[^\S\n]*\}\}`)

// UnknownVariables lists what stands in double braces in a text and is no variable, once each.
func UnknownVariables(text string) []string {
	return variables(text, func(name string) bool { return macroName(name) == "" })
}

// Variables lists what stands in double braces in a text, once each.
func Variables(text string) []string { return variables(text, func(string) bool { return true }) }

func variables(text string, wanted func(string) bool) []string {
	var all []string
	for _, m := range macroVariable.FindAllStringSubmatch(text, -1) {
		if wanted(m[1]) && !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	return all
}

// macroName is a variable as MacroVariables has it, also when it was typed without accents; empty for none.
func macroName(typed string) string {
	for _, name := range MacroVariables() {
		if knowledge.Fold(name) == knowledge.Fold(typed) {
			return name
		}
	}
	return ""
}

// Expand puts values in the place of a macro's variables. One without a value stays as it is, to be seen.
func (m Macro) Expand(values map[string]string) string {
	return macroVariable.ReplaceAllStringFunc(m.Text, func(variable string) string {
		if value := values[macroName(macroVariable.FindStringSubmatch(variable)[1])]; value != "" {
			return value
		}
		return variable
	})
}
