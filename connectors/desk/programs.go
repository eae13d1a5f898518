package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"guichet/bot"
)

// Programs is what administrators give to other programs: keys of the API, and webhooks.
type Programs struct {
	Keys     bot.APIKeys
	Webhooks bot.Webhooks

	// The three of connectors/webhook: NewSecret, CheckURL and Sender.Send.
	NewSecret func() string
	CheckURL  func(address string, private bool) error
	Post      bot.PostWebhook
}

// complete says what is missing.
func (p *Programs) complete() error {
	if p != nil && (p.Keys == nil || p.Webhooks == nil || p.NewSecret == nil || p.CheckURL == nil || p.Post == nil) {
		return errors.New("desk: Programs needs Keys, Webhooks, NewSecret, CheckURL and Post")
	}
	return nil
}

// box is one of several to tick.
type box struct {
	Value, Label, Hint string
	Chosen             bool
}

// freshSecret is a key or a secret that was just made. It is shown once: nothing gives it again.
type freshSecret struct{ Name, Secret string }

// withPrograms runs a page that is there only where the desk has the programs.
func (d *desk) withPrograms(show func(http.ResponseWriter, *http.Request, bot.User)) func(http.ResponseWriter, *http.Request, bot.User) {
	return func(w http.ResponseWriter, r *http.Request, user bot.User) {
		if d.programs == nil {
			d.notFound(w, r)
			return
		}
		show(w, r, user)
	}
}

// madeBy says who made something.
func (d *desk) madeBy(ctx context.Context, user bot.User) (func(email string) string, error) {
	people, err := d.people(ctx, user)
	return people.within, err
}

// shownURL is an address as a list shows it: what follows the path may be a token.
func shownURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	hidden := u.RawQuery != "" || u.Fragment != ""
	u.RawQuery, u.Fragment, u.User = "", "", nil
	if hidden {
		return u.String() + "?…"
	}
	return u.String()
}

// typedName is a name for a key or a webhook, as it was typed.
func typedName(r *http.Request) string {
	return strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue("name"), "")))
}
