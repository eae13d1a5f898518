package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

func TestReplicasThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			db, err := postgres.Open(t.Context(), url)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer db.Close()
			in := visitor
			in.ExternalID = ""
			if _, err := db.Turn(t.Context(), in, decide); err != nil {
				t.Errorf("Turn: %v", err)
			}
		})
	}
	group.Wait()
	postgrestest.OpenAt(t, url) // once more, over a schema that is up to date
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	if n := postgrestest.Query[int](t, url, "select count(*) from guichet_migrations where version_id > 0"); n != len(files) {
		t.Errorf("%d migrations are noted, there are %d", n, len(files))
	}
	if n := postgrestest.Query[int](t, url, "select last_seq from conversations"); n != 12 {
		t.Errorf("the last number is %d, want 12", n)
	}
}

func TestASchemaOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"ours":    "insert into guichet_migrations (version_id, is_applied) values (99999, true)",
		"River's": "insert into river_migration (line, version) values ('main', 99999)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := postgrestest.URL(t)
			postgrestest.OpenAt(t, url).Close()
			execute(t, url, statement)
			_, err := postgres.Open(t.Context(), url)
			if err == nil || !strings.Contains(err.Error(), "newer than this program") || !strings.Contains(err.Error(), "99999") {
				t.Errorf("Open gives %v", err)
			}
			oneLine(t, err)
		})
	}
}

func TestADatabaseOfAnotherProgramIsNamedAsSuch(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	execute(t, url, "create table users (id int)")
	_, err := postgres.Open(t.Context(), url)
	if err == nil || !strings.Contains(err.Error(), "a database of its own") {
		t.Errorf("Open gives %v", err)
	}
	oneLine(t, err)
}

func TestAUserWithoutTheRightToCreateTablesIsToldSo(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	role := fmt.Sprintf("guichet_poor_%s", postgrestest.Query[string](t, url, "select current_database()"))
	execute(t, url, fmt.Sprintf(`create role %s`, role))
	t.Cleanup(func() { execute(t, url, fmt.Sprintf("drop role %s", role)) })
	execute(t, url, "revoke create on schema public from public")
	_, err := postgres.Open(t.Context(), with(t, url, "options", "-c role="+role))
	if err == nil || !strings.Contains(err.Error(), "may not create tables") {
		t.Errorf("Open gives %v", err)
	}
	oneLine(t, err)
}

// with is the address with one more setting.
func with(t *testing.T, url, key, value string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{
		"host": config.Host, "port": fmt.Sprint(config.Port), "user": config.User, "dbname": config.Database,
		"password": config.Password,
	}
	settings[key] = value
	var all []string
	for key, value := range settings {
		all = append(all, fmt.Sprintf("%s='%s'", key, value))
	}
	return strings.Join(all, " ")
}

func oneLine(t *testing.T, err error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has several lines: %q", err)
	}
}

// deafPort is an address where nothing listens, and nobody else will: it is taken.
func deafPort(t *testing.T) string {
	t.Helper()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(socket) })
	if err := unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	bound, err := unix.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", bound.(*unix.SockaddrInet4).Port)
}

