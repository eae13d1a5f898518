package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/connectors/telegram/telegramtest"
)

// TestAnAgentAnswersTheWebsiteFromTelegram: a merchant's request opens a topic in the agents' group; the agent takes it at
// the desk, answers from the topic, and resolves it by a button there.
func TestAnAgentAnswersTheWebsiteFromTelegram(t *testing.T) {
	messenger := telegramtest.NewServer()
	defer messenger.Close()
	const group, person = -1001234567890, 900
	messenger.Group(group, "Équipe", true)
	messenger.Promote(group, true)
	t.Setenv("GUICHET_TELEGRAM_TOKEN", messenger.Token)
	t.Setenv("GUICHET_TELEGRAM_API", messenger.URL)
	t.Setenv("GUICHET_TELEGRAM_STAFF", "-1001234567890")
	s := startServer(t)
	agent := newBrowser(t, 1440, 900)
	agent.do(chromedp.Navigate(s.setup + "&lang=fr"))
	agent.fill("name", "Inès Morel")
	agent.fill("email", "ines@example.org")
	agent.fill("password", "un long mot de passe sûr")
	agent.submit("form[action='/desk/setup']")
	agent.until("the queue", `location.pathname.startsWith('/desk') && document.querySelector("form[action='/desk/setup']") == null`)
	if code, _, errs := guichet(t, "", "user", "link", "ines@example.org", "--telegram=900", "--data="+s.data); code != 0 {
		t.Fatalf("link: %s", errs)
	}

	merchant := newBrowser(t, 390, 780)
	merchant.openChat(s.chat)
	merchant.types("je veux parler à un conseiller")
	merchant.reads("conseiller")
	merchant.types("mon attestation comporte une erreur que je ne comprends pas")
	merchant.reads("adresse e-mail")
	merchant.types("camille.etal@example.org")
	merchant.reads("Voici ce que je vais transmettre")
	merchant.eval(`[...` + shadow + `.querySelectorAll('.choices button')].find(b => b.textContent === 'Tout est exact').click()`)
	merchant.reads("Votre demande est enregistrée")

	said := func(words string) (found telegramtest.Message) {
		messenger.Wait(t, "“"+words+"” in the topic", func() bool {
			for _, m := range messenger.Said(group) {
				if strings.Contains(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(m.Text), words) {
					found = m
				}
			}
			return found.ID != 0
		})
		return found
	}
	opening := said("mon attestation comporte une erreur que je ne comprends pas")
	said("camille.etal@example.org")
	reference := referenceShape.FindString(opening.Text)
	agent.do(chromedp.Navigate(s.desk + "/ticket/" + reference))
	agent.until("the ticket", `document.querySelector("form.reply") != null`)
	agent.eval(`[...document.querySelectorAll('form button')].find(b => b.closest('form').action.endsWith('/assign')).click()`)
	taken := said("Inès Morel a pris le ticket.")

	messenger.WriteInTopic(group, person, opening.ThreadID, "Bonjour Camille, je m’en occupe.")
	merchant.reads("je m’en occupe")
	merchant.reads("Inès Morel")
	messenger.WriteInTopic(group, person, opening.ThreadID, "!note à rappeler mardi")
	for _, b := range taken.Keyboard[0] {
		if b.Text == "Résoudre" {
			messenger.Press(group, person, taken.ID, b.Data)
		}
	}
	agent.until("reply, note and status at the desk, live", `['je m’en occupe', 'à rappeler mardi', 'résolu le ticket'].every(v => document.body.innerText.includes(v))`)
	agent.picture("staff-desk")
	messenger.Wait(t, "the topic to be closed", func() bool { return messenger.Topics(group)[0].Closed })
	text, err := chromedp.Run(merchant.ctx, chromedp.Evaluate[string](shadow+`.querySelector('.list').innerText`))
	if err != nil || strings.Contains(text, "mardi") {
		t.Errorf("the merchant reads the note: %v", err)
	}
}
