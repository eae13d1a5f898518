package metrics_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"guichet/bot"
	"guichet/connectors/metrics"
	"guichet/connectors/postgres/postgrestest"
)

var (
	figureName = regexp.MustCompile(`guichet_[a-z_]+`)
	typeLine   = regexp.MustCompile(`(?m)^# TYPE (guichet_[a-z_]+) `)
	yamlBlock  = regexp.MustCompile("(?s)```yaml\n(.*?)```")
)

func TestTheDocsNameTheFiguresThereAreAndNoOthers(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	db := postgrestest.Open(t)
	m := metrics.New(options(db))
	in := bot.Inbound{Channel: "telegram", Key: "a", Site: "micro"}
	if _, err := m.Watch(db).Turn(t.Context(), in, says(bot.Reply{Kind: bot.Answer}, &bot.Ticket{Reference: "A", Category: bot.Claim})); err != nil {
		t.Fatal(err)
	}
	if err := db.AddWebhook(t.Context(), bot.Webhook{Name: "crm", URL: "u", Secret: "s", MadeBy: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := db.NoteTicket(t.Context(), "A", bot.User{Email: "a"}, "x", ""); err != nil { // leaves a job
		t.Fatal(err)
	}
	var there, named []string
	for _, found := range typeLine.FindAllStringSubmatch(read(t, m), -1) {
		there = append(there, found[1])
	}
	for _, name := range figureName.FindAllString(string(data), -1) {
		named = append(named, strings.TrimSuffix(name, "_bucket"))
	}
	slices.Sort(there)
	slices.Sort(named)
	if named = slices.Compact(named); !slices.Equal(there, named) {
		t.Errorf("there are %v\nnamed are %v", there, named)
	}
}

func TestTheRulesOfTheDocsAreWhole(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, block := range yamlBlock.FindAllStringSubmatch(string(data), -1) {
		var file struct {
			Scrape []map[string]any `yaml:"scrape_configs"`
			Groups []struct {
				Name  string
				Rules []struct {
					Alert, Expr, For string
					Annotations      struct{ Summary string }
				}
			}
		}
		if err := yaml.UnmarshalWithOptions([]byte(block[1]), &file, yaml.Strict()); err != nil {
			t.Errorf("%s\n%v", block[1], err)
		}
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				rules++
				if r.Alert == "" || r.Annotations.Summary == "" || !figureName.MatchString(r.Expr) {
					t.Errorf("%s: %+v", g.Name, r)
				}
			}
		}
	}
	if rules < 8 {
		t.Errorf("%d rules were read", rules)
	}
}
