package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/bot"
)

const (
	otherReference = "G-1111-1111"
	otherPath      = "/desk/ticket/" + otherReference
)

// twoTickets is a desk with two tickets: of one person, or of two.
func twoTickets(t *testing.T, same bool) (*house, *browser) {
	t.Helper()
	h, b := atDesk(t)
	email := "ana@exemple.fr"
	if same {
		email = "karim@exemple.fr"
	}
	in := bot.Inbound{Channel: bot.Telegram, Key: "7", Site: "demo", Text: "encore moi"}
	_, err := h.db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "encore moi", Reply: bot.Reply{Kind: bot.Silent}, State: c.State, Ticket: &bot.Ticket{
			Reference: otherReference, Category: bot.Human, Fields: map[bot.Field]string{bot.Email: email}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, b
}

func location(t *testing.T, got answer, want string) {
	t.Helper()
	wantStatus(t, got, http.StatusSeeOther)
	if to := got.header.Get("Location"); to != want {
		t.Errorf("it leads to %q, want %q", to, want)
	}
}

func TestATicketIsMergedAndItsPageLeadsToTheOther(t *testing.T) {
	t.Parallel()
	h, b := twoTickets(t, true)
	const secret = `<b onmouseover=alert(1)>rappelé</b>`
	_, note := forms(b.get(otherPath).body)
	note.Set("text", secret)
	wantStatus(t, b.post(otherPath+"/note", note), http.StatusSeeOther)
	wantContains(t, b.get(ticketPath).body, "Autres tickets de cette personne", `href="`+ticketPath+`/merge?into=`+otherReference+`"`)
	asked := b.get(otherPath + "/merge?into=g4f7k2mq9") // as one types it
	wantStatus(t, asked, http.StatusOK)
	wantContains(t, asked.body, "Ils ont en commun&#8239;: même adresse e-mail.", "partent seulement sur le site web", "Ne rien changer")
	location(t, b.post(otherPath+"/merge", url.Values{"into": {reference}}), ticketPath+"?done=merged")

	page := b.get(ticketPath + "?done=merged").body
	wantContains(t, page, "Les deux tickets n’en font plus qu’un", "Tickets fusionnés ici", "&lt;b onmouseover=alert(1)&gt;rappelé", "Vous avez fusionné "+otherReference+" dans ce ticket",
		"Lire "+otherReference, "Elle n’arrive pas dans la conversation de", "sur Telegram")
	if strings.Contains(page, "<b onmouseover") {
		t.Error("a note of the merged ticket is read as HTML")
	}
	location(t, b.get(otherPath), ticketPath+"?from="+otherReference)
	wantContains(t, b.get(ticketPath+"?from="+otherReference).body, otherReference+" continue ici")
	own := b.get(otherPath + "?own=1").body
	wantContains(t, own, "Ce ticket est fusionné", "encore moi", `action="`+otherPath+`/separate"`, "Vous avez fusionné ce ticket dans "+reference)
	for _, form := range []string{`action="` + otherPath + `/reply"`, `action="` + otherPath + `/status"`, `action="` + otherPath + `/class"`} {
		if strings.Contains(own, form) {
			t.Errorf("the merged ticket still offers %s", form)
		}
	}
	got := b.post(otherPath+"/status", url.Values{"status": {"open"}})
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "Ce ticket continue dans un autre")

	location(t, b.post(ticketPath+"/separate", url.Values{"merged": {otherReference}}), ticketPath+"?done=separated")
	wantStatus(t, b.get(otherPath), http.StatusOK)
	if file := h.file(otherReference); file.MergedInto != "" || file.Status != bot.Open {
		t.Errorf("separated, the ticket is %+v", file.Ticket)
	}
}

func TestTicketsOfTwoPersonsAreMergedOnlyWhenThatIsMeant(t *testing.T) {
	t.Parallel()
	h, b := twoTickets(t, false)
	wantContains(t, b.get(otherPath+"/merge?into="+reference).body, "Rien ne dit que ces deux tickets sont de la même personne", "Je veux les fusionner quand même")
	wantStatus(t, b.post(otherPath+"/merge", url.Values{"into": {reference}}), http.StatusUnprocessableEntity)
	if file := h.file(otherReference); file.MergedInto != "" {
		t.Fatal("it was merged all the same")
	}
	location(t, b.post(otherPath+"/merge", url.Values{"into": {reference}, "sure": {"yes"}}), ticketPath+"?done=merged")
	h.say(reference, "et alors", bot.Reply{Kind: bot.Silent}, nil)
	location(t, b.post(ticketPath+"/separate", url.Values{"merged": {otherReference}}), ticketPath+"?done=tie-written")
	wantContains(t, b.get(ticketPath+"?done=tie-written").body, "le client ou l’équipe a écrit depuis la fusion")
}

