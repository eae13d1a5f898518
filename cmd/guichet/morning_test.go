package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"guichet/bot"
)

const (
	morningPassword = "un long mot de passe sûr"
	morningNote     = "Registre consulté : l’erreur venait de chez nous."
)

// TestAMorningAtTheDesk is two merchants who ask for a correction of their attestation, on phones, and an agent who signs in with
// password and code, takes the oldest correction, reads it, ticks its list, sends the corrected PDF, writes a note and
// resolves it: the first with a pointer, the second by keyboard alone. The merchants see each step that is theirs.
func TestAMorningAtTheDesk(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	hash, err := bot.HashPassword(morningPassword)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.db.SetPasswordHash(t.Context(), "ines@example.fr", hash); err != nil {
		t.Fatal(err)
	}
	if err := s.db.SetLanguage(t.Context(), "ines@example.fr", "fr"); err != nil { // whatever the browser asks for
		t.Fatal(err)
	}
	address := s.serve()
	codes := setUpCode(t, address)

	dupont := opensCorrection(t, address, "Boulangerie DUPOND", "Boulangerie DUPONT")
	s.open("G-0000-0001") // a claim between the two
	moreau := opensCorrection(t, address, "Fleurs MORAUD", "Fleurs MOREAU")

	for _, morning := range []struct {
		name     string
		merchant merchant
		right    string
		keyboard bool
	}{
		{"with a pointer", dupont, "Boulangerie DUPONT", false},
		{"by keyboard alone", moreau, "Fleurs MOREAU", true},
	} {
		agent := &hands{newBrowser(t, 1440, 900), morning.keyboard, address}
		t.Log(morning.name)
		agent.signIn(codes)
		agent.opensOldestCorrection(morning.merchant.reference)
		agent.until("both values side by side", `document.querySelector('.sides .right dd')?.textContent === `+quoteJS(morning.right))
		agent.until("the checked SIREN with the register", `document.querySelector('.verified a')?.href.includes('732829320')`)
		agent.picture("morning-1-read")
		agent.takes()
		agent.ticks("verified")
		agent.ticks("corrected")
		agent.repliesWithPDF("Bonjour, voici votre attestation corrigée au nom de " + morning.right + ".")
		agent.until("the step that the PDF has done", `document.querySelectorAll('.todo [aria-pressed=true]').length === 3`)

		morning.merchant.reads("voici votre attestation corrigée au nom de " + morning.right)
		morning.merchant.reads("Inès")
		morning.merchant.opensPDF()
		morning.merchant.picture("morning-2-reply-in-the-chat")

		agent.notes(morningNote)
		agent.resolves()
		agent.picture("morning-3-resolved")
		morning.merchant.reads("est résolue")
		morning.merchant.saysItIsSettled()
		morning.merchant.picture("morning-4-settled")
		morning.merchant.neverSees("Registre consulté")

		file, err := s.db.Ticket(t.Context(), morning.merchant.reference)
		if err != nil || file.Status != bot.Resolved || file.Assignee != "ines@example.fr" {
			t.Errorf("%s: the ticket is %s, %q's, %v", morning.name, file.Status, file.Assignee, err)
		}
		said, noted := "", ""
		for _, m := range file.Transcript {
			if m.From == bot.FromAgent {
				said += m.Text
			}
		}
		for _, e := range file.Events {
			if e.Kind == "note" {
				noted += e.Detail
			}
		}
		if said != "Bonjour, voici votre attestation corrigée au nom de "+morning.right+"." || noted != morningNote {
			t.Errorf("%s: said is %q, noted %q", morning.name, said, noted)
		}
		if checks := file.Checks(); checks[0].By != "ines@example.fr" || checks[2].By != "ines@example.fr" {
			t.Errorf("%s: the list is %+v", morning.name, checks)
		}
	}
}

