package bot_test

import (
	"slices"
	"strings"
	"testing"

	"guichet/bot"
)

// confirming is a request of which the summary has just been shown.
func confirming(category bot.Category) bot.State {
	state := asking(category, "")
	state.Intake.Confirming, state.Intake.Fields[bot.ContractNumber] = true, "20417"
	return state
}

func TestASummaryIsAgreedToInOrdinaryWords(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"oui", "Oui !", "ouiii", "ouais", "ui", "ok", "OK.", "d'accord", "dac", "c'est bon", "c bon", "ok c bon", "oui c bon", "oui c ça", "c'est ça", "c'est parfait", "parfait", "Parfait, merci",
		"ça marche", "ca marche", "ça me va", "ça roule", "je valide", "je confirme", "validez", "envoyer", "envoyez", "envoie", "vous pouvez envoyer", "transmettez", "👍", "👍👍", "👍🏽", "✅", "👌 merci",
		"vas y", "vas-y", "allez-y", "allez y", "nickel", "nikel", "nickel merci", "merci", "merci beaucoup", "super merci", "impeccable", "impec", "go", "yes", "tout est bon", "tout est exact", "c'est exact",
		"c'est correct", "oui tout est correct", "oui c'est bien ça", "très bien", "exactement", "tout à fait", "oui, pas de souci", "pas de problème", "il n'y a pas d'erreur", "rien à changer", "non c'est bon",
		"oui merci d'avance", "c'est tout bon pour moi", "oui vous pouvez", "oui envoyez svp", "bien sûr", "génial", "oui s'il vous plaît", "ok go", "c'est tout", "tkt c bon", "looks good", "hm ok", "je suis d'accord", "let's go", "non rien d'autre", "c'est bon vous pouvez y aller", "ouii c bon pr moi", "that's correct", "send it please",
	} {
		if turn := say(t, confirming(bot.Claim), siteFor("micro"), text); turn.Ticket == nil {
			t.Errorf("%q does not confirm: %q", text, turn.Reply.Text)
		}
	}
}

func TestWhatIsNoAgreementConfirmsNothing(t *testing.T) {
	t.Parallel()
	for text, asked := range map[string]string{ // what it asks for next; empty: which value is to be changed
		"non": "", "nan": "", "non pas du tout": "", "c'est faux": "", "y a une erreur": "", "il y a une erreur": "", "pas bon": "", "c'est pas bon": "", "c'est pas ça": "", "ce n'est pas exact": "",
		"oui non c'est pas ça": "", "oui mais y a une faute": "", "incorrect": "", "👎": "", "👎👍": "", "ok mais c'est faux": "", "pas d'accord": "", "non merci": "", "wrong": "",
		"oui mais mon mail est faux": "email", "mon mail est pas bon": "email", "non l'adresse mail est fausse": "email", "la date est fausse": "incident_date", "ok mais le jour n'est pas bon": "incident_date",
		"le numéro d'attestation n'est pas bon": "attestation_number", "non pas le bon numéro": "attestation_number",
		"sauf le mail": "email", "il manque mon téléphone": "phone", "vous avez oublié le lieu": "place", "presque": "", "pas tout à fait": "",
		"annuler": "-", "annulez": "-", "oui annulez": "-", "non laissez tomber": "-", "en fait annule": "-",
		"oui mais ajoutez que c'est urgent": "confirm", "attendez": "confirm", "pas encore": "confirm", "bof": "confirm", "euh": "confirm", "?": "confirm", "😡": "confirm",
	} {
		state := asking(bot.Claim, "")
		state.Intake.Confirming = true
		turn := say(t, state, siteFor("micro"), text)
		if turn.Ticket != nil || asks(turn.State) != asked {
			t.Errorf("%q asks for %q, want %q: %q", text, asks(turn.State), asked, turn.Reply.Text)
		}
		if asked == "email" && !strings.Contains(turn.Reply.Text, "e-mail") {
			t.Errorf("%q is answered %q", text, turn.Reply.Text)
		}
	}
}

func TestShortWordsAtTheSummaryAreNoPartOfTheStory(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"euh", "bof", "ah", "et alors", "attendez un instant", "non", "c'est pas ça", "mon mail est faux", "👎", "hum", "au revoir", "sauf le mail"} {
		state := confirming(bot.Claim)
		before := state.Intake.Fields[bot.Description]
		if got := say(t, state, siteFor("micro"), text).State.Intake.Fields[bot.Description]; got != before {
			t.Errorf("%q makes the description %q", text, got)
		}
	}
	for _, fact := range []string{"la vitrine est cassée aussi", "il manque aussi deux caisses de bocaux", "c'est urgent", "j'ai oublié de dire que le voisin a tout vu"} {
		turn := say(t, confirming(bot.Claim), siteFor("micro"), fact)
		if got := turn.State.Intake.Fields[bot.Description]; !strings.HasSuffix(got, fact) {
			t.Errorf("the new fact %q is lost: %q", fact, turn.Reply.Text)
		}
	}
}

func TestWhoSaysThatAValueIsWrongGivesTheRightOne(t *testing.T) {
	t.Parallel()
	turn := say(t, confirming(bot.Claim), siteFor("micro"), "oui mais mon mail est faux")
	turn = say(t, turn.State, siteFor("micro"), "nouveau@example.org")
	if asks(turn.State) != "confirm" || turn.State.Intake.Fields[bot.Email] != "nouveau@example.org" {
		t.Errorf("it asks for %q: %s", asks(turn.State), asJSON(t, turn.State.Intake))
	}
	turn = say(t, confirming(bot.Claim), siteFor("micro"), "non, c'est pas mon mail")
	turn = say(t, turn.State, siteFor("micro"), "j'en ai pas")
	if fields := turn.State.Intake.Fields; asks(turn.State) != "confirm" || fields[bot.Email] != "" || !slices.Contains(turn.State.Intake.Missing, bot.Email) {
		t.Errorf("a wrong address without a right one: %s", asJSON(t, turn.State.Intake))
	}
	turn = say(t, confirming(bot.Claim), siteFor("micro"), "y a une erreur")
	turn = say(t, turn.State, siteFor("micro"), "l'adresse mail")
	if asks(turn.State) != "email" {
		t.Errorf("named alone it asks for %q: %q", asks(turn.State), turn.Reply.Text)
	}
}
