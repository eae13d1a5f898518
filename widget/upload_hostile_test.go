package widget_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"guichet/bot/bottest"
)

func TestOnlyAVisitorOfTheSiteSendsFiles(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	mine, theirs := f.dial().hello("", 0).Token, f.dial().hello("", 0).Token
	refused := func(what string, s *sender, want int) {
		t.Helper()
		if res := s.begin(marker+".pdf", 100); res.StatusCode != want || res.Header.Get("Location") != "" {
			t.Errorf("%s: beginning gives %d", what, res.StatusCode)
		}
	}
	key, _, _ := strings.Cut(mine, ".")
	_, sign, _ := strings.Cut(theirs, ".")
	for what, token := range map[string]string{"no token": "", "a key alone": key, "a key under another's signature": key + "." + sign} {
		refused(what, f.sender(token), http.StatusForbidden)
	}
	other := f.sender(mine)
	other.site = "alma"
	refused("a token of another site", other, http.StatusForbidden)
	foreign := f.sender(mine)
	foreign.origin = "https://evil.example"
	refused("a page that may not embed the chat", foreign, http.StatusForbidden)
	foreign.origin = "https://alma.example:8443" // may embed another site's
	refused("another site's page", foreign, http.StatusForbidden)
	for _, authorization := range []string{"Bearer " + mine, "Guichet ", "Guichet !!", "Guichet " + base64.RawURLEncoding.EncodeToString([]byte(`"x"`))} {
		strange := f.sender(mine)
		strange.authorization = authorization
		refused(authorization, strange, http.StatusForbidden)
	}
	camille := signed(identitySecret, "42", "Camille", "", time.Now().Add(time.Hour))
	known := f.dial()
	known.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "identity": camille})
	person := f.sender(known.expect("welcome").Token)
	refused("a person's token without who they are", person, http.StatusForbidden)
	if n := f.left(""); n != 0 {
		t.Errorf("%d files are left of what was refused", n)
	}
	hello, err := json.Marshal(map[string]any{"v": 1, "site": "micro", "token": person.token, "identity": camille})
	if err != nil {
		t.Fatal(err)
	}
	person.authorization = "Guichet " + base64.RawURLEncoding.EncodeToString(hello)
	person.do(http.MethodDelete, person.began("a.pdf", 100), nil, nil)

	page := f.sender(mine)
	page.origin = "https://www.marchand.fr"
	if res := page.do(http.MethodOptions, "/upload/", map[string]string{"Access-Control-Request-Method": "PATCH"}, nil); res.StatusCode != http.StatusNoContent ||
		res.Header.Get("Access-Control-Allow-Origin") != page.origin || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "Upload-Offset") {
		t.Errorf("a page that may is answered %d, %v", res.StatusCode, res.Header)
	}
	at := page.began("a.pdf", 100)
	thief := f.sender(theirs)
	for what, res := range map[string]*http.Response{
		"asking": thief.head(at), "adding": thief.patch(at, 0, []byte(marker)), "deleting": thief.do(http.MethodDelete, at, nil, nil),
		"a folder above": page.do(http.MethodHead, "/upload/..%2f"+strings.TrimPrefix(at, "/upload/"), nil, nil),
		"reading":        page.do(http.MethodGet, at, nil, nil),
		"what is kept":   page.do(http.MethodHead, at+".info", nil, nil),
	} {
		if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s another's upload gives %d", what, res.StatusCode)
		}
	}
	if res := page.head(at); res.StatusCode != http.StatusOK || res.Header.Get("Upload-Offset") != "0" {
		t.Errorf("the upload stands at %q, %d", res.Header.Get("Upload-Offset"), res.StatusCode)
	}
	if res := page.do(http.MethodDelete, at, nil, nil); res.StatusCode != http.StatusNoContent || f.left("") != 0 {
		t.Errorf("its sender takes it back: %d, %d files left", res.StatusCode, f.left(""))
	}
	if logged := f.logs.String(); strings.Contains(logged, marker) || !strings.Contains(logged, "refused a file") {
		t.Errorf("the log has what was sent, or nothing: %s", logged)
	}
}

