package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/jackc/pgx/v5"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// twoReplicas are two servers over one database, each with a data folder of its own.
func twoReplicas(t *testing.T, database, dir string) [2]*process {
	t.Helper()
	var all [2]*process
	for i := range all {
		all[i] = newProcess(t, database, filepath.Join(dir, fmt.Sprint("replica", i)))
		all[i].start()
	}
	for _, p := range all {
		p.serves()
	}
	return all
}

// TestOfTwoReplicasOneMayDieAtAnyTime kills them in turn; people reconnect to the other, and agents' replies arrive.
func TestOfTwoReplicasOneMayDieAtAnyTime(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := postgrestest.URL(t)
	replicas := twoReplicas(t, database, dir)
	people := newCrowd(t, 5, replicas[0].base, replicas[1].base)
	people.talk()
	db := postgrestest.OpenAt(t, database)
	agent := bot.User{Email: "ines@example.org", Name: "Inès Morel"}
	random := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	replies := 0
	for i := range kills(t, 4) {
		time.Sleep(lasting(t, "GUICHET_TEST_KILL_EVERY", time.Duration(random.Int64N(int64(1200*time.Millisecond)))))
		p := replicas[i%2]
		p.kill()
		replies += replyToOne(t, db, agent, i)
		p.start()
		p.serves()
	}
	comesTrue(func() bool { // somebody has opened a request by now
		if replies == 0 {
			replies += replyToOne(t, db, agent, 1000)
		}
		return replies > 0
	})
	people.quiet()
	for _, p := range replicas {
		p.ready()
	}
	messages, tickets := people.check(db) // which compares agents' replies too
	t.Logf("%d messages and %d tickets were acknowledged, %d replies of an agent", messages, tickets, replies)
	if messages < 20 || replies == 0 {
		t.Errorf("%d messages, %d replies: this shows nothing", messages, replies)
	}
}

// replyToOne answers an open ticket, and gives the conversation back to the bot.
func replyToOne(t *testing.T, db *postgres.DB, agent bot.User, round int) int {
	t.Helper()
	open, err := db.Tickets(t.Context(), bot.TicketFilter{Statuses: []bot.Status{bot.Open}, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(open) == 0 {
		return 0
	}
	reference := open[0].Reference
	if err := db.ReplyTicket(t.Context(), reference, agent, bot.AgentReply{Text: fmt.Sprint("Bonjour, réponse ", round)}); err != nil {
		t.Fatal(err)
	}
	if err := db.SetTicketStatus(t.Context(), reference, agent, bot.Closed); err != nil {
		t.Fatal(err)
	}
	return 1
}

// TestARollingRestartLosesNothing stops each replica as an upgrade does, under load.
func TestARollingRestartLosesNothing(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := postgrestest.URL(t)
	replicas := twoReplicas(t, database, dir)
	people := newCrowd(t, 5, replicas[0].base, replicas[1].base)
	people.talk()
	for range 2 {
		for _, p := range replicas {
			if code := p.terminate(); code != 0 {
				t.Errorf("it ended with %d\n%s", code, lastOf(p.log.String()))
			}
			p.start()
			p.serves()
		}
	}
	people.quiet()
	for _, p := range replicas {
		p.ready()
	}
	restarts := 0
	for _, v := range people.all {
		restarts += v.codes["1012"]
		for code, n := range v.codes {
			if code != "1012" {
				t.Errorf("%s got %s %d times", v.name, code, n)
			}
		}
	}
	messages, tickets := people.check(postgrestest.OpenAt(t, database))
	t.Logf("%d messages and %d tickets were acknowledged; %d times somebody was told to reconnect", messages, tickets, restarts)
	if restarts == 0 || messages == 0 {
		t.Error("nobody was told to reconnect")
	}
}

// TestAStoppingServerLetsTheReplyLeaveAndTellsClientsToReconnect sends a message and SIGTERM at the same time.
func TestAStoppingServerLetsTheReplyLeaveAndTellsClientsToReconnect(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := postgrestest.URL(t)
	server := newProcess(t, database, dir)
	server.start()
	server.serves()
	people := newCrowd(t, 3, server.base)
	for _, v := range people.all {
		if !comesTrue(v.connect) {
			t.Fatal("nobody can connect")
		}
	}
	writer := people.all[0]
	writer.sent = append(writer.sent, said{id: "last", text: "comment obtenir un kbis ?"})
	if err := writer.conn.WriteJSON(map[string]any{"type": "message", "id": "last", "text": writer.sent[0].text}); err != nil {
		t.Fatal(err)
	}
	for !writer.sent[0].acked { // it has been received: what comes now is the end
		if _, ok := writer.next(20 * time.Second); !ok {
			t.Fatal("the socket has ended")
		}
	}
	if code := server.terminate(); code != 0 {
		t.Errorf("it ended with %d\n%s", code, lastOf(server.log.String()))
	}
	for _, v := range people.all {
		for v.conn != nil {
			v.next(20 * time.Second)
		}
		if v.codes["1012"] != 1 {
			t.Errorf("%s was not told to reconnect: %v", v.name, v.codes)
		}
	}
	if !writer.answered("last") {
		t.Error("the reply in progress has not left")
	}
	if _, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.base, "http")+"/ws", nil); err == nil {
		t.Error("a stopped server takes new sockets")
	}
}

