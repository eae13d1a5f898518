package spool

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// The buckets of the file.
var (
	bucketTurns  = []byte("turns")      // record by number, in the order of their acknowledgement
	bucketParked = []byte("parked")     // the same, of those that the database refuses for good
	bucketMoved  = []byte("renumbered") // moved by conversation
)

// ErrInUse is wrapped by Open's error when another process has the file.
var ErrInUse = errors.New("another guichet uses it")

const (
	lockWait = time.Second // for the process that had the file and is ending

	// gather is how long a turn waits for others to share its fsync.
	gather = time.Millisecond
)

// file is the spool on disk. It is safe for concurrent use.
type file struct {
	db   *bbolt.DB
	path string
}

// openFile opens the file, making folder and file where they are missing. A damaged one is moved aside; the turns that
// can still be read of it go on in the new one.
func openFile(path string, log *slog.Logger) (*file, error) {
	folder := filepath.Dir(path)
	// The data folder around it is passed through by the user of the private PostgreSQL; this one is nobody else's.
	if err := errors.Join(os.MkdirAll(filepath.Dir(folder), 0o711), os.MkdirAll(folder, 0o700)); err != nil {
		return nil, fmt.Errorf("open the spool: %w; give --data a folder that can be written", err)
	}
	readable, err := survey(path)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open the spool %s: %w; give each replica of a machine its own --data", path, ErrInUse)
	}
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("open the spool: %w", err)
	}
	damaged := err
	if damaged != nil {
		aside := fmt.Sprintf("%s.damaged-%s", path, time.Now().UTC().Format("20060102T150405.000000000"))
		if err := os.Rename(path, aside); err != nil {
			return nil, fmt.Errorf("move the damaged spool aside: %w", err)
		}
		log.Error("the spool is damaged: it was moved aside and a new one begun; keep it, turns that were acknowledged may be in it",
			"file", aside, "carried over", len(readable), "error", damaged)
	}
	f := &file{path: path}
	if f.db, err = openBolt(path); err != nil {
		return nil, fmt.Errorf("open the spool %s: %w", path, err)
	}
	if damaged != nil {
		for _, data := range readable {
			if _, err := f.add(data); err != nil {
				return nil, errors.Join(fmt.Errorf("carry over what the damaged spool held: %w", err), f.db.Close())
			}
		}
	}
	return f, nil
}

func openBolt(path string) (db *bbolt.DB, err error) {
	defer guard(&err)()
	if db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, FreelistType: bbolt.FreelistMapType}); err != nil {
		return nil, err
	}
	db.MaxBatchDelay = gather
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketTurns, bucketParked, bucketMoved} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func keyOf(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }

// add keeps a record and returns its number once it is on disk. Records added at the same time share an fsync.
func (f *file) add(data []byte) (id uint64, err error) {
	err = f.db.Batch(func(tx *bbolt.Tx) (err error) {
		bucket := tx.Bucket(bucketTurns)
		if id, err = bucket.NextSequence(); err != nil {
			return err
		}
		return bucket.Put(keyOf(id), data)
	})
	return id, err
}

// remove forgets turns, in the same fsync as others.
func (f *file) remove(ids ...uint64) error {
	return f.db.Batch(func(tx *bbolt.Tx) error {
		for _, id := range ids {
			if err := tx.Bucket(bucketTurns).Delete(keyOf(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// read returns a turn; found is false once it has been removed.
func (f *file) read(id uint64) (r record, found bool, err error) {
	err = f.db.View(func(tx *bbolt.Tx) (err error) {
		data := tx.Bucket(bucketTurns).Get(keyOf(id))
		if found = data != nil; found {
			r, err = decode(data)
		}
		return err
	})
	return r, found, err
}

// each calls waits for every turn, oldest first, and aside for those that are set aside and can be read.
func (f *file) each(waits func(id uint64, size int64, r record), aside func(r record)) (parked int, err error) {
	err = f.db.View(func(tx *bbolt.Tx) error {
		set, turns := tx.Bucket(bucketParked), tx.Bucket(bucketTurns)
		if set == nil || turns == nil { // the process died before anything could be kept
			return nil
		}
		if err := set.ForEach(func(_, data []byte) error {
			parked++
			if r, err := decode(data); err == nil {
				aside(r)
			}
			return nil
		}); err != nil {
			return err
		}
		return turns.ForEach(func(key, data []byte) error {
			r, err := decode(data)
			if err == nil {
				waits(binary.BigEndian.Uint64(key), int64(len(data)), r)
			}
			return err
		})
	})
	return parked, err
}

// moved is a conversation whose provisional numbers From to To became others.
type moved struct {
	Channel, Key string
	From, To     int64
	At           time.Time
}

func (m moved) key() []byte { return []byte(m.Channel + "\x00" + m.Key) }

func (f *file) keepMoved(m moved) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return f.db.Batch(func(tx *bbolt.Tx) error { return tx.Bucket(bucketMoved).Put(m.key(), data) })
}

// allMoved reads what is younger than a moment and forgets the rest.
func (f *file) allMoved(since time.Time) (all []moved, err error) {
	err = f.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketMoved)
		var old [][]byte
		if err := bucket.ForEach(func(key, data []byte) error {
			var m moved
			if json.Unmarshal(data, &m) != nil || m.At.Before(since) {
				old = append(old, append([]byte(nil), key...))
			} else {
				all = append(all, m)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, key := range old {
			if err := bucket.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

func (f *file) close() error { return f.db.Close() }
