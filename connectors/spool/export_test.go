package spool

import "go.etcd.io/bbolt"

// Commits is how many times the file was written and flushed since it was made.
func (s *Spool) Commits() (n int, err error) {
	err = s.file.db.View(func(tx *bbolt.Tx) error {
		n = tx.ID()
		return nil
	})
	return n, err
}
