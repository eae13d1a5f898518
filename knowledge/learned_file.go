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
// are most of it: apart, they are read to where they stay.

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

func readLearned(name string) (weights, body []byte, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	damaged := fmt.Errorf("%s is damaged", name)
	var head [sha256.Size + 8]byte
	if _, err := io.ReadFull(file, head[:]); err != nil {
		return nil, nil, damaged
	}
	sum, length := head[:sha256.Size], head[sha256.Size:]
	left, n := uint64(info.Size())-uint64(len(head)), binary.LittleEndian.Uint64(length)
	if n > left {
		return nil, nil, damaged
	}
	weights, body = make([]byte, n), make([]byte, left-n)
	for _, part := range [][]byte{weights, body} {
		if _, err := io.ReadFull(file, part); err != nil {
			return nil, nil, damaged
		}
	}
	if !bytes.Equal(sum, digestOf(length, weights, body)) {
		return nil, nil, damaged
	}
	return weights, body, nil
}
