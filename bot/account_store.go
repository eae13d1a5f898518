package bot

import (
	"context"
	"errors"
	"time"
)

// ErrLastAdmin refuses what would leave the desk without an administrator who can sign in.
var ErrLastAdmin = errors.New("the last administrator")

// Accounts keeps the people of the desk. Each change is recorded in the audit log, in its transaction, as done by the
// context's actor (ActAs). An unknown address is ErrNotFound. Implementations are safe for concurrent use.
type Accounts interface {
	AddUser(ctx context.Context, user User) error // ErrExists when the e-mail is taken
	User(ctx context.Context, email string) (User, error)
	Users(ctx context.Context) ([]User, error)
	// SetPasswordHash ends every sign-in of the account and drops its links.
	SetPasswordHash(ctx context.Context, email, hash string) error
	// SetLanguage keeps in which language a person reads the desk. It concerns nobody else and is not recorded.
	SetLanguage(ctx context.Context, email, language string) error
	// RehashPassword replaces a hash by a costlier one of the same password, if it still is old. It ends nothing.
	RehashPassword(ctx context.Context, email, old, hash string) error
	// SetRole changes what a person may do; ErrLastAdmin when nobody else could administer.
	SetRole(ctx context.Context, email string, role Role) error
	// SetDisabled keeps a person out, ending every sign-in and dropping links, or lets them in again. ErrLastAdmin as above.
	SetDisabled(ctx context.Context, email string, disabled bool) error

	// NewSetupToken keeps the hash of a one-time token that lets its bearer create the first account, and drops
	// older ones. It is refused with ErrExists once an account exists.
	NewSetupToken(ctx context.Context, tokenHash []byte, expires time.Time) error
	// UseSetupToken adds user if the token is known, unexpired and unused, in one transaction; ErrNotFound otherwise.
	// Any account added, here or by AddUser, uses the token up.
	UseSetupToken(ctx context.Context, tokenHash []byte, now time.Time, user User) error

	// Invite adds user, who has no password yet, with the link that lets them choose one.
	Invite(ctx context.Context, user User, link AccountLink) error
	// NewAccountLink keeps a link of an account, in place of an older one. A disabled account is ErrNotFound.
	NewAccountLink(ctx context.Context, link AccountLink) error
	// LinkedUser is whose link it is; ErrNotFound when it is unknown, expired or used, or the account disabled.
	LinkedUser(ctx context.Context, tokenHash []byte, now time.Time) (User, error)
	// UseAccountLink sets the password and uses the link up, in one transaction; ErrNotFound as above. A name that is
	// not empty is set too. Every sign-in of the account ends.
	UseAccountLink(ctx context.Context, tokenHash []byte, now time.Time, name, hash string) (User, error)

	// UserBySubject is who is linked to a person of the OIDC provider.
	UserBySubject(ctx context.Context, subject string) (User, error)
	// LinkSubject links an account that is not linked yet; ErrExists when it, or the subject, is linked otherwise.
	LinkSubject(ctx context.Context, email, subject string) error

	SecondFactors
	SignIns
	Audit
	Limiter
}

// SecondFactors keeps what proves a second time who somebody is.
type SecondFactors interface {
	// EnableSecondFactor sets the sealed secret, the step of the code that confirmed it, and the hashes of the recovery
	// codes. It ends every sign-in of the account but the one named. ErrExists when there is a second factor already.
	EnableSecondFactor(ctx context.Context, email string, sealed []byte, step int64, recovery [][]byte, except string) error
	// DisableSecondFactor forgets the secret and the codes, and ends every sign-in of the account but the one named.
	DisableSecondFactor(ctx context.Context, email, except string) error
	// UseStep uses the code of a time step up; ErrNotFound when it, or one of a later step, has been used.
	UseStep(ctx context.Context, email string, step int64) error
	// UseRecoveryCode uses a recovery code up; ErrNotFound when it is not one of the account.
	UseRecoveryCode(ctx context.Context, email string, hash []byte) error
	// SetRecoveryCodes replaces the recovery codes of an account that has a second factor.
	SetRecoveryCodes(ctx context.Context, email string, hashes [][]byte) error
}

// SignIns keeps in which browsers people are signed in.
type SignIns interface {
	// BeginSignIn keeps a sign-in and records it; ErrNotFound when the account is unknown or disabled.
	BeginSignIn(ctx context.Context, s SignIn) error
	// SignIn is a sign-in that began after begun and was seen after seen, with its account as it now is, and marks it seen
	// at now. ErrNotFound when it is older, has been ended, or the account is disabled.
	SignIn(ctx context.Context, id string, now, begun, seen time.Time) (SignIn, User, error)
	// SignIns lists those of an account that SignIn would give, the last seen first.
	SignIns(ctx context.Context, email string, begun, seen time.Time) ([]SignIn, error)
	// EndSignIn ends one of an account; ErrNotFound when there is no such one. action is recorded: AuditSignOut or
	// AuditSignInEnded.
	EndSignIn(ctx context.Context, email, id string, action AuditAction) error
	// EndSignIns ends every sign-in of an account but the one named, and returns how many.
	EndSignIns(ctx context.Context, email, except string) (int, error)
}

// Limit is how often something may be done: Burst times at once, then once every Every.
type Limit struct {
	Burst int
	Every time.Duration
}

// Limiter counts tries by name, for every replica and across restarts.
type Limiter interface {
	// Allow uses up one try of name and returns 0, or returns how long to wait for the next one. A refused try does not
	// make the wait longer, so nobody can be kept out by tries that are refused.
	Allow(ctx context.Context, name string, limit Limit, now time.Time) (wait time.Duration, err error)
}
