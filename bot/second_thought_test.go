package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
)

func TestWhatHasBefallenOnesOwnIsAClaim(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bot.Category{
		"mon barnum s'est effondré dimanche avec toute la vaisselle":         bot.Claim,
		"ma réserve a brûlé cette nuit aidez moi":                            bot.Claim,
		"on m a volé mon fond de caisse":                                     bot.Claim,
		"j'ai un sinistre à vous déclarer : la verrière est tombée":          bot.Claim,
		"ok je déclare, contrat 90417":                                       bot.Claim,
		"je veux déclarer un bris de glace":                                  bot.Claim,
		"Somebody smashed my stall last night":                               bot.Claim,
		"je préfère déposer une réclamation":                                 bot.Complaint,
		"bonjour renvoyez mon attestation 41702 svp":                         bot.AttestationCopy,
		"l'attestation a une faute, il faut me la refaire":                   bot.AttestationCorrection,
		"can I talk to a real person":                                        bot.Human,
		"si ma réserve a brûlé, que prévoit le contrat ?":                    "",
		"ma réserve a brûlé, est-ce remboursé ?":                             "",
		"mon barnum s'est envolé, comment je fais pour déclarer un sinistre": "",
	} {
		turn := say(t, bot.State{}, siteFor("micro", "multirisque"), text)
		got := bot.Category("")
		if turn.State.Intake != nil {
			got = turn.State.Intake.Category
		}
		if got != want {
			t.Errorf("%q begins %q, want %q: %s", text, got, want, turn.Reply.Text)
		}
	}
}

func TestValuesAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		category bot.Category
		asked    bot.Field
		text     string
		field    bot.Field
		want     string
	}{
		{bot.Human, bot.Email, "06.12.11.20.25", bot.Phone, "0612112025"},
		{bot.Claim, bot.IncidentDate, "c'était dimanche 18 janvier 2026", bot.IncidentDate, "2026-01-18"},
		{bot.Claim, bot.IncidentDate, "le feu a pris le 18 janvier 2026", bot.IncidentDate, "2026-01-18"},
		{bot.Claim, bot.Email, "lieu : Limoges, mail l.roy@example.org", bot.Place, "Limoges"},
		{bot.Claim, bot.Email, "le lieu c'est Limoges, pas Brive", bot.Place, "Limoges"},
		{bot.Claim, bot.Email, "14 bis rue des Tanneurs, Limoges", bot.Place, "14 bis rue des Tanneurs, Limoges"},
		{bot.Claim, bot.Email, "sur le parking de la gare", bot.Place, "parking de la gare"},
		{bot.Claim, bot.IncidentDate, "le 18 janvier 2026 à Limoges", bot.Place, "Limoges"},
		{bot.Claim, bot.IncidentDate, "in Limoges on 18 January 2026", bot.Place, "Limoges"},
		{bot.Claim, bot.AttestationNumber, "14 bis rue des Tanneurs, Limoges", bot.AttestationNumber, ""},
		{bot.AttestationCopy, bot.AttestationNumber, "l'attest 51290", bot.AttestationNumber, "51290"},
		{bot.AttestationCopy, bot.Email, "Léa Tournier, lea.tournier@example.org", bot.Name, "Léa Tournier"},
		{bot.AttestationCopy, bot.Email, "Limoges Centre, lea.tournier@example.org", bot.Name, ""},
		{bot.AttestationCopy, bot.Email, "nom Léa Tournier, lt@example.org", bot.Name, "Léa Tournier"},
		{bot.AttestationCopy, bot.Email, "Nom : Tournier. Prénom : Léa. lt@example.org", bot.Name, "Léa Tournier"},
		{bot.AttestationCopy, bot.Email, "my name is Lea Tournier", bot.Name, "Lea Tournier"},
		{bot.AttestationCopy, bot.Email, "Josette Marchand 06 12 34 56 78", bot.Name, "Josette Marchand"},
		{bot.Human, bot.Email, "mehdi benkacem", bot.Name, "mehdi benkacem"},
		{bot.Human, bot.Email, "carte bancaire", bot.Name, ""},
		{bot.Claim, bot.Email, "Limoges Bénédictins", bot.Name, ""},
		{bot.Claim, bot.IncidentDate, "le 18 janvier 2026 marche de limoges", bot.Place, "marche de limoges"},
		{bot.AttestationCorrection, bot.Email, "il y a une erreur sur le nom Tournier", bot.Name, ""},
		{bot.AttestationCopy, bot.Email, "lt@example.org, pardon lea.t@example.org", bot.Email, "lea.t@example.org"},
		{bot.AttestationCorrection, bot.AttestationNumber, "certificate number 51290", bot.AttestationNumber, "51290"},
		{bot.AttestationCorrection, bot.SubscriptionDate, "born on 18/01/1990, subscribed on 18/01/2026", bot.SubscriptionDate, "2026-01-18"},
	} {
		turn := say(t, asking(c.category, c.asked), siteFor("micro"), c.text)
		if got := turn.State.Intake.Fields[c.field]; got != c.want || strings.Contains(turn.Reply.Text, "vérifier") {
			t.Errorf("%s, asked for %s, %q: %s is %q, want %q", c.category, c.asked, c.text, c.field, got, c.want)
		}
	}
}

