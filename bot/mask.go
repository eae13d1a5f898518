package bot

import (
	"regexp"
	"strings"
)

// What stands in a kept text instead of a secret. None of them reads like a secret itself: masking twice changes nothing.
const (
	maskedCard   = "[numéro de carte masqué]"
	maskedCode   = "[code masqué]"
	maskedIBAN   = "[IBAN masqué]"
	maskedSecret = "[secret masqué]"
)

var (
	digitRun   = regexp.MustCompile(`\d(?:[\s.,_/\-\x{00a0}\x{202f}\x{2010}-\x{2015}]{0,3}\d){11,}`)
	cardCode   = regexp.MustCompile(`(?i)\b(crypto(?:gramme)?(?: visuel)?|cvv2?|cvc2?|code de s[ée]curit[ée])(\s*(?:est|c['’]est|:|=|n°)?\s*)\d{3,4}\b`)
	cardExpiry = regexp.MustCompile(`(?i)\b(exp(?:ire|iration)?|valid(?:e|it[ée])?)(\.?\s*(?:le|fin|au|:|=)?\s*)(?:0[1-9]|1[0-2])\s?/\s?(?:20)?\d\d\b`)
	ibanStart  = regexp.MustCompile(`(?i)\b[a-z]{2}\d{2}`)
	// A password follows its name and a sign ("mdp : …", up to four words), or is a word with a digit ("mdp Soleil2024")
	// or, after "est", with a capital. An ordinary word in small letters cannot be told from speech ("est oublié").
	signedPassword   = regexp.MustCompile(`(?i)\b(mot de passe|mdp|password|code secret|code d['’]acc[eè]s)(\s*[:=]\s*)([^\s,;?!\[]+(?: [^\s,;?!\[]+){0,3})(\s*\?)?`)
	plainPassword    = regexp.MustCompile(`(?i)\b(mot de passe|mdp|password|code secret|code d['’]acc[eè]s)(\s+(?:c['’]?\s?(?:est|[ée]tait?)?|est|[ée]tait?|is|was)?\s*)(\S*[\pL]\S*\d\S*|\S*\d\S*\pL\S*)`)
	namedPassword    = regexp.MustCompile(`((?i:mot de passe|mdp|password|code secret)\s+(?i:est|[ée]tait|c['’]est|c['’][ée]tait|is|was)\s+)(\p{Lu}\S*)`)
	speaksOfPassword = regexp.MustCompile(`(?i)mot de passe|mdp|password|code`)
	tellsOf          = regexp.MustCompile(`(?i)^(je|j['’]|il|elle|comment|impossible|oubli|perdu|o[uù]\b|pourquoi|le|la|les|mon|ma|toujours|refus|inconnu|incorrect|pas\b|que|quoi|qui|c['’]est)`)
)

// Mask replaces card numbers, their codes, IBANs and passwords, so that what is kept, logged or indexed never holds
// them. SIRENs, SIRETs, telephone, attestation and contract numbers stay. card tells whether a card number was there.
func Mask(text string) (masked string, card bool) {
	masked = text
	if strings.ContainsAny(text, "0123456789") {
		masked = digitRun.ReplaceAllStringFunc(maskIBANs(text), func(run string) string {
			out, found := maskCards(run)
			card = card || found
			return out
		})
		masked = cardCode.ReplaceAllString(masked, "$1$2"+maskedCode)
	}
	if card {
		masked = cardExpiry.ReplaceAllString(masked, "$1$2"+maskedCode)
	}
	if !speaksOfPassword.MatchString(masked) {
		return masked, card
	}
	masked = signedPassword.ReplaceAllStringFunc(masked, func(found string) string {
		m := signedPassword.FindStringSubmatch(found)
		if m[4] != "" || tellsOf.MatchString(m[3]) {
			return found // "mot de passe : comment le changer ?" holds no password
		}
		return m[1] + m[2] + maskedSecret
	})
	masked = plainPassword.ReplaceAllString(masked, "$1$2"+maskedSecret)
	if strings.ToUpper(masked) != masked { // in a shouted message a capital says nothing
		masked = namedPassword.ReplaceAllString(masked, "$1"+maskedSecret)
	}
	return masked, card
}

