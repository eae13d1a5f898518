package bot

// luhn checks the last digit of a number (ISO/IEC 7812-1, annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// ValidSIREN tells whether nine digits are a well-formed SIREN (INSEE: the ninth is a Luhn check digit).
func ValidSIREN(digits string) bool { return len(digits) == 9 && luhn(digits) && digits != "000000000" }

// laPoste is the SIREN whose establishments do not follow Luhn: the sum of a SIRET's digits is a multiple of five.
const laPoste = "356000000"

// ValidSIRET tells whether fourteen digits are a well-formed SIRET: a SIREN, five digits, and a check digit over all.
func ValidSIRET(digits string) bool {
	if len(digits) != 14 || !ValidSIREN(digits[:9]) {
		return false
	}
	if digits[:9] == laPoste {
		sum := 0
		for i := range 14 {
			sum += int(digits[i] - '0')
		}
		return luhn(digits) || sum%5 == 0
	}
	return luhn(digits)
}

// digitsOf keeps the digits of a text.
func digitsOf(text string) string {
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			out = append(out, text[i])
		}
	}
	return string(out)
}
