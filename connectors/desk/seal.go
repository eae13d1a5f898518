package desk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// keys are made of the desk's secrets.
type keys struct {
	device []byte
	tries  []byte        // hides what tries are counted by
	seals  []cipher.AEAD // the first seals, all open
}

// errSealed says that none of the keys opens what was sealed: the key has changed, or the row is another account's.
var errSealed = errors.New("no key opens the second factor")

func newKeys(secrets [][]byte) (keys, error) {
	var k keys
	if len(secrets) == 0 {
		return k, errors.New("desk: a secret is required")
	}
	for i, secret := range secrets {
		if len(secret) < 32 {
			return k, fmt.Errorf("desk: secret %d has %d bytes, it needs 32 at least", i+1, len(secret))
		}
		key, err := hkdf.Key(sha256.New, secret, nil, "guichet second factor", 32)
		if err != nil {
			return k, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return k, err
		}
		seal, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return k, err
		}
		k.seals = append(k.seals, seal)
	}
	device, err := hkdf.Key(sha256.New, secrets[0], nil, "guichet device", 32)
	if err != nil {
		return k, err
	}
	k.device = device
	k.tries, err = hkdf.Key(sha256.New, secrets[0], nil, "guichet tries", 32)
	return k, err
}

// seal encrypts a second factor for one account: copied into another's row, it does not open.
func (k keys) seal(secret, email string) []byte {
	return k.seals[0].Seal(nil, nil, []byte(secret), []byte(email)) //nolint:gosec // this cipher makes the nonce itself
}

func (k keys) unseal(sealed []byte, email string) (string, error) {
	for _, seal := range k.seals {
		if secret, err := seal.Open(nil, nil, sealed, []byte(email)); err == nil {
			return string(secret), nil
		}
	}
	return "", errSealed
}

// newFactorSecret is 160 random bits, the size RFC 4226 recommends.
func newFactorSecret() []byte {
	secret := make([]byte, 20)
	_, _ = rand.Read(secret) // never fails
	return secret
}
