package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/bot"
)

// TestAnEditorCorrectsAnAnswerAtTheDesk is an editor who signs in, finds an answer, breaks its file, reads what is wrong and where,
// mends it and publishes, while a customer's chat is open: the next question gets the new answer. Then they go back.
func TestAnEditorCorrectsAnAnswerAtTheDesk(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	hash, err := bot.HashPassword(morningPassword)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		s.db.AddUser(t.Context(), bot.User{Email: "lea@example.fr", Name: "Léa", Role: bot.RoleEditor, PasswordHash: hash}),
		s.db.SetLanguage(t.Context(), "lea@example.fr", "fr"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	b := newBakery(t, dir)
	b.opens("De **sept heures** à treize heures.")
	cache := "--cache=" + filepath.Join(dir, "cache")
	s.command("kb", "apply", "--sites="+b.sites, cache, "--note=Première édition", b.dir)
	address := s.serve("--sites="+b.sites, cache)

	customer := newBrowser(t, 390, 780)
	customer.openChat(address + "/")
	customer.types("c koi vos horaire")
	customer.reads("sept heures")

	editor := newBrowser(t, 1440, 900)
	editor.do(chromedp.Navigate(address + "/desk/login?next=%2Fdesk%2Fknowledge"))
	editor.until("the sign-in page", `document.querySelector('#password') != null`)
	editor.do(chromedp.SendKeys("#email", "lea@example.fr"), chromedp.SendKeys("#password", morningPassword+"\r"))
	editor.until("the knowledge", `document.querySelector('.topics a') != null && document.querySelector('.sheet-sub').textContent.includes('l’édition 1 (Ligne de commande')`)
	editor.picture("editor-1-knowledge")
	editor.do(chromedp.SendKeys("#q", "ouvert\r"))
	editor.until("what was searched for", `location.search === '?q=ouvert' && document.querySelectorAll('.topics li').length === 1 && document.readyState === 'complete'`)
	editor.do(chromedp.Click(chromedp.CSS(".topics a")))
	editor.until("the text and what the customer reads", `document.querySelector('#text')?.value.startsWith('## Quand est-ce ouvert') && document.querySelector('.told strong')?.textContent === 'sept heures' && document.readyState === 'complete'`)

	// A mistake: the source goes, and a link leads nowhere.
	editor.eval(`document.querySelector('#text').value = document.querySelector('#text').value.replace('source: Horaires\n', '').replace('De **sept heures** à treize heures.', 'De **six heures** à midi, voir le [plan](boulangerie.plan).')`)
	editor.do(chromedp.Click(chromedp.CSS("[value=check]")))
	editor.until("the problems with their lines", `['boulangerie/guide.md:7', 'La source manque', 'boulangerie/guide.md:9', 'Le lien mène au sujet boulangerie.plan'].every((v) => document.querySelector('.found')?.textContent.includes(v)) && document.readyState === 'complete'`)
	editor.until("the line itself", `[...document.querySelectorAll('.found code')].some((c) => c.textContent.includes('De **six heures** à midi'))`)
	editor.until("what was typed", `document.querySelector('#text').value.includes('De **six heures** à midi, voir le') && document.querySelector('[value=publish]') == null`)
	editor.picture("editor-2-problems")

	editor.eval(`document.querySelector('#text').value = document.querySelector('#text').value.replace(', voir le [plan](boulangerie.plan)', '').replace('{#horaires}\n', '{#horaires}\nsource: Horaires\n')`)
	editor.do(chromedp.Click(chromedp.CSS("[value=check]")))
	editor.until("what changes", `document.querySelector('.changes')?.textContent.includes('Modifié') && document.querySelector('.told strong')?.textContent === 'six heures' && document.readyState === 'complete'`)
	editor.picture("editor-3-checked")
	editor.do(chromedp.SendKeys("#note", "Horaires d’été"), chromedp.Click(chromedp.CSS("[value=publish]")))
	editor.until("the new edition", `document.querySelector('.notice')?.textContent.includes('L’édition 2 est publiée') && document.querySelector('.editions')?.textContent.includes('Horaires d’été') && document.readyState === 'complete'`)
	editor.picture("editor-4-published")

	served := func(what string) {
		t.Helper()
		editor.until("that this server answers from it", `fetch('/source/boulangerie.horaires').then((r) => r.text()).then((page) => page.includes(`+quoteJS(what)+`))`)
	}
	served("six heures")
	customer.types("c koi vos horaire")
	customer.reads("six heures")
	entries, err := s.db.Audit(t.Context(), bot.AuditFilter{Action: bot.AuditPublished})
	if err != nil || len(entries) != 2 || entries[0].Actor.Who != "lea@example.fr" || entries[0].Object != "2" {
		t.Errorf("recorded is %+v, %v", entries, err)
	}

	editor.do(chromedp.Click(chromedp.CSS(`.editions a[href$="number=1"]`)))
	editor.until("what going back changes", `document.querySelector('h1')?.textContent === 'Revenir à l’édition 1' && document.querySelector('.changes')?.textContent.includes('boulangerie.horaires') && document.readyState === 'complete'`)
	editor.do(chromedp.Click(chromedp.CSS("form.decide .primary")))
	editor.until("the first edition as the third", `document.querySelector('.notice')?.textContent.includes('L’édition 3 est publiée')`)
	served("sept heures")
	customer.types("quand ouvrez vous")
	customer.until("the first answer again", fmt.Sprintf(`[...%s.querySelectorAll('.list *')].filter((e) => e.children.length === 0 && e.textContent === 'sept heures').length >= 2`, shadow))
	if out := s.command("kb", "editions"); strings.Count(out, "\n") != 2 || !strings.Contains(out, "Retour à l’édition 1") || !strings.Contains(out, "lea@example.fr") {
		t.Errorf("the list is\n%s", out)
	}
}
