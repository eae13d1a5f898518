package main

import (
	"testing"
	"time"
)

// TestAnOutageUnderLoadLeavesNobodyWithoutAnAnswer stops PostgreSQL while people talk; GUICHET_TEST_OUTAGE=60s makes it a long
// one, after which every ticket of the outage has to be in the database ten seconds after its return.
func TestAnOutageUnderLoadLeavesNobodyWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	usual := 4 * time.Second
	outage := lasting(t, "GUICHET_TEST_OUTAGE", usual)
	dir := openFolder(t)
	database := newPostgres(t, dir)
	url := database.url()
	server := newProcess(t, url, dir)
	server.start()
	server.serves()
	server.ready()
	throughout := newNamedCrowd(t, "throughout", 8, server.base)
	during := newNamedCrowd(t, "during", 8, server.base)
	throughout.talk()
	time.Sleep(time.Second)
	if err := database.cluster.Stop(); err != nil {
		t.Fatal(err)
	}
	during.talk()
	time.Sleep(outage)
	wantTrue(t, "somebody opens a request meanwhile", func() bool { return during.opened.Load() > 0 })
	during.quiet()
	database.start()
	returned := time.Now()
	tickets := 0
	for _, v := range during.all {
		for reference := range v.told {
			tickets++
			if !comesTrue(func() bool {
				return queryInt(t, url, `select count(*) from tickets where reference = $1`, reference) == 1
			}) {
				t.Fatalf("%s was told %s, which never comes into the database", v.name, reference)
			}
		}
	}
	took := time.Since(returned)
	if outage > usual && took > 10*time.Second {
		t.Errorf("the tickets of the outage took %v\n%s", took, lastOf(server.log.String()))
	}
	throughout.quiet()
	server.ready()
	db := checked(t, database)
	messages := 0
	for _, people := range []*crowd{throughout, during} {
		said, _ := people.check(db)
		messages += said
		for _, v := range people.all {
			if v.silences > 0 || len(v.codes) > 0 {
				t.Errorf("%s was left without an answer %d times, and got %v", v.name, v.silences, v.codes)
			}
		}
	}
	t.Logf("an outage of %v: %d messages acknowledged and answered; %d tickets of the outage were in the database after %v",
		outage, messages, tickets, took.Round(time.Millisecond))
	if messages < 20 || tickets == 0 {
		t.Error("this shows nothing")
	}
}
