package bot_test

import (
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
)

func request(t *testing.T, category bot.Category, answers map[bot.Field]string) (bot.Turn, []bot.Problem) {
	t.Helper()
	moment := bot.Moment{Now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), Reference: "G-0000-0000"}
	return bottest.Engine(t).Fill(bot.State{}, bot.Site{ID: "demo"}, bot.Form{Category: category, Answers: answers, Again: "form:again"}, moment)
}

func TestAFormIsCheckedLikeAConversation(t *testing.T) {
	t.Parallel()
	turn, problems := request(t, bot.AttestationCorrection, map[bot.Field]string{
		bot.Correction: "le SIREN est faux", bot.AttestationNumber: "A 20417", bot.SubscriptionDate: "30 février 2026", bot.Siren: "732829321", bot.Email: "ana@exemple",
	})
	wrong := map[bot.Field]string{}
	for _, p := range problems {
		wrong[p.Field] = p.Says
	}
	for field, words := range map[bot.Field]string{bot.Siren: "clé de contrôle", bot.Email: "un @ et un domaine", bot.SubscriptionDate: "n’existe pas"} {
		if !strings.Contains(wrong[field], words) {
			t.Errorf("%s: %q, want %q", field, wrong[field], words)
		}
	}
	if len(problems) != 3 || turn.State.Intake != nil || turn.Ticket != nil {
		t.Errorf("%d problems, %+v", len(problems), turn.State)
	}
	if strings.Contains(turn.Text, "732829321") || !strings.Contains(turn.Text, "[numéro SIREN non valide]") {
		t.Errorf("kept is %q", turn.Text)
	}
	if len(turn.Reply.Choices) != 1 || turn.Reply.Choices[0].Value != "form:again" {
		t.Errorf("offered %+v", turn.Reply.Choices)
	}
}

func TestAGoodFormIsShownForAgreementAndRecorded(t *testing.T) {
	t.Parallel()
	turn, problems := request(t, bot.Claim, map[bot.Field]string{
		bot.Description: "On m’a volé ma caisse", bot.IncidentDate: "24/11/2026", bot.Email: "Ana@Exemple.fr",
	})
	if len(problems) != 0 || turn.Ticket != nil {
		t.Fatalf("problems %+v", problems)
	}
	next, err := bottest.Engine(t).Next(turn.State, bot.Site{ID: "demo"}, bot.Inbound{Text: "Tout est exact", Choice: "intake:confirm"},
		bot.Moment{Now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), Reference: "G-0000-0000"})
	if err != nil || next.Ticket == nil {
		t.Fatalf("no ticket: %v, %+v", err, next.Reply)
	}
	fields := next.Ticket.Fields
	if fields[bot.Email] != "ana@exemple.fr" || fields[bot.IncidentDate] != "2026-11-24" || fields[bot.AttestationNumber] != "" {
		t.Errorf("fields %+v", fields)
	}
}

func TestACardNumberInAFormIsNotKept(t *testing.T) {
	t.Parallel()
	turn, problems := request(t, bot.Human, map[bot.Field]string{bot.Description: "ma carte 4111 1111 1111 1111", bot.Email: "a@b.fr"})
	if len(problems) != 1 || strings.Contains(turn.Text, "4111") {
		t.Errorf("problems %+v, kept %q", problems, turn.Text)
	}
}
