package bot

import (
	"cmp"
	"context"
	"strings"
	"time"
)

// Role is what a person may do at the desk.
type Role string

// The roles, each able to do what the ones before it can.
const (
	RoleAgent  Role = "agent"
	RoleEditor Role = "editor"
	RoleAdmin  Role = "admin"
)

// Roles are all roles, from the one that may do least.
func Roles() []Role { return []Role{RoleAgent, RoleEditor, RoleAdmin} }

// Covers tells whether whoever has the role may do what least is needed for. An unknown role covers nothing.
func (r Role) Covers(least Role) bool {
	has, needed := -1, len(Roles())
	for i, role := range Roles() {
		if role == r {
			has = i
		}
		if role == least {
			needed = i
		}
	}
	return has >= needed
}

// User is a person who works at the desk.
type User struct {
	Email        string // lower case, unique
	Name         string
	Role         Role
	PasswordHash string // argon2id in PHC form; empty until the first password is set
	CreatedAt    time.Time
	Disabled     bool   // may not sign in
	Subject      string // who the person is at the OIDC provider, "issuer subject"; empty when not linked
	SecondFactor []byte // the sealed secret of the codes; nil without a second factor
	Recovery     int    // how many recovery codes are left
	Language     string // of the desk's pages: "fr", "en"; empty until the person chooses one
}

// ShownName is how an account is named, also to customers: by the part before @ when it has no name. It is never empty, since it
// also tells the bot to be silent, and never the address. Two accounts may share one.
func (u User) ShownName() string {
	local, _, _ := strings.Cut(u.Email, "@")
	return cmp.Or(strings.TrimSpace(u.Name), strings.TrimSpace(local), "agent")
}

// Actor is who acts, for the audit log.
type Actor struct {
	Who     string // an account's e-mail, or "guichet" for the command line
	Address string // the network address it was done from; empty when there is none
}

type actorKey struct{}

// ActAs returns a context in which a store records what is done as done by actor. It travels in the context because
// every action is recorded, whichever method does it.
func ActAs(ctx context.Context, actor Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf is who acts in a context; the zero Actor when nobody was named.
func ActorOf(ctx context.Context) Actor {
	actor, _ := ctx.Value(actorKey{}).(Actor)
	return actor
}

// SignIn is a browser in which somebody is signed in.
type SignIn struct {
	ID      string // random, not secret
	Email   string
	At      time.Time
	Seen    time.Time // to the minute
	Address string
	Browser string // its User-Agent header
	How     string // "password", "code", "recovery", "provider", "link", "setup": for the audit log only
}

// AccountLink is a one-time link with which a person chooses a password: an invitation or a reset.
type AccountLink struct {
	Hash    []byte // SHA-256 of the token
	Email   string
	Expires time.Time
}
