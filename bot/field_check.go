package bot

import (
	"strings"
	"time"
	"unicode/utf8"
)

// IsLong tells whether a field is told in the person's own words.
func (f Field) IsLong() bool { return f == Correction || f == Description }

// MayLack tells whether a person may answer that they have not got it.
func (f Field) MayLack() bool { return !f.IsLong() }

// isFree tells whether any words will do.
func (f Field) isFree() bool { return f.IsLong() || f == Name || f == Place }

// maxFormValue is how much of one value is kept, in characters: as much as the longest field of any channel's forms takes.
const maxFormValue = 4000

// CheckField says what is wrong with a value as a person types it, in a language; empty when it would be accepted. An empty
// value has nothing wrong.
func CheckField(c Category, f Field, text, language string, now time.Time) (problem string) {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	masked, _ := Mask(text)
	if v := readField(c, f, masked, now); v.Refused != "" {
		return Typeset(voiceOf(language).refused(v))
	}
	return ""
}

// ReadAddress is the e-mail address that a text says; ok is false when it says none.
func ReadAddress(text string) (address string, ok bool) {
	v := readField(Human, Email, text, time.Time{})
	return v.Value, v.Refused == ""
}

// readField reads a text that stands in a form's place for a field: of the inline forms of a conversation, and of those
// that are a request at once. What is not the field's is refused.
func readField(c Category, f Field, text string, now time.Time) value {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > maxFormValue {
		text = string([]rune(text)[:maxFormValue])
	}
	if f.isFree() {
		return value{Field: f, Value: text, Raw: text}
	}
	wrong := value{Field: f, Raw: text, Refused: refusal(f)}
	for _, v := range readFields(text, c, f, now) {
		if v.Field != f {
			continue
		}
		if v.Refused == "" {
			return v
		}
		wrong.Refused = v.Refused
	}
	return wrong
}
