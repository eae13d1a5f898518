package postgres

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// longestReason bounds what is kept of an error.
const longestReason = 200

// KeepUpdates implements bot.Inbox.
func (db *DB) KeepUpdates(ctx context.Context, updates []bot.Update) error {
	if len(updates) == 0 {
		return nil
	}
	for _, u := range updates {
		if err := checkUpdate(u); err != nil {
			return err
		}
	}
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		batch := &pgx.Batch{}
		woken := map[string]bool{}
		for _, u := range updates {
			batch.Queue(`insert into inbox (channel, update_id, thread, payload) values ($1, $2, $3, $4)
				on conflict (channel, update_id) do nothing returning 1`, u.Channel, u.ID, u.Thread, notNil(u.Payload)).
				Query(func(rows pgx.Rows) error {
					for rows.Next() {
						woken[u.Channel] = true
					}
					return rows.Err()
				})
		}
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		wake := &pgx.Batch{}
		for channel := range woken {
			if err := queueNotification(wake, channel, ""); err != nil {
				return err
			}
		}
		return tx.SendBatch(ctx, wake).Close()
	})
	return fail(err, "keep updates of "+updates[0].Channel)
}

func notNil(payload []byte) []byte {
	if payload == nil {
		return []byte{}
	}
	return payload
}

// checkUpdate refuses names that cannot be kept as they are; see bot.Inbound.CheckNames.
func checkUpdate(u bot.Update) error {
	if err := (bot.Inbound{Channel: u.Channel, Key: u.ID}).CheckNames(); err != nil {
		return fmt.Errorf("an update cannot be kept: %w", err)
	}
	if clean(u.Thread) != u.Thread || utf8.RuneCountInString(u.Thread) > bot.MaxKey {
		return fmt.Errorf("update %s cannot be kept: its thread is no valid name", u.ID)
	}
	return nil
}

// ClaimUpdate implements bot.Inbox. The attempt is counted here and not when it fails: an update that ends the whole
// process is parked too.
func (db *DB) ClaimUpdate(ctx context.Context, channel string, lease time.Duration) (bot.HeldUpdate, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	held := bot.HeldUpdate{Update: bot.Update{Channel: channel}}
	err := db.pool.QueryRow(ctx, `update inbox set attempts = attempts + 1, claimed_until = clock_timestamp() + $2
		where id = (
			select i.id from inbox i
			where i.channel = $1 and i.done_at is null and i.parked_at is null and i.next_at <= now()
				and (i.claimed_until is null or i.claimed_until not between now() and now() + 2 * $2::interval)
				and not exists (select from inbox earlier where earlier.channel = i.channel and earlier.thread = i.thread
					and earlier.id < i.id and earlier.done_at is null and earlier.parked_at is null)
			order by i.id limit 1 for update skip locked)
		returning update_id, thread, payload, attempts, claimed_until`, channel, lease).
		Scan(&held.ID, &held.Thread, &held.Payload, &held.Attempt, &held.Until)
	return held, fail(err, "claim an update of "+channel)
}

// SettleUpdate implements bot.Inbox.
func (db *DB) SettleUpdate(ctx context.Context, held bot.HeldUpdate, as bot.Settlement) error {
	set := ""
	args := []any{held.Channel, held.ID, held.Until, brief(as.Reason)}
	switch as.Fate {
	case bot.Handled:
		set = `done_at = clock_timestamp(), payload = null, error = $4`
	case bot.Again:
		set, args = `next_at = clock_timestamp() + $5, error = $4`, append(args, as.After)
	case bot.Later:
		set, args = `next_at = clock_timestamp() + $5, attempts = attempts - 1, error = $4`, append(args, as.After)
	case bot.Parked:
		set = `parked_at = clock_timestamp(), error = $4`
	default:
		return fmt.Errorf("settle update %s of %s: no such fate as %q", held.ID, held.Channel, as.Fate)
	}
	return db.change(ctx, fmt.Sprintf("settle update %s of %s", held.ID, held.Channel),
		`update inbox set claimed_until = null, `+set+` where channel = $1 and update_id = $2 and claimed_until = $3`, args...)
}

// brief is a reason as it is kept: one line and short.
func brief(reason string) string {
	reason = firstLine(clean(reason))
	if r := []rune(reason); len(r) > longestReason {
		reason = string(r[:longestReason])
	}
	return reason
}
