package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"guichet/bot"
)

// problem is an error that whoever called can do something about: its detail says what.
type problem struct {
	status int
	detail string
}

func (p problem) Error() string { return p.detail }

// invalid refuses a value that is understood and wrong.
func invalid(format string, args ...any) problem {
	return problem{http.StatusUnprocessableEntity, fmt.Sprintf(format, args...)}
}

// problemJSON is RFC 9457. The type is about:blank, for which the title is that of the status.
type problemJSON struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

const (
	detailBroken = "something broke here: try again, and tell the operator, whose log says where"
	detailAway   = "the database does not answer, and nothing was kept: try again in a moment"

	// awaySeconds is what Retry-After asks for while the database is away.
	awaySeconds = 5
)

// refuse answers an error.
func (a *api) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var known problem
	var large *http.MaxBytesError
	var fast tooMany
	var scope outOfScope
	switch {
	case errors.As(err, &known):
		if known.status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="guichet"`)
		}
	case errors.As(err, &fast):
		w.Header().Set("Retry-After", strconv.Itoa(fast.seconds()))
		known = problem{http.StatusTooManyRequests, fast.Error()}
	case errors.As(err, &scope):
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="guichet", error="insufficient_scope", scope="%s"`, scope.scope))
		known = problem{http.StatusForbidden, scope.Error()}
	case errors.As(err, &large):
		known = problem{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d bytes: send less", large.Limit)}
	case errors.Is(err, bot.ErrUnavailable):
		w.Header().Set("Retry-After", strconv.Itoa(awaySeconds))
		known = problem{http.StatusServiceUnavailable, detailAway}
		a.log.WarnContext(r.Context(), "api: the database does not answer", "error", err)
	case r.Context().Err() != nil:
		return // nobody waits any more
	default:
		known = problem{http.StatusInternalServerError, detailBroken}
		a.log.ErrorContext(r.Context(), "api: a request failed", "route", r.Pattern, "error", err)
	}
	writeProblem(w, known)
}

func writeProblem(w http.ResponseWriter, p problem) {
	writeJSON(w, p.status, "application/problem+json", problemJSON{"about:blank", http.StatusText(p.status), p.status, p.detail})
}

func writeJSON(w http.ResponseWriter, status int, kind string, value any) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // it is no page
	_ = encoder.Encode(value)    // whoever called has gone
}

// noRoute says what is wrong with the address or the method.
func noRoute(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 || slices.Contains(allowed, r.Method) {
		writeProblem(w, problem{http.StatusNotFound, "there is nothing at this address: " + root + documentPath + " lists what there is"})
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	writeProblem(w, problem{http.StatusMethodNotAllowed, "this address takes " + strings.Join(allowed, " or ")})
}
