package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

const (
	// migrationLock is the advisory lock held while the schema changes. The number only has to be ours.
	migrationLock int64 = 0x67756963686574 // "guichet"

	// migrationTable is where goose notes what it did. Not goose's own name, so that another program of the same
	// schema that uses goose is not taken for us.
	migrationTable = "guichet_migrations"

	// migrationRetry is how often a replica asks whether the one that migrates has finished. It asks instead of
	// waiting in pg_advisory_lock: a statement that waits holds a snapshot, on which "create index concurrently"
	// would wait in turn.
	migrationRetry = 100 * time.Millisecond
)

// migrate brings our schema, then River's, up to date, while no other replica does.
func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fail(err, "connect for the migrations")
	}
	// The connection is closed rather than given back: whatever happened, the lock goes with it.
	defer func() { _ = conn.Hijack().Close(context.WithoutCancel(ctx)) }()
	if err := lockSchema(ctx, conn.Conn()); err != nil {
		return fail(err, "wait for the replica that migrates the database")
	}
	if err := migrateOurs(ctx, pool); err != nil {
		return explainMigration(err)
	}
	if err := migrateRiver(ctx, pool); err != nil {
		return explainMigration(err)
	}
	return nil
}

func lockSchema(ctx context.Context, conn *pgx.Conn) error {
	retry := time.NewTicker(migrationRetry)
	defer retry.Stop()
	for {
		var locked bool
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", migrationLock).Scan(&locked); err != nil {
			return err
		}
		if locked {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-retry.C:
		}
	}
}

func migrateOurs(ctx context.Context, pool *pgxpool.Pool) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	database := stdlib.OpenDBFromPool(pool)
	defer func() { _ = database.Close() }() // leaves the pool open
	provider, err := goose.NewProvider(goose.DialectPostgres, database, files, goose.WithTableName(migrationTable))
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target {
		return newerSchema("Guichet", current, target)
	}
	_, err = provider.Up(ctx)
	return err
}

func migrateRiver(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	found, err := riverVersion(ctx, pool)
	if err != nil {
		return err
	}
	all := migrator.AllVersions()
	if newest := all[len(all)-1].Version; found > newest {
		return newerSchema("the job queue", int64(found), int64(newest))
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// riverVersion is the newest of River's migrations in the database, 0 when it has none. River's own question fails,
// with a riddle, over a version it does not know.
func riverVersion(ctx context.Context, pool *pgxpool.Pool) (version int, err error) {
	var exists bool
	if err := pool.QueryRow(ctx, "select to_regclass('river_migration') is not null").Scan(&exists); err != nil || !exists {
		return 0, err
	}
	err = pool.QueryRow(ctx, "select coalesce(max(version), 0) from river_migration").Scan(&version)
	return version, err
}

// newerSchema refuses to run over a schema whose rules this program does not know.
func newerSchema(whose string, found, known int64) error {
	return fmt.Errorf("the database is newer than this program: its schema for %s is version %d, known here up to %d; "+
		"start the newer guichet, or restore the backup taken before the upgrade", whose, found, known)
}

// explainMigration names the two ways in which a database that is not ours alone refuses a migration.
func explainMigration(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		case "42501": // insufficient_privilege
			return errors.New("migrate the database: the user may not create tables there; " +
				"make it the owner of the database, or grant it create on the schema")
		case "42P07": // duplicate_table
			return errors.New("migrate the database: it holds tables of another program with our names; " +
				"give guichet a database of its own in DATABASE_URL")
		}
	}
	return fail(err, "migrate the database")
}
