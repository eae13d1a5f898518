package bot

import (
	"slices"
	"strings"

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

// form lists what a request still needs; all of it, with what is known, when something is to be changed.
func (i *Intake) form(v *voice, everything bool) []FormField {
	d, _ := Define(i.Category)
	var list []FormField
	for _, f := range d.Required {
		known := i.Fields[f]
		switch {
		case everything && (known != "" || i.needs(f)):
			list = append(list, FormField{Field: f, Value: v.value(f, known)})
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
				lines = append(lines, t.voice.line(f, t.voice.unknown))
			}
			continue
		}
		v := readField(i.Category, f, given, t.now)
		if v.Refused != "" {
			lines = append(lines, t.voice.refusedMark(v))
			if problem == nil {
				problem = &v
			}
			continue
		}
		i.Fields[f] = v.Value
		i.Missing = slices.DeleteFunc(i.Missing, func(m Field) bool { return m == f })
		lines = append(lines, t.voice.line(f, t.voice.value(f, v.Value)))
	}
	t.text = strings.Join(lines, "\n")
	if problem != nil {
		i.Asked, i.Confirming = problem.Field, false
		t.sayIntake(t.voice.refused(*problem))
		t.reply.Choices, t.reply.Form = t.fieldChoices(), i.form(t.voice, false)
		return
	}
	t.askNext(t.voice.noted)
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
func (v *voice) valuesText(values map[Field]string) string {
	var lines []string
	for f, text := range values {
		if text != "" {
			lines = append(lines, v.line(f, text))
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
