package desk_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/desk"
)

// withUndo has replies wait for the seconds in which they can be called back; release says them.
func withUndo(o *desk.Options) { o.Pending, _ = o.Tickets.(bot.PendingReplies) }

func atDeskWithUndo(t *testing.T) (*house, *browser) {
	t.Helper()
	h := openWith(t, withUndo)
	h.addUser("claire@exemple.fr", "Claire Moreau")
	h.claim(reference, map[bot.Field]string{bot.Email: "karim@exemple.fr"})
	return h, h.signIn("claire@exemple.fr")
}

// undoTime is for how long Claire's replies can be called back.
func (h *house) undoTime(undo time.Duration) {
	h.t.Helper()
	if err := h.db.SetUndoTime(h.t.Context(), "claire@exemple.fr", undo); err != nil {
		h.t.Fatal(err)
	}
}

// release waits until a reply that waits has left.
func (h *house) release() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute)
	defer cancel()
	for {
		err := h.db.ReleaseReply(ctx)
		if err == nil {
			return
		}
		if !errors.Is(err, bot.ErrNotFound) {
			h.t.Fatal(err)
		}
		select {
		case <-ctx.Done():
			h.t.Fatal("no reply left")
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func TestAReplyWaitsAndIsCalledBackWithItsFiles(t *testing.T) {
	t.Parallel()
	h, b := atDeskWithUndo(t)
	form, _ := forms(b.get(ticketPath).body)
	form.Set("text", "Bonjour,\r\nvoici <b>votre</b> attestation.")
	form.Set("after", "resolved")
	location(t, b.send(ticketPath+"/reply", form, upload{"attestation.pdf", bottest.PDF("x")}), ticketPath+"?done=pending")
	wantStatus(t, b.post(ticketPath+"/reply", form), http.StatusUnprocessableEntity) // the same form without the file is no repetition
	page := b.get(ticketPath + "?done=pending").body
	wantContains(t, page, "Votre réponse part dans <span data-left=", "Annuler l’envoi", "attestation.pdf", "Ensuite&#8239;: résoudre.", "vous pouvez l’annuler")
	if strings.Contains(page, "<b>votre") {
		t.Error("what the agent typed is read as HTML")
	}
	h.addUser("paul@exemple.fr", "Paul Girard")
	paul := h.signIn("paul@exemple.fr")
	if theirs := paul.get(ticketPath).body; !strings.Contains(theirs, "La réponse de Claire Moreau part dans") || strings.Contains(theirs, "Annuler l’envoi") {
		t.Error("a colleague does not see that it waits, or may call it back")
	}
	location(t, paul.post(ticketPath+"/recall", url.Values{"once": {form.Get("once")}}), ticketPath+"?done=left")
	if file := h.file(reference); len(said(file, bot.FromAgent)) != 0 || file.Status != bot.Open {
		t.Fatalf("the customer has %q, the ticket is %s", said(file, bot.FromAgent), file.Status)
	}
	location(t, b.post(ticketPath+"/recall", url.Values{"once": {form.Get("once")}}), ticketPath+"?done=recalled")
	page = b.get(ticketPath + "?done=recalled").body
	wantContains(t, page, "le client n’a rien reçu", "\nBonjour,\nvoici &lt;b&gt;votre&lt;/b&gt; attestation.</textarea>", "Fichiers déjà reçus", "attestation.pdf")
	if strings.Contains(page, "data-left") {
		t.Error("it still waits")
	}
}

func TestAReplyThatWaitedLeavesOnceWithWhatFollows(t *testing.T) {
	t.Parallel()
	h, b := atDeskWithUndo(t)
	form, _ := forms(b.get(ticketPath).body)
	form.Set("text", "Bonjour,\r\nvoici.")
	form.Set("after", "waiting")
	for range 3 {
		location(t, b.post(ticketPath+"/reply", form), ticketPath+"?done=pending")
	}
	h.say(reference, "Je l’ai retrouvée", bot.Reply{Kind: bot.Silent}, nil)
	wantContains(t, b.get(ticketPath).body, "Un message est arrivé entre-temps.")
	h.release()
	form.Set("seen", "3")
	location(t, b.post(ticketPath+"/reply", form), ticketPath+"?done=reply") // it has left
	location(t, b.post(ticketPath+"/recall", url.Values{"once": {form.Get("once")}}), ticketPath+"?done=left")
	file := h.file(reference)
	if got := said(file, bot.FromAgent); len(got) != 1 || got[0] != "Bonjour,  \nvoici." || file.Status != bot.Waiting {
		t.Errorf("the customer got %q, the ticket is %s", got, file.Status)
	}
	wantContains(t, b.get(ticketPath+"?done=left").body, "Trop tard", "Vous avez répondu", "mis le ticket en attente du client")
}

func TestATicketBecomesThatOfWhoRepliesOnceTheReplyHasLeft(t *testing.T) {
	t.Parallel()
	h, b := atDeskWithUndo(t)
	const will = "Le ticket vous sera attribué."
	page := b.get(ticketPath).body
	wantContains(t, page, will, "Personne ne suit ce ticket.")
	form, note := forms(page)
	note.Set("text", "à rappeler")
	location(t, b.post(ticketPath+"/note", note), ticketPath+"?done=note")
	form.Set("text", "Bonjour")
	location(t, b.post(ticketPath+"/reply", form), ticketPath+"?done=pending")
	location(t, b.post(ticketPath+"/recall", url.Values{"once": {form.Get("once")}}), ticketPath+"?done=recalled")
	wantContains(t, b.get(ticketPath).body, will, "Personne ne suit ce ticket.") // neither the note nor what was called back
	location(t, b.post(ticketPath+"/reply", form), ticketPath+"?done=pending")
	h.release()
	page = b.get(ticketPath).body
	wantContains(t, page, "Vous suivez ce ticket.", "Vous avez pris le ticket", "Vous avez répondu")
	if strings.Contains(page, will) {
		t.Error("it is to be assigned once more")
	}
	wantContains(t, b.get("/desk/?view=mine").body, reference)
	h.addUser("paul@exemple.fr", "Paul Girard")
	paul := h.signIn("paul@exemple.fr")
	page = paul.get(ticketPath).body
	wantContains(t, page, "Suivi par <strong>Claire Moreau</strong>")
	if strings.Contains(page, will) {
		t.Error("a colleague's reply is said to take the ticket away")
	}
}

func TestTheTimeToCallBackIsChosenAndNoneSendsAtOnce(t *testing.T) {
	t.Parallel()
	h, b := atDeskWithUndo(t)
	wantContains(t, b.get("/desk/account").body, "Annuler un envoi", `<option value="5" selected>`)
	location(t, b.post("/desk/account/undo", url.Values{"seconds": {"0"}}), "/desk/account?done=undo")
	wantContains(t, b.get("/desk/account?done=undo").body, `<option value="0" selected>`, "Votre choix est enregistré")
	for _, wrong := range []string{"", "x", "3", "-5", "3600"} {
		wantStatus(t, b.post("/desk/account/undo", url.Values{"seconds": {wrong}}), http.StatusBadRequest)
	}
	form, _ := forms(b.get(ticketPath).body)
	form.Set("text", "Bonjour")
	location(t, b.post(ticketPath+"/reply", form), ticketPath+"?done=reply")
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 {
		t.Errorf("the customer got %q", got)
	}
}

func TestTheTwoValuesOfACorrectionAreSetByHand(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: reference, Category: bot.AttestationCorrection,
		Fields: map[bot.Field]string{bot.Correction: "DUPOND au lieu de DUPONT"}})
	b := h.signIn("claire@exemple.fr")
	wantContains(t, b.get(ticketPath).body, "Noter les deux valeurs")
	for _, wrong := range []url.Values{{}, {"wrong": {"x"}}, {"wrong": {"x"}, "right": {"x"}}, {"wrong": {strings.Repeat("x", 121)}, "right": {"y"}}} {
		location(t, b.post(ticketPath+"/amend", wrong), ticketPath+"?done=amend-wrong")
	}
	const attack = `"><script>alert(1)</script>`
	location(t, b.post(ticketPath+"/amend", url.Values{"wrong": {" DUPOND\r\n" + attack}, "right": {"DUPONT"}}), ticketPath+"?done=amended")
	page := b.get(ticketPath + "?done=amended").body
	wantContains(t, page, `<dt>À corriger</dt><dd lang="fr">DUPOND &#34;&gt;&lt;script&gt;`, `<dt>À inscrire</dt><dd lang="fr">DUPONT</dd>`, "DUPOND au lieu de DUPONT", "Valeurs notées par vous", "Vous avez noté la correction")
	if strings.Contains(page, "<script>alert") {
		t.Error("a value is read as HTML")
	}
	location(t, b.post(ticketPath+"/amend", url.Values{"do": {"clear"}}), ticketPath+"?done=unamended")
	if page := b.get(ticketPath).body; strings.Contains(page, "À inscrire") || !strings.Contains(page, "retiré les deux valeurs") {
		t.Error("the values are still there")
	}
	h.claim(otherReference, nil)
	wantStatus(t, b.post(otherPath+"/amend", url.Values{"wrong": {"x"}, "right": {"y"}}), http.StatusNotFound)
}