// TestAMissedNotificationDelaysAndLosesNothing cuts the connections on which replicas wake each other.
func TestAMissedNotificationDelaysAndLosesNothing(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	server := newProcess(t, database.url(), dir)
	server.start()
	server.serves()
	server.ready()
	people := newCrowd(t, 1, server.base)
	v := people.all[0]
	if stop := make(chan struct{}); !v.say(stop, "comment obtenir un kbis ?", "") {
		t.Fatal("nothing was said")
	}
	db := checked(t, database)
	key, _, _ := strings.Cut(v.token, ".")
	// The listener is deaf; what another replica writes now is announced to nobody.
	listener := backend(t, database, "guichet listen")
	if err := syscall.Kill(listener, syscall.SIGKILL); err != nil { // PostgreSQL restarts all its backends
		t.Fatal(err)
	}
	if !comesTrue(func() bool {
		_, err := db.Turn(context.Background(), bot.Inbound{Channel: "web", Key: key, ExternalID: "elsewhere", Site: "micro"},
			func(c bot.Conversation) (bot.Turn, error) {
				return bot.Turn{Text: "d’ailleurs", Reply: bot.Reply{Kind: bot.Silent}, State: c.State}, nil
			})
		return err == nil || errors.Is(err, bot.ErrExists)
	}) {
		t.Fatal("the database does not come back")
	}
	for !strings.Contains(v.shown[v.after].Text, "ailleurs") {
		if _, ok := v.next(time.Minute); !ok {
			t.Fatalf("the message never arrives; shown %v", v.shown)
		}
	}
}

// backend is the process of PostgreSQL that serves a connection.
func backend(t *testing.T, database *ownPostgres, application string) (pid int) {
	t.Helper()
	if !comesTrue(func() bool {
		pid = queryInt(t, database.url(), `select coalesce(max(pid), 0) from pg_stat_activity where application_name = $1`, application)
		return pid > 0
	}) {
		t.Fatalf("no connection of %q", application)
	}
	return pid
}

// TestOneReplicaMigratesWhileAnotherServes takes the newest migration back, so that the next replica to start has it to do.
func TestOneReplicaMigratesWhileAnotherServes(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := postgrestest.URL(t)
	first := newProcess(t, database, filepath.Join(dir, "first"))
	first.start()
	first.serves()
	first.ready()
	people := newCrowd(t, 3, first.base)
	people.talk()
	newest := takeBackNewestMigration(t, database)
	for i := range 2 {
		p := newProcess(t, database, filepath.Join(dir, fmt.Sprint("next", i)))
		p.start()
		p.ready()
		if n := queryInt(t, database, `select count(*) from guichet_migrations where version_id = $1`, newest); n != 1 {
			t.Errorf("migration %d was done %d times", newest, n)
		}
	}
	first.ready()
	people.quiet()
	if messages, _ := people.check(postgrestest.OpenAt(t, database)); messages == 0 {
		t.Error("nobody said anything")
	}
}

// takeBackNewestMigration undoes the newest migration and returns its number.
func takeBackNewestMigration(t *testing.T, url string) (version int) {
	t.Helper()
	files, err := filepath.Glob("../../connectors/postgres/migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no migrations")
	}
	newest := files[len(files)-1]
	if _, err := fmt.Sscanf(filepath.Base(newest), "%d_", &version); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	_, down, ok := strings.Cut(string(text), "-- +goose Down")
	if !ok {
		t.Fatalf("%s has no way back", newest)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), fmt.Sprintf("begin; %s; delete from guichet_migrations where version_id = %d; commit", down, version)); err != nil {
		t.Fatal(err)
	}
	return version
}
