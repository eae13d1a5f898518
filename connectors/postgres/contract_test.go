package postgres_test

import (
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// open is one replica over the database.
func open(t *testing.T, url string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(db.Close)
	return db
}

func TestStore(t *testing.T) {
	t.Parallel()
	bottest.TestStore(t, func(t *testing.T) bot.Store { return open(t, postgrestest.URL(t)) })
}

func TestTickets(t *testing.T) {
	t.Parallel()
	bottest.TestTickets(t, func(t *testing.T) bottest.TicketStore { return open(t, postgrestest.URL(t)) })
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	bottest.TestDrafts(t, func(t *testing.T) bottest.DraftStore { return open(t, postgrestest.URL(t)) })
}

func TestTicketTies(t *testing.T) {
	t.Parallel()
	bottest.TestTicketTies(t, func(t *testing.T) bottest.TieStore { return open(t, postgrestest.URL(t)) })
}

func TestPendingReplies(t *testing.T) {
	t.Parallel()
	bottest.TestPendingReplies(t, func(t *testing.T) bottest.PendingStore { return open(t, postgrestest.URL(t)) })
}

func TestMacros(t *testing.T) {
	t.Parallel()
	bottest.TestMacros(t, func(t *testing.T) bottest.MacroStore { return open(t, postgrestest.URL(t)) })
}

func TestEditions(t *testing.T) {
	t.Parallel()
	bottest.TestEditions(t, func(t *testing.T) bottest.EditionStore { return open(t, postgrestest.URL(t)) })
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	bottest.TestAccounts(t, func(t *testing.T) bot.Accounts { return open(t, postgrestest.URL(t)) })
}

func TestInbox(t *testing.T) {
	t.Parallel()
	bottest.TestInbox(t, func(t *testing.T) bottest.InboxStore { return open(t, postgrestest.URL(t)) })
}

func TestNotes(t *testing.T) {
	t.Parallel()
	bottest.TestNotes(t, func(t *testing.T) bot.Notes { return open(t, postgrestest.URL(t)) })
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	bottest.TestOutbox(t, func(t *testing.T) bottest.OutboxStore { return open(t, postgrestest.URL(t)) })
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	bottest.TestAttachments(t, func(t *testing.T) bottest.AttachmentStore { return open(t, postgrestest.URL(t)) })
}

func TestPassages(t *testing.T) {
	t.Parallel()
	bottest.TestPassages(t, func(t *testing.T) bottest.PassageStore { return open(t, postgrestest.URL(t)) })
}

func TestStaffThreads(t *testing.T) {
	t.Parallel()
	bottest.TestStaffThreads(t, func(t *testing.T) bottest.StaffThreadStore { return open(t, postgrestest.URL(t)) })
}

func TestStaffIdentities(t *testing.T) {
	t.Parallel()
	bottest.TestStaffIdentities(t, func(t *testing.T) bottest.StaffIdentityStore { return open(t, postgrestest.URL(t)) })
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	bottest.TestAPIKeys(t, func(t *testing.T) bottest.KeyStore { return open(t, postgrestest.URL(t)) })
}

func TestArchive(t *testing.T) {
	t.Parallel()
	bottest.TestArchive(t, func(t *testing.T) bottest.ArchiveStore { return open(t, postgrestest.URL(t)) })
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	bottest.TestWebhooks(t, func(t *testing.T) bottest.WebhookStore { return open(t, postgrestest.URL(t)) })
}

func TestLeadership(t *testing.T) {
	t.Parallel()
	bottest.TestLeadership(t, func(t *testing.T) ([2]bot.Leadership, func()) {
		url := postgrestest.URL(t)
		return [2]bot.Leadership{open(t, url), open(t, url)}, func() {
			// The lock's holder is the only session that has an advisory lock of ours and is the first to have had one.
			execute(t, url, `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
				where l.locktype = 'advisory' and l.granted and a.datname = current_database()
				order by a.backend_start limit 1`)
		}
	})
}

func TestVisitors(t *testing.T) {
	t.Parallel()
	bottest.TestVisitors(t, func(t *testing.T) bottest.VisitorStore { return open(t, postgrestest.URL(t)) })
}