func TestAWrongAddressIsExplainedInOneLineWithoutThePassword(t *testing.T) {
	t.Parallel()
	url := postgrestest.URL(t)
	closed := deafPort(t)
	for name, test := range map[string]struct {
		url         string
		words       []string
		unavailable bool
	}{
		"nothing listens": {"postgres://ana:hunter2@" + closed + "/shop", []string{closed, `"shop"`, "nothing listens", "DATABASE_URL"}, true},
		"no such host":    {"postgres://ana:hunter2@nowhere.invalid/shop", []string{"nowhere.invalid", `"shop"`, "check"}, true},
		"no socket":       {"host=/nonexistent user=ana password=hunter2 dbname=shop", []string{"/nonexistent", `"shop"`, "no socket"}, true},
		"no database":     {with(t, url, "dbname", "nowhere"), []string{`"nowhere"`, "no such database"}, true},
		"no such user":    {with(t, url, "user", "nobody_known"), []string{`"nobody_known"`, "refuses the user"}, true},
		"no address":      {"hunter2", []string{"DATABASE_URL is malformed"}, false},
		"a bad port":      {"postgres://ana:hunter2@host:port/shop", []string{"DATABASE_URL is malformed"}, false},
		"a bad setting":   {"postgres://ana:hunter2@host/shop?sslmode=hunter2", []string{"DATABASE_URL is malformed"}, false},
		"a / in the password": {
			"postgres://ana:1/hunter2@host/shop", []string{"DATABASE_URL is malformed", "percent-encoded"}, false,
		},
		"a ? in the password": {"postgres://ana:1?hunter2@host/shop", []string{"DATABASE_URL is malformed"}, false},
		"a # in the password": {"postgres://ana:1#hunter2@host/shop", []string{"DATABASE_URL is malformed"}, false},
		"an @ and a / in it":  {"postgres://ana:a@1/hunter2@host/shop", []string{"DATABASE_URL is malformed"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := postgres.Open(t.Context(), test.url)
			if err == nil {
				t.Fatal("Open succeeds")
			}
			oneLine(t, err)
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error tells the password: %v", err)
			}
			for _, word := range test.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("the error does not say %q: %v", word, err)
				}
			}
			if errors.Is(err, bot.ErrUnavailable) != test.unavailable {
				t.Errorf("unavailable: %v, of %v", !test.unavailable, err)
			}
		})
	}
}

func TestThePoolIsAsLargeAsTheAddressSays(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	for name, test := range map[string]struct {
		url  string
		size int
	}{"the default": {url, 16}, "three": {with(t, url, "pool_max_conns", "3"), 3}} {
		db := postgrestest.OpenAt(t, test.url)
		// As many turns as the pool has connections can be inside decide at once, and no more. Those of a ticket's conversation
		// have a transaction each.
		for i := range test.size + 3 {
			in := bot.Inbound{Channel: "web", Key: fmt.Sprint(name, i)}
			ticket := &bot.Ticket{Reference: fmt.Sprint(name, i), Category: bot.Human}
			if _, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
				return bot.Turn{Text: "un conseiller", Ticket: ticket}, nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		inside, release := make(chan struct{}, 100), make(chan struct{})
		var group sync.WaitGroup
		for i := range test.size + 3 {
			group.Go(func() {
				in := bot.Inbound{Channel: "web", Key: fmt.Sprint(name, i)}
				_, err := db.Turn(context.Background(), in, func(c bot.Conversation) (bot.Turn, error) {
					inside <- struct{}{}
					<-release
					return decide(c)
				})
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		for range test.size {
			<-inside
		}
		if n := postgrestest.Query[int](t, url, `select count(*) from pg_stat_activity
			where datname = current_database() and state = 'idle in transaction'`); n != test.size {
			t.Errorf("%s: %d transactions at once", name, n)
		}
		close(release)
		group.Wait()
	}
}

func TestAReplicaThatVanishesDoesNotKeepItsConversationLocked(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	if limit, err := db.Setting(t.Context(), "idle_in_transaction_session_timeout"); err != nil || limit != "30s" {
		t.Errorf("the server waits %q for a silent transaction, %v", limit, err)
	}
	_, err := db.Turn(t.Context(), visitor, func(c bot.Conversation) (bot.Turn, error) {
		// What the server does after that time.
		if n := postgrestest.Query[int](t, url, `select count(pg_terminate_backend(pid)) from pg_stat_activity
			where datname = current_database() and state = 'idle in transaction'`); n != 1 {
			t.Errorf("%d transactions wait", n)
		}
		return decide(c)
	})
	if !errors.Is(err, bot.ErrUnavailable) {
		t.Errorf("the turn that lost its transaction gives %v", err)
	}
	if outcome, err := db.Turn(t.Context(), visitor, decide); err != nil || outcome.Duplicate || outcome.Customer.Seq != 1 {
		t.Errorf("the message delivered again gives %+v, %v", outcome, err)
	}
}