// The lengths of IBANs (ISO 13616), without spaces.
const (
	shortestIBAN = 15
	longestIBAN  = 34
)

func maskIBANs(text string) string {
	var b strings.Builder
	written := 0
	for _, at := range ibanStart.FindAllStringIndex(text, -1) {
		if at[0] < written {
			continue
		}
		if end := ibanEnd(text, at[0]); end > 0 {
			b.WriteString(text[written:at[0]] + maskedIBAN)
			written = end
		}
	}
	return b.String() + text[written:]
}

// ibanEnd is where the longest IBAN that begins at start ends; 0 when none does.
func ibanEnd(text string, start int) int {
	compact := make([]byte, 0, longestIBAN)
	end, gap := 0, 0
	for i, r := range text[start:] {
		switch {
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			compact, gap = append(compact, byte(r)), 0
		case strings.ContainsRune(" -.\u00a0\u202f", r) && gap < 2:
			gap++
			continue
		default:
			return end
		}
		if len(compact) > longestIBAN {
			return end
		}
		if len(compact) >= shortestIBAN && validIBAN(string(compact)) {
			end = start + i + 1
		}
	}
	return end
}

// longestCard is the most digits a payment card has (ISO/IEC 7812-1).
const longestCard = 19

// longestGroup is the most digits that stand together where a card number is written in groups.
const longestGroup = 6

var digitGroup = regexp.MustCompile(`\d+`)

// maskCards replaces the card numbers of a run of digits and separators. A run may hold other numbers beside the card
// ("4111 1111 1111 1111 12"): every stretch that begins and ends with a group is tried, the longest first.
func maskCards(run string) (masked string, found bool) {
	groups := digitGroup.FindAllStringIndex(run, -1)
	var b strings.Builder
	written := 0
	for i := 0; i < len(groups); i++ {
		last := cardFrom(run, groups[i:])
		if last < 0 {
			continue
		}
		b.WriteString(run[written:groups[i][0]] + maskedCard)
		written, found = groups[i+last][1], true
		i += last
	}
	return b.String() + run[written:], found
}

// cardFrom finds the longest stretch of groups, from the first one on, that is a card number; it returns the place of
// its last group, or -1.
func cardFrom(run string, groups [][]int) int {
	found, digits := -1, ""
	for i, g := range groups {
		digits += run[g[0]:g[1]]
		if len(digits) > longestCard || i > 0 && (g[1]-g[0] > longestGroup || groups[0][1]-groups[0][0] > longestGroup) {
			break // a SIREN and a telephone number side by side are no card
		}
		if isCard(digits) {
			found = i
		}
	}
	return found
}

// isCard tells whether digits are a payment card's: Visa, Mastercard and CB (16, Visa also 13 and 19) or American
// Express (15), with a right check digit. Fourteen digits are never a card here: they are a SIRET.
func isCard(digits string) bool {
	prefix := func(list ...string) bool {
		for _, p := range list {
			if strings.HasPrefix(digits, p) {
				return true
			}
		}
		return false
	}
	switch len(digits) {
	case 16:
		if !prefix("4", "5", "6", "22", "23", "24", "25", "26", "27") {
			return false
		}
	case 13, 19:
		if !prefix("4") {
			return false
		}
	case 15:
		if !prefix("34", "37") {
			return false
		}
	default:
		return false
	}
	return luhn(digits)
}

// validIBAN checks an IBAN by its remainder modulo 97 (ISO 13616).
func validIBAN(text string) bool {
	var compact strings.Builder
	for _, r := range strings.ToUpper(text) {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			compact.WriteRune(r)
		}
	}
	s := compact.String()
	if len(s) < shortestIBAN || len(s) > longestIBAN {
		return false
	}
	remainder := 0
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			remainder = (remainder*100 + int(r-'A') + 10) % 97
		} else {
			remainder = (remainder*10 + int(r-'0')) % 97
		}
	}
	return remainder == 1
}
