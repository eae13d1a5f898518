package widget

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"guichet/bot"
)

// identity is a person for whom the embedding site vouches: its server signs who is logged in, until when. The page
// hands it over; the secret never reaches a page.
type identity struct {
	ID        string `json:"id"`    // the site's own, stable
	Name      string `json:"name"`  // may be empty
	Email     string `json:"email"` // may be empty
	Expires   int64  `json:"expires"`
	Signature string `json:"signature"` // hexadecimal HMAC-SHA256 of signed() under the site's secret
}

// signed is what the site signs: the fields on lines of their own, so that no two identities share a text.
func (i identity) signed() string {
	return fmt.Sprintf("guichet identity\n%s\n%s\n%s\n%d", i.ID, i.Name, i.Email, i.Expires)
}

const (
	maxIdentity     = 200            // bytes of each text
	longestIdentity = 24 * time.Hour // what a signature is good for at most: it stands in a page
)

// vouches tells whether the site signed an identity that has not ended.
func (s *site) vouches(i identity, now time.Time) bool {
	if s.IdentitySecret == "" || i.ID == "" || max(len(i.ID), len(i.Name), len(i.Email)) > maxIdentity {
		return false
	}
	for _, text := range []string{i.ID, i.Name, i.Email} {
		for _, c := range text {
			if c < ' ' { // a line of its own would be another identity
				return false
			}
		}
	}
	ends := time.Unix(i.Expires, 0)
	if !now.Before(ends) || ends.Sub(now) > longestIdentity {
		return false
	}
	given, err := hex.DecodeString(i.Signature)
	mac := hmac.New(sha256.New, []byte(s.IdentitySecret))
	mac.Write([]byte(i.signed()))
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}

// identityPrefix begins the key of a person's conversation; the key of a visitor's has no such character.
const identityPrefix = "person~"

// identityKey names a person's conversation: the same wherever they log in, and of no use to who knows their id.
func identityKey(secret []byte, site, id string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("guichet person\x00" + site + "\x00" + id))
	return identityPrefix + encoding.EncodeToString(mac.Sum(nil))
}

// needsIdentity tells whether a conversation opens for who is logged in on the site, and for nobody else.
func (s *site) needsIdentity(key string) bool {
	return s.IdentitySecret != "" && strings.HasPrefix(key, identityPrefix)
}

// fields are what a request need not ask of this person.
func (i identity) fields() map[bot.Field]string {
	known := map[bot.Field]string{}
	if i.Name != "" {
		known[bot.Name] = i.Name
	}
	if i.Email != "" {
		known[bot.Email] = i.Email
	}
	return known
}
