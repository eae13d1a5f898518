package widget_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/bot/bottest"
)

// sender sends files as a program would that knows the protocol from its documentation.
type sender struct {
	t             testing.TB
	base          string
	site, token   string
	origin        string
	authorization string // instead of the one that site and token make
}

func (f *fixture) sender(token string) *sender {
	return &sender{t: f.t, base: f.http.URL, site: "micro", token: token}
}

func (s *sender) do(method, path string, header map[string]string, body io.Reader) *http.Response {
	s.t.Helper()
	r, err := http.NewRequest(method, s.base+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range s.headers(header) {
		r.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// headers are those of every request, with what else there is.
func (s *sender) headers(more map[string]string) map[string]string {
	s.t.Helper()
	hello, err := json.Marshal(map[string]any{"v": 1, "site": s.site, "token": s.token})
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]string{"Tus-Resumable": "1.0.0", "Authorization": "Guichet " + base64.RawURLEncoding.EncodeToString(hello)}
	if s.authorization != "" {
		all["Authorization"] = s.authorization
	}
	if s.origin != "" {
		all["Origin"] = s.origin
	}
	maps.Copy(all, more)
	return all
}

// begin announces a file.
func (s *sender) begin(name string, size int) *http.Response {
	s.t.Helper()
	return s.do(http.MethodPost, "/upload/", map[string]string{
		"Upload-Length": strconv.Itoa(size), "Upload-Metadata": "filename " + base64.StdEncoding.EncodeToString([]byte(name)),
	}, nil)
}

// began announces a file and gives its address.
func (s *sender) began(name string, size int) string {
	s.t.Helper()
	res := s.begin(name, size)
	at := res.Header.Get("Location")
	if res.StatusCode != http.StatusCreated || !strings.HasPrefix(at, "/upload/") {
		s.t.Fatalf("beginning gives %d, %q, %s", res.StatusCode, at, readBody(s.t, res))
	}
	return at
}

// patch sends bytes from an offset on.
func (s *sender) patch(at string, offset int, data []byte) *http.Response {
	s.t.Helper()
	return s.do(http.MethodPatch, at, map[string]string{
		"Upload-Offset": strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream",
	}, bytes.NewReader(data))
}

func (s *sender) head(at string) *http.Response {
	s.t.Helper()
	return s.do(http.MethodHead, at, nil, nil)
}

// sent sends a whole file and gives its receipt.
func (s *sender) sent(name string, data []byte) string {
	s.t.Helper()
	res := s.patch(s.began(name, len(data)), 0, data)
	receipt := res.Header.Get("Guichet-Receipt")
	if res.StatusCode != http.StatusNoContent || receipt == "" {
		s.t.Fatalf("sending gives %d, %s", res.StatusCode, readBody(s.t, res))
	}
	return receipt
}

func readBody(t testing.TB, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// left counts the files in the folder of uploads whose names end so.
func (f *fixture) left(ending string) (n int) {
	f.t.Helper()
	entries, err := os.ReadDir(f.uploads)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ending) {
			n++
		}
	}
	return n
}

func TestAFileOfAVisitorArrivesWithItsMessage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	if w.Upload != 50<<20 {
		t.Errorf("a file may have %d bytes", w.Upload)
	}
	s := f.sender(w.Token)
	photo := bottest.JPEG(320)
	receipt := s.sent(`C:\photos\étal "cassé".jpg`, photo)
	if n := len(f.transcript(w.Token)); n != 0 {
		t.Fatalf("before its message the file made %d messages", n)
	}
	for range 2 { // the second is the same
		c.send(map[string]any{"type": "message", "id": "photo-1", "file": receipt})
	}
	m := c.expect("message")
	if m.ID != "photo-1" || m.Text != "" || len(m.Attachments) != 1 {
		t.Fatalf("the message is %+v", m)
	}
	if a := m.Attachments[0]; a.Name != "étal cassé.jpg" || a.Type != "image/jpeg" || a.Size != int64(len(photo)) {
		t.Errorf("the file is %+v", a)
	}
	if res, body := get(t, f.http.URL+m.Attachments[0].URL, nil); res.StatusCode != http.StatusOK || body != string(photo) {
		t.Errorf("it gives %d, %d bytes", res.StatusCode, len(body))
	}
	if reply := c.expect("message"); !strings.Contains(reply.HTML, "bien reçu votre fichier") {
		t.Errorf("the reply is %+v", reply)
	}
	c.say("after", "Comment obtenir un extrait Kbis ?")
	if m := c.expect("message"); m.ID != "after" || m.Seq != 3 {
		t.Errorf("the next message is %+v", m)
	}
	if all, receipts := f.left(""), f.left(".receipt"); all != 1 || receipts != 1 {
		t.Errorf("%d files are left of what has arrived, %d receipts", all, receipts)
	}
}

