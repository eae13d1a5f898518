package bot_test

import (
	"slices"
	"strings"
	"testing"

	"guichet/bot"
)

func TestWhoLacksWhatIsAskedIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	any := []string{
		"aucune", "aucun", "rien", "non", "nan", "jsp", "je sais pas", "je ne sais plus", "chépa", "je l'ai pas sous la main", "je l'ai pas", "pas sur moi", "j'en ai pas", "g pa", "jai pas", "non j'ai pas",
		"je l'ai perdue", "aucune idée", "désolé je n'ai pas", "je retrouve plus", "impossible de la retrouver", "je m'en souviens plus", "dsl jai pas", "je ne l'ai pas !", "néant", "j'ai pas ça",
	}
	for asked, said := range map[bot.Field][]string{
		bot.Email: {
			"je n'ai pas d'email", "pas de mail", "pas d'adresse mail", "jai pa de mail", "g pas d'e-mail", "j'ai pas internet", "aucune adresse", "pas de courriel", "je n’ai pas d’adresse e-mail", "sans mail",
			"je n'ai plus de boîte mail", "j'ai oublié mon mail", "j ai pas de mial", "mon mail je l'ai oublié", "pa d'@", "désolée mais je n'ai pas d'adresse e-mail du tout monsieur", "no email", "je préfère ne pas donner mon mail", "je veux pas le donner", "I don't have an e-mail",
		},
		bot.AttestationNumber: {
			"je n'ai pas de numéro d'attestation", "j'ai perdu mon attestation", "pas de numéro", "j'ai plus mon attestation", "j'ai pas le num", "jai plu l'atestation", "mon attestation est perdue", "pas de n°",
			"je trouve pas le numéro", "je n'ai pas reçu mon attestation", "j'ai égaré les papiers", "on m'a volé mon contrat", "je n'ai pas le contrat sous les yeux", "aucun numero", "jsuis pas sûr du numéro", "elle n'est jamais arrivée", "il est à la maison", "je l'ai laissée chez moi", "j'ai rien sur moi", "vous l'avez déjà", "I lost my certificate",
		},
		bot.Siren:            {"pas de siren", "je n'ai pas encore de SIREN", "je connais pas mon siren", "j'ai pas de siret", "pas encore immatriculé", "il est en cours d'immatriculation"},
		bot.SubscriptionDate: {"je n'ai plus la date", "pas la date", "aucun souvenir", "j'ai oublié la date", "je me rappelle plus", "je sais plus du tout quel jour c'était, j'étais pas là"},
	} {
		for _, text := range append(said, any...) {
			category := bot.AttestationCorrection
			turn := say(t, asking(category, asked), siteFor("micro"), text)
			i := turn.State.Intake
			if i == nil || asks(turn.State) != "confirm" || !slices.Contains(i.Missing, asked) || i.Fields[asked] != "" {
				t.Errorf("asked for %s, %q: it asks for %s: %q", asked, text, asks(turn.State), turn.Reply.Text)
			}
			if strings.Contains(turn.Text, "non valide") {
				t.Errorf("asked for %s, %q is kept as %q", asked, text, turn.Text)
			}
		}
	}
}

func TestAnAnswerIsNotTakenForALack(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ce n'est pas 20416 mais 20417": "", "mon mail je l'ai pas mais l'attestation c'est 20417": "20417", "pas sûr mais je crois 20417": "20417", "20417, j'ai perdu l'attestation": "20417",
		"pourquoi vous n'avez pas mon numéro": "", "un instant": "", "je cherche l'attestation": "", "attendez je la cherche": "",
	} {
		turn := say(t, asking(bot.AttestationCopy, bot.AttestationNumber), siteFor("micro"), text)
		i := turn.State.Intake
		if slices.Contains(i.Missing, bot.AttestationNumber) || want != "" && i.Fields[bot.AttestationNumber] != want {
			t.Errorf("%q: %s", text, asJSON(t, i))
		}
	}
}

