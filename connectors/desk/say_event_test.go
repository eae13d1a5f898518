package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/desk"
)

// TestEachKindOfEventIsSaid in a ticket's history, and in the audit log if it stands there.
func TestEachKindOfEventIsSaid(t *testing.T) {
	t.Parallel()
	unknown := desk.Sentence(bot.Event{Kind: "x", Actor: "marie@exemple.fr"})
	for _, e := range bot.EventDefinitions() {
		if said := desk.Sentence(bot.Event{Kind: e.Kind, Actor: "marie@exemple.fr"}); said == strings.TrimSuffix(unknown, "x")+string(e.Kind) || said == "" {
			t.Errorf("the history says %q", said)
		}
		if named := desk.KindName(e.Kind) != ""; named == e.OfMail {
			t.Errorf("%s is named in the audit log: %t", e.Kind, named)
		}
	}
}

func TestTheAuditLogSaysWhatWasSentAgainAndWhereAConversationWentOn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.claim(reference, nil)
	admin := h.signInAs("admin@exemple.fr", bot.RoleAdmin)
	if err := h.db.NewPassage(t.Context(), bot.Web, reference, []byte("token"), 1<<40); err != nil {
		t.Fatal(err)
	}
	in := bot.Inbound{Channel: bot.Telegram, Key: "7", ExternalID: "1", Site: "demo", Text: "/start token"}
	_, err := h.db.TakePassage(t.Context(), []byte("token"), in, func(left, _ bot.Conversation) (bot.Crossing, error) {
		return bot.Crossing{Turn: bot.Turn{Text: in.Text, Reply: bot.Reply{Kind: bot.Smalltalk, Text: "ici"}, State: left.State}, Goodbye: bot.Reply{Text: "là-bas"}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page := admin.get("/desk/admin/audit?action=carried")
	wantStatus(t, page, http.StatusOK)
	wantContains(t, page.body, `<option value="carried" selected>Conversation poursuivie sur un autre canal</option>`, `<option value="redelivered">Message renvoyé</option>`, reference, "Telegram")
	if strings.Contains(page.body, ">carried<") {
		t.Error("the page says what the program calls it")
	}
}

func TestATicketSaysInTheReadersLanguageThatItsConversationWasErased(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	if _, err := h.db.EraseConversation(t.Context(), bot.Web, reference); err != nil {
		t.Fatal(err)
	}
	wantContains(t, b.get(ticketPath).body, "Le client a effacé sa conversation sur le site. Il n’y lira plus de réponse\u202f: utilisez l’e-mail")
	wantContains(t, b.do(http.MethodGet, ticketPath, nil, "Accept-Language", "en").body, "The customer has erased the conversation on the website")
}