func TestSecondThoughts(t *testing.T) {
	t.Parallel()
	summary := func(category bot.Category, missing ...bot.Field) bot.State {
		s := asking(category, "")
		s.Intake.Confirming, s.Intake.Missing = true, missing
		for _, f := range missing {
			delete(s.Intake.Fields, f)
		}
		return s
	}
	number := func(i *bot.Intake) string { return i.Fields[bot.AttestationNumber] }
	for _, c := range []struct {
		before bot.State
		text   string
		holds  func(i *bot.Intake) bool
	}{
		{asking(bot.AttestationCopy, bot.Email), "en fait non, le nom dessus est faux, corrigez plutôt", func(i *bot.Intake) bool { return i.Category == bot.AttestationCorrection && number(i) == "20417" }},
		{summary(bot.AttestationCopy, bot.AttestationNumber), "ah si, c'est le 51290", func(i *bot.Intake) bool { return number(i) == "51290" }},
		{summary(bot.AttestationCopy), "je me suis trompé dans le numéro, c'est 51290", func(i *bot.Intake) bool { return number(i) == "51290" }},
		{summary(bot.AttestationCopy), "nickel", func(i *bot.Intake) bool { return i == nil }},
		{summary(bot.Claim), "le jour c'est le 3, pas le 2", func(i *bot.Intake) bool { return i.Fields[bot.IncidentDate] == "2026-01-03" && i.Confirming }},
		{summary(bot.Claim), "la date c'est le 45", func(i *bot.Intake) bool { return i.Fields[bot.IncidentDate] == "2026-01-02" }},
		{asking(bot.AttestationCorrection, bot.Correction), "attestation numéro 51290", func(i *bot.Intake) bool { return i.Fields[bot.Correction] == "" && number(i) == "51290" }},
		{asking(bot.Claim, bot.Description), "Description : un client a glissé sur une salade", func(i *bot.Intake) bool { return i.Fields[bot.Description] == "un client a glissé sur une salade" }},
		{asking(bot.Claim, bot.Email), "en fait je veux juste savoir comment ça se passe", func(i *bot.Intake) bool { return i == nil }},
		{asking(bot.AttestationCorrection, bot.Correction), "bon oubliez, je verrai ça demain", func(i *bot.Intake) bool { return i == nil }},
		{asking(bot.Claim, bot.Email), "en fait mon frère s'en occupe de son côté avec sa banque, annulez svp", func(i *bot.Intake) bool { return i == nil }},
		{asking(bot.Claim, bot.Email), "ah non stop, annulez, ma sœur a retrouvé la caisse dans son camion", func(i *bot.Intake) bool { return i == nil }},
	} {
		turn := say(t, c.before, siteFor("micro"), c.text)
		if !c.holds(turn.State.Intake) {
			t.Errorf("%q leaves %s: %s", c.text, asJSON(t, turn.State.Intake), turn.Reply.Text)
		}
	}
}

