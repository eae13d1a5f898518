package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Scope is one thing that a key of the API may do.
type Scope string

// The scopes of keys.
const (
	ScopeTicketsRead       Scope = "tickets:read"
	ScopeTicketsWrite      Scope = "tickets:write"
	ScopeConversationsRead Scope = "conversations:read"
	ScopeAsk               Scope = "ask"
	ScopeKnowledgeRead     Scope = "knowledge:read"
)

// Scopes lists every scope.
func Scopes() []Scope {
	return []Scope{ScopeTicketsRead, ScopeTicketsWrite, ScopeConversationsRead, ScopeAsk, ScopeKnowledgeRead}
}

// APIKey is what is known of a key of the API. The key itself is not: only its hash is kept.
type APIKey struct {
	Name      string // unique, also among those revoked; see CheckName
	Scopes    []Scope
	MadeBy    string // e-mail of the admin
	CreatedAt time.Time
	LastUsed  time.Time // to the minute; zero: never
	Expires   time.Time // zero: never
	Revoked   time.Time // zero: it is not
}

// May tells whether the key has a scope.
func (k APIKey) May(scope Scope) bool { return slices.Contains(k.Scopes, scope) }

// Actor is who acts when the key is used: events name it, and customers read the key's name above a reply that gives no
// other.
func (k APIKey) Actor() User { return User{Email: apiActor + k.Name, Name: k.Name} }

// apiActor stands before the name of a key in events, so that no key is taken for a person.
const apiActor = "api:"

// apiKeyPrefix lets people and scanners of leaked secrets see what a key is.
const apiKeyPrefix = "guichet_"

// apiKeyLength is that of a whole key: the prefix and 130 random bits in base 32.
const apiKeyLength = len(apiKeyPrefix) + 26

// NewAPIKey makes a key, to be shown once. 130 random bits cannot be guessed, so that a plain hash of it is enough.
func NewAPIKey() (key string, hash []byte) {
	key = apiKeyPrefix + rand.Text()
	return key, hashOfAPIKey(key)
}

// HashAPIKey gives the hash under which a key is kept; ok is false for what is none, which is then not worth a look.
func HashAPIKey(key string) (hash []byte, ok bool) {
	if len(key) != apiKeyLength || !strings.HasPrefix(key, apiKeyPrefix) {
		return nil, false
	}
	return hashOfAPIKey(key), true
}

func hashOfAPIKey(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,49}$`)

// CheckName refuses a name for a key or a webhook that would be hard to read in a list, saying what it may hold.
func CheckName(name string) error {
	if !nameForm.MatchString(name) {
		return errors.New("a name has at most 50 lower-case letters, digits, dots, dashes and underscores, and begins with a letter or a digit: crm-lyon")
	}
	return nil
}

// APIKeys keeps the keys of the API. Adding and revoking are recorded in the audit log, done by the actor of the context.
// Implementations are safe for concurrent use.
type APIKeys interface {
	// AddAPIKey keeps a key by its hash. ErrExists: the name is or was taken.
	AddAPIKey(ctx context.Context, key APIKey, hash []byte) error
	// UseAPIKey finds the key of a hash and notes, to the minute, that it was used. ErrNotFound: there is none, or it
	// is revoked or past its time.
	UseAPIKey(ctx context.Context, hash []byte) (APIKey, error)
	// APIKeys lists all of them, the oldest first, also those that are no longer valid.
	APIKeys(ctx context.Context) ([]APIKey, error)
	// RevokeAPIKey ends a key at once and for ever. ErrNotFound: there is none of that name, or it is revoked already.
	RevokeAPIKey(ctx context.Context, name string) error
}