func TestWhatIsNoPhotoAndNoDocumentIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.dial()
	s := f.sender(c.hello("", 0).Token)
	html := "<!doctype html><script>alert('" + marker + "')</script>"
	for name, data := range map[string][]byte{
		"a page called a photo":          []byte(html),
		"a page with a PDF's sign in it": []byte(html + "%PDF-1.7\n%%EOF"),
		"a picture's sign and a page":    append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), html...),
		"a drawing that runs scripts":    []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"a program":                      append([]byte("MZ"), make([]byte, 500)...),
		"an archive":                     append([]byte("PK\x03\x04"), make([]byte, 500)...),
	} {
		res := s.patch(s.began(marker+".jpg", len(data)), 0, data)
		if body := readBody(t, res); res.StatusCode != http.StatusUnsupportedMediaType || !strings.Contains(body, "Envoyez une photo") || res.Header.Get("Guichet-Receipt") != "" {
			t.Errorf("%s: %d, %s", name, res.StatusCode, body)
		}
	}
	if n := f.left(""); n != 0 {
		t.Errorf("%d files are left of what was refused", n)
	}
	// A picture with a page behind it is a picture, and nothing else to anybody who gets it.
	both := append(bottest.JPEG(64), html...)
	c.send(map[string]any{"type": "message", "id": "both", "file": s.sent(`"><script>alert(1)</script>.html`, both)})
	m := c.expect("message")
	if a := m.Attachments[0]; a.Type != "image/jpeg" || strings.ContainsAny(a.Name, `<>"/`) || !strings.HasSuffix(a.Name, ".jpg") {
		t.Errorf("it is %+v", a)
	}
	res, _ := get(t, f.http.URL+m.Attachments[0].URL, nil)
	if res.Header.Get("Content-Type") != "image/jpeg" || res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("it is served with %v", res.Header)
	}
	if strings.Contains(f.logs.String(), marker) {
		t.Errorf("the log has what was sent: %s", f.logs)
	}
}

func TestNoMoreIsTakenThanASiteAllows(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.sender(f.dial().hello("", 0).Token)
	if res := s.begin(marker+".jpg", 100<<20); res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(readBody(t, res), "50\u00a0Mo") {
		t.Errorf("100 MB announced: %d", res.StatusCode)
	}
	at := s.began("a.jpg", 1000)
	if res := s.patch(at, 0, make([]byte, 2000)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("more than announced: %d", res.StatusCode)
	}
	endless := struct{ io.Reader }{bytes.NewReader(make([]byte, 5000))} // of no known length
	if res := s.do(http.MethodPatch, at, map[string]string{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}, endless); res.StatusCode < 400 {
		t.Errorf("more than announced, in pieces: %d", res.StatusCode)
	}
	for name, header := range map[string]map[string]string{
		"no length": {}, "a negative length": {"Upload-Length": "-1"}, "an endless length": {"Upload-Length": "99999999999999999999"},
		"a length to come": {"Upload-Defer-Length": "1"}, "parts": {"Upload-Concat": "final;" + at}, "nothing": {"Upload-Length": "0"},
	} {
		if res := s.do(http.MethodPost, "/upload/", header, nil); res.StatusCode < 400 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	one := 1
	for ; one < 50; one++ {
		if res := s.begin(strconv.Itoa(one), 1000); res.StatusCode != http.StatusCreated {
			if res.StatusCode != http.StatusTooManyRequests || !strings.Contains(readBody(t, res), "beaucoup de fichiers") {
				t.Errorf("the %dth at once: %d", one, res.StatusCode)
			}
			break
		}
	}
	if one != 11 { // the one above is no more: it was full, and nothing that is taken
		t.Errorf("%d files may be on their way at once", one-1)
	}
	for n := range 100 { // one after another
		other := f.sender(f.dial().hello("", 0).Token)
		sent := 0
		for ; sent < 100; sent++ {
			res := other.begin("a", 45<<20)
			if res.StatusCode == http.StatusTooManyRequests {
				break
			}
			other.do(http.MethodDelete, res.Header.Get("Location"), nil, nil)
		}
		switch {
		case n == 0 && sent != 11:
			t.Fatalf("a visitor sends %d files of 45 MB a day", sent)
		case sent == 0:
			return // the address has no room left, whoever writes from it
		}
	}
	t.Error("one address sends without end")
}

func TestWithoutRoomAFileIsRefusedBeforeItComes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.sender(f.dial().hello("", 0).Token)
	f.server.LeaveRoom(300 << 20)
	if res := s.begin("a.jpg", 40<<20); res.StatusCode != http.StatusInsufficientStorage || !strings.Contains(readBody(t, res), "plus de place") {
		t.Errorf("it gives %d", res.StatusCode)
	}
	s.began("a.jpg", 1<<20)
	if !strings.Contains(f.logs.String(), "the disk is nearly full") {
		t.Errorf("the log: %s", f.logs)
	}
}

