package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

const day = 24 * time.Hour

// seed makes a conversation that was last used so long ago, with a ticket for each given age: how long ago it was
// closed, 0 for one that is open.
func seed(t *testing.T, url string, db *postgres.DB, key string, quiet time.Duration, tickets ...time.Duration) {
	t.Helper()
	in := bot.Inbound{Channel: "web", Key: key}
	turn := func(ticket *bot.Ticket) {
		if _, err := db.Turn(t.Context(), in, func(bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Answer, Text: "y"}, Ticket: ticket}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	turn(nil)
	for i, age := range tickets {
		reference := fmt.Sprint(key, i)
		turn(&bot.Ticket{Reference: reference, Category: bot.Human})
		if age > 0 {
			if err := db.SetTicketStatus(t.Context(), reference, bot.User{Email: "a@b"}, bot.Closed); err != nil {
				t.Fatal(err)
			}
			execute(t, url, "update tickets set closed_at = $2 where reference = $1", reference, time.Now().Add(-age))
		}
	}
	execute(t, url, "update conversations set updated_at = $2 where key = $1", key, time.Now().Add(-quiet))
}

func keys(t *testing.T, url string) string {
	t.Helper()
	return postgrestest.Query[string](t, url, "select coalesce(string_agg(key, ' ' order by key), '') from conversations")
}

func TestRetentionDeletesWhatIsPastItsTimeAndNothingElse(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	const old, young = 3*365*day + time.Hour, 3*365*day - time.Hour
	seed(t, url, db, "a-quiet", 90*day+time.Hour)
	seed(t, url, db, "b-recent", 90*day-time.Hour)
	seed(t, url, db, "c-open", 10*old, 0)
	seed(t, url, db, "d-closed-long", old, old)
	seed(t, url, db, "e-closed-lately", 10*old, young)
	seed(t, url, db, "f-one-of-two-closed", 10*old, old, 0)
	seed(t, url, db, "g-both-closed-long", 10*old, old, old)
	seed(t, url, db, "h-closed-long-but-in-use", 89*day, old)
	sessions := db.Sessions()
	for token, expiry := range map[string]time.Time{"over": time.Now().Add(-time.Hour), "valid": time.Now().Add(time.Hour)} {
		if err := sessions.Commit(token, []byte("x"), expiry); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.NewSetupToken(t.Context(), []byte("t"), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if deleted, err := db.DeleteExpired(t.Context(), postgres.Retention{}, time.Now()); err != nil || deleted.Conversations != 0 {
		t.Errorf("a retention without durations deletes %+v, %v", deleted, err)
	}
	if err := db.NewSetupToken(t.Context(), []byte("t"), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := sessions.Commit("over", []byte("x"), time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now())
	if want := (postgres.Deleted{Conversations: 3, Sessions: 1, SetupTokens: 1}); err != nil || deleted != want {
		t.Errorf("deleted %+v, %v, want %+v", deleted, err, want)
	}
	if got := keys(t, url); got != "b-recent c-open e-closed-lately f-one-of-two-closed h-closed-long-but-in-use" {
		t.Errorf("what is left: %s", got)
	}
	for _, table := range []string{"messages", "tickets"} {
		if n := postgrestest.Query[int](t, url, "select count(*) from "+table+" where conversation_id not in (select id from conversations)"); n != 0 {
			t.Errorf("%d rows of %s are left behind", n, table)
		}
	}
	if _, found, _ := sessions.Find("valid"); !found {
		t.Error("a valid session is gone")
	}
}

func TestTheJobSweepsTheFilesThatNoMessageHolds(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	root := t.TempDir()
	store, err := files.Open(t.Context(), files.Options{Place: root})
	if err != nil {
		t.Fatal(err)
	}
	put := func(old bool) bot.Attachment {
		a, err := store.Put(t.Context(), "a.pdf", bytes.NewReader(bottest.PDF("x")))
		if err != nil {
			t.Fatal(err)
		}
		if old {
			ago := time.Now().Add(-2 * day)
			if err := os.Chtimes(filepath.Join(root, a.ID[:2], a.ID), ago, ago); err != nil {
				t.Fatal(err)
			}
		}
		return a
	}
	say := func(key string, a bot.Attachment) {
		if _, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: key}, func(bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Reply: bot.Reply{Kind: bot.Answer, Text: "y"}, Attachments: []bot.Attachment{a}}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	held, expired, orphan, fresh := put(true), put(true), put(true), put(false)
	say("a", held)
	say("b", expired)
	execute(t, url, "update conversations set updated_at = now() - interval '91 days' where key = 'b'")
	retention := postgres.DefaultRetention()
	retention.Files = store
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- db.RunJobs(ctx, retention, postgres.Mailing{}, slog.New(slog.DiscardHandler)) }()
	gone := func(a bot.Attachment) bool {
		_, err := os.Stat(filepath.Join(root, a.ID[:2], a.ID))
		return errors.Is(err, fs.ErrNotExist)
	}
	for deadline := time.Now().Add(time.Minute); !gone(expired) || !gone(orphan); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the files are still there")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if gone(held) || gone(fresh) {
		t.Error("a file that is held, or that is new, is gone")
	}
}

func TestRetentionGoesThroughMoreThanOneBatch(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	execute(t, url, `insert into conversations (channel, key, site, updated_at)
		select 'web', n::text, '', now() - interval '91 days' from generate_series(1, 1001) n`)
	deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now())
	if err != nil || deleted.Conversations != 1001 {
		t.Errorf("deleted %+v, %v", deleted, err)
	}
}

// Every table goes in batches, so that none grows too large to be deleted from within the time of one statement.
func TestRetentionDeletesNoTableInOneGo(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	execute(t, url, `insert into notes (channel, name, value, expires_at) select 'discord', n::text, '', now() - interval '1 day' from generate_series(1, 12001) n`)
	execute(t, url, `insert into notes (channel, name, value, expires_at) values ('discord', 'young', '', now() + interval '1 day')`)
	execute(t, url, `create function at_most() returns trigger language plpgsql as $$
		begin
			if (select count(*) from gone) > 5000 then raise exception 'too many at once'; end if;
			return null;
		end $$`)
	execute(t, url, `create trigger at_most after delete on notes referencing old table as gone for each statement execute function at_most()`)
	deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now())
	if err != nil || deleted.Notes != 12001 {
		t.Errorf("deleted %+v, %v", deleted, err)
	}
	if n := postgrestest.Query[int](t, url, `select count(*) from notes`); n != 1 {
		t.Errorf("%d notes are left", n)
	}
}

