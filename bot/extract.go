package bot

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

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
