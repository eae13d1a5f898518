package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/api"
	"guichet/knowledge"
)

// bakery answers from another collection than the shipped knowledge has.
func bakery(t *testing.T) *bot.Engine {
	t.Helper()
	topic := func(id, title, body string) string {
		return "## " + title + " {#" + id + "}\nsource: Guide\n\n" + body + "\n\n### On le demande ainsi\n\n" + strings.Repeat("- "+title+"\n", 3) + "\n"
	}
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	contents, problems, err := knowledge.LoadTree(fstest.MapFS{
		"knowledge/content/boulangerie/collection.md": file("---\nname: Boulangerie\nlead: Chez le boulanger\n---\n"),
		"knowledge/content/boulangerie/guide.md": file("---\ntitle: Guide\nkind: guide\nchecked: 2026-11-22\nreview: 2060-11-22\n---\n" +
			topic("horaires", "Quand est-ce ouvert ?", "De sept heures à midi.") + topic("adresse", "Où est-ce ?", "Place du marché.")),
	})
	if err != nil || len(contents.Topics) != 2 {
		t.Fatalf("%d topics, %v, %v", len(contents.Topics), problems, err)
	}
	base, err := knowledge.Build(contents, nil)
	if err != nil {
		t.Fatal(err)
	}
	return bot.NewEngine(base)
}

// TestASearchIsOfOneEditionOfTheKnowledge, however often it is replaced meanwhile: what may be found and what is found agree.
func TestASearchIsOfOneEditionOfTheKnowledge(t *testing.T) {
	t.Parallel()
	engines := [2]*bot.Engine{bottest.Engine(t), bakery(t)}
	var counter *bot.Counter
	h := newHouse(t, func(o *api.Options) {
		counter = bot.NewCounter(engines[0], nil, nil, time.Now)
		o.Counter, o.Rate, o.Burst = counter, 1e6, 1e6
	})
	stop := make(chan struct{})
	var replacing sync.WaitGroup
	replacing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				counter.Replace(engines[i%2])
			}
		}
	})
	t.Cleanup(func() { close(stop); replacing.Wait() })
	given := map[int]int{}
	for range 300 {
		got := h.do(http.MethodPost, "/search", `{"text": "quand est-ce ouvert", "scope": "boulangerie"}`)
		if given[got.status]++; got.status == http.StatusOK && strings.Contains(got.body, `"hits":[]`) {
			t.Fatalf("the scope is known, and nothing is found in it: %s", got.body)
		}
	}
	if given[http.StatusOK] == 0 || len(given) != 2 { // only one of the two knows the scope
		t.Errorf("the knowledge was not replaced: %v", given)
	}
}
