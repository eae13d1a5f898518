package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"guichet/bot"
	"guichet/bot/secret"
)

// Largest is the usual limit of a file, in bytes.
const Largest = 50 << 20

// Options say where the files are.
type Options struct {
	// Place is a folder, made if it is not there, or s3://BUCKET/PREFIX?endpoint=https://…&region=…
	Place          string
	AccessKey      string // of the S3-compatible store
	SecretKey      secret.Text
	LargestInBytes int64 // Largest when 0
}

// Store is bot.Files. It is safe for concurrent use.
type Store struct {
	place   place
	largest int64
}

var _ bot.Files = (*Store)(nil)

var errOwned = errors.New("the files at this place (--files) belong to another database: with this one they would be deleted as nobody's. " +
	"Name another place, or, if this database is to have them, delete the file \"owner\" there first")

// place is where the bytes lie.
type place interface {
	spool() (*os.File, error) // a temporary file; put uses it up or leaves it, the caller removes it
	put(ctx context.Context, id string, content *os.File, size int64) error
	open(ctx context.Context, id string) (io.ReadSeekCloser, error)
	remove(ctx context.Context, id string) error
	each(ctx context.Context, before time.Time, page func(ids []string) error) error
	owner(ctx context.Context, claim string) (owner string, err error) // who claimed the place first
}

// Open returns the store at a place. Its errors say what is wrong with the place, and hold no key.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{largest: o.LargestInBytes}
	if s.largest <= 0 {
		s.largest = Largest
	}
	var err error
	if strings.HasPrefix(o.Place, "s3:") {
		s.place, err = openBucket(ctx, o)
	} else {
		s.place, err = openFolder(o.Place)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Claim names the database whose files these are. Another one is refused from then on: it would sweep away every file that
// its own messages do not hold. Without a claim nobody is refused. bot.ErrUnavailable: the place does not answer.
func (s *Store) Claim(ctx context.Context, database string) error {
	owner, err := s.place.owner(ctx, database)
	if err != nil {
		return fmt.Errorf("ask whose files these are (--files): %w: %w", bot.ErrUnavailable, err)
	}
	if owner != database {
		return errOwned
	}
	return nil
}

// idShape is that of crypto/rand.Text in small letters.
var idShape = regexp.MustCompile(`^[a-z2-7]{26}$`)

// Put implements bot.Files.
func (s *Store) Put(ctx context.Context, name string, r io.Reader) (bot.Attachment, error) {
	spool, err := s.place.spool()
	if err != nil {
		return bot.Attachment{}, fmt.Errorf("keep a file: %w", err)
	}
	defer func() { _ = spool.Close(); _ = os.Remove(spool.Name()) }()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(spool, hash), io.LimitReader(r, s.largest+1))
	switch {
	case err != nil:
		return bot.Attachment{}, fmt.Errorf("read a file: %w", err)
	case size > s.largest:
		return bot.Attachment{}, bot.ErrFileTooLarge
	}
	kind, err := kindOf(spool)
	if err != nil {
		return bot.Attachment{}, err
	}
	a := bot.Attachment{
		ID: strings.ToLower(rand.Text()), Name: bot.CleanFileName(name, kind), Type: kind, Size: size,
		SHA256: hex.EncodeToString(hash.Sum(nil)),
	}
	if err := s.place.put(ctx, a.ID, spool, size); err != nil {
		return bot.Attachment{}, fmt.Errorf("keep a file: %w", err)
	}
	return a, nil
}

// Open implements bot.Files.
func (s *Store) Open(ctx context.Context, id string) (io.ReadSeekCloser, error) {
	if !idShape.MatchString(id) {
		return nil, bot.ErrNotFound
	}
	f, err := s.place.open(ctx, id)
	if errors.Is(err, bot.ErrNotFound) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	return f, nil
}

// Delete implements bot.Files.
func (s *Store) Delete(ctx context.Context, id string) error {
	if !idShape.MatchString(id) {
		return nil
	}
	if err := s.place.remove(ctx, id); err != nil {
		return fmt.Errorf("delete a file: %w", err)
	}
	return nil
}

// pageSize is how many ids Each gives at once.
const pageSize = 500

// Each implements bot.Files.
func (s *Store) Each(ctx context.Context, before time.Time, page func(ids []string) error) error {
	return s.place.each(ctx, before, page)
}

// pager gathers ids into pages.
type pager struct {
	ids  []string
	page func(ids []string) error
}

func (p *pager) add(id string) error {
	if p.ids = append(p.ids, id); len(p.ids) < pageSize {
		return nil
	}
	return p.flush()
}

func (p *pager) flush() error {
	if len(p.ids) == 0 {
		return nil
	}
	ids := p.ids
	p.ids = nil
	return p.page(ids)
}
