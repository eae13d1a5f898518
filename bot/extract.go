package bot

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/knowledge"
)

// value is what a message says for one field. Either Value is set and checked, or Refused says why what stands
// between start and end of the message cannot be it.
type value struct {
	Field      Field
	Value      string
	Refused    refusal
	Raw        string // as it stands in the message
	start, end int    // of Raw in the message
}

// refusal is why a value is refused; the sentence for it is in the texts.
type refusal string

// The reasons to refuse a value.
const (
	badSIREN       refusal = "siren"
	badSIRET       refusal = "siret"
	badEmail       refusal = "email"
	futureDate     refusal = "future"
	unreadableDate refusal = "date"
	badAttestation refusal = "attestation"
	longEmail      refusal = "long email"
	longReference  refusal = "long attestation"
)

// reader takes the fields out of one message, marking what it used so that a SIREN is not read again as an
// attestation number.
type reader struct {
	text   string // as typed, masked
	folded string // same words
	origin []int  // place in text of each byte of folded, and of its end
	asked  Field
	intake Category
	now    time.Time
	used   []byte // folded, with what was read blanked out
	values []value
}

// readFields lists the fields a message gives. asked is the field the person was asked for, whose value may stand
// alone; the others need a word that names them.
func readFields(text string, category Category, asked Field, now time.Time) []value {
	r := &reader{text: text, asked: asked, intake: category, now: now}
	var folded strings.Builder
	for at, c := range text {
		for _, b := range []byte(knowledge.Fold(string(c))) {
			folded.WriteByte(b)
			r.origin = append(r.origin, at)
		}
	}
	r.folded, r.origin = folded.String(), append(r.origin, len(text))
	r.used = []byte(r.folded)
	r.email()
	r.phone() // before the dates: 06.12.11.20.26 holds one
	r.dates()
	r.identifiers()
	r.numbers()
	r.name()
	r.place()
	return slices.DeleteFunc(r.values, func(v value) bool { return v.Refused != "" && r.has(v.Field) })
}

// has tells whether the message gives a good value for a field.
func (r *reader) has(f Field) bool {
	return slices.ContainsFunc(r.values, func(v value) bool { return v.Field == f && v.Refused == "" })
}

// take reads what stands between two places of the folded text: it cannot be read again.
func (r *reader) take(field Field, start, end int) value {
	for i := start; i < end; i++ {
		r.used[i] = ' '
	}
	from, to := r.origin[start], r.origin[end]
	return value{Field: field, Raw: r.text[from:to], start: from, end: to}
}

// accept keeps a value that passed its check; of several for one field, the first.
func (r *reader) accept(v value, checked string) {
	if r.has(v.Field) {
		return
	}
	v.Value = checked
	r.values = append(r.values, v)
}

// refuse keeps why a value did not pass.
func (r *reader) refuse(v value, why refusal) {
	v.Refused = why
	r.values = append(r.values, v)
}

// before returns up to n bytes of folded text that stand before a place.
func (r *reader) before(at, n int) string { return r.folded[max(0, at-n):at] }

