package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

const (
	// healthLife is how long what the database said of itself is said again: anybody may ask, as often as they like.
	healthLife = time.Second
	// healthPatience is how long it may take to say so.
	healthPatience = 2 * time.Second
)

// readiness is what /readyz answers from. Reasons stand in the log alone: anybody may read this page.
type readiness struct {
	answers func(context.Context) bool // whether the database does
	untold  func(context.Context) bool // whether nobody is told of a new ticket
	spool   func() spool.Status
	now     func() time.Time

	mu     sync.Mutex // held while the database is asked, so that it is asked once
	asked  time.Time
	health health
}

// health is what the database said.
type health struct{ answers, untold bool }

// ready says whether messages can be recorded now, and where, and whether a new ticket is told to anybody: that is for the
// operator to put right, and no reason to send nobody here.
func ready(db *postgres.DB, kept *spool.Spool, team reach) http.HandlerFunc {
	return (&readiness{
		answers: func(ctx context.Context) bool { return db.Ping(ctx) == nil },
		untold:  func(ctx context.Context) bool { return team.problem(ctx) != "" },
		spool:   kept.Status, now: time.Now,
	}).ServeHTTP
}

func (r *readiness) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	h := r.look(request.Context())
	switch st := r.spool(); {
	case st.Condition == spool.Refusing && !h.answers:
		http.Error(w, "refusing: the database does not answer and the spool takes no more", http.StatusServiceUnavailable)
		return
	case !h.answers:
		fmt.Fprintf(w, "spooling: the database does not answer; %d turns wait\n", st.Waiting)
		return
	case st.Condition != spool.OK:
		fmt.Fprintf(w, "spooling: %d turns wait for the database\n", st.Waiting)
	default:
		fmt.Fprintln(w, "ready")
	}
	if h.untold {
		fmt.Fprintln(w, "but nobody is told of a new ticket: the log says why")
	}
}

// look asks the database, or gives what it said a moment ago. That somebody who asks goes away does not make it unwell for the
// next.
func (r *readiness) look(ctx context.Context) health {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); r.asked.IsZero() || now.Sub(r.asked) >= healthLife {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthPatience)
		defer cancel()
		r.health = health{answers: r.answers(ctx)}
		r.health.untold = r.health.answers && r.untold(ctx)
		r.asked = r.now()
	}
	return r.health
}