func TestATelephoneServesWhereThereIsNoEmail(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"06 12 34 56 78", "pas de mail, mon tel 0612345678", "appelez-moi au 06 12 34 56 78"} {
		for _, category := range []bot.Category{bot.Claim, bot.AttestationCopy, bot.Human} {
			turn := say(t, asking(category, bot.Email), siteFor("micro"), text)
			if i := turn.State.Intake; asks(turn.State) != "confirm" || i.Fields[bot.Phone] != "0612345678" {
				t.Errorf("%s: %q asks for %s: %s", category, text, asks(turn.State), turn.Reply.Text)
			}
		}
	}
	turn := say(t, asking(bot.Claim, bot.Email), siteFor("micro"), "pas de mail")
	if !strings.Contains(loose(turn.Reply.Text), "telephone convient aussi") {
		t.Errorf("what else serves is not said: %q", turn.Reply.Text)
	}
	turn = say(t, turn.State, siteFor("micro"), "06 12 34 56 78")
	if turn.State.Intake.Fields[bot.Phone] != "0612345678" || asks(turn.State) != "confirm" {
		t.Errorf("the telephone is not kept: %s", asJSON(t, turn.State.Intake))
	}
}

func TestNoQuestionIsAskedForEver(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"blabla", "ok", "c'est compliqué votre truc", "mes bocaux sont beaux"} {
		for _, category := range []bot.Category{bot.AttestationCorrection, bot.AttestationCopy, bot.Claim, bot.Complaint, bot.Human} {
			for _, asked := range []bot.Field{bot.AttestationNumber, bot.ContractNumber, bot.Siren, bot.SubscriptionDate, bot.IncidentDate, bot.Email} {
				state, times := asking(category, asked), 0
				if category == bot.Complaint && asked != bot.ContractNumber {
					state.Intake.Fields[bot.ContractNumber] = "20417"
				}
				if d, _ := bot.Define(category); !slices.Contains(d.Required, asked) {
					continue
				}
				var turn bot.Turn
				for times < 4 && asks(state) == string(asked) {
					turn = say(t, state, siteFor("micro"), text)
					state, times = turn.State, times+1
				}
				if text == "blabla" && asked != bot.SubscriptionDate && asked != bot.IncidentDate { // refused with a reason each time: it may be left out, and a person asked for
					if times == 4 && (!strings.Contains(loose(turn.Reply.Text), "je ne l'ai pas") || category != bot.Human && !offersPerson(turn)) {
						t.Errorf("%s asking for %s: after %d times %q there is no way out: %q", category, asked, times, text, turn.Reply.Text)
					}
					continue
				}
				if times > 3 || state.Intake == nil {
					t.Errorf("%s asking for %s: %q is asked again %d times", category, asked, text, times)
					continue
				}
				if category != bot.Human && !offersPerson(turn) {
					t.Errorf("%s asking for %s: no person is offered after %d times %q: %v", category, asked, times, text, turn.Reply.Choices)
				}
			}
		}
	}
}

func offersPerson(turn bot.Turn) bool {
	_, ok := hasChoice(turn.Reply, "Un conseiller")
	return ok
}

func TestARequestWithoutAnythingIsMadeAllTheSame(t *testing.T) {
	t.Parallel()
	turn := say(t, bot.State{}, siteFor("micro"), "Je veux parler à un conseiller, mon placier ne veut plus de moi")
	for range 6 {
		if turn.Ticket != nil {
			break
		}
		text := "jsp"
		if asks(turn.State) == "confirm" {
			text = "merci"
		}
		turn = say(t, turn.State, siteFor("micro"), text)
	}
	if turn.Ticket == nil || turn.Ticket.Category != bot.Human || turn.Ticket.Fields[bot.Email] != "" {
		t.Errorf("there is no ticket: %q", turn.Reply.Text)
	}
}
