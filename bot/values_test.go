package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
)

// asking is a request where only one field is still to be given and was asked for.
func asking(category bot.Category, asked bot.Field) bot.State {
	all := map[bot.Field]string{
		bot.Correction: "le SIREN de mon attestation est faux", bot.Description: "ma caisse a été volée", bot.AttestationNumber: "20417",
		bot.SubscriptionDate: "2025-01-02", bot.IncidentDate: "2026-01-02", bot.Siren: "552100554", bot.Email: "a@example.org",
	}
	d, _ := bot.Define(category)
	fields := map[bot.Field]string{}
	for _, f := range d.Required {
		if f != asked {
			fields[f] = all[f]
		}
	}
	return bot.State{Intake: &bot.Intake{Category: category, Fields: fields, Asked: asked}}
}

// answerTo gives the value that a bare answer left in the field; empty when there is none.
func answerTo(t *testing.T, category bot.Category, asked bot.Field, text string) (string, bot.Turn) {
	t.Helper()
	turn := say(t, asking(category, asked), siteFor("micro"), text)
	if turn.State.Intake == nil {
		return "", turn
	}
	return turn.State.Intake.Fields[asked], turn
}

func TestDatesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // today is Tuesday 10 February 2026
		"hier": "2026-02-09", "Hier.": "2026-02-09", "hier soir vers 22h": "2026-02-09", "avant-hier": "2026-02-08", "avant hier": "2026-02-08",
		"aujourd'hui": "2026-02-10", "aujourd’hui": "2026-02-10", "ce matin": "2026-02-10", "yesterday": "2026-02-09",
		"last night": "2026-02-09", "ier soir": "2026-02-09", "avant ier": "2026-02-08", "aujourdhui": "2026-02-10",
		"lundi dernier": "2026-02-09", "vendredi dernier": "2026-02-06", "samedi": "2026-02-07", "dimanche dernier au matin": "2026-02-08",
		"3 février": "2026-02-03", "le 3 fevrier": "2026-02-03", "3 février 2026": "2026-02-03", "03/02/2026": "2026-02-03", "3/2/26": "2026-02-03",
		"03-02-2026": "2026-02-03", "03.02.2026": "2026-02-03", "2026-02-03": "2026-02-03", "mardi 3 février 2026": "2026-02-03", "3 fév. 2026": "2026-02-03",
		"trois février": "2026-02-03", "1er janvier 2026": "2026-01-01", "le premier janvier": "2026-01-01", "15 mars": "2025-03-15", "31 décembre": "2025-12-31",
		"29/02/2024": "2024-02-29", "il y a trois jours": "2026-02-07", "il y a 2 jours": "2026-02-08", "il y a une semaine": "2026-02-03",
		"le 03/02": "2026-02-03", "c'était le 3 février vers midi": "2026-02-03", "3 Février\u00a02026": "2026-02-03", "10/02/2026": "2026-02-10",
	} {
		if got, turn := answerTo(t, bot.Claim, bot.IncidentDate, text); got != want {
			t.Errorf("%q is read as %q, want %s: %q", text, got, want, turn.Reply.Text)
		}
	}
}

func TestValuesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		asked      bot.Field
		text, want string
	}{
		{bot.Siren, "732829320", "732829320"}, {bot.Siren, "732 829 320", "732829320"}, {bot.Siren, "732.829.320", "732829320"},
		{bot.Siren, "732\u00a0829\u00a0320", "732829320"}, {bot.Siren, "le bon c'est 732829320 merci", "732829320"}, {bot.Siren, "SIREN : 732-829-320", "732829320"},
		{bot.Siren, "73282932000074", "732829320"}, {bot.Siren, "mon siret 732 829 320 00074", "732829320"}, {bot.Siren, "35600000049837", "356000000"},
		{bot.Email, "paul.miel@example.org", "paul.miel@example.org"}, {bot.Email, "mon mail : paul@example.org.", "paul@example.org"},
		{bot.Email, "<paul@example.org>", "paul@example.org"}, {bot.Email, "jean+marche@example.co.uk", "jean+marche@example.co.uk"},
		{bot.Email, "(paul_b@example.org)", "paul_b@example.org"}, {bot.Email, "o'brien@example.org", "o'brien@example.org"},
		{bot.Email, "écrivez-moi à l'adresse paul@example.org", "paul@example.org"}, {bot.Email, "paul arobase example point org", "paul@example.org"},
		{bot.AttestationNumber, "20417", "20417"}, {bot.AttestationNumber, "n° 20417", "20417"}, {bot.AttestationNumber, "A-104582", "A-104582"},
		{bot.AttestationNumber, "c'est le numéro 20 417", "20417"}, {bot.AttestationNumber, "attestation numéro 20417.", "20417"},
		{bot.AttestationNumber, "AT2024/118", "AT2024/118"}, {bot.AttestationNumber, "732829321", "732829321"},
	} {
		category := bot.AttestationCorrection
		got, turn := answerTo(t, category, c.asked, c.text)
		if got != c.want {
			t.Errorf("asked for %s, %q is read as %q, want %q: %q", c.asked, c.text, got, c.want, turn.Reply.Text)
		}
	}
}

