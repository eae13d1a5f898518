package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// execute runs one statement, past the package.
func execute(t testing.TB, url, statement string, args ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestTwoReplicasDecideAConversationOneTurnAtATime(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	replicas := []*postgres.DB{postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)}
	const messages = 25
	var inside, decided atomic.Int32
	var group sync.WaitGroup
	for i := range 2 * messages { // each message goes to both replicas, as from a platform that delivers again
		group.Go(func() {
			in := bot.Inbound{Channel: "telegram", Key: "42", ExternalID: fmt.Sprint(i / 2), Site: "demo"}
			outcome, err := replicas[i%2].Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
				if inside.Add(1) != 1 {
					t.Error("two turns are decided at once")
				}
				defer inside.Add(-1)
				decided.Add(1)
				c.State.Lost++
				text := fmt.Sprint(c.State.Lost)
				return bot.Turn{Text: text, Reply: bot.Reply{Kind: bot.Answer, Text: text}, State: c.State}, nil
			})
			if err != nil || outcome.Bot == nil || outcome.Bot.Text != outcome.Customer.Text {
				t.Errorf("message %d: %+v, %v", i, outcome, err)
			}
		})
	}
	group.Wait()
	if decided.Load() != messages {
		t.Errorf("%d messages were decided %d times", messages, decided.Load())
	}
	transcript, err := replicas[0].Transcript(t.Context(), "telegram", "42", 0)
	if err != nil || len(transcript) != 2*messages {
		t.Fatalf("%d messages, %v", len(transcript), err)
	}
	for i, m := range transcript {
		if m.Seq != int64(i+1) || m.Text != fmt.Sprint(i/2+1) {
			t.Errorf("message %d of the transcript is number %d, %q", i+1, m.Seq, m.Text)
		}
	}
}

func TestAReplicaHearsOfTheOthersTurnsAndNeverOfTheirContent(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	here, there := postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)
	listening := listenTo(t, here)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), "listen guichet_conversation"); err != nil {
		t.Fatal(err)
	}
	in := visitor
	in.Text = "my secret"
	if _, err := there.Turn(t.Context(), in, func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "my secret", Reply: bot.Reply{Kind: bot.Answer, Text: "my secret"}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := <-listening.changed; got != "web ana" {
		t.Errorf("heard of %q", got)
	}
	notification, err := conn.WaitForNotification(t.Context())
	if err != nil || notification.Payload != `{"channel":"web","key":"ana"}` {
		t.Errorf("the notification is %+v, %v", notification, err)
	}
}

func TestASecretIsTheSameForEveryReplica(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	replicas := []*postgres.DB{postgrestest.OpenAt(t, url), postgrestest.OpenAt(t, url)}
	secrets := make([][]byte, 20)
	var group sync.WaitGroup
	for i := range secrets {
		group.Go(func() {
			var err error
			if secrets[i], err = replicas[i%2].Secret(t.Context(), "links"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, secret := range secrets {
		if len(secret) != 32 || !bytes.Equal(secret, secrets[0]) {
			t.Fatalf("secrets %x and %x", secrets[0], secret)
		}
	}
	other, err := replicas[0].Secret(t.Context(), "cookies")
	if err != nil || bytes.Equal(other, secrets[0]) {
		t.Errorf("another secret is the same, %v", err)
	}
}

func TestSessionsAreSharedByReplicas(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	here, there := postgrestest.OpenAt(t, url).Sessions(), postgrestest.OpenAt(t, url).Sessions()
	if err := here.Commit("token", []byte("data"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if data, found, err := there.Find("token"); string(data) != "data" || !found || err != nil {
		t.Errorf("the other replica finds %q, %v, %v", data, found, err)
	}
	if err := there.Delete("token"); err != nil {
		t.Fatal(err)
	}
	if _, found, err := here.Find("token"); found || err != nil {
		t.Errorf("a deleted session is found, %v", err)
	}
}
