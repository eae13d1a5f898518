package desk_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
)

// upload is a file of a form.
type upload struct {
	name string
	data []byte
}

// send posts a form with files, as a browser does.
func (b *browser) send(path string, form url.Values, files ...upload) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				b.h.t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile("file", f.name)
		if err != nil {
			b.h.t.Fatal(err)
		}
		_, _ = part.Write(f.data) // a buffer takes everything
	}
	if err := w.Close(); err != nil {
		b.h.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodPost, b.h.server.URL+path, &body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	response, err := b.client.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(text)}
}

// brings has a customer send files.
func (h *house) brings(key string, uploads ...upload) (kept []bot.Attachment) {
	h.t.Helper()
	for _, u := range uploads {
		a, err := h.files.Put(h.t.Context(), u.name, bytes.NewReader(u.data))
		if err != nil {
			h.t.Fatal(err)
		}
		kept = append(kept, a)
	}
	_, err := h.db.Turn(h.t.Context(), bot.Inbound{Channel: "web", Key: key, Site: "demo"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Reply: bot.Reply{Kind: bot.Escalate, Text: "reçu"}, State: c.State, Attachments: kept}, nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return kept
}

// startFiles is a desk with a ticket that somebody is signed in to answer.
func startFiles(t *testing.T) (*house, *browser) {
	t.Helper()
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire")
	h.claim(reference, nil)
	return h, h.signIn("claire@exemple.fr")
}

func TestACustomersFilesAreShownAndServedSafely(t *testing.T) {
	h, b := startFiles(t)
	kept := h.brings(reference, upload{`photo "><script>.png`, bottest.PNG(40)}, upload{"constat d’été.pdf", bottest.PDF("x")})
	page := b.get("/desk/ticket/" + reference).body
	picture, document := "/desk/files/"+kept[0].ID, "/desk/files/"+kept[1].ID
	wantContains(t, page, `<img src="`+picture+`" alt="Image jointe&#8239;: photo script.png"`, `<a href="`+document+`" download>constat d’été.pdf</a>`, "octets")
	h.brings(reference, upload{"long.pdf", bottest.PDF(strings.Repeat("x", 3000))})
	wantContains(t, b.do(http.MethodGet, "/desk/ticket/"+reference, nil, "Accept-Language", "en").body, "3\u00a0kB") // as the customer reads it
	if strings.Contains(page, `<img src="`+document) {
		t.Error("a PDF is shown in the page")
	}
	for path, want := range map[string][3]string{
		picture:  {"image/png", "inline", string(bottest.PNG(40))},
		document: {"application/pdf", "attachment", string(bottest.PDF("x"))},
	} {
		got := b.get(path)
		wantStatus(t, got, http.StatusOK)
		if got.body != want[2] {
			t.Errorf("%s gives %d bytes", path, len(got.body))
		}
		for header, value := range map[string]string{
			"Content-Type": want[0], "X-Content-Type-Options": "nosniff", "Content-Security-Policy": bot.FilePolicy, "Cache-Control": "no-store",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got.header.Get(header) != value {
				t.Errorf("%s has %s %q, want %q", path, header, got.header.Get(header), value)
			}
		}
		if d := got.header.Get("Content-Disposition"); !strings.HasPrefix(d, want[1]+"; filename") || strings.ContainsAny(d, "<>") {
			t.Errorf("%s has the disposition %q", path, d)
		}
	}
	if part := b.do(http.MethodGet, document, nil, "Range", "bytes=0-3"); part.status != http.StatusPartialContent || part.body != "%PDF" {
		t.Errorf("a part of it: %d %q", part.status, part.body)
	}
}

func TestAFileIsFoundByTheIDOfAMessagesFileAndByNothingElse(t *testing.T) {
	h, b := startFiles(t)
	kept := h.brings(reference, upload{"a.pdf", bottest.PDF("x")})[0]
	orphan, err := h.files.Put(t.Context(), "b.pdf", bytes.NewReader(bottest.PDF("y")))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{
		orphan.ID, "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e", kept.ID[:2] + "%2f" + kept.ID, strings.ToUpper(kept.ID), kept.ID + "%00", kept.ID + ".pdf",
		"*", "%25", "a%27%20or%20true--", strings.Repeat("a", 3000),
	} {
		if got := b.get("/desk/files/" + id); got.status != http.StatusNotFound {
			t.Errorf("%q gives %d", id, got.status)
		}
	}
	for _, path := range []string{"/desk/files/", "/desk/files/../ticket", "/desk/files/" + kept.ID + "/x"} {
		if got := b.get(path); got.status == http.StatusOK {
			t.Errorf("%q gives %d", path, got.status)
		}
	}
	if err := h.files.Delete(t.Context(), kept.ID); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, b.get("/desk/files/"+kept.ID), http.StatusNotFound)
	wantStatus(t, b.get("/desk/ticket/"+reference), http.StatusOK)
}