func TestARequestThatIsDroppedAnswersOnlyWhatIsAsked(t *testing.T) {
	t.Parallel()
	turn := say(t, asking(bot.Claim, bot.Email), siteFor("micro"), "stop, annulez, mon mari a retrouvé la caisse derrière le camion ce matin")
	if turn.Reply.Kind != bot.Cancel || turn.State.Lost != 0 {
		t.Errorf("%s: %s", turn.Reply.Kind, turn.Reply.Text)
	}
}

func TestWhatIsPassedOverIsDoneWithout(t *testing.T) {
	t.Parallel()
	turn := bot.Turn{State: asking(bot.Complaint, bot.ContractNumber)}
	for _, text := range []string{"mon tel 06 12 34 56 78", "mail a.b@example.org", "nom Léa Tournier", "ah non le mail c'est lt@example.org"} {
		if turn = say(t, turn.State, siteFor("alma"), text); turn.State.Intake == nil {
			t.Fatal(turn.Reply.Text)
		}
	}
	if i := turn.State.Intake; asks(turn.State) != "confirm" || i.Fields[bot.Email] != "lt@example.org" {
		t.Fatalf("asks %s: %s", asks(turn.State), turn.Reply.Text)
	}
	if turn = say(t, turn.State, siteFor("alma"), "retrouvé : contrat 51290"); turn.State.Intake.Fields[bot.ContractNumber] != "51290" || len(turn.State.Intake.Missing) > 0 {
		t.Errorf("%s", asJSON(t, turn.State.Intake))
	}
}

func TestWhenAnAnswerComesIsToldBeforeTheRequestIsMade(t *testing.T) {
	t.Parallel()
	turn := say(t, asking(bot.Human, bot.Email), siteFor("micro"), "vous me rappelez quand ?")
	if turn.Reply.Kind != bot.Escalate || !strings.Contains(turn.Reply.Text, "une fois la demande transmise") || asks(turn.State) != string(bot.Email) {
		t.Errorf("asks %s: %s", asks(turn.State), turn.Reply.Text)
	}
}

func TestWhoSaysTheirInsurerIsAnsweredByItFirst(t *testing.T) {
	t.Parallel()
	site := siteFor("micro", "auxiliaire", "active")
	turn := say(t, bot.State{}, site, "bonsoir, je suis assuré chez L'Auxiliaire")
	if turn.Reply.Kind != bot.Smalltalk || !strings.Contains(turn.Reply.Text, "L’Auxiliaire") {
		t.Fatalf("%s: %s", turn.Reply.Kind, turn.Reply.Text)
	}
	if turn = say(t, turn.State, site, "où est mon attestation ?"); turn.Reply.Topic != "auxiliaire.attestation" {
		t.Errorf("%s %s: %s", turn.Reply.Kind, turn.Reply.Topic, turn.Reply.Text)
	}
}

func TestThanksAreNoYes(t *testing.T) {
	t.Parallel()
	site := siteFor("micro")
	unknown := say(t, bot.State{}, site, "vous vendez des glaces à la pistache ?")
	for text, want := range map[string]bot.Kind{"ok merci": bot.Smalltalk, "merci quand même": bot.Smalltalk, "merci, pardon pour le ton": bot.Smalltalk, "oui merci": bot.Escalate, "merci de corriger mon attestation": bot.Escalate} {
		if turn := say(t, unknown.State, site, text); turn.Reply.Kind != want {
			t.Errorf("after %q, %q: %s: %s", unknown.Reply.Text, text, turn.Reply.Kind, turn.Reply.Text)
		}
	}
}

func TestAnIBANIsCautioned(t *testing.T) {
	t.Parallel()
	turn := say(t, asking(bot.Complaint, bot.Email), siteFor("micro"), "remboursez sur FR14 2004 1010 0505 0001 3M02 606")
	if !strings.Contains(turn.Reply.Text, "IBAN") || strings.Contains(everythingKept(t, turn), "0505") {
		t.Errorf("%q is kept, and it says: %s", turn.Text, turn.Reply.Text)
	}
}
