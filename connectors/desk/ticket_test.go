package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

const ticketPath = "/desk/ticket/" + reference

// atDesk is a desk with Claire signed in and one claim.
func atDesk(t *testing.T) (*house, *browser) {
	t.Helper()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire Moreau")
	h.claim(reference, map[bot.Field]string{bot.Email: "karim@exemple.fr", bot.IncidentDate: "2026-02-03", bot.Siren: "732829320"})
	return h, h.signIn("claire@exemple.fr")
}

func TestATicketShowsItsConversationAndItsCase(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.say(reference, "et ma franchise", bot.Reply{Kind: bot.Answer, Text: "La franchise est de **150 €**.", Citations: []bot.Citation{
		{Topic: "micro.franchise", Document: "Conditions générales", Section: "article 4", Checked: "2026-10-02"}}}, nil)
	got := b.get(ticketPath)
	wantStatus(t, got, http.StatusOK)
	wantContains(t, got.body,
		"Déclaration de sinistre", reference, "On m’a volé ma caisse hier", "<strong>150 €</strong>",
		`href="/source/micro.franchise"`, "Conditions générales, article 4", "vérifié le 2\u00a0octobre 2026",
		"Date des faits", "3\u00a0février 2026", "732\u202f829\u202f320", `href="mailto:karim@exemple.fr"`,
		"Non fourni", "Site web", "L’assistant a ouvert le ticket", "Personne ne suit ce ticket", "à l’instant")
	lower := b.get(strings.ToLower(ticketPath))
	if to := lower.header.Get("Location"); to != ticketPath {
		t.Errorf("a reference in small letters leads to %q", to)
	}
}

func TestATicketSaysWhyTheBotAnsweredSo(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.say(reference, "et ma franchise", bot.Reply{Kind: bot.Answer, Text: "150 €.", Why: &bot.Why{Rule: bot.RuleSure, Sure: 0.914,
		Considered: []bot.Considered{{Topic: "micro.franchise", Probability: 0.93}, {Topic: "micro.plafond", Probability: 0.05}}}}, nil)
	got := b.get(ticketPath)
	wantStatus(t, got, http.StatusOK)
	wantContains(t, got.body, "Pourquoi cette réponse", "Un sujet est assez probable pour répondre.", "91\u00a0%",
		`href="/source/micro.franchise"`, "93\u00a0%", `href="/source/micro.plafond"`, "5\u00a0%")
}

func TestEveryRuleOfTheBotHasASentence(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	for _, rule := range bot.Rules() {
		h.say(reference, "question", bot.Reply{Kind: bot.Abstain, Text: "Je ne sais pas.", Why: &bot.Why{Rule: rule}}, nil)
	}
	if empty := strings.Count(b.get(ticketPath).body, "Pourquoi cette réponse</summary>\n<p></p>"); empty > 0 {
		t.Errorf("%d of the bot's rules are not said in French", empty)
	}
}

func TestWhatACustomerWroteIsShownAsText(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	const attack = `<script>alert(1)</script><img src=x onerror=alert(2)>"><svg onload=alert(3)> [x](javascript:alert(4)) **gras**`
	const other = "G-9999-9999"
	h.say(other, attack, bot.Reply{Kind: bot.Escalate, Text: attack, Citations: []bot.Citation{{Document: attack, Topic: attack}},
		Choices: []bot.Choice{{Label: attack}}},
		&bot.Ticket{Reference: other, Category: bot.Claim, Fields: map[bot.Field]string{
			bot.Name: attack, bot.Email: attack + "@exemple.fr", bot.Description: attack, bot.Phone: attack, "unknown<b>": attack}})
	form, notes := forms(b.get("/desk/ticket/" + other).body)
	notes.Set("text", attack)
	wantStatus(t, b.post("/desk/ticket/"+other+"/note", notes), http.StatusSeeOther)
	form.Set("text", attack+"\n"+attack)
	wantStatus(t, b.post("/desk/ticket/"+other+"/reply", form), http.StatusSeeOther)
	form.Set("text", attack)
	form.Set("seen", "0")
	for _, page := range []string{
		b.get("/desk/ticket/" + other).body,
		b.get("/desk/ticket/" + other + "?fragment=1").body,
		b.get("/desk/?" + url.Values{"q": {attack}}.Encode()).body,
		b.get("/desk/").body,
		b.post("/desk/ticket/"+other+"/reply", form).body,
	} {
		for _, live := range []string{"<script>", "<img", "<svg onload", `href="javascript`, "unknown<b>"} {
			if at := strings.Index(page, live); at >= 0 {
				t.Errorf("%q stands in a page: %q", live, page[max(0, at-80):min(len(page), at+80)])
			}
		}
	}
	page := b.get("/desk/ticket/" + other).body
	if strings.Contains(strings.SplitN(page, `class="entry bot"`, 2)[0], "<strong>gras") {
		t.Error("a customer's words were read as Markdown")
	}
	wantContains(t, page, "&lt;script&gt;alert(1)")
}

func TestAReplyReachesTheCustomerOnceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	form, _ := forms(b.get(ticketPath).body)
	form.Set("text", "Bonjour,\r\nvoici la suite.\r\n\r\nClaire")
	form.Set("after", "waiting")
	for range 3 {
		got := b.post(ticketPath+"/reply", form)
		wantStatus(t, got, http.StatusSeeOther)
		if to := got.header.Get("Location"); to != ticketPath+"?done=reply" {
			t.Errorf("a reply leads to %q", to)
		}
	}
	file := h.file(reference)
	if got := said(file, bot.FromAgent); len(got) != 1 || got[0] != "Bonjour,  \nvoici la suite.\n\nClaire" {
		t.Errorf("the customer got %q", got)
	}
	if file.Status != bot.Waiting {
		t.Errorf("the ticket is %s", file.Status)
	}
	wantContains(t, b.get(ticketPath+"?done=reply").body, "Réponse envoyée", "Claire Moreau", "Vous avez répondu", "En attente du client")
}

func TestANoteIsKeptOnceAndNeverSaidToTheCustomer(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	_, form := forms(b.get(ticketPath).body)
	form.Set("text", "Client déjà rappelé")
	for range 2 {
		wantStatus(t, b.post(ticketPath+"/note", form), http.StatusSeeOther)
	}
	file := h.file(reference)
	if got := said(file, bot.FromAgent); len(got) != 0 {
		t.Errorf("the customer got %q", got)
	}
	notes := 0
	for _, e := range file.Events {
		if e.Kind == "note" {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("there are %d notes", notes)
	}
	wantContains(t, b.get(ticketPath).body, `class="entry note"`, "Client déjà rappelé", "Vous avez ajouté une note")
}

func TestAFormThatIsSentAgainWithAnotherTextLosesNeither(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	form, _ := forms(b.get(ticketPath).body)
	form.Set("text", "Première réponse")
	wantStatus(t, b.post(ticketPath+"/reply", form), http.StatusSeeOther)
	form.Set("text", "Deuxième réponse") // the agent went back, and the browser put the old form there again
	got := b.post(ticketPath+"/reply", form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "Deuxième réponse</textarea>", "a déjà servi")
	form, _ = forms(got.body)
	form.Set("text", "Deuxième réponse")
	wantStatus(t, b.post(ticketPath+"/reply", form), http.StatusSeeOther)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 2 {
		t.Errorf("the customer got %q", got)
	}
}

func TestARefusedTextStaysInItsForm(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	reply, note := forms(b.get(ticketPath).body)
	long := strings.Repeat("é", 10_001)
	for _, c := range []struct {
		path, text, problem string
		form                url.Values
	}{
		{"/reply", " \r\n ", "Votre réponse est vide", reply},
		{"/reply", long, "dépasse 10\u202f000 caractères", reply},
		{"/note", "", "Votre note est vide", note},
		{"/note", long, "dépasse 10\u202f000 caractères", note},
	} {
		c.form.Set("text", c.text)
		got := b.post(ticketPath+c.path, c.form)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantContains(t, got.body, c.problem, strings.ReplaceAll(c.text, "\r\n", "\n")+"</textarea>")
	}
	reply.Set("text", long[:len(long)-len("é")]+"\r\n ")
	wantStatus(t, b.post(ticketPath+"/reply", reply), http.StatusSeeOther) // 10 000 exactly
	reply.Set("text", strings.Repeat("é", 30_000))
	wantStatus(t, b.post(ticketPath+"/reply", reply), http.StatusRequestEntityTooLarge)
	reply.Set("text", "Sans jeton")
	reply.Del("once")
	got := b.post(ticketPath+"/reply", reply)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "Sans jeton</textarea>")
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 {
		t.Errorf("%d replies were sent", len(got))
	}
}

func TestAReplyWrittenBeforeANewMessageWaitsForItsAuthor(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	form, _ := forms(b.get(ticketPath).body)
	h.say(reference, "Finalement je l’ai retrouvée", bot.Reply{Kind: bot.Silent}, nil)
	form.Set("text", "Nous ouvrons le dossier de vol.\n\nClaire")
	form.Set("after", "resolved")
	got := b.post(ticketPath+"/reply", form)
	wantStatus(t, got, http.StatusConflict)
	warning, rest, _ := strings.Cut(got.body, "<textarea")
	_, warning, _ = strings.Cut(warning, `class="warning"`)
	wantContains(t, warning, "Un message est arrivé", "Finalement je l’ai retrouvée")
	if strings.Contains(warning, "On m’a volé") {
		t.Error("the warning repeats what had been seen")
	}
	wantContains(t, rest, "Nous ouvrons le dossier de vol.\n\nClaire</textarea>", "Envoyer quand même", `value="resolved" selected`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 0 {
		t.Fatalf("the reply left: %q", got)
	}

	again, _ := forms(got.body)
	if again.Get("once") != form.Get("once") {
		t.Error("the form changed its once value: sending it twice would say it twice")
	}
	again.Set("text", "Bonne nouvelle")
	wantStatus(t, b.post(ticketPath+"/reply", again), http.StatusSeeOther)
	wantStatus(t, b.post(ticketPath+"/reply", again), http.StatusSeeOther) // its own reply is not news
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 {
		t.Errorf("the customer got %q", got)
	}
}

func TestAColleaguesReplyIsNewsToo(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	sami := h.addUser("sami@exemple.fr", "Sami Haddad")
	form, _ := forms(b.get(ticketPath).body)
	if err := h.db.ReplyTicket(t.Context(), reference, sami, bot.AgentReply{Text: "Je m’en occupe", Once: "s1"}); err != nil {
		t.Fatal(err)
	}
	form.Set("text", "Bonjour")
	got := b.post(ticketPath+"/reply", form)
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "Je m’en occupe", "Sami Haddad")
}

