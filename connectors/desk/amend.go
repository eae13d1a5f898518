package desk

import (
	"errors"
	"net/http"

	"guichet/bot"
)

// amendment is a correction with its two values side by side, as an agent set them, else as far as the customer's words say
// them.
type amendment struct {
	Wrong, Right string
	By           string // who set them by hand; empty for the customer's words
}

func amends(file bot.TicketFile, people people) *amendment {
	a, by, ok := file.Amendment()
	if !ok {
		return nil
	}
	return &amendment{a.Wrong, a.Right, people.within(by)}
}

// amend sets the two values of a correction, or gives them back to the customer's words.
func (d *desk) amend(w http.ResponseWriter, r *http.Request, user bot.User) {
	reference := r.PathValue("reference")
	values, result := bot.Amendment{Wrong: r.PostFormValue("wrong"), Right: r.PostFormValue("right")}, "amended"
	if r.PostFormValue("do") == "clear" {
		values, result = bot.Amendment{}, "unamended"
	} else if _, err := bot.Amended(values.Wrong, values.Right); err != nil || values == (bot.Amendment{}) {
		done(w, r, reference, "amend-wrong")
		return
	}
	err := d.work.SetAmendment(r.Context(), reference, user, values)
	if errors.Is(err, bot.ErrAmendment) {
		done(w, r, reference, "amend-wrong")
		return
	}
	if err != nil {
		d.broken(w, r, "set the values of a correction", err)
		return
	}
	done(w, r, reference, result)
}
