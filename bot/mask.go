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

// What may stand between two digits of a card number: the blanks and signs that people part groups with, and characters
// that are not seen.
var (
	digitRun   = regexp.MustCompile(`\d(?:[\s.,:;_/|*×xX+'’·•\-\x{00a0}\x{202f}\x{2007}\x{200b}-\x{200d}\x{2060}\x{feff}\x{2010}-\x{2015}]{0,3}\d){11,}`)
	calledCard = regexp.MustCompile(`(?i)\b((?:carte|cb|visa|mastercard|card)\b[^\d\n]{0,30})[2-6]\d{3}(?:[ .\-]?\d{4}){3}\b`) // with a digit that may be wrong: the others are right
	cardCode   = regexp.MustCompile(`(?i)\b(crypto(?:gramme)?(?: visuel)?|cvv2?|cvc2?|code de s[ée]curit[ée])(\s*(?:est|c['’]est|:|=|n°)?\s*)\d{3,4}\b`)
	cardExpiry = regexp.MustCompile(`(?i)\b(exp(?:ire|iration)?|valid(?:e|it[ée])?)(\.?\s*(?:le|fin|au|:|=)?\s*)(?:0[1-9]|1[0-2])\s?/\s?(?:20)?\d\d\b`)
)

// Mask replaces card numbers, their codes, IBANs and passwords, so that what is kept, logged or indexed never holds
// them. SIRENs, SIRETs, telephone, attestation and contract numbers stay. card tells whether a card number was there.
func Mask(text string) (masked string, card bool) {
	if plain := plainDigits(text); plain != text {
		// Only a text that holds a secret is kept in other characters than it was typed in.
		if masked, card = mask(plain); masked != plain {
			return masked, card
		}
	}
	return mask(text)
}

func mask(text string) (masked string, card bool) {
	masked = text
	if strings.ContainsAny(text, "0123456789") {
		masked = digitRun.ReplaceAllStringFunc(maskIBANs(text), func(run string) string {
			out, found := maskCards(run)
			card = card || found
			return out
		})
		if calledCard.MatchString(masked) {
			masked, card = calledCard.ReplaceAllString(masked, "$1"+maskedCard), true
		}
		masked = cardCode.ReplaceAllString(masked, "$1$2"+maskedCode)
	}
	if card {
		masked = cardExpiry.ReplaceAllString(masked, "$1$2"+maskedCode)
	}
	return maskPasswords(masked), card
}

// plainDigits writes digits of other scripts and characters of full width as ASCII has them.
func plainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x660:
			return r
		case r <= 0x669: // Arabic
			return r - 0x660 + '0'
		case r >= 0x6f0 && r <= 0x6f9: // Persian
			return r - 0x6f0 + '0'
		case r >= 0xff01 && r <= 0xff5e: // full width
			return r - 0xff01 + '!'
		case r >= 0x1d7ce && r <= 0x1d7ff: // mathematical, in five styles
			return (r-0x1d7ce)%10 + '0'
		}
		return r
	}, text)
}

// longestCard is the most digits a payment card has (ISO/IEC 7812-1).
const longestCard = 19

// shortestCard is the fewest, of old cards: a SIREN and an amount have as many, and the same spaces between.
const shortestCard = 13

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
// its last group, or -1. Groups that are neither a card's usual ones nor parted by the same sign are several numbers, which
// would now and then be a card's by chance: a date, a telephone number and an amount in a list.
func cardFrom(run string, groups [][]int) int {
	found, digits := -1, ""
	same, fours := true, true
	for i, g := range groups {
		digits += run[g[0]:g[1]]
		if len(digits) > longestCard || i > 0 && (g[1]-g[0] > longestGroup || groups[0][1]-groups[0][0] > longestGroup) {
			break // a SIREN and a telephone number side by side are no card
		}
		if i > 1 {
			same = same && parting(run, groups, i) == parting(run, groups, 1)
		}
		if i > 0 {
			fours = fours && groups[i-1][1]-groups[i-1][0] == cardGroup
		}
		american := i == 2 && groups[0][1]-groups[0][0] == cardGroup && groups[1][1]-groups[1][0] == longestGroup
		if (i == 0 || same && len(digits) != shortestCard || american || fours && g[1]-g[0] <= cardGroup) && isCard(digits) {
			found = i
		}
	}
	return found
}

// cardGroup is how many digits stand together where a card number is written in groups, but for American Express (4-6-5).
const cardGroup = 4

// parting is what stands before a group.
func parting(run string, groups [][]int, i int) string { return run[groups[i-1][1]:groups[i][0]] }

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
