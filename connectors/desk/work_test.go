package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func TestACorrectionShowsBothValuesAndItsList(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: reference, Category: bot.AttestationCorrection,
		Fields: map[bot.Field]string{bot.Correction: "Il est écrit <b>DUPOND au lieu de DUPONT", bot.Siren: "732829320"}})
	h.say("other", "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: "G-1111-1111", Category: bot.AttestationCorrection,
		Fields: map[bot.Field]string{bot.Correction: "DUPOND au lieu de DUPONT", bot.Siren: "732829321"}})
	b := h.signIn("claire@exemple.fr")
	page := b.get(ticketPath).body
	wantContains(t, page, `<dt>À corriger</dt><dd lang="fr">&lt;b&gt;DUPOND</dd>`, `<dt>À inscrire</dt><dd lang="fr">DUPONT</dd>`, "Clé de contrôle exacte",
		`href="https://annuaire-entreprises.data.gouv.fr/entreprise/732829320"`, "Vérifié", "Corrigé", "Envoyé")
	if doubtful := b.get("/desk/ticket/G-1111-1111").body; strings.Contains(doubtful, "À inscrire") || strings.Contains(doubtful, "annuaire-entreprises") {
		t.Error("values that may be the other way round stand side by side, or a wrong number is looked up")
	}
	got := b.post(ticketPath+"/check", url.Values{"step": {"verified:yes"}})
	wantStatus(t, got, http.StatusSeeOther)
	page = b.get(ticketPath).body
	wantContains(t, page, `value="verified:no" aria-pressed="true"`, `value="sent:yes" aria-pressed="false"`, `<span class="ticked">Vous, <time`,
		"Vous avez coché «\u202fVérifié\u202f»")
	wantStatus(t, b.post(ticketPath+"/check", url.Values{"step": {"verified:no"}}), http.StatusSeeOther)
	wantContains(t, b.get(ticketPath).body, `value="verified:yes" aria-pressed="false"`, "Vous avez décoché")
	for form, status := range map[string]int{"declared:yes": 404, "verified:perhaps": 400, "": 400, "' or 1=1 --:yes": 404} {
		wantStatus(t, b.post(ticketPath+"/check", url.Values{"step": {form}}), status)
	}
}

func TestATicketIsClassedWithoutUndoingWhatAColleagueDid(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	paul := h.addUser("paul@exemple.fr", "Paul")
	form := url.Values{"category": {"complaint"}, "shown-category": {"claim"}, "priority": {"normal"}, "shown-priority": {"normal"},
		"tags": {"Rappeler, <b>fraude"}, "shown-tags": {""}}
	if err := h.db.SetPriority(t.Context(), reference, paul, bot.PriorityUrgent); err != nil { // after the page was shown
		t.Fatal(err)
	}
	wantStatus(t, b.post(ticketPath+"/class", form), http.StatusSeeOther)
	file := h.file(reference)
	if file.Category != bot.Complaint || file.Priority != bot.PriorityUrgent || strings.Join(file.Tags, "|") != "<b>fraude|rappeler" {
		t.Errorf("the ticket is %+v", file.Ticket)
	}
	page := b.get(ticketPath).body
	wantContains(t, page, "Réclamation", "Priorité urgente", `<a class="ticket-tag" href="/desk/?tag=rappeler">rappeler</a>`, "&lt;b&gt;fraude",
		"Paul a donné au ticket la priorité urgente", "Vous avez étiqueté le ticket", "Vous avez changé la demande en «\u202fRéclamation\u202f»")
	queue := b.get("/desk/?tag=rappeler&priority=urgent").body
	wantContains(t, queue, reference, `<span class="ticket-tag">rappeler</span>`, `<option value="rappeler" selected>`, `<option value="urgent" selected>`)
	for _, query := range []string{"?tag=autre", "?priority=low", "?tag=%27%7D%27+or+1%3D1+--", "?tag=%00&priority=%27&tag=x"} {
		got := b.get("/desk/" + query)
		wantStatus(t, got, http.StatusOK)
		if query != "?tag=%00&priority=%27&tag=x" && strings.Contains(got.body, "data-row") {
			t.Errorf("%s lists a ticket", query)
		}
	}
	for _, wrong := range []url.Values{{"category": {"gossip"}}, {"priority": {"' or '1'='1"}}} {
		wantStatus(t, b.post(ticketPath+"/class", wrong), http.StatusBadRequest)
	}
	got := b.post(ticketPath+"/class", url.Values{"tags": {strings.Repeat("x", bot.LongestTag+1)}})
	if to := got.header.Get("Location"); to != ticketPath+"?done=tags" {
		t.Errorf("a tag that is too long leads to %q", to)
	}
	wantContains(t, b.get(ticketPath+"?done=tags").body, "dix étiquettes au plus")
}

