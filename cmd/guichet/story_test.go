package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// server is a guichet serve of the test's own, over a private database.
type server struct {
	chat, desk, setup string
	data              string // its folder
}

var announced = regexp.MustCompile(`^(Chat|Desk|First account[^:]*:) +(http\S+)$`)

// startServer runs the command that operators run, and ends it with the test.
func startServer(t *testing.T) server {
	t.Helper()
	data, err := os.MkdirTemp("", "guichet-story-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(data, 0o755); err != nil { // PostgreSQL's own user must pass through
		t.Fatal(err)
	}
	t.Setenv("DATABASE_URL", "")
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	var log bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--addr=127.0.0.1:0", "--data=" + data, cacheFlag()}, console{strings.NewReader(""), writer, &log})
		writer.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the server ended with %d: %s", code, log.String())
		}
		os.RemoveAll(data)
	})
	s := server{data: data}
	lines := bufio.NewScanner(reader)
	for s.setup == "" && lines.Scan() {
		m := announced.FindStringSubmatch(lines.Text())
		switch {
		case m == nil:
			t.Fatalf("the server printed %q", lines.Text())
		case m[1] == "Chat":
			s.chat = m[2]
		case m[1] == "Desk":
			s.desk = m[2]
		default:
			s.setup = m[2]
		}
	}
	go io.Copy(io.Discard, reader)
	if s.setup == "" {
		t.Fatal("the server printed no link for the first account")
	}
	return s
}

// browser is one person's browser window.
type browser struct {
	t     *testing.T
	ctx   context.Context
	shots string
}

// newBrowser opens a window of its own profile. Pictures of it land in screenshots/, which is not committed.
func newBrowser(t *testing.T, width, height int64) *browser {
	t.Helper()
	shots := filepath.Join("..", "..", "screenshots")
	if err := os.MkdirAll(shots, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(t.Context())
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(stop)
	b := &browser{t: t, ctx: ctx, shots: shots}
	b.do(chromedp.EmulateViewport(width, height, chromedp.EmulateScale(2)))
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval runs a JavaScript expression.
func (b *browser) eval(expression string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](expression))
}

// patience bounds a wait; a slow machine that runs other tests needs most of it.
const patience = time.Minute

// until waits for a JavaScript expression to be true and says what is on the page otherwise. A wait that a navigation
// cuts short goes on in the new page.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(time.Until(deadline))))
		if err == nil {
			return
		}
		if b.ctx.Err() == nil && time.Now().Before(deadline) {
			continue
		}
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`(document.querySelector('guichet-chat')?.shadowRoot.querySelector('.list')?.innerText ?? document.body.innerText).slice(-1500)`))
		b.t.Fatalf("waiting for %s: %v; the page says:\n%s", what, err, text)
	}
}

