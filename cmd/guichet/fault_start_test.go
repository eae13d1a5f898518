package main

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/connectors/postgres/postgrestest"
)

// queryInt asks the database one number, past the program.
func queryInt(t *testing.T, url, statement string, args ...any) (n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, statement, args...).Scan(&n); err != nil {
		return 0
	}
	return n
}

// TestTheServerStartsWithoutTheDatabase answers and records, connects when the database comes, and then hands over what it
// recorded; the tokens it gave out stay good after a restart.
func TestTheServerStartsWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	url := database.url()
	if err := database.cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	server := newProcess(t, url, dir)
	server.start()
	server.serves()
	if status, body := server.get("/readyz"); status != 200 || !strings.Contains(body, "spooling") {
		t.Errorf("/readyz: %d, %s", status, body)
	}
	if status, body := server.get("/desk", &http.Cookie{Name: "guichet_desk", Value: "somebody-who-is-signed-in"}); status != 503 || !strings.Contains(body, "La base de données ne répond pas") {
		t.Errorf("/desk: %d, %.300s", status, body)
	}
	people := newCrowd(t, 2, server.base)
	stop := make(chan struct{})
	for _, v := range people.all {
		for len(v.told) == 0 && len(v.sent) < 12 {
			text, choice := v.nextWords()
			v.say(stop, text, choice)
		}
		if len(v.told) == 0 || !v.shown[v.after].Deferred || !strings.Contains(v.shown[v.after].HTML, "dès que possible") {
			t.Errorf("the request without a database gives %+v", v.shown[v.after])
		}
	}
	if _, body := server.get("/readyz"); !waiting.MatchString(body) {
		t.Errorf("/readyz says %q", body)
	}
	server.kill() // and what was acknowledged outlives the process too
	server.start()
	server.serves()
	database.start()
	server.ready()
	server.says("First account") // what the start could not do is done now
	server.until("the desk is open", func() bool {
		status, body := server.get("/desk/login")
		return status == 200 && strings.Contains(body, "password")
	})
	if owner, err := os.ReadFile(filepath.Join(dir, "files", "owner")); err != nil || len(owner) == 0 {
		t.Errorf("the files belong to %q, %v", owner, err)
	}
	db := checked(t, database)
	if messages, tickets := people.check(db); messages < 8 || tickets != 2 {
		t.Errorf("%d messages, %d tickets", messages, tickets)
	}
	for reference := range people.all[0].told {
		file, err := db.Ticket(t.Context(), reference)
		if err != nil {
			t.Fatal(err)
		}
		if recorded, err := time.Parse(time.RFC3339, file.Events[0].Detail); err != nil || recorded.After(file.Events[0].At) {
			t.Errorf("the ticket's first event is %+v", file.Events[0])
		}
	}
}

// TestWhatWaitsIsHandedOverByACommandToo has a server that never comes back leave something behind.
func TestWhatWaitsIsHandedOverByACommandToo(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	url := database.url()
	if err := database.cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	server := newProcess(t, url, dir)
	server.start()
	server.serves()
	people := newCrowd(t, 1, server.base)
	v := people.all[0]
	v.say(make(chan struct{}), "comment obtenir un kbis ?", "")
	v.hangUp()
	if code, _, errs := guichet(t, "", "spool", "status", "--data="+dir); code != 1 || !strings.Contains(errs, "a server uses this spool") {
		t.Errorf("beside a server: exit %d, %s", code, errs)
	}
	if code := server.terminate(); code != 0 {
		t.Errorf("stopped without the database it ended with %d\n%s", code, server.log)
	}
	server.says("turns stay in the spool for the next start")
	if code, out, errs := guichet(t, "", "spool", "status", "--data="+dir); code != 0 || !strings.Contains(out, "1 turns of 1 conversations wait") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	database.start()
	code, out, errs := guichet(t, "", "spool", "replay", "--data="+dir, "--database-url="+url)
	if code != 0 || !strings.Contains(out, "1 turns handed over, 0 wait, 0 set aside") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	server.start() // for the visitor to look at
	server.ready()
	people.check(checked(t, database))
}

// TestANewerSchemaIsRefused tries it at the start, and when the database comes later.
func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	database := newPostgres(t, dir)
	checked(t, database).Close()
	url := database.url()
	queryInt(t, url, `insert into guichet_migrations (version_id, is_applied) values (99999, true) returning 1`)
	const refusal = "the database is newer than this program: its schema for Guichet is version 99999"
	server := newProcess(t, url, dir)
	server.start()
	<-server.ended
	if server.code != 1 || !strings.Contains(server.log.String(), refusal) {
		t.Errorf("it ended with %d\n%s", server.code, server.log)
	}
	if err := database.cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	late := newProcess(t, url, dir)
	late.start()
	late.serves()
	database.start()
	<-late.ended
	if late.code != 1 || !strings.Contains(late.log.String(), refusal) {
		t.Errorf("later it ended with %d\n%s", late.code, late.log)
	}
}

// TestAWrongAddressIsRefusedAtTheStart tells a mistake in the settings from an outage.
func TestAWrongAddressIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	wrong, err := url.Parse(postgrestest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	wrong.Path = "/nowhere"
	server := newProcess(t, wrong.String(), dir)
	server.start()
	<-server.ended
	if server.code != 1 || !strings.Contains(server.log.String(), "there is no such database") {
		t.Errorf("it ended with %d\n%s", server.code, server.log)
	}
}

// TestAPrivateDatabaseThatDiesIsStartedAgain kills the server's own PostgreSQL while somebody talks.
func TestAPrivateDatabaseThatDiesIsStartedAgain(t *testing.T) {
	t.Parallel()
	dir := openFolder(t)
	server := newProcess(t, "", dir)
	server.start()
	server.serves()
	server.ready()
	private := &ownPostgres{t: t, dir: filepath.Join(dir, "postgres")}
	people := newCrowd(t, 2, server.base)
	people.talk()
	for range 2 {
		before := private.main()
		for _, pid := range private.family() {
			killProcess(pid)
		}
		server.until("another PostgreSQL runs", func() bool {
			now := private.pid()
			return now != 0 && now != before
		})
		server.ready()
	}
	people.quiet()
	server.ready()
	url := "host=" + filepath.Join(private.dir, "run") + " port=5432 user=guichet dbname=guichet"
	if messages, _ := people.check(postgrestest.OpenAt(t, url)); messages == 0 {
		t.Error("nobody said anything")
	}
}

// TestADamagedIndexIsBuiltAgain truncates and removes what was kept of the index and of what was learned.
func TestADamagedIndexIsBuiltAgain(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "cache")
	// What was learned already saves half a minute; without it the first question fills the cache.
	if err := os.CopyFS(cache, os.DirFS(defaultCache())); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	ask := func() {
		t.Helper()
		code, out, errs := guichet(t, "", "ask", "--cache="+cache, "--scope=micro", "g besoin d1 kbis koman fair")
		if code != 0 || !strings.Contains(out, "Infogreffe") {
			t.Errorf("exit %d: %s%s", code, out, errs)
		}
	}
	ask()
	files := func() (all []string) {
		all, err := filepath.Glob(filepath.Join(cache, "index-*", "*"))
		if err != nil || len(all) == 0 {
			t.Fatalf("there is no index: %v", err)
		}
		return all
	}
	for _, file := range files() {
		if err := os.Truncate(file, 10); err != nil {
			continue // a folder
		}
	}
	ask()
	for _, file := range files() {
		if err := os.RemoveAll(file); err != nil {
			t.Fatal(err)
		}
	}
	ask()
}
