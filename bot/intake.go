package bot

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"guichet/knowledge"
)

// The values of the buttons of an intake.
const (
	choiceMissing = "intake:missing"
	choiceCancel  = "intake:cancel"
	choiceConfirm = "intake:confirm"
	choiceChange  = "intake:change"
)

func (i *Intake) clone() *Intake {
	if i == nil {
		return nil
	}
	c := *i
	c.Fields, c.Missing = maps.Clone(i.Fields), slices.Clone(i.Missing)
	return &c
}

// has tells whether a field is known or known to be missing. An attestation number stands for a contract number and
// the other way round: they are what one insurer or another calls the same thing.
func (i *Intake) has(f Field) bool {
	if i.Fields[f] != "" || slices.Contains(i.Missing, f) {
		return true
	}
	switch f {
	case AttestationNumber:
		return i.Fields[ContractNumber] != ""
	case ContractNumber:
		return i.Fields[AttestationNumber] != ""
	case Email:
		return i.Category == Human && i.Fields[Phone] != ""
	}
	return false
}

var aboutSIREN = regexp.MustCompile(`\b(siren|siret|numero de rc|n° de rc|n° rc|numero rc|registre)\b`)

// next is the first required field still to be asked; empty when all are there. The SIREN is needed only where the
// correction is about it.
func (i *Intake) next() Field {
	d, _ := Define(i.Category)
	for _, f := range d.Required {
		if f == Siren && !aboutSIREN.MatchString(knowledge.Fold(i.Fields[Correction])) {
			continue
		}
		if !i.has(f) {
			return f
		}
	}
	return ""
}

// startIntake begins the preparation of a request from the message that asks for it. What another request in
// preparation already gathered is kept: who asks for a person in the middle of it need not say everything again.
func (t *turn) startIntake(c Category) {
	fields := map[Field]string{}
	if t.state.Intake != nil {
		fields = t.state.Intake.Fields
	}
	t.state.Intake = &Intake{Category: c, Fields: fields}
	values := t.read()
	t.keepFreeText(values, true)
	opening := textOpening(c)
	if problem := firstRefused(values); problem != nil {
		opening += "\n\n" + textRefused(*problem)
	}
	t.askNext(opening)
}

// intake handles a message while a request is being prepared.
func (t *turn) intake() {
	i := t.state.Intake
	folded := knowledge.Fold(t.text)
	values := t.read()
	switch {
	case t.choice == choiceCancel || t.choice == "" && saysCancel(folded):
		t.state.Intake = nil
		t.say(Cancel, textCancelled)
	case t.choice == choiceChange || i.Confirming && len(values) == 0 && saysNo(folded):
		i.Confirming, i.Asked = false, ""
		t.sayIntake(textWhichOne)
	case firstRefused(values) != nil:
		t.refuse(values)
	case len(values) > 0:
		t.keepFreeText(values, false)
		t.askNext(textNoted)
	case t.choice == choiceMissing || i.Asked != "" && saysMissing(folded):
		i.Missing = append(i.Missing, i.Asked)
		t.askNext(textNotGot)
	case t.choice == choiceConfirm || saysYes(folded):
		t.confirm()
	case t.answersMeanwhile():
	default:
		t.freeText()
	}
}

// read takes the fields out of the message into the intake; what is refused goes to the caller.
func (t *turn) read() []value {
	i := t.state.Intake
	values := readFields(t.text, i.Category, i.Asked, t.now)
	for _, v := range values {
		if v.Refused != "" {
			t.text = strings.ReplaceAll(t.text, rawIn(t.text, v.Raw), refusedMark(v))
			continue
		}
		i.Fields[v.Field] = v.Value
		i.Missing = slices.DeleteFunc(i.Missing, func(f Field) bool { return f == v.Field })
	}
	return values
}

// rawIn finds in a text what its folded form shows as raw; digits and separators fold to themselves.
func rawIn(text, raw string) string {
	if strings.Contains(text, raw) {
		return raw
	}
	for start := range text {
		for end := start + len(raw); end <= len(text) && end <= start+len(raw)*3; end++ {
			if knowledge.Fold(text[start:end]) == raw {
				return text[start:end]
			}
		}
	}
	return raw
}

func firstRefused(values []value) *value {
	for n := range values {
		if values[n].Refused != "" {
			return &values[n]
		}
	}
	return nil
}

