package knowledge

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/blevesearch/mmap-go"

	"guichet/faq"
)

// digest names the contents: any change of a phrase, a label or the form of what is kept gives another.
func digest(contents Contents, examples []Example) string {
	h := sha256.New()
	w := bufio.NewWriterSize(h, 1<<16)
	// Each list begins with its length and each text with its own, so that no two contents are written alike.
	length := func(n int) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		_, _ = w.Write(b[:])
	}
	write := func(texts ...string) {
		length(len(texts))
		for _, t := range texts {
			length(len(t))
			_, _ = w.WriteString(t)
		}
	}
	phrases := func(list []faq.Phrase) {
		length(len(list))
		for _, p := range list {
			write(p.Text)
		}
	}
	write(learnedVersion, lexiconText)
	length(len(contents.Topics))
	for i := range contents.Topics {
		t := &contents.Topics[i]
		write(t.ID, t.Collection, t.Title, t.Citation.Section, t.Body)
		phrases(t.Asked)
	}
	length(len(contents.Collections))
	for _, c := range contents.Collections {
		write(c.ID, c.Name)
		write(c.Aliases...)
		phrases(c.Outside)
	}
	for _, e := range examples {
		write(e.Label, e.Text)
	}
	_ = w.Flush() // a hash takes everything
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// The file of what was learned: the digest of what follows, the weights with their length before them, the rest. The weights
// are most of it: apart, they stay where they are.

func writeLearned(w io.Writer, weights, body []byte) error {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(weights)))
	sum := digestOf(length, weights, body)
	for _, part := range [][]byte{sum, length, weights, body} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

func digestOf(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write(p) // a hash takes everything
	}
	return h.Sum(nil)
}

// learnedFile is a file of what was learned, mapped: only what is looked at is in memory, and the system may drop it. Such a file
// is put in its place when it is whole and not written to again; that it is removed meanwhile does no harm.
type learnedFile struct {
	mapped        mmap.MMap
	weights, body []byte // pieces of mapped
}

func readLearned(name string) (*learnedFile, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	damaged := fmt.Errorf("%s is damaged", name)
	const head = sha256.Size + 8
	if info, err := file.Stat(); err != nil || info.Size() < head {
		return nil, damaged
	}
	f := &learnedFile{}
	if f.mapped, err = mmap.Map(file, mmap.RDONLY, 0); err != nil {
		return nil, fmt.Errorf("map %s: %w", name, err)
	}
	sum, length, rest := f.mapped[:sha256.Size], f.mapped[sha256.Size:head], f.mapped[head:]
	n := binary.LittleEndian.Uint64(length)
	if n > uint64(len(rest)) || !bytes.Equal(sum, digestOf(length, rest)) {
		f.close()
		return nil, damaged
	}
	f.weights, f.body = rest[:n:n], rest[n:]
	return f, nil
}

// close gives the mapping up.
func (f *learnedFile) close() { _ = f.mapped.Unmap() }
