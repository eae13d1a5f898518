package metrics

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guichet/bot"
)

// countLimit is how long a reader of the figures waits for the database.
const countLimit = 5 * time.Second

// backlog asks the database what waits, each time the figures are read. They are the same on every replica.
type backlog struct {
	count func(ctx context.Context) (bot.Backlog, error)
	log   *slog.Logger
}

func figure(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("guichet_"+name, help, labels, nil)
}

// figures are what a backlog gives.
type figures struct {
	up, inboxWaiting, inboxParked, inboxOldest, outboxPending, outboxDead, outboxOldest, tickets, jobs, failing, off *prometheus.Desc
}

func newFigures() figures {
	return figures{
		up:            figure("database_up", "1 when the database answers."),
		inboxWaiting:  figure("inbox_waiting", "Updates of a platform that are not handled yet.", "channel"),
		inboxParked:   figure("inbox_parked", "Updates that could not be handled and were set aside for a person.", "channel"),
		inboxOldest:   figure("inbox_oldest_seconds", "How long the oldest update has waited.", "channel"),
		outboxPending: figure("outbox_pending", "Messages that have not left yet.", "channel"),
		outboxDead:    figure("outbox_dead", "Messages that will not arrive; their tickets say so.", "channel"),
		outboxOldest:  figure("outbox_oldest_seconds", "How long ago the oldest message was said that has not left.", "channel"),
		tickets:       figure("tickets", "Tickets by status.", "status"),
		jobs:          figure("jobs", "Background work that is not completed.", "kind", "state"),
		failing:       figure("webhooks_failing", "Webhooks whose last attempt failed and that are on."),
		off:           figure("webhooks_off", "Webhooks that were switched off."),
	}
}

// Describe implements prometheus.Collector.
func (b *backlog) Describe(out chan<- *prometheus.Desc) {
	f := newFigures()
	for _, d := range []*prometheus.Desc{
		f.up, f.inboxWaiting, f.inboxParked, f.inboxOldest, f.outboxPending, f.outboxDead, f.outboxOldest, f.tickets, f.jobs, f.failing, f.off,
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector. While the database is away, that is the only figure.
func (b *backlog) Collect(out chan<- prometheus.Metric) {
	f := newFigures()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), countLimit)
	defer cancel()
	found, err := b.count(ctx)
	if err != nil {
		b.log.Warn("metrics: what waits could not be counted", "error", err)
		gauge(f.up, 0)
		return
	}
	gauge(f.up, 1)
	for channel, q := range every(found.Inbox) {
		gauge(f.inboxWaiting, float64(q.Waiting), channel)
		gauge(f.inboxParked, float64(q.SetAside), channel)
		gauge(f.inboxOldest, q.Oldest.Seconds(), channel)
	}
	for channel, q := range every(found.Outbox) {
		gauge(f.outboxPending, float64(q.Waiting), channel)
		gauge(f.outboxDead, float64(q.SetAside), channel)
		gauge(f.outboxOldest, q.Oldest.Seconds(), channel)
	}
	for _, status := range bot.Statuses() {
		gauge(f.tickets, float64(found.Tickets[status]), string(status))
	}
	for _, j := range found.Jobs {
		gauge(f.jobs, float64(j.Count), j.Kind, j.State)
	}
	gauge(f.failing, float64(found.Webhooks.Failing))
	gauge(f.off, float64(found.Webhooks.Off))
}

// every adds the channels where nothing waits: a figure that is missing looks like one that is fine.
func every(queues map[string]bot.Queue) map[string]bot.Queue {
	all := map[string]bot.Queue{bot.Telegram: {}, bot.Discord: {}}
	for channel, q := range queues {
		all[channel] = q
	}
	return all
}

// pool tells how the connections to the database are used.
type pool struct{ use func() Pool }

func poolFigures() (connections, waits, waited *prometheus.Desc) {
	return figure("database_connections", "Connections of this replica's pool; most is how many it may have.", "state"),
		figure("database_waits_total", "How often a free connection was waited for."),
		figure("database_wait_seconds_total", "For how long altogether.")
}

// Describe implements prometheus.Collector.
func (p *pool) Describe(out chan<- *prometheus.Desc) {
	connections, waits, waited := poolFigures()
	out <- connections
	out <- waits
	out <- waited
}

// Collect implements prometheus.Collector.
func (p *pool) Collect(out chan<- prometheus.Metric) {
	connections, waits, waited := poolFigures()
	use := p.use()
	for state, n := range map[string]int{"in_use": use.InUse, "idle": use.Idle, "most": use.Most} {
		out <- prometheus.MustNewConstMetric(connections, prometheus.GaugeValue, float64(n), state)
	}
	out <- prometheus.MustNewConstMetric(waits, prometheus.CounterValue, float64(use.Waits))
	out <- prometheus.MustNewConstMetric(waited, prometheus.CounterValue, use.Waited.Seconds())
}
