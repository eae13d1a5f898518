package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guichet/bot"
)

// Options are what is measured, and for whom. All but the token is required.
type Options struct {
	Backlog func(ctx context.Context) (bot.Backlog, error)
	Pool    func() Pool
	Spool   func() Spool
	Sockets func() int   // of the website's chat
	Edition func() int64 // of the knowledge that is answered from; 0 is the shipped one
	Guard   Guard
	Log     *slog.Logger
}

// Pool is how the connections to the database are used.
type Pool struct {
	InUse, Idle, Most int
	Waits             int64         // how often a connection was waited for, since the start
	Waited            time.Duration // for how long altogether
}

// Metrics are the figures of one replica. They are safe for concurrent use.
type Metrics struct {
	guard    Guard
	registry *prometheus.Registry

	turns    *prometheus.CounterVec
	failed   *prometheus.CounterVec
	duration *prometheus.HistogramVec
	opened   *prometheus.CounterVec
}

// New returns metrics at zero.
func New(o Options) *Metrics {
	m := &Metrics{
		guard: o.Guard, registry: prometheus.NewRegistry(),
		turns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guichet_turns_total", Help: "Messages of customers that were answered, by the kind of the reply.",
		}, []string{"kind", "channel", "site"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guichet_turns_failed_total", Help: "Messages of customers that could not be handled, of which nothing was acknowledged.",
		}, []string{"channel", "reason"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "guichet_turn_duration_seconds", Help: "From a message received to its reply committed.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"channel"}),
		opened: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "guichet_tickets_opened_total", Help: "Tickets opened by conversations.",
		}, []string{"category", "channel", "site"}),
	}
	m.registry.MustRegister(m.turns, m.failed, m.duration, m.opened,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build(),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "guichet_chat_sockets", Help: "Open sockets of the website's chat on this replica.",
		}, func() float64 { return float64(o.Sockets()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "guichet_knowledge_edition", Help: "The edition of the knowledge that this replica answers from; 0 is the shipped one.",
		}, func() float64 { return float64(o.Edition()) }),
		&pool{o.Pool}, &disk{o.Spool}, &backlog{o.Backlog, o.Log})
	for _, channel := range []string{bot.Web, bot.Telegram, bot.Discord} { // an alert needs the zero to see the first one
		for _, reason := range []string{reasonDatabase, reasonOther} {
			m.failed.WithLabelValues(channel, reason)
		}
	}
	return m
}

// build tells which program runs.
func build() prometheus.Collector {
	labels := prometheus.Labels{"version": "unknown", "revision": "unknown", "go": "unknown"}
	if info, ok := debug.ReadBuildInfo(); ok {
		labels["version"], labels["go"] = info.Main.Version, info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				labels["revision"] = s.Value
			}
		}
	}
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: "guichet_build_info", Help: "Always 1; its labels say which program runs.", ConstLabels: labels})
	g.Set(1)
	return g
}

// Handler gives the figures to whom the guard lets in.
func (m *Metrics) Handler() http.Handler {
	figures := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if !m.guard.admit(w, r) {
			return
		}
		figures.ServeHTTP(w, r)
	})
}
