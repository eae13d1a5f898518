package widget

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// A conversation token is "<random key>.<HMAC-SHA256>". Whoever has it is the visitor: the key names the conversation
// and cannot be made without the server's secret. The site is signed too, so that the token of one insurer's site does
// not open the conversation on another's.

var encoding = base64.RawURLEncoding

// newKey names a conversation: 128 random bits.
func newKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: the program ends if the system has no randomness
	return encoding.EncodeToString(b[:])
}

func signToken(secret []byte, site, key string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("guichet chat\x00" + site + "\x00" + key))
	return key + "." + encoding.EncodeToString(mac.Sum(nil))
}

// readToken returns the conversation's key; false for a token that this server did not make for this site.
func readToken(secret []byte, site, token string) (key string, ok bool) {
	key, _, _ = strings.Cut(token, ".")
	// The texts are compared, not what they decode to: base64 has several ways to write the same bytes.
	return key, hmac.Equal([]byte(token), []byte(signToken(secret, site, key)))
}