func TestASnoozedTicketComesBackOnADayOfOpening(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	friday := time.Date(2027, time.February, 5, 15, 0, 0, 0, paris)
	h.clock.Store(int64(friday.Sub(h.start)))
	b := h.signIn("claire@exemple.fr")
	wantStatus(t, b.post(ticketPath+"/snooze", url.Values{"days": {"1"}, "day": {""}}), http.StatusSeeOther)
	until := h.file(reference).Snoozed.In(paris)
	if until.Format(time.DateOnly) != "2027-02-08" || until.Hour() == 0 {
		t.Errorf("on Friday the next day of opening is %s, want Monday at the hour of opening", until)
	}
	if strings.Contains(b.get("/desk/").body, reference) {
		t.Error("a ticket that was set aside is in the queue")
	}
	wantContains(t, b.get("/desk/?view=snoozed").body, reference, "Reporté au lundi 8\u00a0février 2027")
	wantContains(t, b.get("/desk/?q="+reference).body, "data-row")
	wantContains(t, b.get(ticketPath).body, "reporté au lundi 8\u00a0février 2027", "Remettre dans la file")
	h.clock.Store(int64(until.Add(time.Minute).Sub(h.start)))
	b = h.signIn("claire@exemple.fr")
	wantContains(t, b.get("/desk/").body, reference)
	wantStatus(t, b.post(ticketPath+"/snooze", url.Values{"day": {"2027-03-06"}}), http.StatusSeeOther) // a Saturday
	if got := h.file(reference).Snoozed.In(paris).Format(time.DateOnly); got != "2027-03-08" {
		t.Errorf("a Saturday becomes %s", got)
	}
	wantStatus(t, b.post(ticketPath+"/snooze", url.Values{"do": {"wake"}}), http.StatusSeeOther)
	wantContains(t, b.get(ticketPath).body, "Vous avez remis le ticket dans la file", "Jour d’ouverture")
	for _, day := range []string{"2020-01-01", "2190-01-01", "demain", "'; drop table tickets --"} {
		if to := b.post(ticketPath+"/snooze", url.Values{"day": {day}}).header.Get("Location"); to != ticketPath+"?done=past" {
			t.Errorf("the day %q leads to %q", day, to)
		}
	}
	wantStatus(t, b.post(ticketPath+"/snooze", url.Values{"days": {"-1"}}), http.StatusBadRequest)
}

func TestTheOtherTicketsOfAPersonAreListed(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t) // karim@exemple.fr
	h.claim("G-1111-1111", map[bot.Field]string{bot.Email: "Karim@exemple.fr"})
	h.claim("G-2222-2222", map[bot.Field]string{bot.Siren: "732829320"})
	h.claim("G-3333-3333", map[bot.Field]string{bot.Email: "eve@exemple.fr"})
	h.say(reference, "encore", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: "G-4444-4444", Category: bot.Human})
	page := b.get(ticketPath).body
	_, list, _ := strings.Cut(page, "Autres tickets de cette personne")
	list, _, _ = strings.Cut(list, "Contexte")
	wantContains(t, list, `href="/desk/ticket/G-1111-1111"`, "même adresse e-mail", "G-2222-2222", "même SIREN", "G-4444-4444", "même conversation")
	if n := strings.Count(list, `<span class="ref">`); n != 3 || strings.Contains(list, "G-3333-3333") || strings.Contains(list, `<span class="ref">`+reference) {
		t.Errorf("%d are listed, or the ticket itself, or somebody else's", n)
	}
}