func TestAMessageInTheConversationOfAMergedTicketIsAnnounced(t *testing.T) {
	t.Parallel()
	h, b := twoTickets(t, true)
	wantStatus(t, b.post(otherPath+"/merge", url.Values{"into": {reference}}), http.StatusSeeOther)
	wantStatus(t, b.post(ticketPath+"/status", url.Values{"status": {"waiting"}}), http.StatusSeeOther)
	_, err := h.db.Turn(t.Context(), bot.Inbound{Channel: bot.Telegram, Key: "7", Site: "demo", Text: "<i>alors</i>"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "<i>alors</i>", Reply: bot.Reply{Kind: bot.Silent}, State: c.State}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantContains(t, b.get(ticketPath).body, "Le client a écrit dans la conversation de "+otherReference+", fusionné ici", `<a href="`+otherPath+`?own=1">Lire `+otherReference+`</a>`,
		"Le client a rouvert le ticket")
	wantContains(t, b.get(otherPath+"?own=1").body, "&lt;i&gt;alors&lt;/i&gt;")
}

func TestWhatCannotBeMergedIsRefusedInWords(t *testing.T) {
	t.Parallel()
	_, b := twoTickets(t, true)
	for into, want := range map[string]string{
		reference: "tie-self", "G-9999-9999": "tie-unknown", "": "tie-unknown", `"><script>alert(1)</script>`: "tie-unknown", "' or true --": "tie-unknown",
	} {
		location(t, b.get(ticketPath+"/merge?"+url.Values{"into": {into}}.Encode()), ticketPath+"?done="+want)
		location(t, b.post(ticketPath+"/merge", url.Values{"into": {into}, "sure": {"yes"}}), ticketPath+"?done="+want)
		location(t, b.post(ticketPath+"/link", url.Values{"other": {into}}), ticketPath+"?done="+want)
		if page := b.get(ticketPath + "?done=" + want).body; !strings.Contains(page, "Rien n’a été modifié") {
			t.Errorf("%s says nothing", want)
		}
	}
	wantStatus(t, b.post(otherPath+"/merge", url.Values{"into": {reference}}), http.StatusSeeOther)
	location(t, b.post(ticketPath+"/merge", url.Values{"into": {otherReference}}), ticketPath+"?done=tie-merged")
	wantStatus(t, b.get("/desk/ticket/G-9999-9999/merge?into="+reference), http.StatusNotFound)
	if page := b.get(ticketPath + "?from=" + url.QueryEscape(`"><script>alert(1)</script>`)).body; strings.Contains(page, "alert(1)") {
		t.Error("an address puts text into the page")
	}
}

func TestTicketsAreLinkedByReferenceAndByButton(t *testing.T) {
	t.Parallel()
	_, b := twoTickets(t, true)
	location(t, b.post(ticketPath+"/link", url.Values{"other": {" http://x/desk/ticket/g-1111-1111?view=mine "}}), ticketPath+"?done=linked")
	for path, other := range map[string]string{ticketPath: "Demande de conseiller", otherPath: "Déclaration de sinistre"} {
		page := b.get(path).body
		wantContains(t, page, "Tickets liés", other, "Retirer le lien avec", "à prendre", "karim@exemple.fr")
		if strings.Contains(page, "Fusionner…</a>") {
			t.Error("what is linked already is offered to be linked")
		}
	}
	location(t, b.post(otherPath+"/link", url.Values{"other": {reference}, "do": {"unlink"}}), otherPath+"?done=unlinked")
	if strings.Contains(b.get(ticketPath).body, "Tickets liés</h2>") {
		t.Error("the link is still there")
	}
	wantStatus(t, b.post(otherPath+"/link", url.Values{"other": {reference}, "do": {"x"}}), http.StatusBadRequest)
}

func TestWhatACustomerWroteIsTextOnThePagesOfTwoTickets(t *testing.T) {
	t.Parallel()
	h, b := twoTickets(t, true)
	const attack = `"><img src=x onerror=alert(1)>`
	h.say("eve", "x", bot.Reply{Kind: bot.Silent}, &bot.Ticket{Reference: "G-3333-3333", Category: bot.Human,
		Fields: map[bot.Field]string{bot.Name: attack, bot.Description: attack, "unknown<b>": attack, bot.Email: "karim@exemple.fr"}})
	location(t, b.post(ticketPath+"/link", url.Values{"other": {"G-3333-3333"}}), ticketPath+"?done=linked")
	pages := []string{b.get(ticketPath).body, b.get(ticketPath + "?fragment=1").body, b.get(otherPath + "/merge?into=G-3333-3333").body}
	location(t, b.post("/desk/ticket/G-3333-3333/merge", url.Values{"into": {otherReference}}), otherPath+"?done=merged")
	pages = append(pages, b.get(otherPath).body, b.get("/desk/ticket/G-3333-3333?own=1").body)
	for i, page := range pages {
		if strings.Contains(page, "<img") || strings.Contains(page, "unknown<b>") || !strings.Contains(page, "&lt;img src=x onerror=alert(1)&gt;") {
			t.Errorf("page %d reads a customer's words as HTML, or leaves them out", i)
		}
	}
}