// A table that cannot be cleaned up is an error, and keeps neither the others nor the files.
func TestRetentionGoesOnAfterATableThatRefuses(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	execute(t, url, `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`)
	for _, table := range []string{"sessions", "tries"} {
		execute(t, url, `create trigger refuse before delete on `+table+` for each row execute function refuse()`)
	}
	execute(t, url, `insert into sessions (token, data, expiry) values ('over', '', now() - interval '1 day')`)
	execute(t, url, `insert into tries (name, free_at) values ('over', now() - interval '1 day')`)
	execute(t, url, `insert into notes (channel, name, value, expires_at) values ('discord', 'over', '', now() - interval '1 day')`)
	deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now())
	if err == nil || !strings.Contains(err.Error(), "table sessions") || !strings.Contains(err.Error(), "table tries") || deleted.Notes != 1 {
		t.Errorf("deleted %+v, %v", deleted, err)
	}

	root := t.TempDir()
	store, err := files.Open(t.Context(), files.Options{Place: root})
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := store.Put(t.Context(), "a.pdf", bytes.NewReader(bottest.PDF("x")))
	if err != nil {
		t.Fatal(err)
	}
	path, ago := filepath.Join(root, orphan.ID[:2], orphan.ID), time.Now().Add(-2*day)
	if err := os.Chtimes(path, ago, ago); err != nil {
		t.Fatal(err)
	}
	retention := postgres.DefaultRetention()
	retention.Files = store
	ran := make(chan struct{}, 100)
	bottest.Run(t, func(ctx context.Context) error {
		return db.RunJobs(ctx, retention, postgres.Mailing{}, onMessage("retention: deleted", func() { ran <- struct{}{} }))
	})
	select {
	case <-ran:
	case <-time.After(time.Minute):
		t.Fatal("the job did not end")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file that nobody holds is still there: %v", err)
	}
}

func TestRetentionLeavesAConversationThatSomebodyIsWritingIn(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	seed(t, url, db, "a", 91*day)
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "a"}, func(c bot.Conversation) (bot.Turn, error) {
		deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now())
		if err != nil || deleted.Conversations != 0 {
			t.Errorf("deleted %+v, %v", deleted, err)
		}
		return decide(c)
	})
	if err != nil {
		t.Fatal(err)
	}
	deleted, err := db.DeleteExpired(t.Context(), postgres.DefaultRetention(), time.Now())
	if err != nil || deleted.Conversations != 0 || keys(t, url) != "a" {
		t.Errorf("after the turn deleted %+v, %v", deleted, err)
	}
}

// retentionJob is the job without its limit to once a day.
type retentionJob struct{}

func (retentionJob) Kind() string { return "guichet_retention" }

// runJobs runs the jobs of a replica until the test ends, and signals each run of the retention job.
func runJobs(t *testing.T, db *postgres.DB) <-chan struct{} {
	t.Helper()
	ran := make(chan struct{}, 100)
	logger := onMessage("retention: deleted", func() { ran <- struct{}{} })
	bottest.Run(t, func(ctx context.Context) error {
		return db.RunJobs(ctx, postgres.DefaultRetention(), postgres.Mailing{}, logger)
	})
	return ran
}

func TestTheRetentionJobRunsAtTheStartAndWhenInserted(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	seed(t, url, db, "a", 91*day)
	ran := runJobs(t, db)
	<-ran
	if got := keys(t, url); got != "" {
		t.Errorf("what is left after the first run: %s", got)
	}
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	seed(t, url, db, "b", 91*day)
	// A replica that starts, or becomes the leader, later the same day asks for nothing new.
	result, err := client.Insert(t.Context(), postgres.RetentionJob(), nil)
	if err != nil || !result.UniqueSkippedAsDuplicate {
		t.Errorf("a second job of the day is inserted: %+v, %v", result, err)
	}
	if _, err := client.Insert(t.Context(), retentionJob{}, nil); err != nil {
		t.Fatal(err)
	}
	<-ran
	if got := keys(t, url); got != "" {
		t.Errorf("what is left after the second run: %s", got)
	}
}
