package desk

import (
	"errors"
	"net/http"

	"guichet/bot"
)

// typing shows the customer that an agent is writing. It is of no consequence when it fails.
func (d *desk) typing(w http.ResponseWriter, r *http.Request, _ bot.User) {
	if d.visitors == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	err := d.visitors.AgentTypes(r.Context(), r.PathValue("reference"))
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, bot.ErrNotFound):
		d.notFound(w, r)
	default:
		d.log.Warn("show that an agent is writing", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
