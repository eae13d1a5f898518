package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// ibanLength is how many characters an IBAN has in each country: those of the registry of ISO 13616, and those of Africa
// and Iran that use the same form without standing in it.
var ibanLength = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AO": 25, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BF": 28, "BG": 22, "BH": 22, "BI": 27, "BJ": 28,
	"BR": 29, "BY": 28, "CF": 27, "CG": 27, "CH": 21, "CI": 28, "CM": 27, "CR": 22, "CV": 25, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
	"DK": 18, "DO": 28, "DZ": 26, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GA": 27, "GB": 22, "GE": 22,
	"GI": 23, "GL": 18, "GQ": 27, "GR": 27, "GT": 28, "GW": 25, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IR": 26,
	"IS": 26, "IT": 27, "JO": 30, "KM": 27, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25,
	"MA": 28, "MC": 27, "MD": 24, "ME": 22, "MG": 27, "MK": 19, "ML": 28, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "MZ": 25, "NE": 28,
	"NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
	"SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SN": 28, "SO": 23, "ST": 25, "SV": 28, "TD": 27, "TG": 28, "TL": 23,
	"TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// What may part the characters of an IBAN, and how many such signs may stand together.
const (
	ibanGap    = " \t\r\n-.,:/_*\u00a0\u202f\u2007\u2010\u2011\u2012\u2013\u200b\u200c\u200d\u2060\ufeff"
	longestGap = 3
)

// longestBank is the most letters that stand together behind the country: the code of a bank. A word of speech is longer.
const longestBank = 4

var ibanStart = regexp.MustCompile(`(?i)[a-z]{2}[` + regexp.QuoteMeta(ibanGap) + `]{0,3}\d[` + regexp.QuoteMeta(ibanGap) + `]{0,3}\d`)

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

// ibanGroup is how many characters stand together where an IBAN is written in groups; countryAndCheck how many come first.
const (
	ibanGroup       = 4
	countryAndCheck = 4
)

// ibanEnd is where the IBAN that begins at start ends; 0 when none does. Groups that are neither the usual ones nor parted by
// the same sign, and words, are a sentence or a list of numbers, which would now and then be an IBAN by chance.
func ibanEnd(text string, start int) int {
	length := ibanLength[strings.ToUpper(text[start:start+2])]
	compact := make([]byte, 0, length)
	gap, group, letters := 0, 0, 0
	sign, mixed, grouped := "", false, true
	for i, r := range text[start:] {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		switch {
		case len(compact) == length:
			return 0
		case letter || r >= '0' && r <= '9':
		case strings.ContainsRune(ibanGap, r) && gap < longestGap:
			if gap == 0 && len(compact) >= countryAndCheck {
				grouped = grouped && group == ibanGroup
				if letters == group && len(compact) > countryAndCheck+longestBank {
					return 0 // a word
				}
				group = 0
			}
			gap, letters = gap+1, 0
			continue
		default:
			return 0
		}
		if gap > 0 && len(compact) >= countryAndCheck {
			before := lastRunes(text[:start+i], gap)
			mixed = mixed || sign != "" && sign != before
			sign = before
		}
		if mixed && !grouped {
			return 0
		}
		compact, gap, group, letters = append(compact, byte(r)), 0, group+1, letters+1
		if !letter || len(compact) <= 2 {
			letters = 0
		}
		if letters > longestBank {
			return 0
		}
		if end := start + i + 1; len(compact) == length && validIBAN(string(compact)) && !startsWithDigit(text[end:]) {
			return end
		}
	}
	return 0
}

// lastRunes are the last n characters of a text.
func lastRunes(text string, n int) string {
	at := len(text)
	for range n {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return text[at:]
}

func startsWithDigit(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }

// validIBAN checks an IBAN without spaces by its remainder modulo 97 (ISO 13616).
func validIBAN(compact string) bool {
	s := strings.ToUpper(compact)
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
