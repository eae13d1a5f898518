package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// onConflict calls do when a transaction has been rolled back because of another one, the first time.
type onConflict struct{ do func() }

func (o onConflict) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (o onConflict) TraceQueryEnd(_ context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	var refused *pgconn.PgError
	if errors.As(data.Err, &refused) && refused.Code == "40001" {
		o.do()
	}
}

// A mail was made ready in a transaction that was rolled back, and has left by another way when it is looked at again.
func TestAMailThatWasReadyInATryThatWasRolledBackIsNotSent(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	left := sync.OnceFunc(func() {
		execute(t, url, `update mails set state = 'sent', settled_at = now()`)
	})
	db, err := postgres.OpenTraced(t.Context(), url, onConflict{left})
	ok(t, err)
	t.Cleanup(db.Close)
	execute(t, url, `create function conflict() returns trigger language plpgsql as $$
		begin raise exception 'conflict' using errcode = '40001'; end $$`)
	execute(t, url, `create constraint trigger conflict after update on mails deferrable initially deferred
		for each row when (new.state = 'ready') execute function conflict()`)
	box := &postbox{}
	works(t, db, postgres.Mailing{Send: box.send})
	opens(t, db, bot.Web, ref)
	eventually(t, "the end of the job", func() bool {
		return postgrestest.Query[int](t, url, `select count(*) from river_job where kind = 'guichet_mail' and state = 'completed'`) == 1
	})
	if mails := box.taken(); len(mails) != 0 {
		t.Errorf("it leaves once more: %+v", mails)
	}
	if state := postgrestest.Query[string](t, url, `select state from mails`); state != "sent" {
		t.Errorf("it is %s", state)
	}
}
