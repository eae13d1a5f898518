package desk_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/desk"

	"github.com/chromedp/chromedp"
)

// busy is a desk with a correction, a claim and all that may stand on their pages.
func busy(t *testing.T, also ...func(*desk.Options)) *house {
	t.Helper()
	h := openWith(t, func(o *desk.Options) {
		o.Suggest = func(string, string, int) ([]bot.Suggestion, error) {
			return []bot.Suggestion{
				{Topic: "micro.corriger-attestation", Title: "Comment faire corriger une erreur sur mon attestation ?", Text: "Indiquez ce qui est faux.",
					Citation: bot.Citation{Topic: "micro.corriger-attestation", Document: "Foire aux questions", Section: "Attestation"}, Probability: 0.82},
				{Topic: "micro.attestation", Title: "Quand reçoit-on son attestation ?", Text: "Sous 24 heures.",
					Citation: bot.Citation{Topic: "micro.attestation", Document: "Foire aux questions", Section: "Souscription"}, Probability: 0.09},
			}, nil
		}
		for _, set := range also {
			set(o)
		}
	})
	claire := h.addUser("claire@exemple.fr", "Claire Moreau")
	paul := h.addUser("paul@exemple.fr", "Paul Girard")
	correction := map[bot.Field]string{bot.Correction: "Il est écrit Boulangerie DUPOND au lieu de Boulangerie DUPONT sur mon attestation", bot.Name: "Karim Dupont",
		bot.Siren: "732829320", bot.AttestationNumber: "AM-2026-004512", bot.SubscriptionDate: "2026-02-03", bot.Email: "karim@exemple.fr"}
	h.say(reference, "Bonjour, il y a une erreur sur mon attestation", bot.Reply{Kind: bot.Escalate, Text: "Votre demande est enregistrée sous la référence " + reference + "."},
		&bot.Ticket{Reference: reference, Category: bot.AttestationCorrection, Fields: correction, Clock: served(h.start.Add(-2*time.Hour), hoursOfOpening(8), hoursOfOpening(24))})
	h.claim("G-1111-1111", map[bot.Field]string{bot.Email: "karim@exemple.fr", bot.Description: "Ma caisse a été volée pendant le marché."})
	for _, err := range []error{
		h.db.SetPriority(t.Context(), "G-1111-1111", paul, bot.PriorityUrgent),
		h.db.SetTags(t.Context(), "G-1111-1111", paul, []string{"à rappeler", "vol"}),
		h.db.SetTags(t.Context(), reference, paul, []string{"à rappeler"}),
		h.db.CheckStep(t.Context(), reference, paul, "verified", true),
		h.db.Attend(t.Context(), reference, paul, bot.Writing, time.Hour),
		h.db.SaveMacro(bot.ActAs(t.Context(), bot.Actor{Who: claire.Email}), bot.Macro{Name: "Attestation corrigée", Text: "Bonjour {{nom}},\n\nvoici votre attestation corrigée (dossier {{référence}}).\n\n{{agent}}"}),
		h.db.SaveMacro(bot.ActAs(t.Context(), bot.Actor{Who: claire.Email}), bot.Macro{Name: "Relance", Text: "Bonjour {{nom}}, avez-vous pu retrouver ce document ?"}),
		h.db.SetRole(t.Context(), claire.Email, bot.RoleEditor),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestThePagesOfATicketAreReadByEverybody(t *testing.T) {
	t.Parallel()
	h := busy(t)
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.Click(chromedp.CSS(".answers summary")))
	c.check("ticket")
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.WaitVisible(chromedp.CSS("#compose")))
	if _, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`document.querySelectorAll('.more-case').forEach((d) => { d.open = true; d.scrollIntoView(); }), true`)); err != nil {
		t.Fatal(err)
	}
	c.check("ticket-forms")
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.Click(chromedp.CSS("[data-mode=note]")))
	c.check("ticket-note")
	c.do(chromedp.Navigate(c.url+"/desk/macros"), chromedp.Click(chromedp.CSS(".macros summary")))
	c.check("macros")
}

// TestAnAgentsMorning goes through a correction as it is done, by the keyboard where there is a key.
func TestAnAgentsMorning(t *testing.T) {
	t.Parallel()
	h := busy(t)
	pdf := filepath.Join(t.TempDir(), "attestation corrigée.pdf")
	if err := os.WriteFile(pdf, bottest.PDF("corrigée"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+"/desk/?category=attestation_correction"), press("j"), chromedp.KeyEvent("\r"))
	c.eventually(`location.pathname === '` + ticketPath + `' && document.querySelector('.sides .right dd').textContent === 'Boulangerie DUPONT'`)
	c.do(press("a"))
	c.eventually(`document.querySelector('.holder p')?.textContent === 'Vous suivez ce ticket.'`)
	c.do(chromedp.Click(chromedp.CSS(`.todo [value="corrected:yes"]`)))
	c.eventually(`document.querySelectorAll('.todo [aria-pressed=true]').length === 2`)
	c.do(press("a"), press("m")) // a second time it gives nothing back
	c.eventually(`document.activeElement?.id === 'macro'`)
	c.tab("[name=insert][value=macro]")
	c.do(chromedp.KeyEvent("\r"))
	c.eventually(`document.querySelector('#reply-text')?.value.includes('dossier ` + reference + `')`)
	c.do(chromedp.SetUploadFiles(chromedp.CSS("#reply-files"), []string{pdf}), chromedp.Click(chromedp.CSS(".reply .primary")))
	c.eventually(`document.querySelector('.notice')?.textContent === 'Réponse envoyée.' && document.querySelector('[data-live=thread]')?.textContent.includes('attestation corrigée.pdf') && document.querySelectorAll('.todo [aria-pressed=true]').length === 3`)
	c.do(press("n"))
	c.eventually(`document.activeElement?.id === 'note-text'`)
	c.do(chromedp.SendKeys(chromedp.CSS("#note-text"), "Registre consulté"), chromedp.Click(chromedp.CSS("form.note .primary")))
	c.eventually(`document.querySelector('.entry.note')?.textContent.includes('Registre consulté')`)
	c.do(chromedp.Click(chromedp.CSS(`.moves [value=resolved]`)))
	c.eventually(`document.querySelector('[data-live=state]')?.textContent.includes('Résolu')`)
	file := h.file(reference)
	if file.Assignee != "claire@exemple.fr" {
		t.Errorf("the ticket is %q's", file.Assignee)
	}
	last := file.Transcript[len(file.Transcript)-2] // the bot then says that it is resolved
	if last.From != bot.FromAgent || len(last.Attachments) != 1 || last.Attachments[0].Type != "application/pdf" || file.Status != bot.Resolved {
		t.Errorf("the customer got %+v, the ticket is %s", last, file.Status)
	}
	if got := said(file, bot.FromAgent); len(got) != 1 {
		t.Errorf("the customer got %q", got)
	}
}
