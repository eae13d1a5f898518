package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/spool"
)

// TestFilesOfTurnsThatWaitAreNotSwept sweeps long after the files came, once while a turn waits for the database that
// holds one of them.
func TestFilesOfTurnsThatWaitAreNotSwept(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	away, err := postgres.New(postgrestest.URL(t)) // never connected
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(away.Close)
	store, err := filesFlags{}.open(t.Context(), t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	put := func() bot.Attachment {
		a, err := store.Put(t.Context(), "contrat.pdf", strings.NewReader("%PDF-1.7\n%%EOF\n"))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	nobodys, held := put(), put()
	kept := openSpool(t, away)
	_, err = kept.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "ana", ExternalID: "1"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Reply: bot.Reply{Kind: bot.Clarify, Text: "y"}, State: c.State, Attachments: []bot.Attachment{held}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now().AddDate(0, 0, 3)
	if n, err := bot.SweepFiles(t.Context(), sparing{store, kept}, db, later); err != nil || n != 1 {
		t.Errorf("%d files were deleted, %v", n, err)
	}
	if _, err := store.Open(t.Context(), nobodys.ID); err == nil {
		t.Error("a file that is nobody's is there still")
	}
	if f, err := store.Open(t.Context(), held.ID); err != nil {
		t.Errorf("the file of a turn that waits: %v", err)
	} else if text, err := io.ReadAll(f); err != nil || len(text) == 0 || f.Close() != nil {
		t.Errorf("%q, %v", text, err)
	}
}

// TestFilesOfAnotherDatabaseStopAServerThatStartedWithoutItsOwn leaves what it recorded in its spool.
func TestFilesOfAnotherDatabaseStopAServerThatStartedWithoutItsOwn(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	if err := database.cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "files"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "files", "owner"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := newProcess(t, database.url(), dir)
	server.start()
	server.serves()
	people := newCrowd(t, 1, server.base)
	people.all[0].say(make(chan struct{}), "comment obtenir un kbis ?", "")
	people.all[0].hangUp()
	database.start()
	<-server.ended
	if server.code == 0 {
		t.Error("it ended as if all were well")
	}
	server.says("belong to another database")
	st, err := spool.Inspect(filepath.Join(dir, "spool", "turns.db"))
	if err != nil || st.Waiting > 1 || st.Parked != 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestUploadsLieWhereTheServersThatShareFilesFindThem(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{"": "data/files/uploads", "/srv/shared": "/srv/shared/uploads", "s3://bucket/x": "data/uploads"} {
		if got := (filesFlags{Files: place}).uploads("data"); got != want {
			t.Errorf("%q: %q, want %q", place, got, want)
		}
	}
	for want, sites := range map[int][]bot.Site{0: {{}, {UploadMB: 20}}, 200: {{UploadMB: 200}, {UploadMB: 1}}} {
		if got := largestUpload(sites); got != want {
			t.Errorf("%+v: %d", sites, got)
		}
	}
}
