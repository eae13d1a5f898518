package bot_test

import (
	"errors"
	"strings"
	"testing"

	"guichet/bot"
)

func TestAPasswordMatchesOnlyItsOwnHash(t *testing.T) {
	t.Parallel()
	hash, err := bot.HashPassword("l’éventail bleu du marché")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %q is not in PHC form with the expected cost", hash)
	}
	if !bot.CheckPassword(hash, "l’éventail bleu du marché") {
		t.Error("the right password is refused")
	}
	if !bot.CheckPassword(hash, "l’e\u0301ventail bleu du marche\u0301") {
		t.Error("the same password typed with combining accents is refused")
	}
	if bot.CheckPassword(hash, "l’éventail bleu du marche") {
		t.Error("another password is accepted")
	}
	again, err := bot.HashPassword("l’éventail bleu du marché")
	if err != nil {
		t.Fatal(err)
	}
	if again == hash {
		t.Error("two hashes of one password are equal: the salt is not fresh")
	}
}

func TestAHashOfAnotherCostStillHolds(t *testing.T) {
	t.Parallel()
	// Made by the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 24
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !bot.CheckPassword(hash, "password") {
		t.Error("the reference vector is refused")
	}
	if bot.CheckPassword(hash, "passwore") {
		t.Error("another password matches the reference vector")
	}
}

func TestAMalformedHashMatchesNothing(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{
		"", "$", "$argon2id$", "plain", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=65536,t=2,p=1$!$!",
	} {
		if bot.CheckPassword(hash, "") || bot.CheckPassword(hash, "password") {
			t.Errorf("hash %q matches", hash)
		}
	}
}

func TestANewPasswordHasTwelveCharactersOrMore(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]error{
		"":                        bot.ErrPasswordShort,
		"onze lettre":             bot.ErrPasswordShort,
		"éééééééééé!":             bot.ErrPasswordShort, // 11 characters, 21 bytes
		"éééééééééé!!":            nil,
		strings.Repeat("a", 256):  nil,
		strings.Repeat("a", 257):  bot.ErrPasswordLong,
		"une phrase assez longue": nil,
	} {
		if err := bot.CheckNewPassword("ines@exemple.fr", password); !errors.Is(err, want) {
			t.Errorf("CheckNewPassword of %d characters = %v, want %v", len([]rune(password)), err, want)
		}
	}
}

func TestAPasswordThatIsGuessedFirstIsRefused(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]error{
		"motdepasse123":                  bot.ErrPasswordKnown,
		"Mot de passe 123":               bot.ErrPasswordKnown,
		"123456789012":                   bot.ErrPasswordKnown,
		"AzertyUiop123":                  bot.ErrPasswordKnown,
		"000000000000":                   bot.ErrPasswordKnown,
		"ines.morel@exemple.fr":          bot.ErrPasswordKnown,
		"Ines.Morel@Exemple.fr!":         bot.ErrPasswordKnown,
		"inesmorel2026":                  bot.ErrPasswordKnown,
		"inesmorelinesmorel":             bot.ErrPasswordKnown,
		"inesmorel vend des pommes":      nil,
		"motdepasse bien plus long 8472": nil,
		"la pluie sur le marché":         nil,
	} {
		if err := bot.CheckNewPassword("ines.morel@exemple.fr", password); !errors.Is(err, want) {
			t.Errorf("%q gives %v, want %v", password, err, want)
		}
	}
	if err := bot.CheckNewPassword("la@exemple.fr", "la pluie sur le marché"); err != nil {
		t.Errorf("a word as short as an address refuses a sentence: %v", err)
	}
}

func TestAHashMadeAtALowerCostIsMadeAgain(t *testing.T) {
	t.Parallel()
	now, err := bot.HashPassword("la pluie sur le marché")
	if err != nil {
		t.Fatal(err)
	}
	for hash, want := range map[string]bool{
		now: false,
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": false,
		"$argon2id$v=19$m=19456,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": true,
		"$argon2id$v=19$m=8192,t=4,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc":  true,
		"": true,
	} {
		if got := bot.NeedsRehash(hash); got != want {
			t.Errorf("NeedsRehash(%q) = %v", hash, got)
		}
	}
}