func TestAWrongValueIsRefusedWithAReasonAndKeptNowhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		category bot.Category
		asked    bot.Field
		text     string
		raw      string // must not be kept
		reason   string // must be said
	}{
		{bot.Claim, bot.IncidentDate, "31/02/2024", "31/02/2024", "date"},
		{bot.Claim, bot.IncidentDate, "le 30 février 2026", "30 février", "date"},
		{bot.Claim, bot.IncidentDate, "29/02/2025", "29/02/2025", "date"},
		{bot.Claim, bot.IncidentDate, "25/13/2025", "25/13/2025", "date"},
		{bot.Claim, bot.IncidentDate, "00/01/2026", "00/01/2026", "date"},
		{bot.Claim, bot.IncidentDate, "32/01/2026", "32/01/2026", "date"},
		{bot.Claim, bot.IncidentDate, "31 avril 2025", "31 avril", "date"},
		{bot.Claim, bot.IncidentDate, "12/03/2039", "12/03/2039", "date"},
		{bot.Claim, bot.IncidentDate, "12/03/39", "12/03/39", "date"},
		{bot.Claim, bot.IncidentDate, "11/02/2026", "11/02/2026", "futur"},
		{bot.Claim, bot.IncidentDate, "le 25 décembre 2026", "25 décembre", "futur"},
		{bot.Claim, bot.IncidentDate, "demain", "demain", "futur"},
		{bot.AttestationCorrection, bot.SubscriptionDate, "31/02/2024", "31/02/2024", "date"},
		{bot.AttestationCorrection, bot.SubscriptionDate, "souscrite le 12/03/2039", "12/03/2039", "futur"},
		{bot.AttestationCorrection, bot.Siren, "732 829 321", "732829321", "SIREN"},
		{bot.AttestationCorrection, bot.Siren, "73282932", "73282932", "9 chiffres"},
		{bot.AttestationCorrection, bot.Siren, "7328293200", "7328293200", "9 chiffres"},
		{bot.AttestationCorrection, bot.Siren, "123 456 789", "123456789", "SIREN"},
		{bot.AttestationCorrection, bot.Siren, "12345", "12345", "9 chiffres"},
		{bot.AttestationCorrection, bot.Siren, "732 829 320 00075", "73282932000075", "chiffres"},
		{bot.AttestationCorrection, bot.Siren, "siren 732\u00a0829\u00a0321", "732829321", "SIREN"},
		{bot.AttestationCorrection, bot.Email, "paul@exemple", "paul@exemple", "mail"},
		{bot.AttestationCorrection, bot.Email, "paul.exemple.org", "paul.exemple.org", "mail"},
		{bot.AttestationCorrection, bot.Email, "@example.org", "@example.org", "mail"},
		{bot.AttestationCorrection, bot.Email, "paul@@example.org", "paul@@example", "mail"},
		{bot.AttestationCorrection, bot.Email, "paul@example,org", "paul@example,org", "mail"},
		{bot.AttestationCorrection, bot.Email, "Zoé.Étal@exemple", "Zoé.Étal@exemple", "mail"},
		{bot.AttestationCorrection, bot.Email, "mon mail c'est zoé@exemple voilà", "zoé@exemple", "mail"},
		{bot.AttestationCorrection, bot.AttestationNumber, "zorglub", "zorglub", "attestation"},
		{bot.AttestationCorrection, bot.AttestationNumber, "ABC", "abc", "attestation"},
	} {
		got, turn := answerTo(t, c.category, c.asked, c.text)
		if got != "" || turn.State.Intake == nil || turn.State.Intake.Asked != c.asked {
			t.Errorf("asked for %s, %q is kept as %q or not asked again: %s", c.asked, c.text, got, asJSON(t, turn.State.Intake))
			continue
		}
		if !strings.Contains(loose(turn.Reply.Text), loose(c.reason)) || strings.Contains(loose(turn.Reply.Text), "pas reconnu") {
			t.Errorf("asked for %s, %q: the reply does not say why (%s): %q", c.asked, c.text, c.reason, turn.Reply.Text)
		}
		if kept := everythingKept(t, turn); strings.Contains(compact(kept), compact(c.raw)) {
			t.Errorf("asked for %s, %q: the wrong value is kept: %q", c.asked, c.text, turn.Text)
		}
		if strings.TrimSpace(turn.Text) == "" {
			t.Errorf("asked for %s, %q: nothing tells that there was a message", c.asked, c.text)
		}
	}
}

