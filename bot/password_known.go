package bot

import (
	"strings"
	"unicode"
)

// remainder is how many letters and digits a password needs beside the name in its owner's address.
const remainder = 6

// knownPasswords are those of twelve characters or more that lists of leaked passwords begin with, in French and
// English, as letters and digits only. Shorter ones are refused by their length.
var knownPasswords = strings.Fields(`
	123456789012 1234567890123 012345678901 0123456789012 123456123456 123123123123 112233445566 121212121212
	098765432109 987654321098 102030405060 111222333444 147258369147 147852369147 123654789123 696969696969
	1234567890azerty azerty1234567890 1q2w3e4r5t6y 1a2z3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc qwerty123456 123456qwerty
	qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyqwerty qwerty1234567 qwerty12345678 asdfghjkl123 zxcvbnm12345
	azertyuiop12 azertyuiop123 azertyuiop1234 azertyuiopqs azertyuiopqsdf azertyuiopqsdfghjklm azertyazerty
	azerty123456 azerty1234567 azerty12345678 azerty123456789 123456azerty qsdfghjklm12 wxcvbn123456 aqwzsxedcrfv
	motdepasse12 motdepasse123 motdepasse1234 motdepasse12345 motdepasse2024 motdepasse2025 motdepasse2026
	motdepassemotdepasse monmotdepasse monmotdepasse1 monmotdepasse123 password1234 password12345 password123456
	password12345678 passwordpassword passw0rd1234 mypassword123 changeme1234 changemoi123 letmein12345 welcome12345
	bienvenue123 bienvenue1234 bienvenue2024 bienvenue2025 bienvenue2026 bonjour12345 bonjour123456 bonjourbonjour
	jetaime12345 jetaimejetaime jetaimepourtoujours loulou123456 doudou123456 chouchou1234 soleil123456 marseille13000
	iloveyou1234 iloveyou12345 iloveyouiloveyou princess1234 sunshine1234 football1234 football12345 superman1234
	admin1234567 admin12345678 administrateur administrator administrateur1 administrator1 adminadminadmin
	administrateur123 administrator123 utilisateur1 utilisateur123 root12345678 testtesttest test12345678 demo12345678
	assurance123 assurance1234 assurance2024 assurance2025 assurance2026 guichetguichet guichet12345 guichet123456
	aaaaaaaaaaaa bbbbbbbbbbbb xxxxxxxxxxxx zzzzzzzzzzzz 000000000000 111111111111 222222222222 333333333333
	444444444444 555555555555 666666666666 777777777777 888888888888 999999999999 abcdefghijkl abcdefghijklm
	abcdefghijklmnop abcdefghijklmnopqrstuvwxyz abc123456789 abcd12345678 abcdef123456 a12345678901 a1b2c3d4e5f6
	aqwzsx123456 aqwzsxedc123 trustno1trustno1 dragondragon monkeymonkey pokemon12345 naruto123456 minecraft123
`)

// guessable tells whether a password is tried before any search begins.
func guessable(email, password string) bool {
	plain := lettersAndDigits(password)
	for _, known := range knownPasswords {
		if plain == known {
			return true
		}
	}
	local, _, _ := strings.Cut(email, "@")
	if whole := lettersAndDigits(email); whole != "" && plain == whole {
		return true
	}
	name := lettersAndDigits(local)
	return len(name) >= 4 && strings.Contains(plain, name) && len(strings.ReplaceAll(plain, name, "")) < remainder
}

func lettersAndDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