func TestAnAgentSendsFilesWithAReplyAndWithoutAWord(t *testing.T) {
	h, b := startFiles(t)
	path := "/desk/ticket/" + reference
	form, _ := forms(b.get(path).body)
	form.Set("text", "Voici votre attestation.")
	wantStatus(t, b.send(path+"/reply", form, upload{"..\\Attestation corrigée.pdf", bottest.PDF("corrigée")}, upload{"", nil}, upload{"photo.heic", bottest.JPEG(4)}), http.StatusSeeOther)
	wantStatus(t, b.send(path+"/reply", form, upload{"..\\Attestation corrigée.pdf", bottest.PDF("corrigée")}, upload{"photo.heic", bottest.JPEG(4)}), http.StatusSeeOther)
	form, _ = forms(b.get(path).body)
	wantStatus(t, b.send(path+"/reply", form, upload{"encore.pdf", bottest.PDF("encore")}), http.StatusSeeOther)
	transcript := h.file(reference).Transcript
	if len(transcript) != 4 {
		t.Fatalf("the transcript has %d messages", len(transcript))
	}
	first, second := transcript[2], transcript[3]
	if first.Text != "Voici votre attestation." || len(first.Attachments) != 2 || first.Attachments[0].Name != "Attestation corrigée.pdf" ||
		first.Attachments[1].Name != "photo.heic.jpg" || first.Attachments[1].Type != "image/jpeg" {
		t.Errorf("the first reply is %s", pretty(first))
	}
	if second.Text != "" || len(second.Attachments) != 1 {
		t.Errorf("the second reply is %s", pretty(second))
	}
	if got := b.get("/desk/files/" + first.Attachments[0].ID); got.body != string(bottest.PDF("corrigée")) {
		t.Errorf("it is served as %q", got.body)
	}
}

var keptFile = regexp.MustCompile(`name="kept" value="([a-z2-7]{26})" checked`)

func TestWhatIsNotTakenIsSaidAndTheRestOfTheReplyIsKept(t *testing.T) {
	h, b := startFiles(t)
	path := "/desk/ticket/" + reference
	form, _ := forms(b.get(path).body)
	form.Set("text", "Voici.")
	good := upload{"bon.pdf", bottest.PDF("bon")}
	for problem, bad := range map[string]upload{
		"n’est ni une image (PNG, JPEG, WebP, HEIC) ni un PDF": {"page.pdf", []byte("<html><script>alert(1)</script></html>")},
		"est trop volumineux": {"gros.pdf", append(bottest.PDF("gros"), make([]byte, bottest.LargestFile)...)},
	} {
		got := b.send(path+"/reply", form, good, bad)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantContains(t, got.body, problem, "Voici.", "bon.pdf")
		kept := keptFile.FindAllStringSubmatch(got.body, -1)
		if len(kept) != 1 {
			t.Fatalf("%d files wait", len(kept))
		}
	}
	if n := len(h.file(reference).Transcript); n != 2 {
		t.Fatalf("%d messages: something left", n)
	}
	// Somebody writes meanwhile: the file waits with the text, and leaves once it is confirmed; one that is unticked does not.
	h.say(reference, "encore moi", bot.Reply{Kind: bot.Silent}, nil)
	got := b.send(path+"/reply", form, good, upload{"retiré.pdf", bottest.PDF("retiré")})
	wantStatus(t, got, http.StatusConflict)
	kept := keptFile.FindAllStringSubmatch(got.body, -1)
	if len(kept) != 2 {
		t.Fatalf("%d files wait", len(kept))
	}
	form, _ = forms(got.body)
	form.Set("text", "Voici.")
	form.Set("kept", kept[0][1])
	form.Add("kept", strings.Repeat("a", 26)) // never sent by this form
	wantStatus(t, b.send(path+"/reply", form), http.StatusSeeOther)
	last := h.file(reference).Transcript[3]
	if len(last.Attachments) != 1 || last.Attachments[0].Name != "bon.pdf" || last.From != bot.FromAgent {
		t.Errorf("the reply is %s", pretty(last))
	}
}

