package bot

import (
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

// next is the first required field still to be asked; empty when all are there.
func (i *Intake) next() Field {
	d, _ := Define(i.Category)
	for _, f := range d.Required {
		if i.needs(f) {
			return f
		}
	}
	return ""
}

// startIntake begins the preparation of a request from the message that asks for it. What another request in
// preparation already gathered is kept: who asks for a person in the middle of it need not say everything again.
func (t *turn) startIntake(c Category) {
	fields := map[Field]string{}
	if t.state.Intake != nil && t.state.Intake.Fields != nil {
		fields = t.state.Intake.Fields
	}
	t.state.Intake = &Intake{Category: c, Fields: fields}
	values := t.read()
	t.keepFreeText(true)
	t.keepUnanswered()
	t.keepKnown()
	opening := t.voice.opening(c)
	if problem := firstRefused(values); problem != nil {
		opening += "\n\n" + t.voice.refused(*problem)
	}
	t.askNext(opening)
}

// intake handles a message while a request is being prepared.
func (t *turn) intake() {
	i := t.state.Intake
	if i.Fields == nil {
		i.Fields = map[Field]string{}
	}
	if t.choice == choiceCancel || t.choice == "" && t.cancels(t.said) {
		t.drop()
		return
	}
	if other := t.turnsTo(); other != "" {
		t.startIntake(other)
		return
	}
	values := t.read()
	switch {
	case t.choice == choiceChange:
		t.askWhich()
	case firstRefused(values) != nil:
		t.refuse(values)
	case len(values) > 0:
		if len(t.base.Content(beyond(t.text, values))) > 0 { // else it is no answer to "what has to be corrected?"
			t.keepFreeText(false)
		}
		t.goesWithout(values)
		t.goesOn()
	case t.changesDay():
	case t.choice == choiceMissing || t.lacks():
		t.without(t.voice.notGot(i.Asked))
	case t.choice == choiceConfirm || t.accepts():
		t.confirm()
	case t.objects():
	case i.Asked == "" && onlyAgrees(t.said): // nothing to change after all
		t.askNext("")
	case saysYes(t.said) && len(strings.Fields(t.said)) <= 2:
		t.unclear("", t.voice.orWithout)
	case waits.MatchString(t.said) && len(strings.Fields(t.said)) <= shortSaying:
		t.askNext(t.voice.takeTime)
	case len(knowledge.Words(t.text)) == 0: // "?", a smiley
		t.askNext("")
	case i.Category != Human && (t.person || wantsPerson.MatchString(t.said)):
		t.startIntake(Human)
	case t.answersMeanwhile():
	default:
		t.freeText()
	}
}

// drop ends the preparation of a request, and goes on with what the same message says besides, where that is understood:
// "annulez, en fait on m'a volé …".
func (t *turn) drop() {
	t.state.Intake = nil
	if len(t.content) > maxChat {
		before, why := t.state.clone(), t.why
		t.understand()
		asks := interrogates.MatchString(t.said) || asksHow.MatchString(t.said) || wantsToKnow.MatchString(t.said)
		if t.reply.Kind == Escalate || t.reply.Kind == Answer && asks || t.err != nil {
			t.reply.Text = t.voice.dropped + "\n\n" + t.reply.Text
			return
		}
		t.state, t.why = before, why
	}
	t.say(Cancel, t.voice.cancelled)
	if n := len(t.state.References); n > 0 {
		t.reply.Text += "\n\n" + t.voice.pending(t.state.References[n-1])
	}
}

const (
	shortSaying   = 8 // words in a message that says nothing but "cancel" or "I have not got it", at most
	shorterSaying = 5 // where a story is being told, in which the same words may stand for something else
)

// haveForgotten is how one lacks something, in words that also drop a request: "j'ai oublié la date".
var haveForgotten = regexp.MustCompile(`\b(j'|j |je l'|l'|les |en )ai (\w+ )?oublie\w*\b`)

// interjection says nothing.
var interjection = regexp.MustCompile(`^\W*(\pL{1,4}|(bonjour|bonsoir|au revoir|bye\w*|a bientot|a plus|hello)\W*(a (vous|tous)|monsieur|madame)?)\W*$`)

// cancels tells whether the message drops the request; "le marché a été annulé" in a story does not.
func (t *turn) cancels(folded string) bool {
	folded = haveForgotten.ReplaceAllString(emailPattern.ReplaceAllString(folded, ""), "")
	if aboutPolicy.MatchString(folded) && !dropsIt.MatchString(folded) {
		return false // the policy is to be cancelled, not the request
	}
	most := shortSaying
	if t.state.Intake.Asked == Description || t.state.Intake.Asked == Correction {
		most = shorterSaying
	}
	return saysCancel(folded) && (len(strings.Fields(folded)) <= most || dropsIt.MatchString(folded) || dropsFirst.MatchString(folded) || dropsLast.MatchString(folded))
}

// read takes the fields out of the message into the intake. A refused value is for the caller to speak of; in the kept
// message what was wrong with it stands in its place, so that nobody copies it from there.
func (t *turn) read() []value {
	i := t.state.Intake
	if t.saying {
		return nil
	}
	asked := i.Asked
	if asked == "" {
		asked = t.numberMeant()
	}
	values := t.withName(readFields(beginning(t.text), i.Category, asked, t.now))
	if t.lacks() {
		values = slices.DeleteFunc(values, value.isWord) // "aucune" is no wrong number
	}
	for _, v := range values {
		if v.Refused == "" {
			i.Fields[v.Field] = v.Value
			i.Missing = slices.DeleteFunc(i.Missing, func(f Field) bool { return f == v.Field })
		}
	}
	t.text = t.voice.withoutRefused(t.text, values)
	return values
}

// maxRead is how much of a message is read for values, in bytes. What stands behind is kept with the rest, as it is.
const maxRead = 10_000

// beginning is as much of a text as is read, cut at a space so that no value is cut in two.
func beginning(text string) string {
	if len(text) <= maxRead {
		return text
	}
	if at := strings.LastIndexAny(text[:maxRead], " \n"); at > 0 {
		return text[:at]
	}
	return strings.ToValidUTF8(text[:maxRead], "")
}

func (say *voice) withoutRefused(text string, values []value) string {
	refused := slices.DeleteFunc(slices.Clone(values), func(v value) bool { return v.Refused == "" })
	slices.SortFunc(refused, func(a, b value) int { return a.start - b.start })
	var b strings.Builder
	written := 0
	for _, v := range refused {
		// Two values may share a character that folds to several, such as a ligature.
		b.WriteString(text[written:max(written, v.start)] + say.refusedMark(v))
		written = max(written, v.end)
	}
	return b.String() + text[written:]
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
	t.keepFreeText(false)
	problem := firstRefused(values)
	i := t.state.Intake
	if i.Asked != problem.Field {
		i.Unclear = 0
	}
	i.Unclear++
	i.Asked, i.Confirming = problem.Field, false
	text := t.voice.refused(*problem)
	if i.Unclear >= patience {
		text += "\n\n" + t.voice.orWithout
	}
	t.sayIntake(text)
	t.reply.Choices, t.reply.Form = t.fieldChoices(), i.form(t.voice, false)
	if i.Unclear >= patience && i.Category != Human {
		t.offerAgent()
	}
}

// fieldChoices are the buttons under every question for a field.
func (t *turn) fieldChoices() []Choice {
	return []Choice{{Label: t.voice.labelMissing, Value: choiceMissing}, {Label: t.voice.labelCancel, Value: choiceCancel}}
}

// keepFreeText keeps a message's own words where the request needs them: what must be corrected, what happened.
func (t *turn) keepFreeText(opening bool) {
	i := t.state.Intake
	switch {
	case i.Category == AttestationCorrection && i.Fields[Correction] == "" && (i.Asked == Correction || opening && saysCorrection(t.text)):
		t.tell(Correction, t.text)
	case i.Category == Claim || i.Category == Complaint || i.Category == Human:
		told := i.Fields[Description]
		if i.Asked == Description && told == "" || opening && t.saysMuch() || told != "" && !opening && len(strings.Fields(t.text)) > 8 {
			t.tell(Description, t.text)
		}
	}
	if place := placeIn(t.text); place != "" && i.Category == Claim && i.Fields[Place] == "" && len(t.base.NamedIn(place)) == 0 {
		i.Fields[Place] = place
	}
}

// keepUnanswered takes the message that found no answer for what a request is about, when it is made by a button
// or a yes, or a person is asked for at once.
func (t *turn) keepUnanswered() {
	i, told := t.state.Intake, t.state.Unanswered
	t.state.Unanswered = ""
	saysItself := t.choice == "" && !onlyYes.MatchString(t.said) && (i.Category != Human || t.state.Lost == 0)
	if about := i.Category.told(); !saysItself && about == Description && i.Fields[about] == "" && len(t.base.Content(told)) > 0 {
		t.tell(about, told)
	}
}

// freeText handles words that hold no field: the answer to a free question, or something not understood.
func (t *turn) freeText() {
	i := t.state.Intake
	if i.Asked == Description || i.Asked == Correction {
		delete(i.Fields, i.Asked)
		t.tell(i.Asked, t.text)
		t.askNext(t.voice.noted)
		return
	}
	if told := i.Category.told(); told != "" && len(strings.Fields(t.text)) > 3 {
		t.tell(told, t.text)
		t.unclear(t.voice.noted, t.voice.noted)
		return
	}
	if i.Confirming && len(t.content) > 0 && !interjection.MatchString(t.said) {
		t.tell(Description, t.text) // an objection must reach the agent
		t.summary(t.voice.noted)
		return
	}
	t.unclear(t.voice.notGuess, t.voice.orWithout)
}

// confirm records the request when the person agrees to the summary, and asks for what is still missing otherwise.
func (t *turn) confirm() {
	i := t.state.Intake
	if i.next() != "" {
		t.askNext(t.voice.noted)
		return
	}
	clock := t.startClock(i.Category)
	t.ticket = &Ticket{Reference: t.reference, Category: i.Category, Status: Open, Fields: maps.Clone(i.Fields), Clock: clock}
	t.state.Intake, t.state.Files = nil, 0
	t.state.References = append(t.state.References, t.reference)
	t.say(Escalate, t.voice.recorded(t.voice.request(i.Category), t.reference, t.voice.delay(t.site.Delay, clock), i.Fields[Email]))
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
	if i.Asked != f {
		i.Unclear = 0
	}
	i.Asked, i.Confirming = f, false
	t.sayIntake(strings.TrimSpace(opening + "\n\n" + t.voice.ask(f, i.Category)))
	t.reply.Choices, t.reply.Form = t.fieldChoices(), i.form(t.voice, false)
}

// summary shows everything known and asks for agreement.
func (t *turn) summary(opening string) {
	i := t.state.Intake
	if !i.Confirming {
		i.Unclear = 0
	}
	i.Asked, i.Confirming = "", true
	d, _ := Define(i.Category)
	var b strings.Builder
	if opening != "" {
		b.WriteString(opening + "\n\n")
	}
	b.WriteString(t.voice.confirm + "\n")
	for _, f := range d.Fields() {
		switch {
		case i.Fields[f] != "":
			b.WriteString("\n- " + t.voice.line(f, quoteMarkdown(shown(t.voice.value(f, i.Fields[f])))))
		case slices.Contains(i.Missing, f):
			b.WriteString("\n- " + t.voice.line(f, t.voice.unknown))
		}
	}
	b.WriteString(t.aboutFiles() + "\n\n" + t.voice.confirmQ)
	t.sayIntake(b.String())
	t.reply.Choices = []Choice{
		{Label: t.voice.labelConfirm, Value: choiceConfirm}, {Label: t.voice.labelChange, Value: choiceChange}, {Label: t.voice.labelCancel, Value: choiceCancel},
	}
}

// sayIntake is any turn of an intake.
func (t *turn) sayIntake(text string) {
	t.say(Escalate, text)
	t.reply.Ticket = t.state.Intake.Category
	t.reply.Choices = []Choice{{Label: t.voice.labelCancel, Value: choiceCancel}}
}

// quoteMarkdown keeps what a customer wrote from acting as Markdown, on one line.
func quoteMarkdown(text string) string {
	return markdownSigns.ReplaceAllString(strings.Join(strings.Fields(text), " "), `\$0`)
}

var markdownSigns = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#|]")
