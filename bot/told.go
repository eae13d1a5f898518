package bot

import (
	"regexp"
	"strings"
)

const (
	// longestTold is how much of what a customer tells stands in a field, in characters. The conversation has all of it.
	longestTold = maxFormValue

	// longestShown is how much of a field a summary repeats, in characters: it is read on a phone, and kept with each reply.
	longestShown = 300
)

// toldLabel is what people put before what they tell, who write as into a form: "Description : …".
var toldLabel = regexp.MustCompile(`^(?i)\s*(description|descriptif|motif|objet|sujet|explications?|subject|reason)( (de|of) [^:\n]{1,30})?\s*:\s*`)

// tell adds what the person says to a field of their own words. What no longer fits stays in the conversation, and the
// field says so.
func (t *turn) tell(f Field, text string) {
	fields := t.state.Intake.Fields
	told := []rune(strings.TrimSpace(fields[f] + "\n" + toldLabel.ReplaceAllString(text, "")))
	if len(told) > longestTold {
		more := []rune(t.voice.toldMore)
		told = append(told[:longestTold-len(more):longestTold-len(more)], more...)
	}
	fields[f] = string(told)
}

// shown is as much of a value as a summary repeats.
func shown(value string) string {
	runes := []rune(value)
	if len(runes) <= longestShown {
		return value
	}
	return strings.TrimSpace(string(runes[:longestShown])) + "…"
}
