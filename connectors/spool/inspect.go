package spool

import (
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Inspect says what waits in a file that nobody uses, and changes nothing: a file that is not there holds nothing. The
// error may wrap ErrInUse, or say that the file is damaged.
func Inspect(path string) (st Status, err error) {
	st.Condition = OK
	if info, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return st, nil
	}
	if _, err := survey(path); errors.Is(err, bolterrors.ErrTimeout) {
		return st, fmt.Errorf("read the spool %s: %w", path, ErrInUse)
	} else if err != nil {
		return st, fmt.Errorf("read the spool %s: %w", path, err)
	}
	defer guard(&err)()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return st, fmt.Errorf("read the spool %s: %w", path, err)
	}
	f := file{db: db, path: path}
	defer func() { err = errors.Join(err, f.close()) }()
	conversations := map[thread]struct{}{}
	st.Parked, err = f.each(func(_ uint64, size int64, r record) {
		st.Condition = Spooling
		st.Waiting++
		st.Bytes += size
		conversations[r.name()] = struct{}{}
		if st.Oldest.IsZero() || r.At.Before(st.Oldest) {
			st.Oldest = r.At
		}
	}, func(record) {})
	st.Conversations = len(conversations)
	return st, err
}
