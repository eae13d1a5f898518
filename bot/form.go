package bot

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/knowledge"
)

// FormField is one field that a request still needs, for a channel that can show a form. The person may fill it in, or
// answer in words as without one: both are read by the same code.
type FormField struct {
	Field Field  `json:"field"`
	Value string `json:"value,omitempty"` // what is known, as people write it
}

// ChoiceForm is the value that comes with Inbound.Values.
const ChoiceForm = "intake:form"

// IsLong tells whether a field is told in the person's own words.
func (f Field) IsLong() bool { return f == Correction || f == Description }

// MayLack tells whether a person may answer that they have not got it.
func (f Field) MayLack() bool { return !f.IsLong() }

// isFree tells whether any words will do.
func (f Field) isFree() bool { return f.IsLong() || f == Name || f == Place }

// maxFormValue is how much of one value is kept, in characters.
const maxFormValue = 2000

// CheckField says what is wrong with a value as a person types it, in French; empty when it would be accepted. An empty
// value has nothing wrong.
func CheckField(c Category, f Field, text string, now time.Time) (problem string) {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	masked, _ := Mask(text)
	if v := readField(c, f, masked, now); v.Refused != "" {
		return Typeset(textRefused(v))
	}
	return ""
}

// readField reads a text that stands in the form's place for a field.
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

// form lists what a request still needs; all of it, with what is known, when something is to be changed.
func (i *Intake) form(everything bool) []FormField {
	d, _ := Define(i.Category)
	var list []FormField
	for _, f := range d.Required {
		known := i.Fields[f]
		switch {
		case everything && (known != "" || i.needs(f)):
			list = append(list, FormField{Field: f, Value: textValue(f, known)})
		case !everything && i.needs(f):
			list = append(list, FormField{Field: f})
		}
	}
	return list
}

// needs tells whether a required field is still to be asked. The SIREN is needed only where the correction is about it.
func (i *Intake) needs(f Field) bool {
	if f == Siren && !aboutSIREN.MatchString(knowledge.Fold(i.Fields[Correction])) {
		return false
	}
	return !i.has(f)
}

// fill takes the values of a form. What is kept as the person's message says each, under its label; what was wrong with
// a value stands in its place, as in a message of words.
func (t *turn) fill() {
	i := t.state.Intake
	if i.Fields == nil {
		i.Fields = map[Field]string{}
	}
	d, _ := Define(i.Category)
	var lines []string
	var problem *value
	for _, f := range d.Fields() {
		given, filled := t.values[f]
		if !filled {
			continue
		}
		if strings.TrimSpace(given) == "" {
			if f.MayLack() && i.Fields[f] == "" {
				i.Missing = append(slices.DeleteFunc(i.Missing, func(m Field) bool { return m == f }), f)
				lines = append(lines, textLine(f, textUnknown))
			}
			continue
		}
		v := readField(i.Category, f, given, t.now)
		if v.Refused != "" {
			lines = append(lines, refusedMark(v))
			if problem == nil {
				problem = &v
			}
			continue
		}
		i.Fields[f] = v.Value
		i.Missing = slices.DeleteFunc(i.Missing, func(m Field) bool { return m == f })
		lines = append(lines, textLine(f, textValue(f, v.Value)))
	}
	t.text = strings.Join(lines, "\n")
	if problem != nil {
		i.Asked, i.Confirming = problem.Field, false
		t.sayIntake(textRefused(*problem))
		t.reply.Choices, t.reply.Form = fieldChoices(), i.form(false)
		return
	}
	t.askNext(textNoted)
}

// maskValues masks the values of a form; card tells that one was a card number.
func maskValues(values map[Field]string) (masked map[Field]string, card bool) {
	if len(values) == 0 {
		return nil, false
	}
	masked = map[Field]string{}
	for f, text := range values {
		clean, isCard := Mask(strings.TrimSpace(text))
		masked[f] = clean
		card = card || isCard
	}
	return masked, card
}

// valuesText is what a form says in words, where no request is being prepared that could take it.
func valuesText(values map[Field]string) string {
	var lines []string
	for f, text := range values {
		if text != "" {
			lines = append(lines, textLine(f, text))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// keepKnown takes the person's own fields, for which the site vouches, where the request has a place for them.
func (t *turn) keepKnown() {
	i := t.state.Intake
	d, _ := Define(i.Category)
	for f, text := range t.known {
		if i.Fields[f] == "" && slices.Contains(d.Fields(), f) {
			if v := readField(i.Category, f, text, t.now); v.Refused == "" {
				i.Fields[f] = v.Value
			}
		}
	}
}
