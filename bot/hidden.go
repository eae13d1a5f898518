package bot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Hidden names something by a hash under a key, for a Limiter: who reads the names learns nothing without the key, also not by trying a list of
// addresses. 24 characters.
func Hidden(key []byte, what string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(what))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// Mailbox is an address without what its owner may add to it, and in lower case: several such addresses are one.
func Mailbox(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}
