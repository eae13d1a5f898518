package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

const (
	// patience bounds every operation. A customer who waits longer than this has gone, and the connector would rather
	// put the message into its spool.
	patience = 10 * time.Second

	// connectTimeout makes an address that swallows packets fail well within patience.
	connectTimeout = 5 * time.Second

	// poolSize is set because pgx sizes its pool by the processors of this machine, while what a turn waits for is
	// the database's disk. Six replicas of this size stay under PostgreSQL's default of 100 connections.
	poolSize = 16

	// oldestVersion is the first PostgreSQL the statements were tested for, as server_version_num.
	oldestVersion = 140000
)

// DB is one replica's handle on the database. It is safe for concurrent use.
type DB struct {
	pool      *pgxpool.Pool
	jobs      *river.Client[pgx.Tx] // asks for work; RunJobs does it
	committer *committer            // keeps turns, together
	latest    *latest               // what readers need not ask
	back      readBack              // what was kept, as it is read
	connected atomic.Bool           // the schema is known to be ours and up to date
}

// What DB implements of package bot: all that lasts.
var (
	_ bot.Store          = (*DB)(nil)
	_ bot.Tickets        = (*DB)(nil)
	_ bot.TicketWork     = (*DB)(nil)
	_ bot.TicketTies     = (*DB)(nil)
	_ bot.PendingReplies = (*DB)(nil)
	_ bot.Drafts         = (*DB)(nil)
	_ bot.Attendance     = (*DB)(nil)
	_ bot.Macros         = (*DB)(nil)

	_ bot.Accounts      = (*DB)(nil)
	_ bot.SecondFactors = (*DB)(nil)
	_ bot.SignIns       = (*DB)(nil)
	_ bot.Limiter       = (*DB)(nil)
	_ bot.Audit         = (*DB)(nil)

	_ bot.Inbox       = (*DB)(nil)
	_ bot.Outbox      = (*DB)(nil)
	_ bot.Leadership  = (*DB)(nil)
	_ bot.Notes       = (*DB)(nil)
	_ bot.Attachments = (*DB)(nil)
	_ bot.Passages    = (*DB)(nil)
	_ bot.Visitors    = (*DB)(nil)

	_ bot.StaffThreads    = (*DB)(nil)
	_ bot.StaffIdentities = (*DB)(nil)
	_ bot.StaffStore      = (*DB)(nil)

	_ bot.Notices     = (*DB)(nil)
	_ bot.Resumptions = (*DB)(nil)
	_ bot.Copies      = (*DB)(nil)
	_ bot.Presence    = (*DB)(nil)

	_ bot.Editions = (*DB)(nil)
	_ bot.APIKeys  = (*DB)(nil)
	_ bot.Archive  = (*DB)(nil)
	_ bot.Webhooks = (*DB)(nil)
)

