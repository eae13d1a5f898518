package bot

import (
	"context"
	"time"
)

// AuditAction is what was done, in the audit log. Actions on tickets have the kind of their event.
type AuditAction string

// The actions on accounts, and on what administrators and editors set up.
const (
	AuditSignIn          AuditAction = "sign_in"
	AuditSignInRefused   AuditAction = "sign_in_refused" // detail: "password", "code", "disabled" or "provider"
	AuditSignOut         AuditAction = "sign_out"
	AuditSignInEnded     AuditAction = "sign_in_ended" // on another device, or "all"
	AuditAccountAdded    AuditAction = "account_added" // detail: the role
	AuditInvited         AuditAction = "invited"
	AuditResetLink       AuditAction = "reset_link"
	AuditLinkUsed        AuditAction = "link_used"
	AuditPassword        AuditAction = "password"
	AuditRole            AuditAction = "role" // detail: "agent > admin"
	AuditDisabled        AuditAction = "disabled"
	AuditEnabled         AuditAction = "enabled"
	AuditFactorOn        AuditAction = "second_factor_on"
	AuditFactorOff       AuditAction = "second_factor_off"
	AuditRecoveryUsed    AuditAction = "recovery_used"
	AuditRecoveryRenewed AuditAction = "recovery_renewed"
	AuditLinked          AuditAction = "provider_linked"
	AuditExported        AuditAction = "audit_exported"
	AuditMacroSaved      AuditAction = "macro_saved" // its object is the macro's name
	AuditMacroRemoved    AuditAction = "macro_removed"
	AuditKeyAdded        AuditAction = "key_added" // of the API: its object is the key's name; detail: its scopes
	AuditKeyRevoked      AuditAction = "key_revoked"
	AuditWebhookAdded    AuditAction = "webhook_added"  // its object is the webhook's name; detail: "text" when it is told what was written
	AuditWebhookTested   AuditAction = "webhook_tested" // detail: "delivered" or "failed"
	AuditWebhookRemoved  AuditAction = "webhook_removed"
	AuditPublished       AuditAction = "knowledge_published" // its object is the edition's number; detail: how many topics it has
)

// AuditActions are all of these, in the order in which a form offers them.
func AuditActions() []AuditAction {
	return []AuditAction{
		AuditSignIn, AuditSignInRefused, AuditSignOut, AuditSignInEnded, AuditAccountAdded, AuditInvited, AuditResetLink,
		AuditLinkUsed, AuditPassword, AuditRole, AuditDisabled, AuditEnabled, AuditFactorOn, AuditFactorOff,
		AuditRecoveryUsed, AuditRecoveryRenewed, AuditLinked, AuditExported, AuditMacroSaved, AuditMacroRemoved,
		AuditKeyAdded, AuditKeyRevoked, AuditWebhookAdded, AuditWebhookTested, AuditWebhookRemoved, AuditPublished,
	}
}

// AuditEntry is one thing that was done. It never holds what a customer or an agent wrote.
type AuditEntry struct {
	At      time.Time
	Actor   Actor
	Action  AuditAction
	Object  string // the account's e-mail, the ticket's reference, the name of what was set up
	Detail  string // the new role, status or assignee; the reason of a refusal
	Ticket  bool   // Object is a ticket
	Cursor  string // where the list goes on after this entry
	FromBot bool   // nobody of the desk did it: a customer's message, the bot, a delivery
}

// AuditFilter narrows the audit log. Zero fields do not narrow.
type AuditFilter struct {
	Who    string // the actor, whole
	Object string // the account or ticket, whole
	Action AuditAction
	From   time.Time // at or after
	Until  time.Time // before
	After  string    // the Cursor of the last entry read: older ones follow
	Limit  int       // at most this many, newest first; 0 means 100
}

// Audit is the record of what was done to accounts and tickets. Nothing is ever changed in it.
type Audit interface {
	// Record adds what no other method records, done by the actor of the context.
	Record(ctx context.Context, action AuditAction, object, detail string) error
	// Audit lists what was done, newest first.
	Audit(ctx context.Context, filter AuditFilter) ([]AuditEntry, error)
}