// setUpCode has Inès set up her second factor, the evening before, and gives what makes her codes.
func setUpCode(t *testing.T, address string) *authenticator {
	t.Helper()
	b := &hands{newBrowser(t, 1440, 900), false, address}
	b.do(chromedp.Navigate(address + "/desk/login"))
	b.until("the sign-in page", `document.querySelector('#password') != null`)
	b.do(chromedp.SendKeys("#email", "ines@example.fr"), chromedp.SendKeys("#password", morningPassword+"\r"))
	b.until("the queue", `document.querySelector('.tabs') != null`)
	b.do(chromedp.Navigate(address + "/desk/account/second-factor"))
	b.until("the secret", `document.querySelector('.secret') != null`)
	secret, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector('.secret').textContent.replaceAll(' ', '')`))
	if err != nil {
		t.Fatal(err)
	}
	codes := &authenticator{t: t, secret: secret}
	b.do(chromedp.SendKeys("#code", codes.next()+"\r"))
	b.until("the recovery codes", `document.querySelector('.codes') != null`)
	return codes
}

// authenticator makes codes, as the program on her phone does.
type authenticator struct {
	t      *testing.T
	secret string
	used   int64 // the period of the last code
}

// next is a code that was not used yet: each is taken once, in its period, the one before and the one after. It stays good for fifteen
// seconds and more.
func (a *authenticator) next() string {
	a.t.Helper()
	const period, enough = 30, 15
	now := time.Now().Unix()
	oldest := (now+enough)/period - 1 // which leaves later ones to those who sign in soon after
	a.used = max(a.used+1, oldest)
	for time.Now().Unix()/period < a.used-1 {
		time.Sleep(100 * time.Millisecond)
	}
	code, err := totp.GenerateCode(a.secret, time.Unix(a.used*period, 0))
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

// merchant is somebody on a phone with a request.
type merchant struct {
	*browser
	reference string
}

// opensCorrection has a merchant find the name on the attestation wrong and go through the intake.
func opensCorrection(t *testing.T, address, wrong, right string) merchant {
	t.Helper()
	m := merchant{browser: newBrowser(t, 390, 780)}
	m.openChat(address + "/")
	m.types("mon attestation est fausse il faut la corriger, il est écrit " + wrong + " au lieu de " + right)
	m.reads("Je prépare votre demande de correction")
	m.types("attestation 20417, souscrite le 12/03/2024, siren 732 829 320")
	m.reads("adresse e-mail")
	m.types("camille@example.org")
	m.reads("Voici ce que je vais transmettre")
	m.eval(`[...` + shadow + `.querySelectorAll('.choices button')].find(b => b.textContent === 'Tout est exact').click()`)
	m.reads("Votre demande est enregistrée")
	text, err := chromedp.Run(m.ctx, chromedp.Evaluate[string](shadow+`.querySelector('.list').innerText`))
	if err != nil {
		t.Fatal(err)
	}
	if m.reference = referenceShape.FindString(text); m.reference == "" {
		t.Fatalf("no reference in:\n%s", text)
	}
	return m
}

// opensPDF follows the link under the agent's reply.
func (m merchant) opensPDF() {
	m.t.Helper()
	m.until("the link to the PDF", `[...`+shadow+`.querySelectorAll('.list a')].some(a => a.textContent.startsWith('Attestation corrigée.pdf'))`)
	m.eval(`(async () => {
		const link = [...` + shadow + `.querySelectorAll('.list a')].find(a => a.textContent.startsWith('Attestation corrigée.pdf'));
		const answer = await fetch(link.href);
		window.got = answer.status + ' ' + answer.headers.get('content-type') + ' ' + (await answer.text()).slice(0, 5);
	})()`)
	m.until("the PDF itself", `window.got === '200 application/pdf %PDF-'`)
}

// saysItIsSettled answers the question that comes with the end, and says how satisfied they are.
func (m merchant) saysItIsSettled() {
	m.t.Helper()
	m.until("the question", `[...`+shadow+`.querySelectorAll('.choices button')].some(b => b.textContent === 'Oui, c’est réglé')`)
	m.eval(`[...` + shadow + `.querySelectorAll('.choices button')].find(b => b.textContent === 'Oui, c’est réglé').click()`)
	m.until("how satisfied they are", shadow+`.querySelectorAll('.scores button').length === 5`)
	m.eval(shadow + `.querySelectorAll('.scores button')[4].click()`)
	m.until("thanks", shadow+`.querySelectorAll('.scores button').length === 0`)
}

// neverSees looks at all that the chat holds, also after a reload.
func (m merchant) neverSees(text string) {
	m.t.Helper()
	for range 2 {
		all, err := chromedp.Run(m.ctx, chromedp.Evaluate[string](shadow+`.innerHTML + JSON.stringify({...localStorage, ...sessionStorage})`))
		if err != nil || strings.Contains(all, text) || !strings.Contains(all, "attestation corrigée") {
			m.t.Errorf("the merchant's chat holds %q: %v, %v", text, strings.Contains(all, text), err)
		}
		m.do(chromedp.Reload())
		m.open()
		m.reads("attestation corrigée")
	}
}
