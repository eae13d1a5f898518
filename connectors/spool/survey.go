package spool

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"go.etcd.io/bbolt"
)

// guard turns a panic or a fault of what reads a damaged file (bbolt maps it into memory and trusts it) into an error.
func guard(err *error) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		if p := recover(); p != nil {
			*err = fmt.Errorf("%w: %v", errDamaged, p)
		}
	}
}

// survey reads the whole file before anybody relies on it. With an error that says what is wrong it returns what could
// be read; a file that is whole, empty or absent gives nothing.
func survey(path string) (readable [][]byte, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer guard(&err)()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	err = db.View(func(tx *bbolt.Tx) (damage error) {
		if tx.Size() > info.Size() {
			damage = fmt.Errorf("it has %d bytes of %d", info.Size(), tx.Size())
		}
		for _, name := range [][]byte{bucketTurns, bucketParked} {
			damage = errors.Join(damage, readBucket(tx, name, &readable))
		}
		return damage
	})
	if err == nil {
		return nil, nil
	}
	return readable, err
}

// readBucket reads as many records as it can.
func readBucket(tx *bbolt.Tx, name []byte, into *[][]byte) (err error) {
	defer guard(&err)()
	bucket := tx.Bucket(name)
	if bucket == nil {
		return nil
	}
	var damage error
	err = bucket.ForEach(func(_, value []byte) error {
		if _, wrong := decode(value); wrong != nil {
			damage = wrong
			return nil
		}
		*into = append(*into, append([]byte(nil), value...))
		return nil
	})
	return errors.Join(damage, err)
}
