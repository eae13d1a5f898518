package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"golang.org/x/time/rate"

	"guichet/bot"
)

// Tickets is what the API does with tickets and who may have them.
type Tickets interface {
	bot.Tickets
	bot.TicketWork
	bot.Accounts
}

// Options are what the API works with. Keys, Tickets, Archive and Counter are required.
type Options struct {
	Keys    bot.APIKeys
	Tickets Tickets
	Archive bot.Archive
	Counter *bot.Counter // its sites and the engine of the moment answer questions
	Rate    rate.Limit   // requests a second for each key on this replica; 0 means 10
	Burst   int          // requests at once; 0 means 50
	Now     func() time.Time
	Log     *slog.Logger
}

const (
	usualRate  = 10
	usualBurst = 50
)

// api holds what every request needs. It is safe for concurrent use.
type api struct {
	keys    bot.APIKeys
	tickets Tickets
	archive bot.Archive
	counter *bot.Counter
	retime  bot.Retime // what another category promises
	pace    *pace
	now     func() time.Time
	log     *slog.Logger
}

// root is where the API stands.
const root = "/api/v1"

// call is one request by a key that may make it.
type call struct {
	*http.Request
	key bot.APIKey
}

// route is one thing the API does. Its answer is encoded as JSON; its error becomes a problem.
type route struct {
	method, path string // the path below root, with its wildcards
	scope        bot.Scope
	answer       func(context.Context, call) (any, error)
}

func (a *api) routes() []route {
	return []route{
		{http.MethodGet, "/tickets", bot.ScopeTicketsRead, a.listTickets},
		{http.MethodGet, "/tickets/{reference}", bot.ScopeTicketsRead, a.readTicket},
		{http.MethodPost, "/tickets/{reference}/replies", bot.ScopeTicketsWrite, a.reply},
		{http.MethodPost, "/tickets/{reference}/notes", bot.ScopeTicketsWrite, a.note},
		{http.MethodPut, "/tickets/{reference}/assignee", bot.ScopeTicketsWrite, a.assign},
		{http.MethodPut, "/tickets/{reference}/status", bot.ScopeTicketsWrite, a.setStatus},
		{http.MethodPut, "/tickets/{reference}/priority", bot.ScopeTicketsWrite, a.setPriority},
		{http.MethodPut, "/tickets/{reference}/tags", bot.ScopeTicketsWrite, a.setTags},
		{http.MethodPut, "/tickets/{reference}/category", bot.ScopeTicketsWrite, a.setCategory},
		{http.MethodPut, "/tickets/{reference}/snooze", bot.ScopeTicketsWrite, a.snooze},
		{http.MethodGet, "/conversations", bot.ScopeConversationsRead, a.listConversations},
		{http.MethodGet, "/conversations/{id}", bot.ScopeConversationsRead, a.readConversation},
		{http.MethodPost, "/ask", bot.ScopeAsk, a.ask},
		{http.MethodGet, "/topics", bot.ScopeKnowledgeRead, a.listTopics},
		{http.MethodGet, "/topics/{id}", bot.ScopeKnowledgeRead, a.readTopic},
		{http.MethodPost, "/search", bot.ScopeKnowledgeRead, a.search},
	}
}

// documentPath is where the API describes itself, to anybody.
const documentPath = "/openapi.json"

// New returns the API. It serves everything below /api/v1/ and is mounted there.
func New(o Options) (http.Handler, error) {
	if o.Keys == nil || o.Tickets == nil || o.Archive == nil || o.Counter == nil {
		return nil, errors.New("api: Keys, Tickets, Archive and Counter are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Rate == 0 {
		o.Rate = usualRate
	}
	if o.Burst == 0 {
		o.Burst = usualBurst
	}
	document, err := document()
	if err != nil {
		return nil, err
	}
	a := &api{
		keys: o.Keys, tickets: o.Tickets, archive: o.Archive, counter: o.Counter, retime: o.Counter.Terms, pace: newPace(o.Rate, o.Burst), now: o.Now, log: o.Log,
	}
	mux := http.NewServeMux()
	for _, r := range a.routes() {
		mux.Handle(r.method+" "+root+r.path, a.keyed(r))
	}
	mux.HandleFunc("GET "+root+documentPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { noRoute(mux, w, r) })
	return a.guarded(mux), nil
}

// keyed answers a route to a key that has its scope.
func (a *api) keyed(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		key, err := a.authenticate(request, r.scope)
		var answer any
		if err == nil {
			answer, err = r.answer(as(request, key), call{request, key})
		}
		if err != nil {
			a.refuse(w, request, err)
			return
		}
		writeJSON(w, http.StatusOK, "application/json", answer)
	})
}

// as is the context in which a key acts: the audit log has the address it was used from.
func as(r *http.Request, key bot.APIKey) context.Context {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr // a proxy's header gave it
	}
	return bot.ActAs(r.Context(), bot.Actor{Who: key.Actor().Email, Address: address})
}

// mostBody holds the longest question, 20 000 characters of 4 bytes each, and its form.
const mostBody = 128 << 10

// guarded sets what holds for every request, and ends a panic: the program gets a problem, the log the place.
func (a *api) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // it is the request that ends, with its own context
			broken := recover()
			if broken == nil {
				return
			}
			if err, ok := broken.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(broken)
			}
			// A panic's value may hold what a customer wrote: its type and the place are enough to find it.
			a.log.ErrorContext(r.Context(), "api: panic", "kind", fmt.Sprintf("%T", broken), "stack", string(debug.Stack()))
			writeProblem(w, problem{http.StatusInternalServerError, detailBroken})
		}()
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		r.Body = http.MaxBytesReader(w, r.Body, mostBody)
		next.ServeHTTP(w, r)
	})
}
