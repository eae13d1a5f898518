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
		if err := bot.CheckNewPassword(password); !errors.Is(err, want) {
			t.Errorf("CheckNewPassword of %d characters = %v, want %v", len([]rune(password)), err, want)
		}
	}
}
