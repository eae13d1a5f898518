package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/google/renameio/v2"

	"guichet/bot"
	"guichet/knowledge"
)

// library has a server answer from the newest edition of the knowledge: at its start, and from the moment another is published.
// An edition that this server cannot use, because a site lacks its collection or an older program does not understand it, is
// logged, and it goes on with the one before.
type library struct {
	editions bot.Editions
	cache    string // of what was learned
	folder   string // for the last edition that was answered from, for a start without the database
	sites    siteList
	log      *slog.Logger

	serving atomic.Int64 // the edition; 0 is the shipped knowledge

	// unconfirmed is that it came from the folder, which may hold the edition of another database under the same number.
	unconfirmed bool
}

// editionRetry is how long a server waits before it reads again an edition that it could not read.
const editionRetry = 5 * time.Second

// Serving is the edition that is answered from; 0 is the shipped knowledge.
func (l *library) Serving() int64 { return l.serving.Load() }

// open returns the engine to start with: of the newest edition, of the last that was answered from here where that cannot be
// had, or of the shipped knowledge.
func (l *library) open(ctx context.Context, connected bool) (*bot.Engine, error) {
	if connected {
		number, err := l.editions.LatestEdition(ctx)
		if err != nil && !errors.Is(err, bot.ErrUnavailable) {
			return nil, err
		}
		if err == nil && number == 0 {
			return l.fitting(knowledge.ShippedTree())
		}
		if err == nil {
			engine, err := l.engine(ctx, number)
			if err == nil {
				l.serving.Store(number)
				return engine, nil
			}
			l.log.Error("this edition cannot be answered from: one before it is", "edition", number, "error", err)
		}
	}
	l.unconfirmed = true
	if number := l.kept(); number > 0 {
		engine, err := l.keptEngine(number)
		if err == nil {
			l.serving.Store(number)
			return engine, nil
		}
		l.log.Error("the edition that was answered from last cannot be read: the shipped knowledge is answered from", "edition", number, "error", err)
	}
	return l.fitting(knowledge.ShippedTree())
}

// follow has the counter answer from each new edition, until ctx ends.
func (l *library) follow(ctx context.Context, changes *bot.Changes, counter *bot.Counter) error {
	signals, stop := changes.Subscribe(bot.Published, "")
	defer stop()
	for {
		var retry <-chan time.Time
		if err := l.catchUp(ctx, counter); err != nil && ctx.Err() == nil {
			retry = time.After(editionRetry)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-signals:
		case <-retry:
		}
	}
}

// catchUp switches to the newest edition where that is another. The error is the database's, and passes; what is wrong with an
// edition is logged.
func (l *library) catchUp(ctx context.Context, counter *bot.Counter) error {
	number, err := l.editions.LatestEdition(ctx)
	if err != nil || number == l.Serving() && (number == 0 || !l.unconfirmed) {
		return err
	}
	var engine *bot.Engine
	if number == 0 {
		engine, err = l.fitting(knowledge.ShippedTree())
	} else {
		engine, err = l.engine(ctx, number)
	}
	if errors.Is(err, bot.ErrUnavailable) {
		return err
	}
	l.unconfirmed = false
	if err != nil {
		l.log.Error("this edition cannot be answered from: the one before still is", "edition", number, "before", l.Serving(), "error", err)
		return nil
	}
	counter.Replace(engine)
	l.serving.Store(number)
	l.log.Info("the knowledge was replaced", "edition", number, "topics", len(engine.Base().Contents().Topics))
	return nil
}

// engine is the engine of an edition of the database, which is kept here.
func (l *library) engine(ctx context.Context, number int64) (*bot.Engine, error) {
	e, err := l.editions.Edition(ctx, number)
	if err != nil {
		return nil, err
	}
	if e.Digest != "" && l.cache != "" {
		if err := l.putLearned(e); err != nil {
			l.log.Warn("what was learned elsewhere could not be used: it is learned here", "edition", number, "error", err)
		}
	}
	engine, err := l.packedEngine(e.Files)
	if err != nil {
		return nil, err
	}
	if err := l.keep(number, e.Files); err != nil {
		l.log.Warn("the edition could not be kept for a start without the database", "edition", number, "error", err)
	}
	return engine, nil
}

// keptEngine is the engine of the edition in the folder.
func (l *library) keptEngine(number int64) (*bot.Engine, error) {
	files, err := os.ReadFile(l.place(number))
	if err != nil {
		return nil, err
	}
	return l.packedEngine(files)
}

func (l *library) packedEngine(files []byte) (*bot.Engine, error) {
	tree, err := knowledge.Unpack(files)
	if err != nil {
		return nil, err
	}
	return l.fitting(tree)
}

// fitting is the engine of a folder of contents, which the sites find their collections in.
func (l *library) fitting(tree fs.FS) (*bot.Engine, error) {
	contents, examples, err := readContents(tree)
	if err != nil {
		return nil, err
	}
	if err := l.sites.fit(contents); err != nil {
		return nil, err
	}
	return learn(l.cache, contents, examples)
}

// putLearned puts what was learned from an edition where it is looked for.
func (l *library) putLearned(e bot.Edition) error {
	tree, err := knowledge.Unpack(e.Files)
	if err != nil {
		return err
	}
	contents, examples, err := readContents(tree)
	if err != nil {
		return err
	}
	if knowledge.Digest(contents, examples) != e.Digest {
		return errors.New("another version of the program has learned it")
	}
	return knowledge.PutLearned(l.cache, e.Digest, e.Learned)
}

// The folder holds one edition, as edition-<number>.zip.

const editionFile = "edition-%d.zip"

func (l *library) place(number int64) string {
	return filepath.Join(l.folder, fmt.Sprintf(editionFile, number))
}

// kept is the newest edition in the folder, 0 for none.
func (l *library) kept() (newest int64) {
	for _, name := range l.names() {
		var number int64
		if _, err := fmt.Sscanf(name, editionFile, &number); err == nil {
			newest = max(newest, number)
		}
	}
	return newest
}

func (l *library) names() []string {
	files, err := fs.Glob(os.DirFS(l.folder), "edition-*.zip")
	if err != nil {
		return nil
	}
	return files
}

// keep puts an edition into the folder, in place of the others.
func (l *library) keep(number int64, files []byte) error {
	if err := os.MkdirAll(l.folder, 0o750); err != nil {
		return err
	}
	folder, err := os.OpenRoot(l.folder)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	name := fmt.Sprintf(editionFile, number)
	if err := renameio.WriteFile(name, files, 0o600, renameio.WithRoot(folder)); err != nil {
		return err
	}
	unfinished, err := fs.Glob(folder.FS(), ".edition-*") // of a program that died while it wrote
	for _, other := range append(unfinished, l.names()...) {
		if other != name {
			_ = folder.Remove(other)
		}
	}
	return err
}
