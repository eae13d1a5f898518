package widget_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/bot/bottest"
	"guichet/widget"
)

func TestWithoutJavaScriptFilesComeWithTheForm(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	folder := t.TempDir()
	var paths []string
	for name, data := range map[string][]byte{"étal.jpg": bottest.JPEG(200), "contrat.pdf": bottest.PDF("contrat")} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	b := withoutScripts(t, f.http.URL+"/chat/micro")
	b.shows("Joindre des fichiers (photos ou PDF, 50 Mo au plus en tout)")
	b.do(chromedp.SetUploadFiles(`#fichier`, paths))
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('#texte').value = 'Comment obtenir un extrait Kbis ?'`))
	b.press("Envoyer")
	b.shows("Commandez-le sur Infogreffe")
	b.shows("étal.jpg (")
	token := text(b, `document.querySelector('[name=token]').value`)
	if all := f.webFiles(token); len(all) != 2 {
		t.Errorf("kept are %+v", all)
	}
	accessiblePlain(openTab(t, "about:blank", 390, 780), f, token, "contrat.pdf")
	b.picture("plain-4-files")
}

// plainForm sends the plain form with files.
func (f *fixture) plainForm(values map[string]string, files ...chosen) (int, string) {
	f.t.Helper()
	return f.plainFormTo(f.http.URL, values, files...)
}

func (f *fixture) plainFormTo(server string, values map[string]string, files ...chosen) (int, string) {
	f.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range values {
		if err := form.WriteField(name, value); err != nil {
			f.t.Fatal(err)
		}
	}
	for _, one := range files {
		w, err := form.CreateFormFile("file", one.name)
		if err == nil {
			_, err = w.Write(one.data)
		}
		if err != nil {
			f.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		f.t.Fatal(err)
	}
	res, err := http.Post(server+"/chat/micro", form.FormDataContentType(), &body)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return res.StatusCode, string(page)
}

var (
	plainToken   = regexp.MustCompile(`name="token" value="([^"]+)"`)
	plainReceipt = regexp.MustCompile(`name="sent" value="([^"]+)"`)
)

// TestThePlainPagesStatusSaysWhoseFaultItIs: the customer's, or that of a server that is too busy or away.
func TestThePlainPagesStatusSaysWhoseFaultItIs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	if status, page := f.plainForm(map[string]string{"id": "empty", "text": " "}); status != http.StatusUnprocessableEntity {
		t.Errorf("an empty message gives %d\n%s", status, page)
	}
	f.store.failTurn.Store(true)
	status, page := f.plainForm(map[string]string{"id": "one", "text": "voici"})
	if status != http.StatusServiceUnavailable {
		t.Errorf("a message that is not recorded gives %d\n%s", status, page)
	}
	f.store.failTurn.Store(false)
	token := plainToken.FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("the page has no token\n%s", page)
	}
	last := 0
	for i := 0; i < 500 && last != http.StatusTooManyRequests; i++ {
		if last, page = f.plainForm(map[string]string{"token": token[1], "id": strconv.Itoa(i), "text": " "}); last != http.StatusUnprocessableEntity && last != http.StatusTooManyRequests {
			t.Fatalf("message %d gives %d\n%s", i, last, page)
		}
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("after 500 messages at once the next gives %d", last)
	}
}

func TestOnThePlainPageAFilesSizeIsInThePagesLanguage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for language, want := range map[string]string{"en": "a.pdf</a> (1.2\u00a0MB)", "": "a.pdf</a> (1,2\u00a0Mo)"} {
		_, page := f.plainForm(map[string]string{"id": "one", "text": "voici", "lang": language}, chosen{name: "a.pdf", data: bottest.PDF(strings.Repeat("x", 1_200_000))})
		if !strings.Contains(page, want) {
			t.Errorf("the page in %q reads\n%s", language, page)
		}
	}
}

func TestAFileOfAFormThatIsNotRecordedNeedNotBeSentAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.store.failTurn.Store(true)
	_, page := f.plainForm(map[string]string{"id": "one", "text": "voici"}, chosen{name: "a.pdf", data: bottest.PDF("a")})
	receipt, token := plainReceipt.FindStringSubmatch(page), plainToken.FindStringSubmatch(page)
	if receipt == nil || token == nil || !strings.Contains(page, "envoyer avec votre message\u202f: a.pdf") {
		t.Fatalf("the page reads\n%s", page)
	}
	f.store.failTurn.Store(false)
	for range 2 {
		f.plainForm(map[string]string{"token": token[1], "id": "one", "text": "voici", "sent": receipt[1]})
	}
	if all := f.webFiles(token[1]); len(all) != 1 || all[0].Name != "a.pdf" {
		t.Errorf("kept are %+v", all)
	}
}

