package bot

import (
	"regexp"
	"strings"
	"time"

	"guichet/knowledge"
)

// value is what a message says for one field. Either Value is set and checked, or Refused says why Raw cannot be it.
type value struct {
	Field   Field
	Value   string
	Refused refusal
	Raw     string // as it stands in the message
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
)

// reader takes the fields out of one message, marking what it used so that a SIREN is not read again as an
// attestation number.
type reader struct {
	text   string // as typed, masked
	folded string // same words; offsets differ from text
	asked  Field
	intake Category
	now    time.Time
	used   []byte // folded, with what was read blanked out
	values []value
}

// readFields lists the fields a message gives. asked is the field the person was asked for, whose value may stand
// alone; the others need a word that names them.
func readFields(text string, category Category, asked Field, now time.Time) []value {
	folded := knowledge.Fold(text)
	r := &reader{text: text, folded: folded, asked: asked, intake: category, now: now, used: []byte(folded)}
	r.email()
	r.dates()
	r.identifiers()
	r.phone()
	r.numbers()
	r.name()
	return r.values
}

func (r *reader) add(v value) { r.values = append(r.values, v) }

// take blanks out what was read.
func (r *reader) take(start, end int) string {
	raw := r.folded[start:end]
	for i := start; i < end; i++ {
		r.used[i] = ' '
	}
	return raw
}

// before returns up to n bytes of folded text that stand before a place.
func (r *reader) before(at, n int) string { return r.folded[max(0, at-n):at] }

