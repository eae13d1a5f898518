package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/bot"
	"guichet/connectors/discord"
	"guichet/connectors/postgres"
	"guichet/connectors/spool"
	"guichet/connectors/telegram"
	"guichet/widget"
)

const (
	// drainLimit is how long a stopping server waits for sockets and requests.
	drainLimit = 15 * time.Second

	// handOverLimit is how long a stopping server tries to hand over what waits in the spool: it may not come back.
	handOverLimit = 3 * time.Second
)

// house is a running server with its parts.
type house struct {
	db       *database
	spool    *spool.Spool
	changes  *bot.Changes
	counter  *bot.Counter
	books    *library
	files    bot.Files
	chat     *widget.Server
	telegram *telegram.Server // nil without a token
	discord  *discord.Server  // nil without a token
	mailing  postgres.Mailing
	reach    reach
	server   *http.Server
	proxies  proxies
	log      *slog.Logger

	left []func(context.Context) error // what the start could not do without the database
}

// run serves until ctx ends or a part fails, then drains: no new sockets, replies leave, clients reconnect elsewhere.
func (h *house) run(ctx context.Context, listener net.Listener) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { rest(ctx); return nil })
	group.Go(func() error { return ended(ctx, h.changes.Run(ctx)) })
	if h.telegram != nil {
		group.Go(func() error { return ended(ctx, h.telegram.Run(ctx)) })
	}
	if h.discord != nil {
		group.Go(func() error { return ended(ctx, h.discord.Run(ctx)) })
	}
	group.Go(func() error { return ended(ctx, h.chat.Run(ctx)) })
	group.Go(func() error { return ended(ctx, h.spool.Run(ctx)) })
	group.Go(func() error { return ended(ctx, h.db.watch(ctx)) })
	group.Go(func() error { return ended(ctx, h.onceConnected(ctx)) })
	group.Go(func() error { return ended(ctx, h.books.follow(ctx, h.changes, h.counter)) })
	group.Go(func() error {
		if h.db.wait(ctx) {
			h.reach.watch(ctx, h.log)
		}
		return nil
	})
	group.Go(func() error {
		if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainLimit)
		defer cancel()
		return leave(drain, h.server, h.chat.Close)
	})
	err := group.Wait()
	h.handOver(context.WithoutCancel(ctx))
	return err
}

// leave takes nothing new from the moment it is called, of no kind, while what is at hand gets its answer and chats are closed.
func leave(ctx context.Context, server *http.Server, closeChats func(context.Context) error) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Shutdown(ctx) }()
	return errors.Join(closeChats(ctx), <-ended)
}

func (h *house) handOver(ctx context.Context) {
	if h.spool.Status().Waiting == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, handOverLimit)
	defer cancel()
	if err := h.spool.Flush(ctx); err != nil {
		h.log.Warn("turns stay in the spool for the next start", "turns", h.spool.Status().Waiting, "error", err)
	}
}

// ended is nil for a part that stopped because it was told to.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// onceConnected does what needs the database, from the moment it is there: what was left from the start, then the
// background work.
func (h *house) onceConnected(ctx context.Context) error {
	if !h.db.wait(ctx) {
		return nil
	}
	for pause, last := firstPause, ""; ; pause = min(2*pause, lastPause) {
		err := h.finish(ctx)
		if err == nil || !errors.Is(err, bot.ErrUnavailable) {
			return err
		}
		if said := err.Error(); said != last && ctx.Err() == nil {
			last = said
			h.log.Warn("what needs the database has to wait still", "error", err)
		}
		if !sleep(ctx, pause) {
			return nil
		}
	}
}

func (h *house) finish(ctx context.Context) error {
	for len(h.left) > 0 {
		if err := h.left[0](ctx); err != nil {
			return err
		}
		h.left = h.left[1:]
	}
	retention := postgres.DefaultRetention()
	retention.Files = sparing{h.files, h.spool}
	return h.db.RunJobs(ctx, retention, h.mailing, h.log, webhookJob(h.log))
}