func TestAFormBringsNoMoreThanTheChat(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for name, sent := range map[string]struct {
		data   []byte
		status int
		says   string
	}{
		"a page":    {[]byte("<script>" + marker), http.StatusUnprocessableEntity, "pas d’un type accepté"},
		"a hundred": {make([]byte, 100<<20), http.StatusRequestEntityTooLarge, "la limite est de 50\u00a0Mo"},
	} {
		status, page := f.plainForm(map[string]string{"id": "x", "text": "voici"}, chosen{name: "a.jpg", data: sent.data})
		if status != sent.status || !strings.Contains(page, sent.says) {
			t.Errorf("%s: %d\n%s", name, status, page)
		}
	}
	f.server.LeaveRoom(1 << 20)
	if status, page := f.plainForm(map[string]string{"id": "x"}, chosen{name: "a.pdf", data: document(1)}); status != http.StatusInsufficientStorage || !strings.Contains(page, "plus de place") {
		t.Errorf("without room: %d\n%s", status, page)
	}
	status, _ := f.plainForm(map[string]string{"id": "y", "token": "x.y"}, chosen{name: "a.pdf", data: bottest.PDF("a")})
	if status != http.StatusForbidden {
		t.Errorf("a forged token: %d", status)
	}
	if logged := f.logs.String(); strings.Contains(logged, marker) || !strings.Contains(logged, "refused a file") {
		t.Errorf("the log: %s", logged)
	}
}

func TestAFormsFilesAreKeptOnlyWithAMessageThatIsTaken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.clock.set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)) // nothing grows back
	url := crowded(t, f, widget.Limits{SiteRate: 1})
	photo := chosen{name: "a.png", data: bottest.PNG(8)}
	refused := func(name string, code int, says string, values map[string]string) {
		t.Helper()
		before := f.puts.Load()
		if status, page := f.plainFormTo(url, values, photo); status != code || !strings.Contains(page, says) {
			t.Errorf("%s: %d\n%s", name, status, page)
		}
		if n := f.puts.Load() - before; n != 0 {
			t.Errorf("%s: %d files are kept", name, n)
		}
	}
	refused("no id", http.StatusUnprocessableEntity, "Rechargez la page", map[string]string{"text": "voici"})
	refused("an id of another shape", http.StatusUnprocessableEntity, "Rechargez la page", map[string]string{"text": "voici", "id": "a b"})
	refused("an empty form", http.StatusUnprocessableEntity, "Votre message est vide", map[string]string{"id": "x", "choice": "intake:form Envoyer"})
	for i := range 5 {
		if status, page := f.plainFormTo(url, map[string]string{"id": "x", "text": "voici"}, photo); status != http.StatusOK {
			t.Fatalf("form %d within the rate: %d\n%s", i, status, page)
		}
	}
	refused("over the rate that visitors share", http.StatusTooManyRequests, "Choisissez aussi vos fichiers de nouveau", map[string]string{"id": "x", "text": "voici"})

	token := widget.SignToken(secret, "micro", "hasty")
	for i := range 20 {
		if _, page := f.plainForm(map[string]string{"id": fmt.Sprint(i), "token": token, "text": "Bonjour"}); strings.Contains(page, "Choisissez") {
			t.Fatalf("message %d is refused", i)
		}
	}
	url = f.http.URL
	refused("over the visitor's rate", http.StatusTooManyRequests, "Choisissez aussi vos fichiers de nouveau", map[string]string{"id": "x", "token": token, "text": "voici"})
}

func TestEachFileOfAFormIsMeasuredHoweverSmall(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.clock.set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	small := make([]chosen, 35)
	for i := range small {
		small[i] = chosen{name: "a.png", data: bottest.PNG(4)}
	}
	large := append(small[:24:24], chosen{name: "a.pdf", data: document(1)})
	if status, page := f.plainForm(map[string]string{"id": "x", "text": "voici"}, small...); status != http.StatusOK {
		t.Fatalf("thirty-five: %d\n%s", status, page)
	}
	f.server.LeaveRoom(200 << 20)
	if status, page := f.plainForm(map[string]string{"id": "x", "text": "voici"}, small[0]); status != http.StatusInsufficientStorage || !strings.Contains(page, "plus de place") {
		t.Errorf("a small file without room: %d\n%s", status, page)
	}
	f.server.LeaveRoom(1 << 40)
	if status, page := f.plainForm(map[string]string{"id": "x", "text": "voici"}, large...); status != http.StatusOK {
		t.Fatalf("twenty-five more: %d\n%s", status, page)
	}
	if n := f.puts.Load(); n != 60 {
		t.Fatalf("%d files are kept, want 60", n)
	}
	for _, files := range [][]chosen{{small[0]}, {large[24]}} {
		if status, page := f.plainForm(map[string]string{"id": "x", "text": "voici"}, files...); status != http.StatusTooManyRequests || !strings.Contains(page, "beaucoup de fichiers") {
			t.Errorf("the sixty-first of %d bytes: %d\n%s", len(files[0].data), status, page)
		}
	}
	if n := f.puts.Load(); n != 60 {
		t.Errorf("%d files are kept, want 60", n)
	}
}

// document is a PDF of so many megabytes.
func document(megabytes int) []byte {
	return bottest.PDF(strings.Repeat("conditions ", megabytes<<20/11))
}
