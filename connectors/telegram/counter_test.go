package telegram_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/telegram"
	"guichet/connectors/telegram/telegramtest"
)

var site = bot.Site{ID: "micro", Name: "assurance-microentreprise.fr", Collections: []string{"micro"}, Starters: []string{"micro.kbis", "gone.topic"}, Delay: "sous un jour ouvré"}

// counter is a Telegram, a database, and any number of replicas between them.
type counter struct {
	t        *testing.T
	telegram *telegramtest.Server
	db       *postgres.DB
	url      string
	log      *bottest.Log
	files    *files.Store

	usualPace bool          // of its replicas
	groupGap  time.Duration // between two messages to a group, when not 0
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	t.Parallel()
	return newSerialCounter(t)
}

// newSerialCounter is newCounter for a test that runs alone.
func newSerialCounter(t *testing.T) *counter {
	t.Helper()
	c := &counter{t: t, telegram: telegramtest.NewServer(), url: postgrestest.Migrated(t), log: &bottest.Log{}}
	t.Cleanup(c.telegram.Close)
	c.db = postgrestest.OpenAt(t, c.url)
	var err error
	if c.files, err = files.Open(t.Context(), files.Options{Place: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, secret, _ := strings.Cut(c.telegram.Token, ":")
		if log := c.log.String(); strings.Contains(log, secret) {
			t.Errorf("the token stands in the log:\n%s", log)
		}
		if t.Failed() {
			t.Logf("log:\n%s", c.log.String())
		}
	})
	return c
}

// replica is a running server.
type replica struct {
	*telegram.Server
	stop func() // and wait for its end
}

// options of a replica over a store; hurried is what the replica is made with.
func (c *counter) options(store telegram.Store, changes *bot.Changes) telegram.Options {
	c.t.Helper()
	return telegram.Options{
		Token: telegram.Secret(c.telegram.Token), API: c.telegram.URL, Site: site,
		Counter: bot.NewCounter(bottest.Engine(c.t), store, []bot.Site{site}, time.Now), Store: store, Changes: changes, Files: c.files,
		SourceBase: base, Log: slog.New(slog.NewTextHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// start runs a replica until the test ends or stop is called.
func (c *counter) start(store telegram.Store, change ...func(*telegram.Options)) *replica {
	c.t.Helper()
	changes := bot.NewChanges(store)
	o := c.options(store, changes)
	for _, f := range change {
		f(&o)
	}
	server, err := telegram.New(o)
	if err != nil {
		c.t.Fatal(err)
	}
	if !c.usualPace {
		server.Hurry(c.groupGap)
	}
	return &replica{server, bottest.Run(c.t, changes.Run, server.Run)}
}

// said waits until the bot has said n messages in a chat, and gives them.
func (c *counter) said(chatID int64, n int) []telegramtest.Message {
	c.t.Helper()
	c.telegram.Wait(c.t, "what the bot says", func() bool { return len(c.telegram.Said(chatID)) >= n })
	said := c.telegram.Said(chatID)
	if len(said) != n {
		c.t.Fatalf("the bot said %d messages, want %d: %+v", len(said), n, said)
	}
	return said
}

// settled waits until nothing waits to be handled or delivered, for as long as there is progress.
func (c *counter) settled() {
	c.t.Helper()
	left, before := 1, 0
	for left > 0 {
		before = left
		c.telegram.Wait(c.t, "progress, or the end of all work", func() bool {
			left = c.telegram.Pending() + postgrestest.Unfinished(c.t, c.url)
			return left == 0 || left != before
		})
	}
}

// contains compares words, whatever the kind of space.
func contains(text, words string) bool {
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace
	return strings.Contains(plain(text), plain(words))
}

func wants(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !contains(text, w) {
			t.Errorf("no %q in:\n%s", w, text)
		}
	}
}
