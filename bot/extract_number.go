package bot

import (
	"regexp"
	"strings"
)

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
