package bot

import (
	"regexp"
	"strings"
)

// How a password is announced: its name, what may be said of it, and what leads to it.
const (
	passwordName = `(?:mots? de passe?|mdp|m\.d\.p\.?|password|passwd|pwd|code secret|code confidentiel|code pin|code d['’ ]\s?acc[eèé]s)`
	passwordOf   = `(?:[ \t\x{00a0}]+(?:actuel|provisoire|temporaire|initial|personnel|perso|internet|client|web|wifi|(?:de|du|d['’]|pour)\s?(?:la |le |l['’])?(?:connexion|compte|site|espace client|espace|acc[eè]s|messagerie)))?`
	passwordIs   = `(?:[ \t]+(?:(?:c['’]?\s?(?:est|[ée]tait)?|est|[ée]tait|is|was)(?:[ \t]+(?:bien|toujours|donc|le|la|l['’]))?))`
)

// A password follows its name and a sign ("mdp : …", up to four words), or is a word with a digit ("mdp Soleil2024") or,
// after "est", with a capital. An ordinary word in small letters cannot be told from speech ("est oublié").
var (
	signedPassword = regexp.MustCompile(`(?i)\b(` + passwordName + passwordOf + `\s*[:=]\s*)([^\s,;?!\[]+(?: [^\s,;?!\[]+){0,3})(\s*\?)?`)
	plainPassword  = regexp.MustCompile(`(?i)\b(` + passwordName + passwordOf + passwordIs + `?\s*)(\S*[\pL]\S*\d\S*|\S*\d\S*\pL\S*)`)
	// Three digits after "est", else four: "mot de passe 2 fois refusé". A telephone number may follow the name by chance.
	digitPassword    = regexp.MustCompile(`(?i)\b(` + passwordName + passwordOf + `)(` + passwordIs + `)?([ \t\x{00a0}]+)(\d[\d/.*#_\-]{2,}(?: \d+\b)*)`)
	namedPassword    = regexp.MustCompile(`(\b(?i:` + passwordName + passwordOf + `)(?i:[ \t]+(?:est|[ée]tait|c['’]est|c['’][ée]tait|is|was))\s+)(\p{Lu}\S*)`)
	passwordFirst    = regexp.MustCompile(`(?i)(^|[\s:,;(«"])([^\s\[\],;:]*\d[^\s\[\],;:]*)([ \t]+(?:c['’]?\s?est|est|comme)[ \t]+(?:mon|le|notre|votre)[ \t]+` + passwordName + `)`)
	speaksOfPassword = regexp.MustCompile(`(?i)` + passwordName)
	tellsOf          = regexp.MustCompile(`(?i)^(je|j['’]|il|elle|comment|impossible|oubli|perdu|o[uù]\b|pourquoi|le|la|les|mon|ma|toujours|refus|inconnu|incorrect|pas\b|que|quoi|qui|c['’]est)`)
	phoneNumber      = regexp.MustCompile(`^0[1-9](?:[ .\-]?\d\d){4}$`)
)

// shortestCode is how many digits a password of digits has at least where no verb announces it.
const shortestCode = 4

// maskPasswords replaces passwords that are announced as such.
func maskPasswords(text string) string {
	if !speaksOfPassword.MatchString(text) {
		return text
	}
	masked := signedPassword.ReplaceAllStringFunc(text, func(found string) string {
		m := signedPassword.FindStringSubmatch(found)
		if m[3] != "" || tellsOf.MatchString(m[2]) {
			return found // "mot de passe : comment le changer ?" holds no password
		}
		return m[1] + maskedSecret
	})
	masked = plainPassword.ReplaceAllString(masked, "$1"+maskedSecret)
	masked = digitPassword.ReplaceAllStringFunc(masked, func(found string) string {
		m := digitPassword.FindStringSubmatch(found)
		if m[2] == "" && (len(digitsOf(m[4])) < shortestCode || phoneNumber.MatchString(m[4])) {
			return found
		}
		return m[1] + m[2] + m[3] + maskedSecret
	})
	masked = passwordFirst.ReplaceAllString(masked, "$1"+maskedSecret+"$3")
	if strings.ToUpper(masked) != masked { // in a shouted message a capital says nothing
		masked = namedPassword.ReplaceAllString(masked, "$1"+maskedSecret)
	}
	return masked
}