// Open connects to the database that url names (a postgres:// address or libpq's key=value form), checks its version
// and brings its schema up to date: it is New and Connect.
func Open(ctx context.Context, url string) (*DB, error) {
	db, err := New(url)
	if err != nil {
		return nil, err
	}
	if err := db.Connect(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// New returns a handle that has not connected yet: whatever is asked of it is bot.ErrUnavailable until Connect has
// succeeded. The error says what is wrong with the address.
func New(url string) (*DB, error) { return newTraced(url, nil) }

// newTraced is New with somebody who is told of each statement; nil for nobody.
func newTraced(url string, tracer pgx.QueryTracer) (*DB, error) {
	config, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.Tracer = tracer
	db := &DB{latest: newLatest()}
	db.committer = newCommitter(max(lanes+1, int(config.MaxConns)/2), db.keepGroup)
	// Nothing may reach a schema that this program has not looked at: a newer one could be damaged.
	config.BeforeConnect = func(ctx context.Context, _ *pgx.ConnConfig) error {
		if !db.connected.Load() && ctx.Value(connecting{}) == nil {
			return fmt.Errorf("%w: not connected yet", bot.ErrUnavailable)
		}
		return nil
	}
	if db.pool, err = pgxpool.NewWithConfig(context.Background(), config); err != nil {
		return nil, fail(err, "open the connection pool")
	}
	db.jobs, err = river.NewClient(riverpgxv5.New(db.pool), &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		db.pool.Close()
		return nil, fail(err, "prepare the job queue")
	}
	return db, nil
}

// connecting marks the context of the operations that Connect itself needs.
type connecting struct{}

// Connect checks the server's version and brings the schema up to date. Any number of replicas may do so at once: one
// migrates, the others wait for it. It may be tried again after bot.ErrUnavailable.
//
// Errors are one line, say which host and database were tried and what to check, and never hold the password. An
// unreachable server is bot.ErrUnavailable; [Misconfigured] tells those apart that waiting does not mend. A schema
// that a newer program made is refused: this one could damage it.
func (db *DB) Connect(ctx context.Context) error {
	if err := prepare(context.WithValue(ctx, connecting{}, true), db.pool); err != nil {
		return err
	}
	db.connected.Store(true)
	return nil
}

// Close waits for the operations in progress, then closes every connection.
func (db *DB) Close() { db.pool.Close() }

// Ping asks the database for a sign of life; bot.ErrUnavailable when there is none.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return fail(db.pool.Ping(ctx), "ping the database")
}

// prepare does what has to be true before the first statement.
func prepare(ctx context.Context, pool *pgxpool.Pool) error {
	var version string
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := pool.QueryRow(asking, "show server_version_num").Scan(&version); err != nil {
		return fail(err, "read the version of PostgreSQL")
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	return migrate(ctx, pool)
}

// checkVersion takes server_version_num: 150018 is 15.18.
func checkVersion(number string) error {
	n, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("PostgreSQL gives %q as its version number", number)
	}
	if n < oldestVersion {
		return fmt.Errorf("PostgreSQL %d is too old: version %d or later is needed", n/10000, oldestVersion/10000)
	}
	return nil
}

// parseURL reads the address with the settings that every connection gets.
func parseURL(url string) (*pgxpool.Config, error) {
	// pgx's own error may quote the address, hence the password.
	malformed := errors.New("DATABASE_URL is malformed: it should read postgres://user:password@host:5432/database, " +
		"with the special characters of the password percent-encoded")
	if passwordUnescaped(url) {
		return nil, malformed
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, malformed
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = poolSize
	}
	if config.ConnConfig.ConnectTimeout == 0 { // for ever, to pgx
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	config.AfterConnect = afterConnect
	return config, nil
}

// passwordUnescaped tells whether a password of the address holds one of / ? # as typed. Its tail would then be taken
// for the database's name and stand in error messages.
func passwordUnescaped(url string) bool {
	_, rest, isURL := strings.Cut(url, "://")
	if !isURL {
		return false
	}
	end := strings.IndexAny(rest, "/?#")
	return end > 0 && strings.Contains(rest[end:], "@")
}

func afterConnect(ctx context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name:  "timestamptz",
		OID:   pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	// A replica that vanishes in the middle of a turn (power, network) would otherwise keep its conversation locked
	// until the server notices the dead connection: hours, by default. Set here and not in the address, because
	// poolers refuse start-up parameters they do not know.
	return conn.PgConn().Exec(ctx, "set idle_in_transaction_session_timeout = '30s'; "+compressCheaply).Close()
}

// compressCheaply has long values compressed by lz4, where the server was built with it: the usual method takes a
// multiple of the time for a little less room.
const compressCheaply = `select set_config(name, 'lz4', false) from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)`

// within bounds a context, unless it ends before anyway: a deadline of its own is a timer, and a place among its parent's
// children.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if ends, bounded := ctx.Deadline(); bounded && time.Until(ends) <= limit {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}

// conflictTries is how often a transaction is tried that PostgreSQL ended because of another one: a deadlock, say.
const conflictTries = 4

// transact runs do in one transaction and within patience, and commits unless do returns an error or panics. What was rolled back
// because of another transaction is done once more: do keeps nothing of a try that was not committed.
func (db *DB) transact(ctx context.Context, do func(ctx context.Context, tx pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// Said explicitly: the row locks below rely on each statement seeing what was committed before it began, and an
	// administrator may have set another default.
	options := pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}
	for try := 1; ; try++ {
		err := pgx.BeginTxFunc(ctx, db.pool, options, func(tx pgx.Tx) error { return do(ctx, tx) })
		if !errors.Is(err, errMoved) && (try == conflictTries || !conflicts(err)) {
			return err
		}
	}
}

// exec runs one statement within patience and returns how many rows it touched.
func (db *DB) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tag, err := db.pool.Exec(ctx, statement, args...)
	return tag.RowsAffected(), err
}

// change runs one statement that has to touch a row, within patience: bot.ErrNotFound when there is none.
func (db *DB) change(ctx context.Context, doing, statement string, args ...any) error {
	changed, err := db.exec(ctx, statement, args...)
	if err == nil && changed == 0 {
		err = bot.ErrNotFound
	}
	return fail(err, doing)
}

// touchOne is change within a transaction.
func touchOne(ctx context.Context, tx pgx.Tx, statement string, args ...any) error {
	tag, err := tx.Exec(ctx, statement, args...)
	if err == nil && tag.RowsAffected() == 0 {
		return bot.ErrNotFound
	}
	return err
}
