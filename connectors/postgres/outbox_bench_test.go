package postgres_test

import (
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
)

// BenchmarkDeliver claims and settles one message while ten thousand wait in a hundred conversations.
func BenchmarkDeliver(b *testing.B) {
	url := postgrestest.Migrated(b)
	db := postgrestest.OpenAt(b, url)
	for _, statement := range []string{
		`insert into conversations (channel, key, site, last_seq) select 'telegram', c::text, 'x', 100 from generate_series(1, 100) c`,
		`insert into messages (conversation_id, seq, author, text, at) select id, s, 'agent', 'x', now() from conversations, generate_series(1, 100) s`,
		`insert into outbox (conversation_id, seq, channel, next_at)
			select conversation_id, seq, 'telegram', case seq when 1 then now() else 'infinity' end from messages`,
	} {
		execute(b, url, statement)
	}
	for b.Loop() {
		held, err := db.ClaimDelivery(b.Context(), bot.Telegram, time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		// Due again at once, so that the ten thousand stay.
		if err := db.SettleDelivery(b.Context(), held, bot.Dispatch{State: bot.Postponed}); err != nil {
			b.Fatal(err)
		}
	}
}