// A folder without file locks is no upload that somebody else works on: nobody waits, and the log says what is wrong.
func TestAFolderWithoutLocksIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.sender(f.dial().hello("", 0).Token)
	data := bottest.PDF("a")
	at := s.began("a.pdf", len(data))
	f.server.NoLocks(syscall.ENOLCK)
	res := s.patch(at, 0, data)
	if body := readBody(t, res); res.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, f.uploads) || strings.Contains(body, "lock") {
		t.Errorf("it gives %d, %q", res.StatusCode, body)
	}
	if !strings.Contains(f.logs.String(), syscall.ENOLCK.Error()) {
		t.Errorf("the log does not name what is wrong: %s", f.logs)
	}
	f.server.NoLocks(nil) // the disk is mended
	if res := s.patch(at, 0, data); res.StatusCode != http.StatusNoContent {
		t.Errorf("then it gives %d", res.StatusCode)
	}
}

func TestAReceiptIsGoodForItsConversationAndAsLongAsItsFileIsThere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, other := f.dial(), f.dial()
	receipt := f.sender(c.hello("", 0).Token).sent("a.pdf", bottest.PDF("a"))
	other.hello("", 0)
	for n, file := range []string{receipt, receipt + "x", "x", strings.Repeat("x", 10_000), strings.ToUpper(receipt)} {
		id := fmt.Sprintf("m%d", n)
		other.send(map[string]any{"type": "message", "id": id, "file": file})
		other.refused("bad_file", id)
	}
	text, _, _ := strings.Cut(receipt, ".")
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	id := string(data[len(`{"id":"`) : len(`{"id":"`)+26])
	if err := f.files.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	c.send(map[string]any{"type": "message", "id": "gone", "file": receipt})
	c.refused("bad_file", "gone")
}

func TestAFileThatCannotBeKeptIsKeptLater(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.sender(f.dial().hello("", 0).Token)
	data := bottest.PDF("a")
	at := s.began("a.pdf", len(data))
	f.failPut.Store(true)
	if res := s.patch(at, 0, data); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("it gives %d", res.StatusCode)
	}
	if res := s.head(at); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("asked while it cannot be kept: %d", res.StatusCode)
	}
	f.failPut.Store(false)
	if res := s.head(at); res.StatusCode != http.StatusOK || res.Header.Get("Guichet-Receipt") == "" {
		t.Errorf("asked once it can: %d, %v", res.StatusCode, res.Header)
	}
}

func TestUploadsThatNobodyGoesOnWithAreDeleted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.sender(f.dial().hello("", 0).Token)
	s.sent("done.pdf", bottest.PDF("a"))
	at := s.began("a.pdf", 1000)
	s.patch(at, 0, make([]byte, 10))
	// A server died while it wrote this one's receipt.
	torn := filepath.Join(f.uploads, "."+strings.TrimPrefix(at, "/upload/")+".receipt42")
	if err := os.WriteFile(torn, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.server.SweepUploads(time.Now().Add(23 * time.Hour))
	if res := s.head(at); res.StatusCode != http.StatusOK {
		t.Errorf("within a day: %d", res.StatusCode)
	}
	f.server.SweepUploads(time.Now().Add(25 * time.Hour))
	if res := s.head(at); res.StatusCode != http.StatusNotFound || f.left("") != 0 {
		t.Errorf("later: %d, %d files", res.StatusCode, f.left(""))
	}
	if res := s.patch(at, 10, make([]byte, 10)); res.StatusCode != http.StatusNotFound {
		t.Errorf("adding to it: %d", res.StatusCode)
	}
}