func TestAnotherRequestHasItsOwnDeadlinesAndSaysSo(t *testing.T) {
	t.Parallel()
	h := openWith(t, func(o *desk.Options) {
		o.Retime = func(site, _ string, category bot.Category) (bot.Terms, bool) {
			terms, err := bot.TermsOf(bot.Site{ID: site}, category, "60 working days")
			return terms, err == nil
		}
	})
	h.addUser("claire@exemple.fr", "Claire")
	started := h.start.Add(-time.Hour)
	h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: reference, Category: bot.Human, Clock: served(started, hoursOfOpening(8), hoursOfOpening(24))})
	b := h.signIn("claire@exemple.fr")
	wantStatus(t, b.post(ticketPath+"/class", url.Values{"category": {"complaint"}, "shown-category": {"human"}}), http.StatusSeeOther)
	clock := h.file(reference).Clock
	if clock.Resolve != (bot.Term{N: 60, Unit: bot.WorkingDays}) || clock.First.N != 10 || !clock.Started.Equal(served(started, bot.Term{}, bot.Term{}).Started) {
		t.Errorf("the clock is %+v", clock)
	}
	wantContains(t, b.get(ticketPath).body, "Vous avez changé la demande en «\u202fRéclamation\u202f»", "Échéances recalculées depuis l’ouverture, pauses comprises\u202f: répondre avant le ")
}
