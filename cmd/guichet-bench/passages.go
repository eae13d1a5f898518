package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"guichet/knowledge"
)

type passagesCommand struct {
	Sizes     []int  `help:"How many passages." default:"100,10000,100000"`
	Questions int    `help:"How many questions each is asked, after a tenth as many to warm up." default:"400"`
	Keep      string `help:"A folder to keep what is built in, and to find it again; else a temporary one." placeholder:"DIR"`
}

// Run measures and adds the figures: each size is built by one process, and opened and asked by another.
func (c *passagesCommand) Run(ctx context.Context, r *report) error {
	for _, n := range c.Sizes {
		if err := c.measure(ctx, r, n); err != nil {
			return fmt.Errorf("%d passages: %w", n, err)
		}
	}
	r.note("Passages are made up: 23 to 90 words each, out of 40 000 that are as frequent as words are (Zipf). They are in memory already when the base opens. Questions are 3 to 8 words of one passage.")
	return nil
}

func (c *passagesCommand) measure(ctx context.Context, r *report, n int) error {
	dir := c.Keep
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "guichet-bench-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	name := func(what string) string { return fmt.Sprintf("%d passages: %s", n, what) }
	if found, _ := filepath.Glob(filepath.Join(dir, "learned-*.gob")); c.Keep == "" || len(found) == 0 {
		r.say("building %d passages", n)
		built, err := inChild(ctx, dir, n, 0)
		if err != nil {
			return err
		}
		r.add(figure{Scenario: "passages", Name: name("build"), Value: built.Seconds, Unit: "s"})
		r.add(figure{Scenario: "passages", Name: name("on disk"), Value: built.Disk, Unit: "MiB"})
	}
	r.say("asking %d passages", n)
	asked, err := inChild(ctx, dir, n, c.Questions)
	if err != nil {
		return err
	}
	r.add(figure{Scenario: "passages", Name: name("open"), Value: asked.Seconds, Unit: "s"}.atMost(2))
	r.add(figure{Scenario: "passages", Name: name("open, processor time"), Value: asked.Processor, Unit: "s"})
	r.add(figure{Scenario: "passages", Name: name("memory of its own, the texts with it"), Value: asked.Memory, Unit: "MiB", Floor: asked.Texts, FloorIs: "the texts alone"})
	r.add(figure{Scenario: "passages", Name: name("found, 50th percentile"), Value: asked.Found[0], Unit: "ms", Floor: asked.Bare[0], FloorIs: "bare Bleve, same words"})
	tail := figure{Scenario: "passages", Name: name("found, 99th percentile"), Value: asked.Found[1], Unit: "ms", Floor: asked.Bare[1], FloorIs: "bare Bleve, same words"}
	if n >= 100_000 { // of fewer, understanding the words takes longer than finding them, and both no time
		tail = tail.atMost(2)
	}
	r.add(tail)
	return nil
}

// builtCommand builds or opens the knowledge of one size and says what it took.
type builtCommand struct {
	Passages  int
	Questions int
	Dir       string
}

// builtFigures is what a child says.
type builtFigures struct {
	Seconds, Processor  float64 // to build or open: by the clock, and of processors
	Disk, Memory, Texts float64 // MiB
	Found, Bare         [2]float64
}

func inChild(ctx context.Context, dir string, n, asked int) (f builtFigures, err error) {
	command := exec.CommandContext(ctx, os.Args[0], "built", "--dir="+dir, "--passages="+strconv.Itoa(n), "--questions="+strconv.Itoa(asked)) //nolint:gosec // this program itself
	command.Env = append(os.Environ(), childEnv+"=1")
	command.Stderr = os.Stderr
	said, err := command.Output()
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(said, &f)
}

// Run says it in JSON.
func (c *builtCommand) Run(out io.Writer) error {
	contents, asked := madeUp(c.Passages, max(1, c.Questions))
	runtime.GC()
	debug.FreeOSMemory()
	texts, err := resident(os.Getpid())
	if err != nil {
		return err
	}
	used, err := processorTime(os.Getpid())
	if err != nil {
		return err
	}
	began := time.Now()
	base, err := knowledge.Open(c.Dir, contents, nil)
	if err != nil {
		return err
	}
	took := time.Since(began)
	after, err := processorTime(os.Getpid())
	if err != nil {
		return err
	}
	f := builtFigures{Seconds: took.Seconds(), Processor: after - used, Texts: texts.anon / (1 << 20), Disk: sizeOf(c.Dir) / (1 << 20)}
	if c.Questions > 0 {
		if err := c.ask(base, asked, &f); err != nil {
			return err
		}
		runtime.GC()
		debug.FreeOSMemory()
		now, err := resident(os.Getpid())
		if err != nil {
			return err
		}
		f.Memory = now.anon / (1 << 20)
		runtime.KeepAlive(base)
	}
	return json.NewEncoder(out).Encode(f)
}

// ask times both in turn, so that a noisy machine is noisy for both; which is first changes, since the second finds the
// pages of the index warm.
func (c *builtCommand) ask(base *knowledge.Base, questions []string, f *builtFigures) error {
	found, bare := newLatencies(), newLatencies()
	find := func(text string) error {
		began := time.Now()
		_, err := base.Find(knowledge.Query{Text: text})
		found.add(time.Since(began))
		return err
	}
	query := func(text string) error {
		began := time.Now()
		_, err := base.BareQuery(text)
		bare.add(time.Since(began))
		return err
	}
	warm := len(questions) / 10
	for i, text := range append(questions[:warm:warm], questions...) {
		if i == warm {
			found, bare = newLatencies(), newLatencies()
		}
		first, second := find, query
		if i%2 == 1 {
			first, second = query, find
		}
		if err := first(text); err != nil {
			return err
		}
		if err := second(text); err != nil {
			return err
		}
	}
	f.Found, f.Bare = [2]float64{found.at(50), found.at(99)}, [2]float64{bare.at(50), bare.at(99)}
	return nil
}

func sizeOf(dir string) (bytes float64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			if info, err := entry.Info(); err == nil {
				bytes += float64(info.Size())
			}
		}
		return nil
	})
	return bytes
}
