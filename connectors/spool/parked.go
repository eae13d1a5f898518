package spool

import (
	"crypto/rand"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"guichet/bot"
)

// What the database refuses for good is set aside in the file, for somebody to look at. It holds what a customer said, so that
// it ends like everything else: with its conversation, or with its time.

// park sets a turn aside that the database refuses.
func (f *file) park(id uint64) error {
	return f.db.Update(func(tx *bbolt.Tx) error {
		turns := tx.Bucket(bucketTurns)
		if data := turns.Get(keyOf(id)); data != nil {
			if err := tx.Bucket(bucketParked).Put(keyOf(id), data); err != nil {
				return err
			}
		}
		return turns.Delete(keyOf(id))
	})
}

// unpark takes up again, in its place, what was set aside.
func (f *file) unpark() error {
	return f.db.Update(func(tx *bbolt.Tx) error {
		parked, turns := tx.Bucket(bucketParked), tx.Bucket(bucketTurns)
		var keys [][]byte
		if err := parked.ForEach(func(key, data []byte) error {
			keys = append(keys, append([]byte(nil), key...))
			return turns.Put(key, data)
		}); err != nil {
			return err
		}
		for _, key := range keys {
			if err := parked.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
}

// fate is what becomes of a record that is set aside.
type fate int

const (
	stays fate = iota
	changes
	goes
)

// sift goes through the records that are set aside and returns those that are gone. decide may change a record. One that cannot be read stays.
func (f *file) sift(decide func(r *record) fate) (gone []record, err error) {
	err = f.db.Update(func(tx *bbolt.Tx) error {
		gone = nil
		parked := tx.Bucket(bucketParked)
		change := map[string][]byte{} // nil: delete; a bucket must not change while one goes through it
		if err := parked.ForEach(func(key, data []byte) error {
			r, err := decode(data)
			if err != nil {
				return nil
			}
			switch decide(&r) {
			case goes:
				gone = append(gone, r)
				change[string(key)] = nil
			case changes:
				if data, _, err = r.encode(); err != nil {
					return err
				}
				change[string(key)] = data
			}
			return nil
		}); err != nil {
			return err
		}
		for key, data := range change {
			if data == nil {
				if err := parked.Delete([]byte(key)); err != nil {
					return err
				}
			} else if err := parked.Put([]byte(key), data); err != nil {
				return err
			}
		}
		return nil
	})
	return gone, err
}

// sift is file.sift, with what is known of these turns.
func (s *Spool) sift(decide func(r *record) fate) (gone int, err error) {
	all, err := s.file.sift(decide)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.parked -= len(all)
	for _, r := range all {
		s.release(newEntry(0, 0, r).files)
	}
	return len(all), nil
}

// expired decides by age.
func (s *Spool) expired(r *record) fate {
	keep := s.keepParked
	if r.Turn.Ticket != nil {
		keep = s.keepParkedTickets
	}
	if keep > 0 && s.now().Sub(r.At) > keep {
		return goes
	}
	return stays
}

// expire deletes what was set aside too long ago, once a day.
func (s *Spool) expire() {
	if now := s.now(); now.Sub(s.swept) >= sweepEvery {
		s.swept = now
		n, err := s.sift(s.expired)
		if err != nil {
			s.log.Error("delete old turns that are set aside in the spool", "file", s.file.path, "error", err)
		}
		s.tellExpired(n)
	}
}

func (s *Spool) tellExpired(n int) {
	if n > 0 {
		s.log.Info("deleted turns that had been set aside in the spool for too long", "turns", n)
	}
}

// sweepEvery is how often what is set aside is looked through.
const sweepEvery = 24 * time.Hour

// eraseParked deletes what is set aside of a conversation for its person, as EraseConversation does in the database: a request that was
// recorded stays for the team, cut from its person. kept are the references of such requests.
func (s *Spool) eraseParked(name thread) (kept []string, err error) {
	s.mu.Lock()
	none := s.counts.parked == 0
	s.mu.Unlock()
	if none {
		return nil, nil
	}
	_, err = s.sift(func(r *record) fate {
		switch {
		case r.name() != name:
			return stays
		case r.Turn.Ticket == nil:
			return goes
		}
		kept = append(kept, r.Turn.Ticket.Reference)
		r.Key, r.ExternalID, r.Turn.State = "erased-"+rand.Text(), "spool:"+rand.Text(), bot.State{}
		return changes
	})
	if err != nil {
		return nil, fmt.Errorf("erase what the spool has set aside of a conversation: %w: %w", bot.ErrUnavailable, err)
	}
	return kept, nil
}