func TestAnAddressThatCannotBeWrittenToIsRefused(t *testing.T) {
	t.Parallel()
	labels := strings.Repeat("abcdefghi.", 30)
	for _, c := range []struct{ text, kept, reason string }{
		{strings.Repeat("a", 3900) + "@example.org", "", "64 avant le @"},
		{strings.Repeat("a", 65) + "@example.org", "", "64 avant le @"},
		{strings.Repeat("a", 64) + "@example.org", strings.Repeat("a", 64) + "@example.org", ""},
		{"a@" + labels + "org", "", "254 caractères"},
		{"a@" + labels[:240] + "org", "a@" + labels[:240] + "org", ""},
		{"jean..dupont@example.org", "", "n'est pas valide"},
		{"mon mail : jean..dupont@example.org", "", "n'est pas valide"},
		{".jean@example.org", "jean@example.org", ""}, // a full stop before it is of the sentence
		{"jean.@example.org", "", "n'est pas valide"},
		{strings.Repeat("a", 70) + " arobase example point org", "", "64 avant le @"},
	} {
		got, turn := answerTo(t, bot.AttestationCopy, bot.Email, c.text)
		if got != c.kept {
			t.Errorf("%.80q is kept as %.80q", c.text, got)
			continue
		}
		if c.kept == "" && (!strings.Contains(loose(turn.Reply.Text), loose(c.reason)) || turn.State.Intake.Asked != bot.Email) {
			t.Errorf("%.80q is answered %q", c.text, turn.Reply.Text)
		}
		if address, ok := bot.ReadAddress(c.text); ok != (c.kept != "") || ok && address != c.kept {
			t.Errorf("%.80q is read as the address %.80q, %v", c.text, address, ok)
		}
	}
}

func TestANumberOfAnAttestationIsFortyCharactersAtMost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, kept, reason string }{
		{strings.Repeat("7", 40), strings.Repeat("7", 40), ""},
		{"AC-" + strings.Repeat("7", 27), "AC-" + strings.Repeat("7", 27), ""},
		{strings.Repeat("7", 41), "", "40 caractères"},
		{"123" + strings.Repeat(" 456", 20), "", "40 caractères"},
		{"attestation " + strings.Repeat("a7", 2000), "", "40 caractères"},
	} {
		got, turn := answerTo(t, bot.AttestationCopy, bot.AttestationNumber, c.text)
		if got != c.kept {
			t.Errorf("%.60q is kept as %.60q: %q", c.text, got, turn.Reply.Text)
		} else if got == "" && !strings.Contains(loose(turn.Reply.Text), loose(c.reason)) {
			t.Errorf("%.60q is answered %q", c.text, turn.Reply.Text)
		}
	}
}

func TestAnAddressWithAccentsIsNotSilentlyChanged(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"zoé@example.org", "rené.gaël@exemplé.fr"} {
		got, turn := answerTo(t, bot.AttestationCorrection, bot.Email, text)
		if got != "" && got != text {
			t.Errorf("%s is kept as %s, another person's address", text, got)
		}
		if got == "" && (turn.State.Intake == nil || turn.State.Intake.Asked != bot.Email) {
			t.Errorf("%s is neither kept nor asked again: %q", text, turn.Reply.Text)
		}
	}
}

func TestAYearOfTwoDigitsIsOneThatHasBeen(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // empty: refused, as neither century will do
		"souscrit le 12/03/98": "1998-03-12", "31.12.99": "1999-12-31", "le 1/2/70": "1970-02-01", "29/02/96": "1996-02-29",
		"10/02/26": "2026-02-10", "09/02/25": "2025-02-09", "11/02/26": "", "12/03/39": "", "29/02/97": "", "12/03/2098": "",
	} {
		if got, turn := answerTo(t, bot.AttestationCorrection, bot.SubscriptionDate, text); got != want {
			t.Errorf("%q is read as %q, want %q: %q", text, got, want, turn.Reply.Text)
		}
	}
}

func TestADayWithoutAYearIsTheLastOneThereWas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"le 29 février": "2024-02-29", "le 29/02": "2024-02-29", "on 29 february": "2024-02-29", "le 10 février": "2026-02-10",
		"le 11 février": "2025-02-11", "le 30 février": "", "le 31/04": "",
	} {
		if got, turn := answerTo(t, bot.Claim, bot.IncidentDate, text); got != want {
			t.Errorf("%q is read as %q, want %q: %q", text, got, want, turn.Reply.Text)
		}
	}
}

func TestAVagueMomentIsNoDate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"la semaine dernière", "je sais plus trop", "pendant les vacances", "un matin", "vers 14 h 30", "il y a longtemps"} {
		if got, _ := answerTo(t, bot.Claim, bot.IncidentDate, text); got != "" {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func TestABirthDateIsNoSubscriptionDate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Ma date de naissance est fausse sur l'attestation 20417, je suis née le 7 mai 1990, corrigez-la",
		"sur l'attestation 20417 la naissance est au 07/05/1909 alors que c'est le 07/05/1990, à corriger svp",
	} {
		turn := say(t, bot.State{}, siteFor("micro"), text)
		if turn.State.Intake == nil || turn.State.Intake.Category != bot.AttestationCorrection {
			t.Errorf("%q opens %s", text, asJSON(t, turn.State.Intake))
			continue
		}
		if got := turn.State.Intake.Fields[bot.SubscriptionDate]; got != "" {
			t.Errorf("%q: %s is taken for the day of subscription", text, got)
		}
	}
}
