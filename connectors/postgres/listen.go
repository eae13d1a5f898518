package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// notifyChannel is the PostgreSQL channel on which the replicas wake each other.
	notifyChannel = "guichet_conversation"

	// listenerName is the listening connection's application_name, so that an administrator sees what it is for.
	listenerName = "guichet listen"

	// silence is how long a listener trusts a quiet connection before it asks for a sign of life: a network that
	// went away says nothing, and neither does a calm afternoon.
	silence = 30 * time.Second

	// A lost connection is tried again after the first pause, doubled up to the last.
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
)

// notification is what NOTIFY carries: ids, never content. Anybody who may connect to the database can listen.
type notification struct {
	Channel string `json:"channel"`
	Key     string `json:"key"`
}

// queueNotification adds the wake-up of the listeners to what a transaction does; it leaves at the commit.
func queueNotification(batch *pgx.Batch, channel, key string) error {
	// The limits of names (bot.MaxKey) keep the payload far below PostgreSQL's 8000 bytes.
	payload, err := encode(notification{channel, key})
	if err != nil {
		return err
	}
	batch.Queue("select pg_notify($1, $2)", notifyChannel, string(payload))
	return nil
}

// Listen implements bot.Store. It returns nil when ctx ends, and nothing else makes it return. Both callbacks run in
// its goroutine: while one works, the next notification waits.
func (db *DB) Listen(ctx context.Context, changed func(channel, key string), listening func()) error {
	pause := firstPause
	for ctx.Err() == nil {
		conn, err := db.listener(ctx)
		if err == nil {
			pause = firstPause
			db.latest.listening(1)
			listening() // only now: what is read from here on is complete, since LISTEN is in force
			db.receive(ctx, conn, changed)
			db.latest.listening(-1)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		}
	}
	return nil
}

// listener opens a connection of its own, which does not count in the pool: it is busy for as long as it lives.
func (db *DB) listener(ctx context.Context) (*pgx.Conn, error) {
	config := db.pool.Config().ConnConfig
	config.RuntimeParams["application_name"] = listenerName
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "listen "+notifyChannel); err != nil {
		closeListener(conn)
		return nil, err
	}
	return conn, nil
}

// receive hands notifications over until the connection or ctx ends, and closes the connection.
func (db *DB) receive(ctx context.Context, conn *pgx.Conn, changed func(channel, key string)) {
	defer closeListener(conn)
	for {
		wait, cancel := context.WithTimeout(ctx, silence)
		received, err := conn.WaitForNotification(wait)
		cancel()
		switch {
		case err == nil:
			db.deliver(received, changed)
		case ctx.Err() != nil:
			return
		case errors.Is(err, context.DeadlineExceeded): // quiet; the connection remains usable
			if !alive(ctx, conn) {
				return
			}
		default:
			return
		}
	}
}

func (db *DB) deliver(received *pgconn.Notification, changed func(channel, key string)) {
	var n notification
	// Anybody may notify on our channel: what is not ours is not worth a word.
	if json.Unmarshal([]byte(received.Payload), &n) == nil && n.Channel != "" {
		db.latest.hear(thread{n.Channel, n.Key})
		changed(n.Channel, n.Key)
	}
}

func alive(ctx context.Context, conn *pgx.Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return conn.Ping(ctx) == nil
}

// closeListener does not wait for a server that may be gone.
func closeListener(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}