// TestAColleagueOfTheSameNameIsAColleague: their replies are news, and what they hold is not one's own.
func TestAColleagueOfTheSameNameIsAColleague(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	namesake := h.addUser("moreau.c@exemple.fr", "Claire Moreau")
	form, _ := forms(b.get(ticketPath).body)
	if err := h.db.ReplyTicket(t.Context(), reference, namesake, bot.AgentReply{Text: "Je m’en occupe", Once: "s1"}); err != nil {
		t.Fatal(err)
	}
	form.Set("text", "Bonjour")
	got := b.post(ticketPath+"/reply", form)
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "Je m’en occupe", "<strong>Claire Moreau</strong> répond, l’assistant se tait.", "Répondre à sa place")
	wantContains(t, h.signIn(namesake.Email).get(ticketPath).body, "Vous répondez, l’assistant se tait.")
}

func TestATicketIsTakenGivenBackAndNotTakenFromAColleagueUnseen(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	sami := h.addUser("sami@exemple.fr", "Sami Haddad")
	act := func(to, from, want string) {
		t.Helper()
		got := b.post(ticketPath+"/assign?status=waiting", url.Values{"to": {to}, "from": {from}})
		if at := got.header.Get("Location"); at != ticketPath+"?done="+want+"&status=waiting" {
			t.Errorf("to %q from %q leads to %d %q", to, from, got.status, at)
		}
	}
	act("me", "", "mine")
	if who := h.file(reference).Assignee; who != "claire@exemple.fr" {
		t.Errorf("the ticket is %q's", who)
	}
	wantContains(t, b.get(ticketPath).body, "Vous suivez ce ticket", "Rendre", "Vous avez pris le ticket")
	act("none", "claire@exemple.fr", "free")
	if err := h.db.AssignTicket(t.Context(), reference, sami, sami.Email); err != nil {
		t.Fatal(err)
	}
	act("me", "", "taken")
	act("none", "sami@exemple.fr", "taken")
	if who := h.file(reference).Assignee; who != sami.Email {
		t.Errorf("the ticket is %q's", who)
	}
	act("me", sami.Email, "mine") // seen, and meant
	wantStatus(t, b.post(ticketPath+"/assign", url.Values{"to": {"nobody"}}), http.StatusBadRequest)
}

func TestAnAgentMovesATicketThroughItsStatuses(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	for _, status := range []bot.Status{bot.Waiting, bot.Resolved, bot.Closed, bot.Open} {
		got := b.post(ticketPath+"/status", url.Values{"status": {string(status)}})
		wantStatus(t, got, http.StatusSeeOther)
		if now := h.file(reference).Status; now != status {
			t.Errorf("the ticket is %s, want %s", now, status)
		}
	}
	wantContains(t, b.get(ticketPath).body, "Vous avez clos le ticket", "Vous avez rouvert le ticket")
	wantStatus(t, b.post(ticketPath+"/status", url.Values{"status": {"lost"}}), http.StatusBadRequest)
}

func TestATicketSaysWhatWasNotDelivered(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire Moreau")
	b := h.signIn("claire@exemple.fr")
	in := bot.Inbound{Channel: bot.Telegram, Key: "42", Site: "demo", Text: "x"}
	if _, err := h.db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, State: c.State,
			Ticket: &bot.Ticket{Reference: reference, Category: bot.Claim}}, nil
	}); err != nil {
		t.Fatal(err)
	}
	held, err := h.db.ClaimDelivery(t.Context(), bot.Telegram, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.db.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Gone, Reason: bot.ReasonBlocked}); err != nil {
		t.Fatal(err)
	}
	wantContains(t, b.get(ticketPath).body, "Un message n’a pas été remis au client", "a bloqué l’assistant")
}

func TestTheTicketsPageSaysThatItsCustomerReadsEnglish(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	if page := b.get(ticketPath).body; strings.Contains(page, "lit l’anglais") {
		t.Error("it says so of everybody")
	}
	h.say(reference, "Hello", bot.Reply{Kind: bot.Smalltalk, Text: "Hello.", Language: bot.English}, nil)
	wantContains(t, b.get(ticketPath).body, "(lit l’anglais)")
}
