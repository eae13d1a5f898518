package bot

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// What a password may be. A passphrase is welcome; the upper limit only keeps a request small.
const (
	PasswordMin = 12  // characters
	PasswordMax = 256 // characters
)

// Why a new password is refused.
var (
	ErrPasswordShort = errors.New("password too short")
	ErrPasswordLong  = errors.New("password too long")
	ErrPasswordKnown = errors.New("password among the first that are guessed")
)

// The cost of a hash: OWASP's second recommendation for argon2id, about 50 ms and 19 MiB.
const (
	argonPasses  = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// CheckNewPassword tells whether somebody may choose a password: ErrPasswordShort, ErrPasswordLong, ErrPasswordKnown
// when it is one of the commonest or little more than the e-mail address; nil otherwise.
func CheckNewPassword(email, password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < PasswordMin:
		return ErrPasswordShort
	case n > PasswordMax:
		return ErrPasswordLong
	case guessable(email, password):
		return ErrPasswordKnown
	}
	return nil
}

// NeedsRehash tells whether a hash is cheaper than those made today, or cannot be read.
func NeedsRehash(hash string) bool {
	var version int
	var memory, passes uint32
	var threads uint8
	n, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$", &version, &memory, &passes, &threads)
	return err != nil || n != 4 || memory < argonMemory || memory == argonMemory && passes < argonPasses
}

// HashPassword hashes a password with argon2id and a fresh salt, in PHC form. It needs 19 MiB while it runs: the
// caller bounds how many run at once.
func HashPassword(password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	key := argon2.IDKey(typed(password), salt, argonPasses, argonMemory, argonThreads, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// CheckPassword tells whether a password is the one hashed. It reads the cost from the hash, so that hashes made
// before a change of cost still hold. A malformed or empty hash matches nothing, at once.
func CheckPassword(hash, password string) bool {
	parts := strings.Split(hash, "$") // "", argon2id, v=, m=,t=,p=, salt, key
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false
	}
	var memory, passes uint32
	var threads uint8
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); n != 3 || err != nil {
		return false
	}
	// The bounds keep a hash that somebody else wrote into the database from exhausting the machine.
	if memory < 8 || memory > 256*1024 || passes < 1 || passes > 16 || threads < 1 || threads > 16 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil || len(salt) < 8 {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false
	}
	got := argon2.IDKey(typed(password), salt, passes, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// typed is a password in the one form every keyboard gives: "é" is typed as one character or two.
func typed(password string) []byte { return norm.NFC.Bytes([]byte(password)) }
