package main

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/bot/bottest"
	"guichet/connectors/telegram/telegramtest"
)

// people is a Telegram with the server's bot on it.
type people struct {
	t *testing.T
	*telegramtest.Server
}

// startTelegram starts a Telegram that the next server uses.
func startTelegram(t *testing.T) people {
	t.Helper()
	p := people{t, telegramtest.NewServer()}
	t.Cleanup(p.Close)
	t.Setenv("GUICHET_TELEGRAM_TOKEN", p.Token)
	t.Setenv("GUICHET_TELEGRAM_TOKEN_FILE", "")
	t.Setenv("GUICHET_TELEGRAM_API", p.URL)
	return p
}

// hears waits until the last thing the bot said to a person contains some words, and gives it.
func (p people) hears(person int64, words string) telegramtest.Message {
	p.t.Helper()
	var last telegramtest.Message
	p.Wait(p.t, "“"+words+"”", func() bool {
		said := p.Said(person)
		if len(said) == 0 {
			return false
		}
		last = said[len(said)-1]
		return strings.Contains(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(last.Text), words)
	})
	return last
}

// getsFile waits until the last thing the bot sent to a person is a file.
func (p people) getsFile(person int64) telegramtest.File {
	p.t.Helper()
	var file telegramtest.File
	p.Wait(p.t, "a file", func() bool {
		said := p.Said(person)
		if len(said) == 0 || said[len(said)-1].File == nil {
			return false
		}
		file = *said[len(said)-1].File
		return true
	})
	return file
}

// asks presses the button of that label under a message.
func (p people) presses(person int64, m telegramtest.Message, label string) {
	p.t.Helper()
	for _, row := range m.Keyboard {
		for _, b := range row {
			if b.Text == label {
				p.Press(person, person, m.ID, b.Data)
				return
			}
		}
	}
	p.t.Fatalf("no button %q under %q", label, m.Text)
}

// answersWith writes a reply with a file at the desk.
func (b *browser) answersWith(text, file string) {
	b.t.Helper()
	b.until("the reply form", `document.querySelector('#reply-files') != null`)
	b.eval(`document.querySelector('#reply-text').value = ` + quoteJS(text))
	b.do(chromedp.SetUploadFiles(`#reply-files`, []string{file}))
	b.submit("form.reply")
	b.until("the reply in the transcript", `document.querySelector('.thread')?.innerText.includes(`+quoteJS(text)+`) === true`)
}

// sends has a visitor choose a photo in the chat.
func (b *browser) sends(name string, data []byte) {
	b.t.Helper()
	b.eval(`(() => {
		const list = new DataTransfer();
		list.items.add(new File([Uint8Array.from(atob(` + quoteJS(base64.StdEncoding.EncodeToString(data)) + `), (c) => c.charCodeAt(0))], ` + quoteJS(name) + `, { type: 'image/jpeg' }));
		const input = ` + shadow + `.querySelector('input[type=file]');
		input.files = list.files;
		input.dispatchEvent(new Event('change'));
	})()`)
}

