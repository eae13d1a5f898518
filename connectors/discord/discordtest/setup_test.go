package discordtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

// least is what a bot needs for direct messages and mentions.
const least = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages

// soon bounds each wait, so that what does not come fails its own test.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// must is for what a test takes for granted.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// bot is discordgo, unmodified, that puts what it hears on channels.
type bot struct {
	*discordgo.Session
	heard    chan *discordgo.Message
	pressed  chan *discordgo.Interaction
	sessions chan string // "ready" or "resumed"
}

func newBot(t *testing.T, s *discordtest.Server, intents discordgo.Intent) *bot {
	t.Helper()
	session := must(discordgo.New("Bot token"))
	session.Client = &http.Client{Transport: s.Transport()}
	session.Identify.Intents, session.LogLevel = intents, -1
	session.SyncEvents = true // as they come
	b := &bot{session, make(chan *discordgo.Message, 100), make(chan *discordgo.Interaction, 100), make(chan string, 100)}
	session.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageCreate) {
		if m.Author.ID != s.Bot.ID {
			b.heard <- m.Message
		}
	})
	session.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) { b.pressed <- i.Interaction })
	session.AddHandler(func(*discordgo.Session, *discordgo.Ready) { b.sessions <- "ready" })
	session.AddHandler(func(*discordgo.Session, *discordgo.Resumed) { b.sessions <- "resumed" })
	return b
}

// connect makes a bot and opens its gateway.
func connect(t *testing.T, s *discordtest.Server, intents discordgo.Intent) *bot {
	t.Helper()
	b := newBot(t, s, intents)
	b.open(t, s)
	return b
}

// open opens the gateway, and closes it before the server is closed.
func (b *bot) open(t *testing.T, s *discordtest.Server) {
	t.Helper()
	b.start(t, s)
	t.Cleanup(func() { _ = b.Close() })
}

// start opens the gateway, and waits for the first heartbeat. A connection that ends before it can throw discordgo
// v0.29.0 into a loop: the heartbeat fails, and closes with 1000 the connection that was opened meanwhile, whose own
// heartbeat then fails. And Close before it opens the gateway again.
func (b *bot) start(t *testing.T, s *discordtest.Server) {
	t.Helper()
	before := s.Counts().Heartbeats
	if err := b.Open(); err != nil {
		t.Fatal(err)
	}
	if err := s.Await(soon(t), func() bool { return s.Counts().Heartbeats > before }); err != nil {
		t.Fatal(err)
	}
}

// next takes the next of a channel.
func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-soon(t).Done():
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// refusedWith is the status and code with which a request was refused; 0 and 0 when it was not.
func refusedWith(err error) (status, code int) {
	var refused *discordgo.RESTError
	if !errors.As(err, &refused) {
		return 0, 0
	}
	if refused.Message != nil {
		code = refused.Message.Code
	}
	return refused.Response.StatusCode, code
}

// call makes a request of the API by hand. It returns the status, the code and the body.
func call(t *testing.T, s *discordtest.Server, method, path, body string) (status, code int, answer string) {
	t.Helper()
	request := must(http.NewRequestWithContext(soon(t), method, s.URL+"/api/v9"+path, strings.NewReader(body)))
	request.Header.Set("Authorization", "Bot token")
	request.Header.Set("User-Agent", "DiscordBot (https://guichet.example, 1)")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response := must((&http.Client{Transport: s.Transport()}).Do(request))
	defer func() { _ = response.Body.Close() }()
	var decoded json.RawMessage
	if response.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(response.Body).Decode(&decoded); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	var refusal struct{ Code int }
	_ = json.Unmarshal(decoded, &refusal) // a list has no code
	return response.StatusCode, refusal.Code, string(decoded)
}

func text(content string) *string { return &content }

// row is one row of buttons whose custom ids and labels are given.
func row(ids ...string) []discordgo.MessageComponent {
	r := discordgo.ActionsRow{}
	for _, id := range ids {
		r.Components = append(r.Components, discordgo.Button{CustomID: id, Label: id, Style: discordgo.PrimaryButton})
	}
	return []discordgo.MessageComponent{r}
}
