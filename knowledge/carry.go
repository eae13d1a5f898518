package knowledge

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Digest names what is learned from contents and examples by this version of the program: what another version learns, or what is
// learned from other contents, has another name.
func Digest(contents Contents, examples []Example) string { return digest(contents, examples) }

// Learned reads what Open has kept in a folder under a digest, packed, to be carried to another machine.
func Learned(dir, digest string) ([]byte, error) {
	data, err := os.ReadFile(learnedName(dir, digest))
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("pack what was learned: %w", err)
	}
	return packed.Bytes(), nil
}

// PutLearned puts what Learned read elsewhere where Open looks for it, so that it need not learn. What is damaged does no harm:
// Open notices, and learns.
func PutLearned(dir, digest string, packed []byte) error {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("unpack what was learned: %w", err)
	}
	return place(learnedName(dir, digest), func(w io.Writer) error {
		if _, err := io.Copy(w, r); err != nil { //nolint:gosec // our own database holds it, and a file of what was learned is no bigger than memory
			return fmt.Errorf("unpack what was learned: %w", err)
		}
		return nil
	})
}

func learnedName(dir, digest string) string { return filepath.Join(dir, "learned-"+digest+".gob") }

// place writes a file beside its place and moves it there, so that a reader never sees half of it.
func place(name string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), "learned-*")
	if err != nil {
		return err
	}
	err = write(temporary)
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}
