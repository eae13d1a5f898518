package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Spool is what waits on this replica's disk for a database that is away.
type Spool struct {
	Waiting, Parked         int       // turns that wait; those that the database refuses for good
	Bytes, Limit            int64     // of the turns that wait
	Oldest                  time.Time // when the oldest of them was recorded; zero when there is none
	Refusing                bool      // the last turn could be recorded neither there nor here
	Kept, Replayed, Refused int       // turns, since the start
}

// disk tells how the spool is.
type disk struct{ state func() Spool }

type diskFigures struct{ waiting, parked, oldest, bytes, limit, refusing, turns *prometheus.Desc }

func newDiskFigures() diskFigures {
	return diskFigures{
		waiting:  figure("spool_waiting", "Turns on this replica's disk that wait for the database."),
		parked:   figure("spool_parked", "Turns that the database refuses, set aside in the spool for a person."),
		oldest:   figure("spool_oldest_seconds", "How long the oldest turn has waited."),
		bytes:    figure("spool_bytes", "Size of the turns that wait."),
		limit:    figure("spool_limit_bytes", "How large they may become before messages are refused."),
		refusing: figure("spool_refusing", "1 when the last message could be recorded neither in the database nor in the spool."),
		turns:    figure("spool_turns_total", "Turns that were kept in the spool, replayed from it, or refused.", "what"),
	}
}

// Describe implements prometheus.Collector.
func (d *disk) Describe(out chan<- *prometheus.Desc) {
	f := newDiskFigures()
	for _, desc := range []*prometheus.Desc{f.waiting, f.parked, f.oldest, f.bytes, f.limit, f.refusing, f.turns} {
		out <- desc
	}
}

// Collect implements prometheus.Collector.
func (d *disk) Collect(out chan<- prometheus.Metric) {
	f, st := newDiskFigures(), d.state()
	gauge := func(desc *prometheus.Desc, value float64) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	age, refusing := 0.0, 0.0
	if !st.Oldest.IsZero() {
		age = max(0, time.Since(st.Oldest).Seconds()) // a clock that was set back makes no negative age
	}
	if st.Refusing {
		refusing = 1
	}
	gauge(f.waiting, float64(st.Waiting))
	gauge(f.parked, float64(st.Parked))
	gauge(f.oldest, age)
	gauge(f.bytes, float64(st.Bytes))
	gauge(f.limit, float64(st.Limit))
	gauge(f.refusing, refusing)
	for what, n := range map[string]int{"kept": st.Kept, "replayed": st.Replayed, "refused": st.Refused} {
		out <- prometheus.MustNewConstMetric(f.turns, prometheus.CounterValue, float64(n), what)
	}
}
