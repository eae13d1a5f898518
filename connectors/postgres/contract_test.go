package postgres_test

import (
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres/postgrestest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	bottest.TestStore(t, func(t *testing.T) bot.Store { return postgrestest.Open(t) })
}

func TestTickets(t *testing.T) {
	t.Parallel()
	bottest.TestTickets(t, func(t *testing.T) bottest.TicketStore { return postgrestest.Open(t) })
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	bottest.TestDrafts(t, func(t *testing.T) bottest.DraftStore { return postgrestest.Open(t) })
}

func TestTicketTies(t *testing.T) {
	t.Parallel()
	bottest.TestTicketTies(t, func(t *testing.T) bottest.TieStore { return postgrestest.Open(t) })
}

func TestPendingReplies(t *testing.T) {
	t.Parallel()
	bottest.TestPendingReplies(t, func(t *testing.T) bottest.PendingStore { return postgrestest.Open(t) })
}

func TestMacros(t *testing.T) {
	t.Parallel()
	bottest.TestMacros(t, func(t *testing.T) bottest.MacroStore { return postgrestest.Open(t) })
}

func TestEditions(t *testing.T) {
	t.Parallel()
	bottest.TestEditions(t, func(t *testing.T) bottest.EditionStore { return postgrestest.Open(t) })
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	bottest.TestAccounts(t, func(t *testing.T) bot.Accounts { return postgrestest.Open(t) })
}

func TestInbox(t *testing.T) {
	t.Parallel()
	bottest.TestInbox(t, func(t *testing.T) bottest.InboxStore { return postgrestest.Open(t) })
}

func TestNotes(t *testing.T) {
	t.Parallel()
	bottest.TestNotes(t, func(t *testing.T) bot.Notes { return postgrestest.Open(t) })
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	bottest.TestOutbox(t, func(t *testing.T) bottest.OutboxStore { return postgrestest.Open(t) })
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	bottest.TestAttachments(t, func(t *testing.T) bottest.AttachmentStore { return postgrestest.Open(t) })
}

func TestPassages(t *testing.T) {
	t.Parallel()
	bottest.TestPassages(t, func(t *testing.T) bottest.PassageStore { return postgrestest.Open(t) })
}

func TestStaffThreads(t *testing.T) {
	t.Parallel()
	bottest.TestStaffThreads(t, func(t *testing.T) bottest.StaffThreadStore { return postgrestest.Open(t) })
}

func TestStaffIdentities(t *testing.T) {
	t.Parallel()
	bottest.TestStaffIdentities(t, func(t *testing.T) bottest.StaffIdentityStore { return postgrestest.Open(t) })
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	bottest.TestAPIKeys(t, func(t *testing.T) bottest.KeyStore { return postgrestest.Open(t) })
}

func TestArchive(t *testing.T) {
	t.Parallel()
	bottest.TestArchive(t, func(t *testing.T) bottest.ArchiveStore { return postgrestest.Open(t) })
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	bottest.TestWebhooks(t, func(t *testing.T) bottest.WebhookStore { return postgrestest.Open(t) })
}

func TestLeadership(t *testing.T) {
	t.Parallel()
	bottest.TestLeadership(t, func(t *testing.T) ([2]bot.Leadership, func()) {
		url := postgrestest.Migrated(t)
		return [2]bot.Leadership{postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)}, func() {
			// The lock's holder is the only session that has an advisory lock of ours and is the first to have had one.
			execute(t, url, `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
				where l.locktype = 'advisory' and l.granted and a.datname = current_database()
				order by a.backend_start limit 1`)
		}
	})
}

func TestVisitors(t *testing.T) {
	t.Parallel()
	bottest.TestVisitors(t, func(t *testing.T) bottest.VisitorStore { return postgrestest.Open(t) })
}