var (
	emailPattern  = regexp.MustCompile(`[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)
	spokenEmail   = regexp.MustCompile(`\b([a-z0-9._-]+) (?:arobase|arobas|at) ([a-z0-9-]+)(?: point |\.)([a-z]{2,3})\b`)
	nearEmail     = regexp.MustCompile(`[a-z0-9._%+-]*@[a-z0-9.-]*|[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*\.(?:com|fr|net|org|eu|io)\b`)
	speaksOfEmail = regexp.MustCompile(`\b(e-?mail|mail|courriel|mel|adresse electronique)\b`)
)

func (r *reader) email() {
	if at := emailPattern.FindStringIndex(r.folded); at != nil {
		r.add(value{Field: Email, Value: strings.Trim(r.take(at[0], at[1]), "'.")})
		return
	}
	if m := spokenEmail.FindStringSubmatchIndex(r.folded); m != nil {
		address := r.folded[m[2]:m[3]] + "@" + r.folded[m[4]:m[5]] + "." + r.folded[m[6]:m[7]]
		r.take(m[0], m[1])
		r.add(value{Field: Email, Value: address})
		return
	}
	at := nearEmail.FindStringIndex(r.folded)
	if at == nil && r.asked == Email && !strings.Contains(strings.TrimSpace(r.folded), " ") && len(r.folded) > 3 {
		at = []int{0, len(r.folded)}
	}
	if at != nil && (r.asked == Email || speaksOfEmail.MatchString(r.folded) || strings.Contains(r.folded[at[0]:at[1]], "@")) {
		r.add(value{Field: Email, Refused: badEmail, Raw: r.take(at[0], at[1])})
	}
}

var (
	birthBefore        = regexp.MustCompile(`\b(ne|nee|naissance|naissais|nes)\b[^.;]{0,30}$`)
	subscriptionBefore = regexp.MustCompile(`\b(souscri\w*|prise?|achete\w*|signe\w*|contrat du|attestation du|date de souscription)\b[^.;]{0,30}$`)
	incidentBefore     = regexp.MustCompile(`\b(passe|arrive|survenu\w*|eu lieu|accident|sinistre|vol|incendie|fait|faits)\b[^.;]{0,40}$`)
)

func (r *reader) dates() {
	for _, d := range findDates(r.folded, r.now) {
		field := r.dateField(d)
		if field == "" {
			continue
		}
		raw := r.take(d.start, d.end)
		switch {
		case d.day.IsZero():
			r.add(value{Field: field, Refused: unreadableDate, Raw: raw})
		case d.day.After(r.now):
			r.add(value{Field: field, Refused: futureDate, Raw: raw})
		default:
			r.add(value{Field: field, Value: d.day.Format(time.DateOnly)})
		}
	}
}

// dateField tells which field a date is for: by the words before it, by what was asked, by what the request is about.
func (r *reader) dateField(d dateFound) Field {
	before := r.before(d.start, 50)
	switch {
	case birthBefore.MatchString(before):
		return "" // part of the correction, not a field of its own
	case subscriptionBefore.MatchString(before):
		return SubscriptionDate
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
		switch {
		case len(digits) == 14 && (ValidSIRET(digits) || label == Siret):
			r.checked(Siret, badSIRET, digits, ValidSIRET(digits), at)
			if ValidSIRET(digits) {
				r.add(value{Field: Siren, Value: digits[:9]})
			}
		case label == Siret && !phone:
			r.checked(Siret, badSIRET, digits, false, at)
		case label == Siren && !phone:
			r.checked(Siren, badSIREN, digits, ValidSIREN(digits), at)
		case label == "" && r.asked == Siren && !phone:
			r.checked(Siren, badSIREN, digits, ValidSIREN(digits), at)
		case label == "" && len(digits) == 9 && ValidSIREN(digits) && r.asked != AttestationNumber && r.asked != ContractNumber:
			r.checked(Siren, badSIREN, digits, true, at)
		}
	}
}

func (r *reader) checked(field Field, why refusal, digits string, valid bool, at []int) {
	raw := r.take(at[0], at[1])
	if valid {
		r.add(value{Field: field, Value: digits})
		return
	}
	r.add(value{Field: field, Refused: why, Raw: raw})
}

var numberLabel = regexp.MustCompile(`\b(siret|siren|rc|attestation|numero client|n° client|contrat|police|societaire|telephone|portable|tel)\b`)

// lastLabel is the field named by the last label of a text; empty when there is none.
func lastLabel(text string) Field {
	found := numberLabel.FindAllString(text, -1)
	if len(found) == 0 {
		return ""
	}
	switch found[len(found)-1] {
	case "siret":
		return Siret
	case "siren", "rc":
		return Siren
	case "attestation", "numero client", "n° client":
		return AttestationNumber
	case "contrat", "police", "societaire":
		return ContractNumber
	}
	return Phone
}

var phonePattern = regexp.MustCompile(`(?:\+33|0033|\b0)[ .]?[1-9](?:[ .\-]?\d{2}){4}\b`)

func (r *reader) phone() {
	if at := phonePattern.FindIndex(r.used); at != nil {
		digits := digitsOf(r.take(at[0], at[1]))
		r.add(value{Field: Phone, Value: "0" + digits[len(digits)-9:]})
	}
}

// referenceToken is what an attestation or contract number may look like: its format is the insurer's own, so anything
// short with a digit is accepted.
var referenceToken = regexp.MustCompile(`\b[a-z]{0,4}[-/]?\d[\da-z/-]{1,18}\b`)

// numbers reads attestation and contract numbers: labelled, or alone when one of them was asked for.
func (r *reader) numbers() {
	for _, at := range referenceToken.FindAllIndex(r.used, -1) {
		raw := string(r.used[at[0]:at[1]])
		if r.isQuantity(at) || len(digitsOf(raw)) < 2 {
			continue
		}
		field := lastLabel(r.before(at[0], labelledNumber))
		if field != AttestationNumber && field != ContractNumber {
			if r.asked != AttestationNumber && r.asked != ContractNumber || field == Siren || field == Siret {
				continue
			}
			field = r.asked
		}
		r.take(at[0], at[1])
		r.add(value{Field: field, Value: strings.ToUpper(raw)})
	}
}

var quantityAfter = regexp.MustCompile(`^\s?(€|euros?|eur|h\b|heures?|jours?|ans?\b|mois|fois|km|%|m2|personnes?|semaines?)`)

// isQuantity tells whether a number counts something: "43 €", "3 jours".
func (r *reader) isQuantity(at []int) bool { return quantityAfter.MatchString(r.folded[at[1]:]) }

var namePattern = regexp.MustCompile(`(?:[Jj]e m['’]appelle|[Mm]on nom (?:est|c['’]est)|[Nn]om\s*:)\s+(\p{Lu}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’-]*){0,3})`)

func (r *reader) name() {
	if m := namePattern.FindStringSubmatch(r.text); m != nil {
		r.add(value{Field: Name, Value: m[1]})
	}
}
