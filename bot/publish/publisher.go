// Package publish turns a folder of contents into an edition: it checks the folder, learns it, and publishes it. The command line and
// the desk do so by the same code, so that neither publishes what the other would refuse.
//
// What servers cannot answer from is never published: a file that cannot be read, a site without its collection, too many bytes. The
// other rules of an editor's work (knowledge.Check) are told, and whoever publishes decides.
package publish

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"guichet/bot"
	"guichet/faq"
	"guichet/knowledge"
)

// MostFiles and mostLearned are what an edition may have, in bytes, packed. What was learned and is larger stays here, and each
// server learns by itself.
const (
	MostFiles   = 128 << 20
	mostLearned = 64 << 20
)

var (
	// ErrBusy: this process is publishing something else. Learning takes a core for some seconds, so it is done one at a time.
	ErrBusy = errors.New("something else is being published")
	// ErrUnusable: servers could not answer from it; the draft says why.
	ErrUnusable = errors.New("the knowledge cannot be answered from")
)

// Options are what a publisher works with. Editions is required.
type Options struct {
	Editions bot.Editions
	Fit      func(knowledge.Contents) error // says what the sites lack in contents; nil for nothing
	Cache    string                         // the folder that keeps what was learned
	Now      func() time.Time               // nil for the time it is
	Patience time.Duration                  // how long a publication waits for another one of this process; 0 means 30 seconds
}

// Publisher publishes editions. It is safe for concurrent use.
type Publisher struct {
	Options
	learning chan struct{}            // one element while somebody publishes
	newest   atomic.Pointer[Holdings] // as it was read last
}

// New returns a publisher.
func New(o Options) *Publisher {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Patience = cmp.Or(o.Patience, 30*time.Second)
	return &Publisher{Options: o, learning: make(chan struct{}, 1)}
}

// Holdings are an edition as it is read, or the shipped knowledge, whose Number is 0.
type Holdings struct {
	bot.Edition // without what was learned
	Tree        fs.FS
	Contents    knowledge.Contents
	Problems    []faq.Problem // every rule that it does not keep, by now

	unread []faq.Problem // those that came up when it was read: they stay the same
}

// Newest is the edition that was published last, or the shipped knowledge.
func (p *Publisher) Newest(ctx context.Context) (Holdings, error) {
	number, err := p.Editions.LatestEdition(ctx)
	if err != nil {
		return Holdings{}, err
	}
	if kept := p.newest.Load(); kept != nil && kept.Number == number {
		h := *kept
		h.Problems = slices.Concat(h.unread, knowledge.Check(h.Contents, p.Now())) // which change with the day
		return h, nil
	}
	h, err := p.Holdings(ctx, number)
	if err == nil {
		p.newest.Store(&h)
	}
	return h, err
}

// Holdings reads an edition by its number; 0 is the shipped knowledge. bot.ErrNotFound.
func (p *Publisher) Holdings(ctx context.Context, number int64) (h Holdings, err error) {
	h.Tree = knowledge.ShippedTree()
	if number != 0 {
		if h.Edition, err = p.Editions.Edition(ctx, number); err != nil {
			return h, err
		}
		h.Learned = nil
		if h.Tree, err = knowledge.Unpack(h.Files); err != nil {
			return h, err
		}
	} else if h.Files, err = knowledge.Pack(h.Tree); err != nil {
		return h, err
	}
	draft, err := p.Read(h.Tree)
	h.Contents, h.Problems, h.Topics, h.unread = draft.Contents, draft.Problems, len(draft.Contents.Topics), draft.unread
	return h, err
}

// Draft is a folder of contents that was read and checked.
type Draft struct {
	Contents knowledge.Contents
	Problems []faq.Problem // of every rule, in the order of knowledge.LoadTree and knowledge.Check
	Misfit   error         // what the sites lack in it, or why it is too large
	files    []byte
	unread   []faq.Problem // those of files that cannot be read
}

// Read reads a folder of contents and finds what is wrong with it. The error is for the folder itself.
func (p *Publisher) Read(tree fs.FS) (d Draft, err error) {
	if d.Contents, d.Problems, err = knowledge.LoadTree(tree); err != nil {
		return d, err
	}
	d.unread = d.Problems
	d.Problems = slices.Concat(d.unread, knowledge.Check(d.Contents, p.Now()))
	if d.files, err = knowledge.Pack(tree); err != nil {
		return d, err
	}
	switch {
	case len(d.files) > MostFiles:
		d.Misfit = fmt.Errorf("the files are %d MiB when packed, and %d at most can be published", len(d.files)>>20, MostFiles>>20)
	case len(d.Contents.Topics) == 0:
		d.Misfit = errors.New("there is no topic in it")
	case p.Fit != nil && len(d.unread) == 0:
		d.Misfit = p.Fit(d.Contents)
	}
	return d, nil
}

// Usable tells whether servers can answer from it.
func (d Draft) Usable() bool { return len(d.unread) == 0 && d.Misfit == nil }

// Same tells whether a draft has the files of an edition, byte for byte.
func (d Draft) Same(h Holdings) bool { return bytes.Equal(d.files, h.Files) }

// Publish learns a draft and publishes it by the actor of the context; after is the edition it was made from. bot.ErrExists: there is
// another one since, which is known before anything is learned. ErrBusy, after a wait; ErrUnusable.
func (p *Publisher) Publish(ctx context.Context, d Draft, note string, after int64) (int64, error) {
	if !d.Usable() {
		return 0, ErrUnusable
	}
	select {
	case p.learning <- struct{}{}:
		defer func() { <-p.learning }()
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(p.Patience):
		return 0, ErrBusy
	}
	latest, err := p.Editions.LatestEdition(ctx)
	if err != nil {
		return 0, err
	}
	if latest != after {
		return 0, bot.ErrExists
	}
	next := bot.Edition{Note: strings.TrimSpace(note), Topics: len(d.Contents.Topics), Files: d.files}
	if next.Learned, next.Digest, err = p.learn(d.Contents); err != nil {
		return 0, err
	}
	return p.Editions.Publish(ctx, next, after)
}

// learn learns contents, and returns what was learned with its digest, for the servers: nothing when it is too large, or when
// the cache keeps nothing.
func (p *Publisher) learn(contents knowledge.Contents) (learned []byte, digest string, err error) {
	examples, err := bot.Examples()
	if err != nil {
		return nil, "", err
	}
	if _, err := knowledge.Open(p.Cache, contents, examples); err != nil {
		return nil, "", err
	}
	digest = knowledge.Digest(contents, examples)
	learned, err = knowledge.Learned(p.Cache, digest)
	if errors.Is(err, fs.ErrNotExist) || len(learned) > mostLearned {
		return nil, "", nil
	}
	return learned, digest, err
}
