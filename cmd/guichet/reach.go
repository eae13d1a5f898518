package main

import (
	"context"
	"log/slog"
	"time"

	"guichet/connectors/postgres"
)

const (
	// reachLook is how often somebody looks whether new tickets are told to anybody.
	reachLook = time.Minute
	// reachEvery is how often the log says again that they are not.
	reachEvery = time.Hour
)

// reach tells whether a ticket that was handed over is told to somebody, by whatever channel. Without that it waits until
// somebody happens to look at the desk.
type reach struct {
	db    *postgres.DB
	mail  bool // e-mail leaves
	staff bool // a staff chat is told of each ticket
}

// problem says why nobody is told; "" when somebody is.
func (r reach) problem(ctx context.Context) string {
	if r.staff {
		return ""
	}
	if !r.mail {
		return "nobody is told of a new ticket: there is no mail server (GUICHET_SMTP) and no staff chat"
	}
	people, err := r.db.Told(ctx)
	if err != nil {
		return "" // the database is away: that is said elsewhere
	}
	if people == 0 {
		return "nobody is told of a new ticket: no account of the desk wants it (/desk/notices), and there is no staff chat"
	}
	if failed, err := r.db.FailedNotices(ctx); err == nil && failed {
		return "nobody is told of a new ticket: the last e-mail to the team did not leave; see guichet check mail"
	}
	return ""
}

// watch says in the log when nobody is told: at the start, within a minute of its beginning, and then every hour.
func (r reach) watch(ctx context.Context, log *slog.Logger) {
	repeat(ctx, r.problem, func(problem string) { log.WarnContext(ctx, problem) })
}

// repeat says a problem when it is new or was last said an hour ago, until ctx ends. "" is none.
func repeat(ctx context.Context, problem func(context.Context) string, say func(string)) {
	look := time.NewTicker(reachLook)
	defer look.Stop()
	last, said := "", time.Time{}
	for {
		if now := problem(ctx); ctx.Err() == nil {
			if now != "" && (now != last || time.Since(said) >= reachEvery) {
				said = time.Now()
				say(now)
			}
			last = now
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}
