package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/api"
)

func TestATicketIsClassedAndSetAside(t *testing.T) {
	t.Parallel()
	now := time.Now()
	h := newHouse(t, func(o *api.Options) { o.Now = func() time.Time { return now } })
	h.open("G-1", "web", "ana")
	if first := h.ticket("G-1"); first.Priority != bot.PriorityNormal || first.Tags == nil || len(first.Tags) != 0 || first.Snoozed != nil {
		t.Errorf("a new ticket is %+v", first)
	}
	until := now.Add(48 * time.Hour).UTC().Truncate(time.Second)
	var after ticket
	for range 2 { // the second time changes nothing
		h.do("PUT", "/tickets/G-1/priority", `{"priority":"urgent"}`).into(t, &after)
		h.do("PUT", "/tickets/G-1/tags", `{"tags":["Vol","  à   rappeler ","vol"]}`).into(t, &after)
		h.do("PUT", "/tickets/G-1/category", `{"category":"complaint"}`, "Idempotency-Key: k1").into(t, &after)
		h.do("PUT", "/tickets/G-1/snooze", `{"until":"`+until.Format(time.RFC3339)+`"}`).into(t, &after)
		if after.Priority != bot.PriorityUrgent || fmt.Sprint(after.Tags) != "[vol à rappeler]" || after.Category != bot.Complaint ||
			after.Snoozed == nil || !after.Snoozed.Equal(until) {
			t.Errorf("the ticket is %+v", after)
		}
	}
	now = until.Add(time.Second)
	if back := h.ticket("G-1"); back.Snoozed != nil {
		t.Errorf("the ticket that is back is still set aside until %v", back.Snoozed)
	}
	h.do("PUT", "/tickets/G-1/snooze", `{"until":null}`).into(t, &after)
	h.do("PUT", "/tickets/G-1/tags", `{"tags":[]}`).into(t, &after)
	if len(after.Tags) != 0 {
		t.Errorf("the tags are %q", after.Tags)
	}
	var events []string
	for _, e := range h.ticket("G-1").Events[1:] {
		events = append(events, strings.TrimSpace(e.Actor+" "+e.Kind+" "+e.Detail))
	}
	want := []string{
		"api:crm priority urgent", "api:crm tagged vol, à rappeler", "api:crm category complaint",
		"api:crm snoozed " + until.Format(time.RFC3339), "api:crm snoozed", "api:crm tagged",
	}
	if !slices.Equal(events, want) {
		t.Errorf("the events are %q, want %q", events, want)
	}
	entries, err := h.db.Audit(t.Context(), bot.AuditFilter{Who: "api:crm", Action: "priority"})
	if err != nil || len(entries) != 1 || entries[0].Actor.Address != "127.0.0.1" {
		t.Errorf("the audit log has %+v, %v", entries, err)
	}
}

func TestATicketThatIsDoneIsNotSetAside(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.open("G-1", "web", "ana")
	var after ticket
	h.do("PUT", "/tickets/G-1/status", `{"status":"resolved"}`).into(t, &after)
	h.do("PUT", "/tickets/G-1/snooze", `{"until":"`+time.Now().Add(time.Hour).Format(time.RFC3339)+`"}`).into(t, &after)
	if after.Snoozed != nil || after.Status != bot.Resolved {
		t.Errorf("the ticket is %+v", after)
	}
}

func TestTicketsAreFilteredByPriorityAndTag(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	for _, reference := range []string{"A", "B", "C"} {
		h.open(reference, "web", strings.ToLower(reference))
	}
	var after ticket
	h.do("PUT", "/tickets/A/tags", `{"tags":["vol","étal"]}`).into(t, &after)
	h.do("PUT", "/tickets/B/tags", `{"tags":["vol"]}`).into(t, &after)
	h.do("PUT", "/tickets/B/priority", `{"priority":"high"}`).into(t, &after)
	for filter, want := range map[string]string{
		"tag=VOL&limit=1":                "B|A",
		"tag=" + url.QueryEscape("Étal"): "A",
		"tag=vo":                         "",
		"priority=high":                  "B",
		"priority=normal&tag=vol":        "A",
		"priority=low":                   "",
	} {
		if got := h.pages("/tickets?"+filter, "tickets", "reference"); got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
}

// hostile are values that would change a query, a path or a page if any of them were put into one as it came.
var hostile = []string{
	"'", "' or 1=1 --", `"; drop table tickets; --`, `\`, "%", "_", "a & b | !c:*", "((", "$1", "\x00", "../../etc/passwd", "<script>alert(1)</script>",
}

func TestNoFilterReachesTheDatabaseAsAnythingButAValue(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.open("G-1", "web", "ana")
	for _, value := range hostile {
		for path, filters := range map[string][]string{
			"/tickets":       {"status", "category", "priority", "tag", "assignee", "site", "text", "limit", "cursor"},
			"/conversations": {"channel", "site", "since", "limit", "cursor"},
			"/topics":        {"collection", "limit", "cursor"},
		} {
			for _, filter := range filters {
				got := h.do(http.MethodGet, path+"?"+url.Values{filter: {value}}.Encode(), "")
				if got.status != http.StatusOK && got.status != http.StatusBadRequest {
					t.Errorf("%s by %s %q: %d %s", path, filter, value, got.status, got.body)
				}
				if got.status == http.StatusOK && strings.Contains(got.body, "G-1") && value != "\x00" {
					t.Errorf("%s by %s %q finds what does not match: %s", path, filter, value, got.body)
				}
			}
		}
		for _, path := range []string{"/tickets/", "/conversations/", "/topics/"} {
			if got := h.do(http.MethodGet, path+url.PathEscape(value), ""); got.status != http.StatusNotFound {
				t.Errorf("%s%q: %d %s", path, value, got.status, got.body)
			}
		}
	}
	if got := h.ticket("G-1"); got.Reference != "G-1" {
		t.Errorf("the ticket is %+v", got)
	}
	if h.log.Len() != 0 {
		t.Errorf("the log says %s", h.log.String())
	}
}
