package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
)

// fill answers a request's form.
func fill(t testing.TB, state bot.State, values map[bot.Field]string) bot.Turn {
	t.Helper()
	in := bot.Inbound{Channel: bot.Web, Key: "k", Site: "micro", Choice: bot.ChoiceForm, Values: values}
	return next(t, state, siteFor("micro"), in)
}

func TestAFormsValueIsRefusedWhereAMessageWouldBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		category bot.Category
		field    bot.Field
		value    string
		kept     string // empty: refused
	}{
		{bot.AttestationCorrection, bot.Siren, "732 829 320", "732829320"},
		{bot.AttestationCorrection, bot.Siren, "732 829 321", ""},
		{bot.AttestationCorrection, bot.Siren, "je ne sais pas", ""},
		{bot.AttestationCorrection, bot.Email, " Paul@Exemple.fr ", "paul@exemple.fr"},
		{bot.AttestationCorrection, bot.Email, "paul@exemple", ""},
		{bot.AttestationCorrection, bot.SubscriptionDate, "3 février 2026", "2026-02-03"},
		{bot.AttestationCorrection, bot.SubscriptionDate, "12/03/2039", ""},
		{bot.AttestationCorrection, bot.AttestationNumber, "a-104582", "A-104582"},
		{bot.Claim, bot.IncidentDate, "hier", "2026-02-09"},
		{bot.Claim, bot.IncidentDate, "un jour", ""},
		{bot.Claim, bot.Description, "On m’a volé ma caisse hier, dossier 12", "On m’a volé ma caisse hier, dossier 12"},
	} {
		turn := fill(t, asking(c.category, c.field), map[bot.Field]string{c.field: c.value})
		got := turn.State.Intake.Fields[c.field]
		if got != c.kept {
			t.Errorf("%s %q is kept as %q, want %q", c.field, c.value, got, c.kept)
		}
		problem := bot.CheckField(c.category, c.field, c.value, "", today)
		if (problem == "") != (c.kept != "") {
			t.Errorf("%s %q: the check says %q", c.field, c.value, problem)
		}
		if c.kept == "" && (!strings.Contains(loose(turn.Reply.Text), loose(problem)) || turn.State.Intake.Asked != c.field) {
			t.Errorf("%s %q: the reply is %q, the check %q", c.field, c.value, turn.Reply.Text, problem)
		}
		if c.kept == "" && strings.Contains(compact(everythingKept(t, turn)), compact(c.value)) {
			t.Errorf("%s: the wrong value %q is kept: %q", c.field, c.value, turn.Text)
		}
	}
}

func TestAFormTellsWhatIsStillNeededAndNothingElse(t *testing.T) {
	t.Parallel()
	turn := fill(t, bot.State{Intake: &bot.Intake{Category: bot.Claim}}, map[bot.Field]string{bot.Description: "Ma tente s’est envolée", bot.AttestationNumber: ""})
	var left []string
	for _, f := range turn.Reply.Form {
		left = append(left, string(f.Field))
	}
	if got := strings.Join(left, " "); got != "incident_date email" {
		t.Errorf("the form has %q", got)
	}
	if turn.Text != "description : Ma tente s’est envolée\nnuméro d’attestation : non communiqué" && turn.Text != "numéro d’attestation : non communiqué\ndescription : Ma tente s’est envolée" {
		t.Errorf("the message is kept as %q", turn.Text)
	}
	turn = fill(t, turn.State, map[bot.Field]string{bot.IncidentDate: "hier", bot.Email: "a@exemple.fr", "nulle_part": "x"})
	if len(turn.Reply.Form) != 0 || !turn.State.Intake.Confirming || turn.State.Intake.Fields["nulle_part"] != "" {
		t.Errorf("when all is there: %+v", turn.Reply)
	}
}

func TestACardNumberInAFormIsMaskedAndWarnedOf(t *testing.T) {
	t.Parallel()
	turn := fill(t, asking(bot.AttestationCorrection, bot.AttestationNumber), map[bot.Field]string{bot.AttestationNumber: "4111 1111 1111 1111"})
	if kept := everythingKept(t, turn); strings.Contains(compact(kept), "41111111") {
		t.Errorf("kept: %s", kept)
	}
	if turn.State.Intake.Fields[bot.AttestationNumber] != "" {
		t.Errorf("a masked number became the attestation's: %q", turn.State.Intake.Fields[bot.AttestationNumber])
	}
}

func TestACardNumberInAFormLeavesItsOtherValues(t *testing.T) {
	t.Parallel()
	turn := fill(t, bot.State{Intake: &bot.Intake{Category: bot.Claim}}, map[bot.Field]string{
		bot.Description: "On m’a volé ma carte 4111 1111 1111 1111", bot.IncidentDate: "hier", bot.AttestationNumber: "4111 1111 1111 1111", bot.Email: "a@exemple.fr"})
	if kept := everythingKept(t, turn); turn.Reply.Kind != bot.Warn || strings.Contains(compact(kept), "41111111") {
		t.Errorf("it is answered %s and kept as %s", turn.Reply.Kind, kept)
	}
	fields := turn.State.Intake.Fields
	if fields[bot.Email] != "a@exemple.fr" || fields[bot.IncidentDate] != "2026-02-09" || fields[bot.Description] == "" || fields[bot.AttestationNumber] != "" || asks(turn.State) != "attestation_number" {
		t.Errorf("of the others is kept: %s", asJSON(t, turn.State.Intake))
	}
}

func TestWhatTheSiteVouchesForIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	known := map[bot.Field]string{bot.Email: "camille@exemple.fr", bot.Name: "Camille", bot.Siren: "123456789"}
	in := bot.Inbound{Channel: bot.Web, Key: "k", Site: "micro", Text: "Un nouvel exemplaire", Choice: bot.ChoiceRequest + string(bot.AttestationCopy), Known: known}
	turn := next(t, bot.State{}, siteFor("micro"), in)
	fields := turn.State.Intake.Fields
	if fields[bot.Email] != "camille@exemple.fr" || fields[bot.Name] != "Camille" || fields[bot.Siren] != "" {
		t.Errorf("known: %v", fields)
	}
	if len(turn.Reply.Form) != 1 || turn.Reply.Form[0].Field != bot.AttestationNumber {
		t.Errorf("the form has %+v", turn.Reply.Form)
	}
}

func FuzzNoFormValueIsKeptThatItsCheckRefuses(f *testing.F) {
	f.Add("siren", "732 829 321")
	f.Add("email", "a@b")
	f.Add("incident_date", "31/02/2026")
	f.Add("phone", "06 12 34 56 78")
	f.Fuzz(func(t *testing.T, field, value string) {
		for _, c := range []bot.Category{bot.Claim, bot.AttestationCorrection, bot.Human} {
			state := bot.State{Intake: &bot.Intake{Category: c}}
			turn := fill(t, state, map[bot.Field]string{bot.Field(field): value})
			if turn.State.Intake == nil {
				continue
			}
			refused := bot.CheckField(c, bot.Field(field), value, "", today) != ""
			if kept := turn.State.Intake.Fields[bot.Field(field)]; refused && kept != "" {
				t.Errorf("%s %q is refused and kept as %q", field, value, kept)
			}
		}
	})
}