// TestAPhotoOnTelegramOpensAtTheDeskAndTheAgentsDocumentArrives is a customer's photo on its way to an agent, the agent's
// document on its way back, on Telegram and on the website, where a photo is sent too, and a visitor who goes on on Telegram, blocks the bot
// for a while, and gets what was missed.
func TestAPhotoOnTelegramOpensAtTheDeskAndTheAgentsDocumentArrives(t *testing.T) {
	telegram := startTelegram(t)
	s := startServer(t)
	const ana, bob = 42, 43
	telegram.Send(ana, map[string]any{"photo": []any{map[string]any{
		"file_id": telegram.Upload(telegramtest.File{Name: "photo.jpg", Data: bottest.JPEG(320)}), "file_unique_id": "u", "width": 320, "height": 320,
	}}})
	telegram.presses(ana, telegram.hears(ana, "De quoi s’agit-il"), "Un conseiller")
	telegram.hears(ana, "De quoi s’agit-il")
	telegram.Write(ana, "voilà mon attestation, le nom y est mal écrit")
	telegram.hears(ana, "adresse e-mail")
	telegram.Write(ana, "ana@example.org")
	telegram.presses(ana, telegram.hears(ana, "fichier joint : 1"), "Tout est exact")
	reference := referenceShape.FindString(telegram.hears(ana, "Votre demande est enregistrée").Text)

	document := filepath.Join(t.TempDir(), "Attestation corrigée.pdf")
	if err := os.WriteFile(document, bottest.PDF("corrigée"), 0o600); err != nil {
		t.Fatal(err)
	}
	agent := newBrowser(t, 1440, 900)
	agent.do(chromedp.Navigate(s.setup + "&lang=fr"))
	agent.fill("name", "Inès Morel")
	agent.fill("email", "ines@example.org")
	agent.fill("password", "un long mot de passe sûr")
	agent.submit("form[action='/desk/setup']")
	agent.until("the queue", `document.body.innerText.includes(`+quoteJS(reference)+`)`)
	agent.do(chromedp.Navigate(s.desk + "/ticket/" + reference))
	agent.until("the photo", `document.querySelector('.thread .files img')?.naturalWidth === 320`)
	agent.until("its words for who does not see it", `document.querySelector('.thread .files img').alt.includes('photo.jpg')`)
	agent.until("the file in the case", `document.querySelector('#case .files a')?.textContent === 'photo.jpg'`)
	agent.eval(`document.querySelector('.thread .files img').scrollIntoView({block: 'center'})`)
	agent.picture("files-1-photo-at-the-desk")
	agent.do(chromedp.EmulateViewport(390, 780, chromedp.EmulateScale(2)))
	agent.eval(`document.querySelector('.thread .files img').scrollIntoView({block: 'center'})`)
	agent.picture("files-2-photo-on-a-phone")
	agent.eval(`document.querySelector('#compose').scrollIntoView()`)
	agent.picture("files-3-form-on-a-phone")
	agent.do(chromedp.EmulateViewport(1440, 900, chromedp.EmulateScale(2)))
	agent.answersWith("Voici votre attestation corrigée.", document)
	agent.until("the document in the transcript", `[...document.querySelectorAll('.thread .agent .files a')].some(a => a.textContent === 'Attestation corrigée.pdf' && a.hasAttribute('download'))`)
	agent.picture("files-4-answered")
	if got := telegram.getsFile(ana); got.Name != "Attestation corrigée.pdf" || !bytes.Equal(got.Data, bottest.PDF("corrigée")) {
		t.Errorf("on Telegram arrives %q with %d bytes", got.Name, len(got.Data))
	}

	visitor := newBrowser(t, 390, 780)
	visitor.openChat(s.chat)
	visitor.types("je veux parler à un conseiller")
	visitor.reads("De quoi s’agit-il")
	visitor.types("mon attestation est illisible, il m’en faut une autre")
	visitor.reads("adresse e-mail")
	visitor.sends("étal.jpg", bottest.JPEG(480))
	visitor.reads("il sera joint à votre demande")
	visitor.until("the photo in the conversation", shadow+`.querySelector('.customer .files img')?.naturalWidth === 480`)
	visitor.picture("files-5-photo-sent")
	visitor.types("bob@example.org")
	visitor.reads("fichier joint : 1")
	visitor.types("oui")
	visitor.reads("Votre demande est enregistrée")
	text, err := chromedp.Run(visitor.ctx, chromedp.Evaluate[string](shadow+`.querySelector('.list').innerText`))
	if err != nil {
		t.Fatal(err)
	}
	other := referenceShape.FindString(text)
	agent.do(chromedp.Navigate(s.desk + "/ticket/" + other))
	agent.until("the visitor's photo", `document.querySelector('.thread .files img')?.naturalWidth === 480 && document.querySelector('#case .files a')?.textContent === 'étal.jpg'`)
	agent.answersWith("Voici une copie lisible.", document)
	visitor.reads("Attestation corrigée.pdf")
	visitor.picture("files-5-document-in-the-chat")
	visitor.eval(`(async () => {
		const link = [...` + shadow + `.querySelectorAll('.list a')].find(a => a.textContent.startsWith('Attestation corrigée.pdf'));
		const answer = await fetch(link.href);
		window.got = answer.status + ' ' + answer.headers.get('content-disposition').split(';')[0] + ' ' + (await answer.text()).slice(0, 5);
	})()`)
	visitor.until("the document itself", `window.got === '200 attachment %PDF-'`)

	visitor.eval(`[...` + shadow + `.querySelectorAll('.foot button')].find(b => b.textContent === 'Continuer sur Telegram').click()`)
	visitor.until("the link to Telegram", shadow+`.querySelector('.foot a') != null`)
	visitor.picture("files-6-link-to-telegram")
	href, err := chromedp.Run(visitor.ctx, chromedp.Evaluate[string](shadow+`.querySelector('.foot a').href`))
	if err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(href)
	if err != nil || link.Host != "t.me" || link.Path != "/"+telegramtest.BotUsername {
		t.Fatalf("the link leads to %q", href)
	}
	telegram.Write(bob, "/start "+link.Query().Get("start"))
	telegram.hears(bob, "La réponse à votre demande "+other+" arrivera ici")
	visitor.reads("La conversation continue sur Telegram")
	agent.do(chromedp.Navigate(s.desk + "/ticket/" + other))
	agent.until("where the conversation goes on", `document.querySelector('.thread').innerText.includes('poursuit la conversation sur Telegram')`)
	agent.until("what was said on the website", `document.querySelector('.thread').innerText.includes('mon attestation est illisible')`)
	agent.picture("files-7-carried-over")
	agent.answersWith("Vous êtes bien sur Telegram.", document)
	if got := telegram.getsFile(bob); got.Name != "Attestation corrigée.pdf" {
		t.Errorf("on Telegram arrives %q", got.Name)
	}

	telegram.Block(bob)
	agent.answersWith("Me recevez-vous encore ?", document)
	agent.until("that it did not arrive", `document.querySelector('.undelivered button')?.textContent === 'Envoyer à nouveau'`)
	agent.picture("files-8-not-delivered")
	telegram.Write(bob, "je vous avais bloqué")
	agent.eval(`document.querySelector('.undelivered form').requestSubmit()`)
	agent.until("that it leaves again", `document.body.innerText.includes('Le message repart') && document.querySelector('.undelivered') == null`)
	telegram.Wait(t, "what was missed", func() bool {
		said := telegram.Said(bob)
		return len(said) > 1 && said[len(said)-1].File != nil && strings.Contains(said[len(said)-2].Text, "Me recevez-vous encore")
	})
}
