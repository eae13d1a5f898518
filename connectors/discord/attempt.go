package discord

import (
	"errors"
	"net/http"
	"time"

	"guichet/bot/courier"
)

// errWait: a request was not made, for a limit would not have let it.
type errWait time.Duration

// Error implements error.
func (e errWait) Error() string { return "a limit of Discord's is waited for" }

// attempted says what Discord's answer to part n of a message means.
func attempted(sent error, n, parts int) courier.Attempt {
	a := courier.Attempt{Result: courier.Troubled, Err: sent}
	var wait errWait
	if errors.As(sent, &wait) {
		return courier.Attempt{Result: courier.Waiting, After: time.Duration(wait)}
	}
	r := refused(sent)
	switch {
	case sent == nil && n < parts:
		a = courier.Attempt{Result: courier.Next, Parts: n}
	case sent == nil:
		a = courier.Attempt{Result: courier.Left, Parts: n}
	case r.status == http.StatusTooManyRequests:
		a.Result, a.After, a.All = courier.Limited, r.after, r.global
	case r.status == http.StatusUnauthorized: // the token, not the message
		a.Result = courier.Barred
	case r.status == http.StatusForbidden, r.status == http.StatusNotFound:
		a.Result = courier.Unreachable
	case r.status >= 400 && r.status < 500:
		a.Result = courier.Refused
	}
	return a
}
