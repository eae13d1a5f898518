package metrics

import (
	"context"
	"errors"
	"time"

	"guichet/bot"
)

// Why a turn failed.
const (
	reasonDatabase = "database" // it does not answer, and nothing could be kept on disk
	reasonOther    = "other"
)

// Watch returns a store that does what store does, and counts its turns.
func (m *Metrics) Watch(store bot.Store) bot.Store { return &watched{store, m} }

type watched struct {
	bot.Store
	metrics *Metrics
}

// Turn implements bot.Store. A message that had been handled before counts for nothing, nor one whose sender has gone.
func (w *watched) Turn(ctx context.Context, in bot.Inbound, decide func(bot.Conversation) (bot.Turn, error)) (bot.Outcome, error) {
	start := time.Now()
	var opened *bot.Ticket
	site := in.Site
	out, err := w.Store.Turn(ctx, in, func(c bot.Conversation) (bot.Turn, error) {
		turn, err := decide(c)
		opened, site = turn.Ticket, c.Site
		return turn, err
	})
	m := w.metrics
	switch {
	case errors.Is(err, bot.ErrUnavailable), errors.Is(err, bot.ErrFull):
		m.failed.WithLabelValues(in.Channel, reasonDatabase).Inc()
	case err != nil && ctx.Err() == nil:
		m.failed.WithLabelValues(in.Channel, reasonOther).Inc()
	case err != nil || out.Duplicate:
	default:
		kind := bot.Silent
		if out.Bot != nil && out.Bot.Reply != nil {
			kind = out.Bot.Reply.Kind
		}
		m.turns.WithLabelValues(string(kind), in.Channel, site).Inc()
		m.duration.WithLabelValues(in.Channel).Observe(time.Since(start).Seconds())
		if opened != nil {
			m.opened.WithLabelValues(string(opened.Category), in.Channel, site).Inc()
		}
	}
	return out, err
}
