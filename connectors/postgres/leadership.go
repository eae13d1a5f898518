package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// leaderName is the leader's connection's application_name, so that an administrator sees what it is for.
	leaderName = "guichet leader"

	// leaderRetry is how often a replica asks whether the leader has gone.
	leaderRetry = time.Second

	// leaderCheck is how often the leader makes sure that its connection, and so its lock, is still there.
	leaderCheck = 3 * time.Second
)

// Lead implements bot.Leadership with an advisory lock of a session. The lock goes with the session: at once when the
// process is killed, and within a dozen seconds when its machine vanishes, by the keep-alives asked of the server.
func (db *DB) Lead(ctx context.Context, name string, lead func(ctx context.Context)) error {
	retry := time.NewTicker(leaderRetry)
	defer retry.Stop()
	for {
		if conn, err := db.candidate(ctx); err == nil { // an unreachable database is asked again like a taken lock
			db.stand(ctx, conn, name, retry, lead)
			closeListener(conn)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-retry.C:
		}
	}
}

// candidate opens a connection of its own, which does not count in the pool: the lock lasts as long as it does.
func (db *DB) candidate(ctx context.Context) (*pgx.Conn, error) {
	config := db.pool.Config().ConnConfig
	config.RuntimeParams["application_name"] = leaderName
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	// Without effect on a Unix socket, where the kernel tells at once.
	if _, err := conn.Exec(ctx, `set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3;
		set idle_session_timeout = 0`); err != nil {
		closeListener(conn)
		return nil, err
	}
	return conn, nil
}

// stand asks for the lock on one connection, and leads when it has it, until ctx or the connection ends.
func (db *DB) stand(ctx context.Context, conn *pgx.Conn, name string, retry *time.Ticker, lead func(ctx context.Context)) {
	for {
		locked, err := tryLead(ctx, conn, name)
		if err != nil {
			return
		}
		if locked {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-retry.C:
		}
	}
	leading, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lead(leading)
	}()
	check := time.NewTicker(leaderCheck)
	defer check.Stop()
	for {
		select {
		case <-ended:
			return
		case <-check.C:
			if !alive(leading, conn) {
				cancel()
				<-ended
				return
			}
		}
	}
}

func tryLead(ctx context.Context, conn *pgx.Conn, name string) (locked bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	err = conn.QueryRow(ctx, `select pg_try_advisory_lock(hashtextextended('guichet ' || $1, 0))`, name).Scan(&locked)
	return locked, err
}
