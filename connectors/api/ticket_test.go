package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

// open opens a ticket in a conversation by a turn.
func (h *house) open(reference, channel, key string) {
	h.t.Helper()
	_, err := h.db.Turn(h.t.Context(), bot.Inbound{Channel: channel, Key: key, Site: "micro"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{
			Text: "on m’a volé ma caisse", Reply: bot.Reply{Kind: bot.Escalate, Text: "**C’est** noté", Topic: "micro.sinistre"}, State: c.State,
			Ticket: &bot.Ticket{Reference: reference, Category: bot.Claim, Fields: map[bot.Field]string{bot.Email: key + "@example.fr"}},
		}, nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

type ticket struct {
	Reference string
	Status    bot.Status
	Assignee  *string
	Priority  bot.Priority
	Category  bot.Category
	Tags      []string
	Snoozed   *time.Time `json:"snoozed_until"`
	Fields    map[string]string
	Events    []struct{ Actor, Kind, Detail string }

	Transcript []struct {
		Seq         int64
		From, Text  string
		Agent, Kind *string
	}
}

func (h *house) ticket(reference string) (got ticket) {
	h.t.Helper()
	h.do(http.MethodGet, "/tickets/"+reference, "").into(h.t, &got)
	return got
}

func TestATicketIsListedReadAnsweredAndMovedOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.open("G-1", "web", "ana")
	if err := h.db.AddUser(t.Context(), bot.User{Email: "marie@example.fr", Name: "Marie", Role: bot.RoleAgent}); err != nil {
		t.Fatal(err)
	}
	first := h.ticket("G-1")
	if first.Status != bot.Open || first.Fields["email"] != "ana@example.fr" || first.Assignee != nil || len(first.Transcript) != 2 ||
		first.Transcript[1].Text != "**C’est** noté" || *first.Transcript[1].Kind != "escalate" {
		t.Errorf("read %+v", first)
	}
	var after ticket
	h.do("POST", "/tickets/G-1/replies", `{"text":"Bonjour <b>Ana</b>","as":"Marie D."}`).into(t, &after)
	h.do("POST", "/tickets/G-1/replies", `{"text":"Encore"}`).into(t, &after)
	h.do("POST", "/tickets/G-1/notes", `{"text":"à rappeler"}`).into(t, &after)
	h.do("PUT", "/tickets/G-1/assignee", `{"assignee":"Marie@Example.fr"}`).into(t, &after)
	if after.Assignee == nil || *after.Assignee != "marie@example.fr" {
		t.Errorf("assigned to %v", after.Assignee)
	}
	h.do("PUT", "/tickets/G-1/assignee", `{"assignee":null}`).into(t, &after)
	h.do("PUT", "/tickets/G-1/status", `{"status":"resolved"}`).into(t, &after)
	h.do("PUT", "/tickets/G-1/status", `{"status":"resolved"}`).into(t, &after) // changes nothing
	if after.Status != bot.Resolved {
		t.Errorf("the status is %s", after.Status)
	}
	file := h.ticket("G-1")
	var events []string
	for _, e := range file.Events {
		events = append(events, strings.TrimSpace(e.Actor+" "+e.Kind+" "+e.Detail))
	}
	want := []string{
		"bot opened", "api:crm reply", "api:crm reply", "api:crm note à rappeler", "api:crm assigned marie@example.fr",
		"api:crm assigned", "api:crm status resolved",
	}
	if !slices.Equal(events, want) {
		t.Errorf("the events are %q, want %q", events, want)
	}
	said := file.Transcript[2:]
	if len(said) != 3 || said[2].From != "bot" || said[2].Text != bot.ReplyResolved("G-1", "").Text || said[0].Text != "Bonjour <b>Ana</b>" || *said[0].Agent != "Marie D." || *said[1].Agent != "crm" {
		t.Errorf("what was said is %+v", said)
	}
}

func TestARepeatedWriteIsDoneOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.open("G-1", "web", "ana")
	other := "Authorization: Bearer " + h.newKey(bot.APIKey{Name: "other", Scopes: bot.Scopes()})
	for _, header := range []string{"Idempotency-Key: k1", `Idempotency-Key: "k1"`} {
		var got ticket
		h.do("POST", "/tickets/G-1/replies", `{"text":"un"}`, header).into(t, &got)
	}
	h.refused(h.do("POST", "/tickets/G-1/replies", `{"text":"deux"}`, "Idempotency-Key: k1"), 422, "nothing was done")
	h.refused(h.do("POST", "/tickets/G-1/notes", `{"text":"un"}`, "Idempotency-Key: k1"), 422, "nothing was done")
	var got ticket
	h.send(t.Context(), "POST", "/tickets/G-1/replies", `{"text":"un"}`, "Idempotency-Key: k1", other).into(t, &got) // another's key is another's
	h.do("POST", "/tickets/G-1/replies", `{"text":"un"}`).into(t, &got)                                              // without one, always new
	h.do("POST", "/tickets/G-1/notes", `{"text":"n"}`, "Idempotency-Key: k2").into(t, &got)
	h.do("POST", "/tickets/G-1/notes", `{"text":"n"}`, "Idempotency-Key: k2").into(t, &got)
	file := h.ticket("G-1")
	replies, notes := 0, 0
	for _, e := range file.Events {
		switch e.Kind {
		case "reply":
			replies++
		case "note":
			notes++
		}
	}
	if replies != 3 || notes != 1 || len(file.Transcript) != 5 {
		t.Errorf("%d replies, %d notes, %d messages", replies, notes, len(file.Transcript))
	}
}

func TestTheTicketsAreFilteredAndGivenPageByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	for _, reference := range []string{"A", "B", "C", "D", "E"} {
		h.open(reference, "web", strings.ToLower(reference))
	}
	admin := bot.User{Email: "x@y"}
	if err := h.db.SetTicketStatus(t.Context(), "B", admin, bot.Waiting); err != nil {
		t.Fatal(err)
	}
	if err := h.db.SetTicketStatus(t.Context(), "D", admin, bot.Closed); err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string]string{
		"":                             "E D C B A",
		"limit=2":                      "E D|C B|A",
		"limit=5":                      "E D C B A",
		"limit=1&status=open":          "E|C|A",
		"status=waiting&status=closed": "D B",
		"category=human":               "",
		"category=claim&limit=4":       "E D C B|A",
		"site=micro&text=C%40EXAMPLE":  "C",
		"site=alma":                    "",
		"assignee=marie@example.fr":    "",
	} {
		if got := h.pages("/tickets?"+filter, "tickets", "reference"); got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
}

// pages follows the cursors of a list, and gives a field of each entry.
func (h *house) pages(path, list, field string) string {
	h.t.Helper()
	var pages []string
	for cursor := ""; ; {
		var page map[string]json.RawMessage
		h.do(http.MethodGet, path+"&cursor="+cursor, "").into(h.t, &page)
		var entries []map[string]any
		if err := json.Unmarshal(page[list], &entries); err != nil {
			h.t.Fatal(err)
		}
		var all []string
		for _, e := range entries {
			data, _ := json.Marshal(e[field])
			all = append(all, strings.Trim(string(data), `"`))
		}
		pages = append(pages, strings.Join(all, " "))
		var next *string
		if err := json.Unmarshal(page["next"], &next); err != nil {
			h.t.Fatal(err)
		}
		if next == nil {
			return strings.Join(pages, "|")
		}
		cursor = *next
	}
}
