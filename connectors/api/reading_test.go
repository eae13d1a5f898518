package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
)

func TestConversationsAreListedAndReadWithoutWhoThePersonIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.open("A", "web", "visitor-token")
	h.open("B", "telegram", "123456789")
	h.open("C", "web", "another-token")
	number := func(reference string) int64 {
		file, err := h.db.Ticket(t.Context(), reference)
		if err != nil {
			t.Fatal(err)
		}
		return file.ConversationID
	}
	numbered := strings.NewReplacer("1", fmt.Sprint(number("A")), "2", fmt.Sprint(number("B")), "3", fmt.Sprint(number("C"))).Replace // numbers may have gaps
	for filter, want := range map[string]string{
		"": "3 2 1", "limit=2": "3 2|1", "channel=web&limit=1": "3|1", "site=alma": "",
		"since=" + time.Now().Add(time.Hour).UTC().Format(time.RFC3339): "",
		"since=2020-01-01T00:00:00Z":                                    "3 2 1",
	} {
		if got := h.pages("/conversations?"+filter, "conversations", "id"); got != numbered(want) {
			t.Errorf("%s: %q, want %q", filter, got, numbered(want))
		}
	}
	got := h.do(http.MethodGet, fmt.Sprint("/conversations/", number("B")), "")
	var file struct {
		ID         int64
		Messages   int
		Tickets    []string
		Transcript []struct{ Text string }
	}
	got.into(t, &file)
	if file.ID != number("B") || file.Messages != 2 || len(file.Transcript) != 2 || fmt.Sprint(file.Tickets) != "[B]" {
		t.Errorf("read %s", got.body)
	}
	if all := got.body + h.do(http.MethodGet, "/conversations", "").body; strings.Contains(all, "123456789") || strings.Contains(all, "token") {
		t.Errorf("who the person is on the platform is given away: %s", all)
	}
}

func TestAQuestionIsAnsweredAndNothingOfItKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	for _, body := range []string{
		`{"text":"g besoin d1 kbis koman fair","scope":"micro"}`, `{"text":"g besoin d1 kbis koman fair","site":"micro"}`,
	} {
		var answer bot.AnswerJSON
		h.do("POST", "/ask", body).into(t, &answer)
		if answer.Kind != bot.Answer || answer.Topic != "micro.kbis" || len(answer.Citations) == 0 || answer.Citations[0].Checked == "" {
			t.Errorf("%s: %+v", body, answer)
		}
	}
	for _, text := range []string{"bonjour", "je veux parler à un conseiller", "zzz qqq", "attestation", "merci et au revoir"} {
		var answer bot.AnswerJSON
		h.do("POST", "/ask", `{"text":"`+text+`"}`).into(t, &answer) // the document has every kind
	}
	if found, err := h.db.Conversations(t.Context(), bot.ConversationFilter{}); err != nil || len(found) != 0 {
		t.Errorf("conversations were kept: %v, %v", found, err)
	}
}

func TestTheKnowledgeIsListedReadAndSearched(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	all := strings.Fields(strings.ReplaceAll(h.pages("/topics?limit=7", "topics", "id"), "|", " "))
	if topics := bottest.Engine(t).Base().Contents().Topics; len(all) != len(topics) || len(all) < 50 {
		t.Errorf("%d topics are listed, there are %d", len(all), len(topics))
	}
	for _, id := range all {
		var topic struct {
			ID, Text string
			Citation bot.CitationJSON
		}
		h.do(http.MethodGet, "/topics/"+id, "").into(t, &topic)
		if topic.ID != id || topic.Text == "" || topic.Citation.Document == "" {
			t.Errorf("%s: %+v", id, topic)
		}
	}
	for _, id := range strings.Fields(h.pages("/topics?collection=alma", "topics", "id")) {
		if !strings.HasPrefix(id, "alma.") {
			t.Errorf("%s is listed among those of alma", id)
		}
	}
	var found struct {
		Hits []struct {
			Topic, Title string
			Probability  float64
		}
	}
	h.do("POST", "/search", `{"text":"extrait kbis","site":"micro"}`).into(t, &found)
	if len(found.Hits) == 0 || found.Hits[0].Topic != "micro.kbis" || found.Hits[0].Title == "" {
		t.Errorf("found %+v", found)
	}
}