var (
	emailPattern  = regexp.MustCompile(`[\pL0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)
	spokenEmail   = regexp.MustCompile(`\b([a-z0-9._-]+) (?:arobase|arobas|at) ([a-z0-9-]+)(?: point |\.)([a-z]{2,3})\b`)
	nearEmail     = regexp.MustCompile(`[a-z0-9._%+-]*@[a-z0-9.-]*|[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*\.(?:com|fr|net|org|eu|io)\b`)
	speaksOfEmail = regexp.MustCompile(`\b(e-?mail|mail|courriel|mel|adresse electronique)\b`)
)

// takesBack stands between a value and the one that is meant instead.
var takesBack = regexp.MustCompile(`\b(pardon|non|plutot|desole\w*|erreur|oups|oops|enfin|je me suis trompe\w*|sorry|rather|i mean)\b`)

func (r *reader) email() {
	if at := emailPattern.FindStringIndex(r.folded); at != nil {
		if next := emailPattern.FindStringIndex(r.folded[at[1]:]); next != nil && takesBack.MatchString(r.folded[at[1]:at[1]+next[0]]) {
			r.take(Email, at[0], at[1])
			at = []int{at[1] + next[0], at[1] + next[1]}
		}
		v := r.take(Email, at[0], at[1])
		r.address(v, strings.ToLower(strings.Trim(v.Raw, "'’.")))
		return
	}
	if m := spokenEmail.FindStringSubmatchIndex(r.folded); m != nil {
		address := r.folded[m[2]:m[3]] + "@" + r.folded[m[4]:m[5]] + "." + r.folded[m[6]:m[7]]
		r.address(r.take(Email, m[0], m[1]), address)
		return
	}
	at := nearEmail.FindStringIndex(r.folded)
	if alone := strings.TrimSpace(r.folded); at == nil && r.asked == Email && !strings.Contains(alone, " ") && len(alone) > 3 && !yesWords.MatchString(alone) && !phonePattern.MatchString(alone) {
		at = []int{0, len(r.folded)}
	}
	if at != nil && (r.asked == Email || speaksOfEmail.MatchString(r.folded) || strings.Contains(r.folded[at[0]:at[1]], "@")) {
		r.refuse(r.take(Email, at[0], at[1]), badEmail)
	}
}

// The lengths of an address and of what stands before its @, in bytes (RFC 5321, 4.5.3.1).
const (
	longestAddress = 254
	longestMailbox = 64
)

// address accepts an e-mail address that could be written to, and refuses another one.
func (r *reader) address(v value, text string) {
	parsed, err := mail.ParseAddress(text)
	switch {
	case len(text) > longestAddress || strings.LastIndex(text, "@") > longestMailbox:
		r.refuse(v, longEmail)
	case err != nil || parsed.Address != text:
		r.refuse(v, badEmail)
	default:
		r.accept(v, text)
	}
}

var (
	birthBefore        = regexp.MustCompile(`\b(ne|nee|naissance|naissais|nes|birth\w*|born)\b[^.;]*$`)
	subscriptionBefore = regexp.MustCompile(`\b(souscri\w*|prise?|achete\w*|signe\w*|contrat du|attestation du|date de souscription|subscri\w+|bought|purchased|signed up|took (it )?out)\b[^.;]{0,30}$`)
	caughtFire         = regexp.MustCompile(`\b(feu (a |avait )?pris|pris feu)\b[^.;]{0,30}$`)
	limitBefore        = regexp.MustCompile(`\b(avant|pour|d'ici|d'ici a|jusqu'a|jusqu'au|au plus tard)( le| ce| la)?\s*$`)
	incidentBefore     = regexp.MustCompile(`\b(passe|arrive|survenu\w*|eu lieu|accident|sinistre|vol|incendie|fait|faits|happened|occurred|stolen|fire|theft)\b[^.;]{0,40}$`)
)

func (r *reader) dates() {
	for _, d := range findDates(string(r.used), r.now) {
		field := r.dateField(d)
		future := d.day.After(civil(r.now))
		if field == "" || limitBefore.MatchString(r.before(d.start, 20)) || future && d.words && r.asked != field {
			continue // "réponse avant jeudi", "demain je travaille": not the day of anything asked
		}
		v := r.take(field, d.start, d.end)
		switch {
		case d.day.IsZero():
			r.refuse(v, unreadableDate)
		case future:
			r.refuse(v, futureDate)
		default:
			r.accept(v, d.day.Format(time.DateOnly))
		}
	}
}

// dateField tells which field a date is for: by the words before it, by what was asked, by what the request is about.
func (r *reader) dateField(d dateFound) Field {
	before := r.before(d.start, 50)
	switch {
	case subscriptionBefore.MatchString(before) && !caughtFire.MatchString(before):
		return SubscriptionDate
	case birthBefore.MatchString(r.before(d.start, 150)):
		return "" // part of the correction, not a field of its own
	case incidentBefore.MatchString(before) && r.intake == Claim:
		return IncidentDate
	case r.asked == SubscriptionDate || r.asked == IncidentDate:
		return r.asked
	case r.intake == Claim:
		return IncidentDate
	case (r.intake == AttestationCorrection || r.intake == AttestationCopy) && !d.words && r.asked != Correction:
		return SubscriptionDate
	}
	return ""
}

var longNumber = regexp.MustCompile(`\d(?:[ .\-\x{00a0}\x{202f}]?\d){6,16}`)

// labelledNumber is how far before a number its label may stand.
const labelledNumber = 40

func (r *reader) identifiers() {
	for _, at := range longNumber.FindAllIndex(r.used, -1) {
		digits := digitsOf(string(r.used[at[0]:at[1]]))
		label := lastLabel(r.before(at[0], labelledNumber))
		phone := len(digits) == 10 && digits[0] == '0'
		asked := label == "" && r.asked == Siren
		switch {
		case len(digits) == 14 && asked && !ValidSIRET(digits):
			r.checked(Siren, badSIRET, digits, false, at)
		case len(digits) == 14 && (ValidSIRET(digits) || label == Siret):
			r.checked(Siret, badSIRET, digits, ValidSIRET(digits), at)
			if ValidSIRET(digits) {
				r.accept(value{Field: Siren}, digits[:9])
			}
		case phone:
		case label == Siret:
			r.checked(Siret, badSIRET, digits, false, at)
		case label == Siren || asked:
			r.checked(Siren, badSIREN, digits, ValidSIREN(digits), at)
		case label == "" && len(digits) == 9 && ValidSIREN(digits) && r.asked != AttestationNumber && r.asked != ContractNumber:
			r.checked(Siren, badSIREN, digits, true, at)
		}
	}
}

func (r *reader) checked(field Field, why refusal, digits string, valid bool, at []int) {
	v := r.take(field, at[0], at[1])
	if valid {
		r.accept(v, digits)
		return
	}
	r.refuse(v, why)
}

var numberLabel = regexp.MustCompile(`\b(siret|siren|rc|att?est\w{0,10}|certificate|numero client|n° client|(?:client|customer) number|contrat|contract|police|policy|societaire|telephone|portable|tel|phone|mobile)\b`)

// attested is what people write for "attestation": attest, atestation.
var attested = regexp.MustCompile(`^att?est`)

// lastLabel is the field named by the last label of a text; empty when there is none.
func lastLabel(text string) Field {
	found := numberLabel.FindAllString(text, -1)
	if len(found) == 0 {
		return ""
	}
	if last := strings.LastIndex(text, found[len(found)-1]); strings.ContainsAny(text[last:], "0123456789") {
		return "" // another number stands between: the label is that one's
	}
	label := found[len(found)-1]
	if attested.MatchString(label) {
		return AttestationNumber
	}
	switch label {
	case "siret":
		return Siret
	case "siren", "rc":
		return Siren
	case "certificate", "numero client", "n° client", "client number", "customer number":
		return AttestationNumber
	case "contrat", "contract", "police", "policy", "societaire":
		return ContractNumber
	}
	return Phone
}

// nearPhone is a message that is a telephone number with too many digits or too few.
var nearPhone = regexp.MustCompile(`^\s*0[1-9](?:[ .\-]?\d){4,11}\s*$`)

var onlyDate = regexp.MustCompile(`^\s*\d{1,2}[ .\-]\d{1,2}[ .\-](\d{4}|\d{2})\s*$`)

var phonePattern = regexp.MustCompile(`(?:\+33|0033|\b0)[ .]?[1-9](?:[ .\-]?\d{2}){4}\b`)

func (r *reader) phone() {
	if at := phonePattern.FindIndex(r.used); at != nil {
		v := r.take(Phone, at[0], at[1])
		digits := digitsOf(v.Raw)
		r.accept(v, "0"+digits[len(digits)-9:])
		return
	}
	if at := nearPhone.FindIndex(r.used); at != nil && !r.asksNumber() && !onlyDate.Match(r.used) {
		r.refuse(r.take(Phone, at[0], at[1]), refusal(Phone))
	}
}

// referenceToken is what an attestation or contract number may look like: its format is the insurer's own, so anything
// short with a digit is accepted, also when typed in groups of three ("20 417").
var referenceToken = regexp.MustCompile(`\b\d{1,3}(?: \d{3})+\b|\b[a-z]{0,4}[-/]?\d[\da-z/-]+\b`)

// longestNumber is how many characters an attestation or contract number has at most.
const longestNumber = 40

// aloneWord is a message of a single word, which can only be meant as the value asked for.
var aloneWord = regexp.MustCompile(`^\s*[\pL\d-]+\s*$`)

// numbers reads attestation and contract numbers: labelled, or alone when one of them was asked for.
func (r *reader) numbers() {
	for _, at := range referenceToken.FindAllIndex(r.used, -1) {
		raw := string(r.used[at[0]:at[1]])
		if r.isQuantity(at) || len(digitsOf(raw)) < 2 || deniedBefore.MatchString(r.before(at[0], 20)) {
			continue
		}
		field := lastLabel(r.before(at[0], labelledNumber))
		if field != AttestationNumber && field != ContractNumber {
			if field != "" && field != Phone && field != r.asked || !r.asksNumber() {
				continue
			}
			field = r.asked
		}
		v := r.take(field, at[0], at[1])
		number := strings.ToUpper(strings.ReplaceAll(raw, " ", ""))
		switch {
		case field == Siren || field == Siret:
			r.refuse(v, badSIREN)
		case len(number) > longestNumber:
			r.refuse(v, longReference)
		default:
			r.accept(v, number)
		}
	}
	if alone := strings.TrimSpace(r.folded); len(r.values) == 0 && r.asksNumber() && aloneWord.MatchString(r.folded) &&
		!yesWords.MatchString(alone) && !saysNo(alone) && !saysMissing(alone) && !saysCancel(alone) {
		why := badAttestation
		if r.asked == Siren {
			why = badSIREN
		}
		r.refuse(r.take(r.asked, 0, len(r.folded)), why)
	}
}

// asksNumber tells whether the person was asked for a number.
func (r *reader) asksNumber() bool {
	return r.asked == AttestationNumber || r.asked == ContractNumber || r.asked == Siren
}

var (
	quantityAfter = regexp.MustCompile(`^\s?(€|euros?|eur|h\b|heures?|jours?|ans?\b|mois|fois|km|%|m2|personnes?|semaines?)`)
	// streetAfter and deniedBefore tell that a number is that of a house, or the wrong one: "c'est 8 rue des Halles et pas 18".
	streetAfter  = regexp.MustCompile(`^(\s?(bis|ter))?,?\s?(rue|avenue|av|bd|boulevard|chemin|place|impasse|allees?|route|quai|cours|square|lieu-dit|street|road)\b`)
	deniedBefore = regexp.MustCompile(`\b(pas|non|et non|au lieu d[eu]|plutot que|not)\s+(le |la |un |du |de )?$`)
	quantityWord = regexp.MustCompile(`^\d+(h(\d\d)?|e|eme|er|ere|eur|euros?|j|jours?|ans?|mois|fois|km|kg|m2)$`)
)

// isQuantity tells whether a number counts something: "43 €", "3 jours", "15h30".
func (r *reader) isQuantity(at []int) bool {
	return quantityAfter.MatchString(r.folded[at[1]:]) || streetAfter.MatchString(r.folded[at[1]:]) || quantityWord.MatchString(r.folded[at[0]:at[1]])
}

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

// placeLabel names the place of a claim; what follows is one up to the next value or what it is not.
var (
	placeLabel = regexp.MustCompile(`(?i)\b(?:lieu(?: du sinistre| des faits)?|endroit|place)\s*(?:[:=]|,?\s*c['’](?:est|était)|est|était|is|was)\s*([^.;\n]{2,120})`)
	placeEnds  = regexp.MustCompile(`(?i)\s*(?:[,(]\s*|\s)(?:(?:et )?(?:pas|non|not)\s.*|(?:et )?(?:le |mon |ma )?(?:pr[ée]noms?|noms?|e-?mails?|mails?|courriel|t[ée]l\w*|portable|contrat|attestation|police|num[ée]ro|date|description|email|phone)\b.*)$`)
)

// placeAlone is a message that is nothing but a place: "12 chemin des Vignes, Mâcon", "sur le parking de la gare".
var placeAlone = regexp.MustCompile(`(?i)^\W*(?:(?:c['’ ]?[ée]tait|[çc]a s['’]est pass[ée]|it was|à|a|au|aux|sur|dans|devant|chez|at|in|on|pr[èe]s d[eu])\s+)*(?:l[ae]s? |l['’]|the )?` +
	`(\d{1,4}(?: bis| ter)?,? (?:rue|avenue|av|bd|boulevard|chemin|place|impasse|all[ée]es?|route|quai|cours|square)\b[^.;!?\n]*|(?:place|rue|avenue|boulevard|chemin|parking|march[ée]|halles?|foire|brocante|salon|chantier|zone|quai|route|sunday market|market)\b[^.;!?\n]{2,})$`)

// placeWithin is a place in what is told: an address with its street, a market, a town behind "à".
var placeWords = regexp.MustCompile(`(?:[Aa]u march[ée]|[Ss]ur le march[ée]|[àa] la foire|[àa] la brocante|[Aa]u salon|[Aa]ux halles|[Ss]ur le parking|[Ss]ur la place)\s+(?:de |d['’]|du |des |à |a )?(\p{Lu}[\p{L}'’-]+(?:\s+(?:(?:sur|en|de|la|le|les)\s+)*\p{Lu}[\p{L}'’-]+)*)`)

var placeWithin = []*regexp.Regexp{
	regexp.MustCompile(`\d{1,4}(?: bis| ter)?,? (?:rue|avenue|av|bd|boulevard|chemin|place|impasse|all[ée]es?|route|quai|cours|square)\s[^.;:!?,\n]{2,60}(?:, \p{Lu}[\p{L}'’-]+)?`),
	regexp.MustCompile(`(?i)\b(?:march[ée]|halles?|foire|brocante)\s(?:de la |de |du |des |d['’])\p{L}[\p{L}'’-]{2,}(?: (?:[àa]|de|en|sur) \p{L}[\p{L}'’-]+)?`),
	regexp.MustCompile(`(?:salon|parking)\s(?:de la |de |du |des |d['’])\p{Lu}[\p{L}'’-]+(?: (?:[àa]|de|en|sur) \p{L}[\p{L}'’-]+)?`),
	regexp.MustCompile(`(?:^|\s)(?:à|[Àà] la|a|in|near) (\p{Lu}[\p{L}'’-]{2,}(?:[ -](?:(?:sur|en|de|la|le|les|lès|sous)[ -])*\p{Lu}[\p{L}'’-]+)*(?:, (?:sur |au |à |place |rue )[^.;:!?,\n]{2,60})?)`),
}

const longestPlace = 12 // words in a message that is nothing but a place, at most

// place reads the place of a claim, behind its label or alone; where else one may stand, see placeIn.
func (r *reader) place() {
	if r.intake != Claim {
		return
	}
	if m := placeAlone.FindStringSubmatchIndex(r.text); m != nil && len(strings.Fields(r.text)) <= longestPlace {
		r.accept(value{Field: Place, Raw: r.text[m[2]:m[3]], start: m[0], end: m[1]}, strings.TrimSpace(r.text[m[2]:m[3]]))
		return
	}
	m := placeLabel.FindStringSubmatchIndex(r.text)
	if m != nil {
		v := value{Field: Place, Raw: r.text[m[2]:m[3]], start: m[2], end: m[3]}
		if at := strings.TrimRight(placeEnds.ReplaceAllString(v.Raw, ""), " ,"); strings.TrimSpace(at) != "" {
			r.accept(v, strings.TrimSpace(at))
		}
	}
}

// placeIn is the place in what somebody tells; empty where there is none that is sure.
func placeIn(text string) string {
	for _, form := range append([]*regexp.Regexp{placeWords}, placeWithin...) {
		if m := form.FindStringSubmatch(text); m != nil && !nobodysPlace.MatchString(m[len(m)-1]) {
			return strings.TrimSpace(m[len(m)-1])
		}
	}
	return ""
}

// nobodysPlace is what stands behind "à" and is none.
var nobodysPlace = regexp.MustCompile(`(?i)^(m\.|mr|monsieur|madame|mme|l['’]auxiliaire|active|alma|wakam|bonjour|merci)\b`)

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

// labelWords call values by their names and say nothing else.
var labelWords = regexp.MustCompile(`\b(numeros?|n°|nr|num|number|reference|mon|ma|mes|my|is|est|c'est|it's|nom|prenom|name|date|le|la|l'|the|e-?mails?|mails?|courriel|adresse|address|oui|ok|yes|please|svp|merci|voici|voila|here|et|and|i|je|suis)\b`)

// beyond is what a message says besides its values and what they are called, folded.
func beyond(text string, values []value) string {
	folded := numberLabel.ReplaceAllString(knowledge.Fold(blanked(text, values)), " ")
	for _, words := range []*regexp.Regexp{subscriptionBefore, incidentBefore, labelWords} {
		folded = words.ReplaceAllString(folded, " ")
	}
	return folded
}

// blanked is a message with blanks in place of its values.
func blanked(text string, values []value) string {
	b := []byte(text)
	for _, v := range values {
		for at := v.start; at < min(v.end, len(b)); at++ {
			b[at] = ' '
		}
	}
	return string(b)
}