func TestAnUploadGoesOnWhereACutEndedIt(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.dial().hello("", 0)
	s := f.sender(w.Token)
	data := bottest.PDF(strings.Repeat("contrat ", 50_000))
	at := s.began("contrat.pdf", len(data))
	if res := s.patch(at, 0, data[:100_000]); res.StatusCode != http.StatusNoContent || res.Header.Get("Guichet-Receipt") != "" {
		t.Fatalf("a part gives %d with a receipt %q", res.StatusCode, res.Header.Get("Guichet-Receipt"))
	}
	s.base = f.replica().URL // any server over the same folder
	res := s.head(at)
	if res.StatusCode != http.StatusOK || res.Header.Get("Upload-Offset") != "100000" || res.Header.Get("Upload-Length") != strconv.Itoa(len(data)) {
		t.Fatalf("it stands at %v, %d", res.Header, res.StatusCode)
	}
	if res := s.patch(at, 50_000, data[50_000:]); res.StatusCode != http.StatusConflict {
		t.Errorf("another offset gives %d", res.StatusCode)
	}
	receipt := s.patch(at, 100_000, data[100_000:]).Header.Get("Guichet-Receipt")
	if receipt == "" {
		t.Fatal("no receipt")
	}
	for range 2 { // its sender did not hear of it, twice
		res := s.head(at)
		if res.StatusCode != http.StatusOK || res.Header.Get("Guichet-Receipt") != receipt {
			t.Errorf("asked again: %d, %v", res.StatusCode, res.Header)
		}
	}
}

func TestAReceiptIsGivenToWhoAsksWhileTheFileIsBeingKept(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.sender(f.dial().hello("", 0).Token)
	data := bottest.PDF("a")
	at := s.began("a.pdf", len(data))
	hold := make(chan struct{})
	f.holdPut.Store(&hold)
	sent, asked := make(chan *http.Response), make(chan *http.Response)
	go func() { sent <- s.patch(at, 0, data) }()
	for f.size(at) != int64(len(data)) { // all of it has arrived
		time.Sleep(time.Millisecond)
	}
	go func() { asked <- s.head(at) }()
	select {
	case res := <-asked:
		t.Fatalf("it is answered %d before the file is kept", res.StatusCode)
	case <-time.After(200 * time.Millisecond):
	}
	close(hold)
	receipt := (<-sent).Header.Get("Guichet-Receipt")
	if res := <-asked; receipt == "" || res.StatusCode != http.StatusOK || res.Header.Get("Guichet-Receipt") != receipt {
		t.Errorf("sent it gives the receipt %q, asked %d, %v", receipt, res.StatusCode, res.Header)
	}
}

// size is how much of an upload is there.
func (f *fixture) size(at string) int64 {
	f.t.Helper()
	info, err := os.Stat(filepath.Join(f.uploads, strings.TrimPrefix(at, "/upload/")))
	if err != nil {
		f.t.Fatal(err)
	}
	return info.Size()
}

func TestAServerThatStopsKeepsWhatHasArrived(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	s := f.sender(f.dial().hello("", 0).Token)
	data := bottest.PDF("a")
	at := s.began("a.pdf", len(data)+1000)
	body, more := io.Pipe()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		r, err := http.NewRequest(http.MethodPatch, s.base+at, body)
		if err != nil {
			t.Error(err)
			return
		}
		for name, value := range s.headers(map[string]string{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}) {
			r.Header.Set(name, value)
		}
		if res, err := http.DefaultClient.Do(r); err == nil { // or its connection is cut
			_ = res.Body.Close()
		}
	}()
	if _, err := more.Write(data); err != nil {
		t.Fatal(err)
	}
	for f.size(at) != int64(len(data)) {
		time.Sleep(time.Millisecond)
	}
	ending, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := f.server.Close(ending); err != nil {
		t.Error(err)
	}
	_ = more.CloseWithError(io.ErrClosedPipe)
	<-sent
	if res := s.head(at); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the server that stops answers %d", res.StatusCode)
	}
	s.base = f.replica().URL
	if res := s.head(at); res.Header.Get("Upload-Offset") != strconv.Itoa(len(data)) {
		t.Errorf("the next server has %q of %d", res.Header.Get("Upload-Offset"), len(data))
	}
}
