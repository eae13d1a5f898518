package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// report is what a run has measured.
type report struct {
	Started time.Time `json:"started"`
	Machine machine   `json:"machine"`
	Figures []figure  `json:"figures"`
	Notes   []string  `json:"notes"`

	mu  sync.Mutex
	log io.Writer // of the progress
}

// machine is where it ran: figures of two machines do not compare.
type machine struct {
	CPUs   int    `json:"cpus"`
	Model  string `json:"model"`
	GiB    int    `json:"memory_gib"`
	Load   string `json:"load"` // of the system when the run began: others' work is in the figures too
	System string `json:"system"`
	Go     string `json:"go"`
}

// figure is one thing measured, with the floor under it when there is one.
type figure struct {
	Scenario string  `json:"scenario"`
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Floor    float64 `json:"floor,omitempty"`
	FloorIs  string  `json:"floor_is,omitempty"`
	Ratio    float64 `json:"ratio,omitempty"`  // Value / Floor
	Wanted   string  `json:"wanted,omitempty"` // what the ratio, or the value where there is none, is to be
	Met      *bool   `json:"met,omitempty"`
}

func newReport(log io.Writer) *report {
	return &report{Started: time.Now().UTC().Truncate(time.Second), Machine: thisMachine(), log: log}
}

func thisMachine() machine {
	m := machine{CPUs: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.Model = strings.TrimSpace(value)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib int
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kib); err == nil {
			m.GiB = (kib + 1<<19) >> 20
		}
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	return m
}

// say tells the person who waits what goes on.
func (r *report) say(format string, values ...any) {
	fmt.Fprintf(r.log, time.Now().Format("15:04:05 ")+format+"\n", values...)
}

// note keeps what the reader of the figures has to know.
func (r *report) note(format string, values ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Notes = append(r.Notes, fmt.Sprintf(format, values...))
}

// add keeps a figure. Its ratio is worked out here.
func (r *report) add(f figure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.Floor > 0 {
		f.Ratio = f.Value / f.Floor
	}
	r.Figures = append(r.Figures, f)
}

// atLeast and atMost say what a figure is to be: its ratio, or its value where there is no floor.
func (f figure) atLeast(bound float64) figure { return f.bounded("≥", bound, f.judged() >= bound) }
func (f figure) atMost(bound float64) figure  { return f.bounded("≤", bound, f.judged() <= bound) }

func (f figure) judged() float64 {
	if f.Floor > 0 {
		return f.Value / f.Floor
	}
	return f.Value
}

func (f figure) bounded(sign string, bound float64, met bool) figure {
	f.Wanted, f.Met = sign+" "+number(bound), &met
	return f
}

// print writes the figures as a table.
func (r *report) print(out io.Writer) {
	if len(r.Figures) == 0 {
		return
	}
	fmt.Fprintf(out, "%d × %s, %d GiB, %s, %s; load at the start %s\n", r.Machine.CPUs, r.Machine.Model, r.Machine.GiB, r.Machine.System, r.Machine.Go, r.Machine.Load)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nscenario\twhat\tmeasured\tfloor\tratio\twanted\t")
	for _, f := range r.Figures {
		floor, ratio, met := "", "", ""
		if f.Floor > 0 {
			floor, ratio = fmt.Sprintf("%s %s (%s)", number(f.Floor), f.Unit, f.FloorIs), number(f.Ratio)
		}
		if f.Met != nil {
			if met = " no"; *f.Met {
				met = " yes"
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s %s\t%s\t%s\t%s%s\t\n", f.Scenario, f.Name, number(f.Value), f.Unit, floor, ratio, f.Wanted, met)
	}
	_ = t.Flush()
	for _, n := range r.Notes {
		fmt.Fprintln(out, "-", n)
	}
}

func (r *report) write(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// number writes three significant digits, and all of a whole number.
func number(x float64) string {
	switch {
	case x == float64(int64(x)):
		return fmt.Sprintf("%d", int64(x))
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

// latencies collects how long things took. It is safe for concurrent use.
type latencies struct {
	mu sync.Mutex
	h  *hdrhistogram.Histogram
}

// slowest is what a histogram tells from anything slower.
const slowest = 2 * time.Minute

func newLatencies() *latencies {
	return &latencies{h: hdrhistogram.New(1, slowest.Microseconds(), 3)}
}

func (l *latencies) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.h.RecordValue(max(1, min(d, slowest).Microseconds()))
}

// at is a percentile in milliseconds.
func (l *latencies) at(percentile float64) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return float64(l.h.ValueAtPercentile(percentile)) / 1000
}

func (l *latencies) count() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.h.TotalCount()
}