func TestAFormTakesNoMoreFilesThanItSays(t *testing.T) {
	h, b := startFiles(t)
	path := "/desk/ticket/" + reference
	form, _ := forms(b.get(path).body)
	var many []upload
	for range 11 {
		many = append(many, upload{"a.pdf", bottest.PDF("x")})
	}
	got := b.send(path+"/reply", form, many...)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "au plus 10 fichiers")
	if n := len(h.file(reference).Transcript); n != 2 {
		t.Errorf("%d messages: something left", n)
	}
	// Whoever is signed out cannot have the server take what only a reply may bring.
	large := upload{"a.pdf", make([]byte, 1<<20)}
	if got := h.browser().send(path+"/reply", form, large); got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/desk/login") {
		t.Errorf("signed out: %d", got.status)
	}
	wantStatus(t, b.send(path+"/note", url.Values{"text": {"x"}, "once": {"1"}}, large), http.StatusRequestEntityTooLarge)
}

func TestAMessageThatDidNotArriveIsSentAgainFromTheDesk(t *testing.T) {
	h, b := startFiles(t)
	const other = "G-0000-0002"
	_, err := h.db.Turn(t.Context(), bot.Inbound{Channel: bot.Telegram, Key: "42", Site: "demo"}, func(c bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Escalate, Text: "ok"}, State: c.State, Ticket: &bot.Ticket{Reference: other, Category: bot.Human}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/ticket/" + other
	const button = "Envoyer à nouveau"
	if strings.Contains(b.get(path).body, button) {
		t.Error("what may still arrive can be sent again")
	}
	held, err := h.db.ClaimDelivery(t.Context(), bot.Telegram, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.db.SettleDelivery(t.Context(), held, bot.Dispatch{State: bot.Dead, Reason: bot.ReasonTries}); err != nil {
		t.Fatal(err)
	}
	wantContains(t, b.get(path).body, `action="`+path+`/redeliver`, `name="seq" value="2"`, button)
	for _, seq := range []string{"", "x", "-1", "0", "99999999999999999999"} {
		wantStatus(t, b.post(path+"/redeliver", url.Values{"seq": {seq}}), http.StatusBadRequest)
	}
	wantStatus(t, b.do(http.MethodPost, path+"/redeliver", url.Values{"seq": {"2"}}, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
	wantStatus(t, b.post("/desk/ticket/G-0000-0404/redeliver", url.Values{"seq": {"2"}}), http.StatusNotFound)
	for _, done := range []string{"done=resend", "done=resent"} {
		got := b.post(path+"/redeliver", url.Values{"seq": {"2"}})
		if to := got.header.Get("Location"); got.status != http.StatusSeeOther || !strings.Contains(to, done) {
			t.Errorf("it leads to %d %q, want %q", got.status, to, done)
		}
	}
	page := b.get(path + "?done=resend").body
	wantContains(t, page, "Le message repart", "Vous avez renvoyé le message")
	if strings.Contains(page, button) {
		t.Error("it can be sent a third time")
	}
	if again, err := h.db.ClaimDelivery(t.Context(), bot.Telegram, time.Minute); err != nil || again.Message.Seq != 2 {
		t.Errorf("to be delivered: %+v, %v", again, err)
	}
}