func (b *browser) picture(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.shots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// shadow is the inside of the chat.
const shadow = `document.querySelector('guichet-chat').shadowRoot`

// openChat loads the page and opens the chat as a person does.
func (b *browser) openChat(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
	b.open()
}

// open opens the chat of the page, which a phone closes at a reload.
func (b *browser) open() {
	b.t.Helper()
	b.until("the launcher", `document.querySelector('guichet-chat')?.shadowRoot.querySelector('.launcher') != null`)
	b.eval(`if (!` + shadow + `.querySelector('.panel').open) ` + shadow + `.querySelector('.launcher').click()`)
	b.until("the open chat", shadow+`.querySelector('.panel').open && `+shadow+`.querySelector('.greeting') != null`)
}

// types writes into the chat by keyboard and presses the send button.
func (b *browser) types(text string) {
	b.t.Helper()
	b.eval(shadow + `.querySelector('.field textarea').focus()`)
	b.do(chromedp.KeyEvent(text))
	b.eval(shadow + `.querySelector('.send').click()`)
}

// reads waits until the conversation shows a text.
func (b *browser) reads(text string) {
	b.t.Helper()
	b.until("“"+text+"”", shadow+`.querySelector('.list').innerText.replace(/[\u00a0\u202f]/g, ' ').includes(`+quoteJS(text)+`)`)
}

func quoteJS(text string) string { return "`" + text + "`" }

var referenceShape = regexp.MustCompile(`G-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}`)

// TestOneQuestionOneTicketEndToEnd tells the story of the counter: a merchant asks, gets a sourced answer, asks for a
// correction with a mistake on the way, and an agent's reply arrives in the open chat.
func TestOneQuestionOneTicketEndToEnd(t *testing.T) {
	s := startServer(t)
	merchant := newBrowser(t, 390, 780)

	merchant.openChat(s.chat)
	merchant.picture("1-chat-open")
	merchant.types("slt g besoin d1 kbis vite fé é pa tro cher koman jfé")
	merchant.reads("Infogreffe")
	merchant.until("the citation", shadow+`.querySelector('.list details')?.textContent.includes('Kbis') === true`)
	merchant.picture("2-sourced-answer")

	merchant.types("le siren est faux sur mon attestation, il faut la corriger")
	merchant.reads("Je prépare votre demande de correction")
	merchant.types("attestation 20417, souscrite le 12/03/2024")
	merchant.reads("Quel est le numéro SIREN exact")
	merchant.types("732 829 321")
	merchant.reads("Ce numéro SIREN n’est pas valide")
	merchant.picture("3-refused-siren")
	merchant.types("pardon, 732 829 320")
	merchant.reads("À quelle adresse e-mail")
	merchant.types("camille.etal@example.org")
	merchant.reads("Voici ce que je vais transmettre")
	merchant.reads("732 829 320")
	merchant.picture("4-summary")
	merchant.eval(`[...` + shadow + `.querySelectorAll('.choices button')].find(b => b.textContent === 'Tout est exact').click()`)
	merchant.reads("Votre demande est enregistrée")
	merchant.picture("5-reference")

	merchant.do(chromedp.Reload())
	merchant.open()
	merchant.reads("Infogreffe")
	merchant.reads("Votre demande est enregistrée")
	text, err := chromedp.Run(merchant.ctx, chromedp.Evaluate[string](shadow+`.querySelector('.list').innerText`))
	if err != nil {
		t.Fatal(err)
	}
	reference := referenceShape.FindString(text)
	if reference == "" {
		t.Fatalf("no reference in:\n%s", text)
	}
	if strings.Contains(text, "732 829 321") {
		t.Error("a SIREN that failed its check is still in the conversation")
	}
	merchant.picture("6-after-reload")

	answerAtTheDesk(t, s, reference)

	merchant.reads("votre attestation corrigée vient de partir")
	merchant.reads("Inès Morel")
	merchant.picture("9-reply-in-the-chat")
}

// answerAtTheDesk makes the first account, finds the ticket with its fields, and replies.
func answerAtTheDesk(t *testing.T, s server, reference string) {
	t.Helper()
	agent := newBrowser(t, 1440, 900)
	agent.do(chromedp.Navigate(s.setup + "&lang=fr"))
	agent.fill("name", "Inès Morel")
	agent.fill("email", "ines@example.org")
	agent.fill("password", "un long mot de passe sûr")
	agent.submit("form[action='/desk/setup']")
	agent.until("the queue", `document.body.innerText.includes(`+quoteJS(reference)+`)`)
	agent.picture("7-queue")
	agent.eval(`[...document.querySelectorAll('a')].find(a => a.href.includes(` + quoteJS(reference) + `)).click()`)
	agent.until("the ticket's fields", `['20417', '12 mars 2024', '732 829 320', 'camille.etal@example.org'].every(v => document.querySelector('#case')?.innerText.replace(/[\u00a0\u202f]/g, ' ').includes(v))`)
	agent.until("the transcript", `document.querySelector('.thread').innerText.includes('kbis')`)
	agent.picture("8-ticket")
	agent.until("why the bot answered so", `(() => { const why = document.querySelector('.thread details.why'); why.open = true; why.scrollIntoView(); return why.innerText.includes('micro.kbis'); })()`)
	agent.picture("8-ticket-why")
	agent.eval(`document.querySelector('#reply-text').value = 'Bonjour Camille, votre attestation corrigée vient de partir.'`)
	agent.submit("form.reply")
	agent.until("the reply in the transcript", `document.querySelector('.thread')?.innerText.includes('vient de partir') === true`)
	agent.picture("8-ticket-answered")
}

func (b *browser) fill(field, value string) {
	b.t.Helper()
	b.until("the field "+field, `document.querySelector('input[name=`+field+`]') != null`)
	b.eval(`document.querySelector('input[name=` + field + `]').value = ` + quoteJS(value))
}

func (b *browser) submit(form string) {
	b.t.Helper()
	b.eval(`document.querySelector(` + quoteJS(form) + `).requestSubmit()`)
}