// refuse says what is wrong with a value and asks for it again; the good values of the same message are kept.
func (t *turn) refuse(values []value) {
	problem := firstRefused(values)
	t.state.Intake.Asked, t.state.Intake.Confirming = problem.Field, false
	t.sayIntake(textRefused(*problem))
}

// keepFreeText keeps a message's own words where the request needs them: what must be corrected, what happened.
func (t *turn) keepFreeText(values []value, opening bool) {
	i := t.state.Intake
	switch {
	case i.Category == AttestationCorrection && i.Fields[Correction] == "" && (i.Asked == Correction || opening && saysCorrection(t.text)):
		i.Fields[Correction] = t.text
	case i.Category == Claim || i.Category == Complaint || i.Category == Human:
		told := i.Fields[Description]
		if i.Asked == Description && told == "" || opening && saysMuch(t.text, i.Category) || told != "" && !opening && len(strings.Fields(t.text)) > 8 {
			i.Fields[Description] = strings.TrimSpace(told + "\n" + t.text)
		}
	}
	if place := placeIn(t.text); place != "" && i.Category == Claim && i.Fields[Place] == "" {
		i.Fields[Place] = place
	}
	_ = values
}

// freeText handles words that hold no field: the answer to a free question, or something not understood.
func (t *turn) freeText() {
	i := t.state.Intake
	if i.Asked == Description || i.Asked == Correction {
		i.Fields[i.Asked] = t.text
		t.askNext(textNoted)
		return
	}
	d, _ := Define(i.Category)
	if slices.Contains(d.Required, Description) && len(strings.Fields(t.text)) > 3 {
		i.Fields[Description] = strings.TrimSpace(i.Fields[Description] + "\n" + t.text)
		t.askNext(textNoted)
		return
	}
	if i.Confirming {
		t.summary("")
		return
	}
	t.askNext(textNotGuess)
}

// confirm records the request when the person agrees to the summary, and asks for what is still missing otherwise.
func (t *turn) confirm() {
	i := t.state.Intake
	if i.next() != "" {
		t.askNext(textNoted)
		return
	}
	d, _ := Define(i.Category)
	t.ticket = &Ticket{Reference: t.reference, Category: i.Category, Status: Open, Fields: maps.Clone(i.Fields)}
	t.state.Intake = nil
	t.state.References = append(t.state.References, t.reference)
	t.say(Escalate, textRecorded(d.Label, t.reference, t.site.Delay, i.Fields[Email]))
	t.reply.Ticket, t.reply.Reference = i.Category, t.reference
}

// askNext asks for the next missing field, or shows the summary.
func (t *turn) askNext(opening string) {
	i := t.state.Intake
	f := i.next()
	if f == "" {
		t.summary(opening)
		return
	}
	i.Asked, i.Confirming = f, false
	t.sayIntake(strings.TrimSpace(opening + "\n\n" + textAsk(f, i.Category)))
	t.reply.Choices = []Choice{{Label: labelMissing, Value: choiceMissing}, {Label: labelCancel, Value: choiceCancel}}
}

// summary shows everything known and asks for agreement.
func (t *turn) summary(opening string) {
	i := t.state.Intake
	i.Asked, i.Confirming = "", true
	d, _ := Define(i.Category)
	var b strings.Builder
	if opening != "" {
		b.WriteString(opening + "\n\n")
	}
	b.WriteString(textConfirm + "\n")
	for _, f := range d.Fields() {
		switch {
		case i.Fields[f] != "":
			fmt.Fprintf(&b, "\n- %s : %s", f.Label(), quoteMarkdown(textValue(f, i.Fields[f])))
		case slices.Contains(i.Missing, f):
			fmt.Fprintf(&b, "\n- %s : %s", f.Label(), textUnknown)
		}
	}
	b.WriteString("\n\n" + textConfirmQ)
	t.sayIntake(b.String())
	t.reply.Choices = []Choice{
		{Label: labelConfirm, Value: choiceConfirm}, {Label: labelChange, Value: choiceChange}, {Label: labelCancel, Value: choiceCancel},
	}
}

// sayIntake is any turn of an intake.
func (t *turn) sayIntake(text string) {
	t.say(Escalate, text)
	t.reply.Ticket = t.state.Intake.Category
	t.reply.Choices = []Choice{{Label: labelCancel, Value: choiceCancel}}
}

// quoteMarkdown keeps what a customer wrote from acting as Markdown, on one line.
func quoteMarkdown(text string) string {
	return markdownSigns.ReplaceAllString(strings.Join(strings.Fields(text), " "), `\$0`)
}

var markdownSigns = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#|]")
