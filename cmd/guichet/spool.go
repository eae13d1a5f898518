package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"guichet/connectors/postgres"
	"guichet/connectors/spool"
)

type spoolCommand struct {
	Status spoolStatusCommand `cmd:"" help:"Say what waits in the data folder for the database. Needs no database."`
	Replay spoolReplayCommand `cmd:"" help:"Hand it over to the database, where no server does."`
}

type spoolStatusCommand struct{ databaseFlags }

// errServed is what both commands say beside a server.
var errServed = errors.New("a server uses this spool and hands it over by itself: its /readyz says how much waits")

// Run prints what waits.
func (s *spoolStatusCommand) Run(c console) error {
	if _, err := os.Stat(s.spoolPath()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no spool in the folder %s, where a server makes one when it starts: name the server's own with --data", s.Data)
	}
	st, err := spool.Inspect(s.spoolPath())
	if errors.Is(err, spool.ErrInUse) {
		return errServed
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d turns of %d conversations wait, %d KiB", st.Waiting, st.Conversations, (st.Bytes+1023)/1024)
	if st.Waiting > 0 {
		fmt.Fprintf(c.out, ", the oldest since %s", st.Oldest.In(time.Local).Format(time.DateTime))
	}
	fmt.Fprintf(c.out, "\n%d turns are set aside: the database has refused them\n", st.Parked)
	return nil
}

type spoolReplayCommand struct {
	databaseFlags
	Parked bool `help:"Try again what the database has refused."`
}

// Run hands over what waits, and fails when something is left.
func (s *spoolReplayCommand) Run(ctx context.Context, c console) error {
	return s.use(ctx, func(db *postgres.DB) (err error) {
		kept, err := spool.Open(s.spoolOptions(spool.Options{Store: db, Retry: s.Parked, Log: slog.New(slog.NewTextHandler(c.err, nil))}))
		if errors.Is(err, spool.ErrInUse) {
			return errServed
		}
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, kept.Close()) }()
		err = kept.Flush(ctx)
		st := kept.Status()
		fmt.Fprintf(c.out, "%d turns handed over, %d wait, %d set aside\n", st.Replayed, st.Waiting, st.Parked)
		if err == nil && st.Parked > 0 {
			err = fmt.Errorf("%d turns are refused by the database: the log says why", st.Parked)
		}
		return err
	})
}
