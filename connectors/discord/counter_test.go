package discord_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/files"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

var site = bot.Site{ID: "micro", Name: "assurance-microentreprise.fr", Collections: []string{"micro"}, Delay: "sous un jour ouvré"}

// kbis is a question with a sure answer, which names Infogreffe.
const kbis = "comment obtenir un kbis ?"

// secretWord stands in what people write in these tests where it must not stand in a log.
const secretWord = "confidentiel"

// counter is a Discord, a database, and any number of replicas between them.
type counter struct {
	t       *testing.T
	discord *discordtest.Server
	guild   *discordtest.Guild
	db      *postgres.DB
	url     string
	log     *bottest.Log
	files   *files.Store
}

// token is that of the bot; it stands in no log.
const token = "MTIz.token-of-a-test"

func newCounter(t *testing.T, config ...func(*discordtest.Config)) *counter {
	t.Helper()
	t.Parallel()
	return newSerialCounter(t, config...)
}

// newSerialCounter is newCounter for a test that runs alone.
func newSerialCounter(t *testing.T, config ...func(*discordtest.Config)) *counter {
	t.Helper()
	o := discordtest.Config{Token: token}
	for _, f := range config {
		f(&o)
	}
	c := &counter{t: t, discord: discordtest.NewServer(o), url: postgrestest.Migrated(t), log: &bottest.Log{}}
	t.Cleanup(c.discord.Close)
	c.guild = c.discord.Guild("Marché")
	c.db = postgrestest.OpenAt(t, c.url)
	c.files = must(files.Open(t.Context(), files.Options{Place: t.TempDir()}))
	t.Cleanup(func() {
		if log := c.log.String(); strings.Contains(log, token) || strings.Contains(log, secretWord) {
			t.Errorf("the token or what somebody wrote stands in the log:\n%s", log)
		}
		if t.Failed() {
			t.Logf("log:\n%s", c.log.String())
		}
	})
	return c
}

// replica is a running server.
type replica struct {
	*discord.Server
	stop func() // and wait for its end
}

func (c *counter) options(store discord.Store, changes *bot.Changes) discord.Options {
	c.t.Helper()
	return discord.Options{
		Token: token, API: c.discord.URL, Site: site,
		Counter: bot.NewCounter(bottest.Engine(c.t), store, []bot.Site{site}, time.Now), Store: store, Changes: changes, Files: c.files,
		SourceBase: base, Log: slog.New(slog.NewTextHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// start runs a replica until the test ends or stop is called.
func (c *counter) start(store discord.Store, change ...func(*discord.Options)) *replica {
	c.t.Helper()
	return c.startWith(store, func(*discord.Server) {}, change...)
}

func (c *counter) startWith(store discord.Store, prepare func(*discord.Server), change ...func(*discord.Options)) *replica {
	c.t.Helper()
	changes := bot.NewChanges(store)
	o := c.options(store, changes)
	for _, f := range change {
		f(&o)
	}
	server, err := discord.New(o)
	if err != nil {
		c.t.Fatal(err)
	}
	server.Hurry()
	prepare(server)
	return &replica{server, bottest.Run(c.t, changes.Run, server.Run)}
}

// connected starts a replica and waits until it listens.
func (c *counter) connected(change ...func(*discord.Options)) *replica {
	c.t.Helper()
	before := c.discord.Counts()
	r := c.start(c.db, change...)
	c.listens(before)
	return r
}

// listens waits for a connection after those that were counted: a session, and a heartbeat, for the bot has then heard of
// the session.
func (c *counter) listens(before discordtest.Counts) {
	c.t.Helper()
	c.await("a connection", func() bool {
		now := c.discord.Counts()
		return now.Ready+now.Resumed > before.Ready+before.Resumed && now.Heartbeats > before.Heartbeats
	})
}

// soon bounds each wait, so that what does not come fails its own test.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// await waits for something to happen on Discord.
func (c *counter) await(what string, happened func() bool) {
	c.t.Helper()
	if err := c.discord.Await(soon(c.t), happened); err != nil {
		c.t.Fatalf("%s: %v", what, err)
	}
}

// must is for what a test takes for granted.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// said is what the bot has said in a channel, as one text a message.
func (c *counter) said(channel *discordtest.Channel) (all []string) {
	for _, m := range channel.Messages() {
		if m.Author.ID == c.discord.Bot.ID && m.Flags&discordtest.Loading == 0 {
			all = append(all, words(m))
		}
	}
	return all
}

// words is all that a message says.
func words(m discordtest.Message) string {
	parts := []string{m.Content}
	for _, e := range m.Embeds {
		parts = append(parts, e.Description)
		for _, f := range e.Fields {
			parts = append(parts, f.Value)
		}
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// answers waits until the bot has said n messages in a channel, and gives them.
func (c *counter) answers(channel *discordtest.Channel, n int) []string {
	c.t.Helper()
	c.await("what the bot says", func() bool { return len(c.said(channel)) >= n })
	said := c.said(channel)
	if len(said) != n {
		c.t.Fatalf("the bot said %d messages, want %d: %q", len(said), n, said)
	}
	return said
}

// pending is what waits to be handled or delivered.
func (c *counter) pending() int {
	c.t.Helper()
	return postgrestest.Unfinished(c.t, c.url)
}

// settled waits until nothing waits to be handled or delivered, for as long as there is progress.
func (c *counter) settled() {
	c.t.Helper()
	c.eventually("the end of all work", func() (int, bool) {
		left := c.pending()
		return left, left == 0
	})
}

// eventually waits for something that nobody announces; progress is a figure that changes while there is hope.
func (c *counter) eventually(what string, happened func() (progress int, done bool)) {
	c.t.Helper()
	const patience = 90 * time.Second
	before, since := -1, time.Now()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		progress, done := happened()
		if done {
			return
		}
		if progress != before {
			before, since = progress, time.Now()
		}
		if time.Since(since) > patience {
			c.t.Fatalf("%s did not come", what)
		}
		<-look.C
	}
}

// contains compares words, whatever the kind of space and without Discord's escapes.
func contains(text, words string) bool {
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\\", "").Replace
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
