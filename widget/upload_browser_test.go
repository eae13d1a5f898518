package widget_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/bot"
	"guichet/bot/bottest"
)

// chosen is a file as a person chooses it.
type chosen struct {
	name, kind string
	data       []byte
}

// gives has a page make files of the browser's own and hand them over as `+"`list`"+`, a DataTransfer.
func (b *tab) gives(how string, all ...chosen) {
	b.t.Helper()
	script := `const list = new DataTransfer();`
	for _, one := range all {
		script += fmt.Sprintf(`list.items.add(new File([Uint8Array.from(atob(%q), (c) => c.charCodeAt(0))], %q, { type: %q }));`,
			base64.StdEncoding.EncodeToString(one.data), one.name, one.kind)
	}
	b.run(script + how)
}

const (
	byButton = `$('input[type=file]').files = list.files; $('input[type=file]').dispatchEvent(new Event('change'));`
	byDrop   = `for (const type of ['dragover', 'drop']) $('.panel').dispatchEvent(new DragEvent(type, { dataTransfer: list, bubbles: true, cancelable: true }));`
	byPaste  = `$('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: list, bubbles: true, cancelable: true }));`
)

// webFiles are the files of the customer's messages, in order.
func (f *fixture) webFiles(token string) (all []bot.Attachment) {
	f.t.Helper()
	for _, m := range f.transcript(token) {
		if m.From == bot.FromCustomer {
			all = append(all, m.Attachments...)
		}
	}
	return all
}

func TestPhotosAndDocumentsAreChosenDroppedAndPasted(t *testing.T) {
	t.Parallel()
	f, address := merchant(t, `<meta name="viewport" content="width=device-width, initial-scale=1"><script async src="GUICHET/widget.js" data-site="micro"></script>`, "")
	for _, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"desk", 1024, 768, "light"}, {"phone", 390, 780, "dark"}} {
		b := openTab(t, address, screen.width, screen.height)
		b.prefers(map[string]string{"prefers-color-scheme": screen.scheme, "prefers-reduced-motion": "reduce"})
		b.run(`Guichet.open()`)
		b.until(`$('.greeting') && $('.clip').checkVisibility()`)
		b.run(`$('input[type=file]').dispatchEvent(new Event('cancel', { bubbles: true }))`) // the browser's dialog was left
		b.until(`$('.panel').open`)
		b.gives(byButton, chosen{"étal.jpg", "image/jpeg", stall(t)}, chosen{"contrat.pdf", "application/pdf", bottest.PDF("contrat")})
		b.until(`$$('.m.customer').length === 2 && $$('.m.pending').length === 0 && $('.files img')?.naturalWidth === 1200`)
		b.until(`$$('.m.bot:not(.greeting)').length === 1 && $$('.m.bot')[1].textContent.includes('De quoi s’agit-il') && $$('.choices button').length === 3`) // one answer to what was chosen together
		b.run(`$('.scroll').scrollTop = 1e6`)
		b.picture(screen.name + "-photo-sent")
		b.gives(byDrop, chosen{"degats.png", "image/png", bottest.PNG(300)})
		b.until(`$$('.m.customer').length === 3 && $$('.m.pending').length === 0`)
		b.gives(byPaste, chosen{"image.png", "image/png", bottest.PNG(200)})
		b.until(`$$('.m.customer').length === 4 && $$('.m.pending').length === 0 && $$('.files img').length === 3`)
		b.run(`$('.scroll').scrollTop = 1e6`)
		b.accessible(screen.name + ": files sent")
		b.picture(screen.name + "-files-sent")
		var names []string
		for _, a := range f.webFiles(b.token()) {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, " "); got != "étal.jpg contrat.pdf degats.png image.png" {
			t.Errorf("%s: kept are %q", screen.name, got)
		}
		if got := text(b, `$('.scroll').scrollWidth <= $('.scroll').clientWidth && $('.clip').offsetWidth >= 44 && $('.clip').offsetHeight >= 44 && !$('.panel').classList.contains('over')`); got != "true" {
			t.Errorf("%s: it scrolls sideways, or the button is small", screen.name)
		}
	}
}

func TestALargePhotoIsReducedInTheBrowser(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	b := openTab(t, f.http.URL+"/chat/micro", 390, 780)
	b.until(`$('.greeting')`)
	photo := lyingPhoto(t, 3000, 2000)
	b.gives(byButton, chosen{"IMG_0042.JPG", "image/jpeg", photo})
	b.until(`$('.files img')?.naturalWidth === 1333 && $('.files img').naturalHeight === 2000`) // upright
	all := f.webFiles(b.token())
	if len(all) != 1 || all[0].Type != "image/jpeg" || all[0].Name != "IMG_0042.jpg" || all[0].Size > int64(len(photo)) {
		t.Errorf("of %d bytes is kept %+v", len(photo), all)
	}
	// What the browser cannot decode goes as it is.
	b.gives(byButton, chosen{"IMG_0043.HEIC", "", heic})
	b.until(`$$('.m.customer').length === 2 && $$('.m.pending').length === 0`)
	if all := f.webFiles(b.token()); len(all) != 2 || all[1].Type != "image/heic" || all[1].Size != int64(len(heic)) {
		t.Errorf("kept is %+v", all)
	}
}

// stall is a photo of a market stall, as far as a program can take one.
func stall(t *testing.T) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 1200, 800))
	for y := range 800 {
		for x := range 1200 {
			c := color.RGBA{uint8(150 + y/16), uint8(190 + y/20), 235, 255} // the sky
			switch {
			case y > 600 && x > 150 && x < 1050:
				c = color.RGBA{uint8(120 + x%40), 84, 52, 255} // the table
			case y > 560 && y <= 600 && x > 150 && x < 1050 && x/45%2 == 0:
				c = color.RGBA{uint8(90 + x/8), uint8(200 - x/8), 60, 255} // what is sold
			case y > 180 && y < 320+x/90%2*18 && x > 100 && x < 1100 && x/90%2 == 0:
				c = color.RGBA{190, 48, 40, 255} // the awning
			case y > 180 && y < 338 && x > 100 && x < 1100:
				c = color.RGBA{244, 238, 226, 255}
			case y > 320 && (x > 160 && x < 175 || x > 1025 && x < 1040):
				c = color.RGBA{90, 90, 94, 255} // its posts
			case y > 700:
				c = color.RGBA{128, 124, 118, 255} // the ground
			}
			picture.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lyingPhoto is a photo as phones write it that are held upright: lying, with a note that says so.
func lyingPhoto(t *testing.T, width, height int) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	dice := rand.New(rand.NewPCG(1, 1))
	for i := range picture.Pix {
		picture.Pix[i] = byte(128 + i/width%64 + dice.IntN(16))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	return slices.Concat([]byte("\xff\xd8\xff\xe1\x00"), []byte{byte(len(exif) + 2)}, []byte(exif), b.Bytes()[2:])
}

// heic is the beginning of a picture of a phone.
var heic = append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 200)...)

// gate stands before a server and counts what it is sent of files. It can hold a body back in the middle, or answer in the
// server's place.
type gate struct {
	*httptest.Server
	received atomic.Int64 // bytes of bodies that reached the server
	requests atomic.Int64 // that brought some
	refuses  atomic.Int64 // a status for whatever comes
	held     chan struct{}

	mu   sync.Mutex
	hold *hold // nil for no wait
}

// hold has bodies wait.
type hold struct {
	after int64         // received bytes, from which on they wait
	over  chan struct{} // for this
	cut   atomic.Bool   // and then there is no more of them, as of a connection that ended meanwhile
}

func (f *fixture) gate() *gate {
	g := &gate{held: make(chan struct{}, 100)}
	inner := f.server.Handler()
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/upload/") {
			if status := int(g.refuses.Load()); status != 0 {
				http.Error(w, "", status)
				return
			}
			if r.Method == http.MethodPatch {
				g.requests.Add(1)
				r.Body = &counted{r.Body, g}
			}
		}
		inner.ServeHTTP(w, r)
	}))
	f.t.Cleanup(g.Close)
	return g
}

// holds has bodies wait once so many bytes were received, from now on until release.
func (g *gate) holds(after int64) (release func()) {
	h := g.holding(after)
	return sync.OnceFunc(func() { g.release(h) })
}

func (g *gate) holding(after int64) *hold {
	h := &hold{after: after, over: make(chan struct{})}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hold = h
	return h
}

func (g *gate) release(h *hold) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.hold == h {
		g.hold = nil
	}
	close(h.over)
}

type counted struct {
	io.ReadCloser
	gate *gate
}

func (c *counted) Read(p []byte) (int, error) {
	c.gate.mu.Lock()
	h := c.gate.hold
	c.gate.mu.Unlock()
	if h != nil && c.gate.received.Load() >= h.after {
		c.gate.held <- struct{}{}
		<-h.over
		if h.cut.Load() {
			return 0, io.ErrUnexpectedEOF
		}
	}
	n, err := c.ReadCloser.Read(p[:min(len(p), 32<<10)])
	c.gate.received.Add(int64(n))
	return n, err
}

// bigFile has the tab choose a document without carrying it through the protocol of the tests.
func (b *tab) bigFile(name string, kilobytes int) {
	b.t.Helper()
	b.run(fmt.Sprintf(`const list = new DataTransfer();
		list.items.add(new File([atob(%q), 'conditions '.repeat(%d)], %q, { type: 'application/pdf' }));`,
		base64.StdEncoding.EncodeToString(bottest.PDF("a")), kilobytes<<10/11, name) + byButton)
}

func TestAnUploadThatIsCutGoesOnWithoutSendingAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := f.gate()
	p := newProxy(t, g.Listener.Addr().String(), 1)
	p.faults.Store(false) // but for the cuts below
	b := openTab(t, "http://"+p.address()+"/chat/micro", 390, 780)
	b.until(`$('.greeting')`)
	now := g.holding(100 << 10)
	b.bigFile("contrat.pdf", 500)
	for range 3 {
		<-g.held
		p.cutAll()
		now.cut.Store(true) // whatever of it the network still had
		next := g.holding(g.received.Load() + 60<<10)
		g.release(now)
		now = next
	}
	g.release(now)
	b.eventually(`$$('.m.customer').length === 1 && $$('.m.pending').length === 0 && $('.files a')`)
	all := f.webFiles(b.token())
	if len(all) != 1 || all[0].Size < 500<<10-11 {
		t.Fatalf("kept is %+v", all)
	}
	if got := g.received.Load(); got != all[0].Size || g.requests.Load() < 4 {
		t.Errorf("the server received %d bytes of a file of %d in %d requests", got, all[0].Size, g.requests.Load())
	}
}

func TestAnUploadSurvivesAReloadAndIsTakenBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := f.gate()
	b := openTab(t, g.URL+"/chat/micro", 390, 780)
	b.until(`$('.greeting')`)
	b.gives(byButton, chosen{"étal.jpg", "image/jpeg", stall(t)})
	b.until(`$('.files img')?.naturalWidth === 1200`)
	release := g.holds(g.received.Load() + 1<<20)
	b.bigFile("contrat.pdf", 12_000)
	b.until(`$('progress') && $('.m.pending .meta').textContent.startsWith('Envoi…') && JSON.parse(sessionStorage.getItem('guichet.micro')).files[0].url`)
	b.accessible("a file on its way")
	b.picture("phone-file-on-its-way")
	b.do(chromedp.Reload())
	b.until(`window.Guichet && $('.m.pending progress')`)
	release()
	b.eventually(`$$('.m.customer').length === 2 && $$('.m.pending').length === 0`)
	all := f.webFiles(b.token())
	if len(all) != 2 || g.received.Load() != all[0].Size+all[1].Size {
		t.Errorf("of %+v the server received %d bytes", all, g.received.Load())
	}

	defer g.holds(g.received.Load() + 1)()
	b.bigFile("un autre.pdf", 4000)
	b.until(`$('progress') && $('.m.pending .meta').textContent.startsWith('Envoi…')`)
	b.run(`$('.clip').focus()`)
	b.tabTo(".m.pending .meta button")
	b.keys(kb.Enter)
	b.until(`$$('.m.pending').length === 0 && $$('.m.customer').length === 2 && root.activeElement.matches('.clip')`)
	if got := text(b, `sessionStorage.getItem('guichet.micro')`); strings.Contains(got, "autre") {
		t.Errorf("the tab keeps %s", got)
	}
}

func TestAFileThatTheBrowserHasNotKeptIsAskedForAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	g := f.gate()
	b := openTab(t, g.URL+"/chat/micro", 390, 780)
	b.until(`$('.greeting')`)
	release := g.holds(500 << 10)
	b.bigFile("contrat.pdf", 4000)
	<-g.held
	b.until(`JSON.parse(sessionStorage.getItem('guichet.micro')).files[0].url`)
	b.run(`indexedDB.deleteDatabase('guichet').onsuccess = () => (window.deleted = true)`)
	b.until(`window.deleted`)
	b.do(chromedp.Reload())
	release()
	b.until(`window.Guichet && $('.m.pending .meta.bad')?.textContent.includes('Choisissez de nouveau ce fichier')`)
	b.accessible("a file to be chosen again")
	b.run(`HTMLInputElement.prototype.click = function () { // as the browser's own dialog does
		const list = new DataTransfer();
		list.items.add(new File([atob('` + base64.StdEncoding.EncodeToString(bottest.PDF("a")) + `'), 'conditions '.repeat(4000 * 1024 / 11)], 'contrat.pdf', { type: 'application/pdf' }));
		this.files = list.files;
		this.dispatchEvent(new Event('change'));
	};
	[...$$('.m.pending .meta button')].find((e) => e.textContent === 'Choisir le fichier').click();`)
	b.eventually(`$$('.m.customer').length === 1 && $$('.m.pending').length === 0`)
	all := f.webFiles(b.token())
	if len(all) != 1 || g.received.Load() != all[0].Size {
		t.Errorf("of %+v the server received %d bytes", all, g.received.Load())
	}
}

func TestAFileIsRefusedWhereItStands(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.sites[0].UploadMB = 1
	f.server = f.newServer()
	g := f.gate()
	b := openTab(t, g.URL+"/chat/micro", 390, 780)
	b.until(`$('.greeting')`)
	refused := func(n int, words, buttons string) {
		t.Helper()
		b.until(fmt.Sprintf(`$$('.m.pending').length === %d && $$('.m.pending .meta').at(-1).matches('.bad') && $$('.m.pending .meta').at(-1).textContent.includes(%q)`, n, words))
		if got := text(b, `[...$$('.m.pending .meta').at(-1).querySelectorAll('button')].map((e) => e.textContent).join('|')`); got != buttons {
			t.Errorf("%s: one may %q", words, got)
		}
	}
	b.gives(byButton, chosen{"programme.exe", "application/x-msdownload", []byte("MZ")})
	refused(1, "pas d’un type accepté", "Retirer")
	b.gives(byButton, chosen{"page.jpg", "image/jpeg", []byte("<script>alert(1)</script>")}) // which the server finds out
	refused(2, "pas d’un type accepté", "Retirer")
	b.bigFile("lourd.pdf", 2000)
	refused(3, "la limite est de 1\u00a0Mo", "Retirer")
	g.refuses.Store(http.StatusInsufficientStorage)
	b.gives(byButton, chosen{"étal.jpg", "image/jpeg", stall(t)})
	refused(4, "plus de place", "Réessayer|Annuler")
	b.run(`$('.scroll').scrollTop = 1e6`)
	b.accessible("files refused")
	b.picture("phone-files-refused")
	g.refuses.Store(http.StatusBadGateway)
	b.run(`$$('.m.pending .meta button').at(-2).click()`)
	b.until(`$$('.m.pending .meta').at(-1).textContent.startsWith('Non envoyé, nouvel essai automatique')`)
	g.refuses.Store(0)
	b.until(`$$('.m.pending').length === 3 && $('.files img')?.naturalWidth === 1200`)
	for range 3 {
		b.run(`$('.m.pending .meta button').click()`)
	}
	b.until(`$$('.m.pending').length === 0`)
	if all := f.webFiles(b.token()); len(all) != 1 {
		t.Errorf("kept are %+v", all)
	}
	b.run(`Guichet.setLocale('en')`)
	b.until(`$('.clip').getAttribute('aria-label') === 'Attach a file' && $$('.m.customer').length === 1`)
	b.gives(byButton, chosen{"program.exe", "", []byte("MZ")})
	refused(1, "This kind of file is not accepted", "Remove")
}

// TestAFileIsSentByKeyboardAlone opens the browser's own dialog.
func TestAFileIsSentByKeyboardAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	path := filepath.Join(t.TempDir(), "étal.jpg")
	if err := os.WriteFile(path, stall(t), 0o600); err != nil {
		t.Fatal(err)
	}
	b := openTab(t, f.http.URL+"/chat/micro", 1024, 768)
	b.until(`$('.greeting')`)
	opened := make(chan cdp.BackendNodeID, 1)
	if err := chromedp.Listen(b.ctx, func(event any) {
		if e, ok := event.(*page.EventFileChooserOpened); ok {
			opened <- e.BackendNodeID
		}
	}); err != nil {
		t.Fatal(err)
	}
	b.do(command(page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true}))
	b.run(`$('textarea').focus()`)
	b.tabBack(".clip")
	b.keys(kb.Enter)
	input := <-opened
	b.do(command(dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, BackendNodeID: input}))
	b.until(`$('.files img')?.naturalWidth === 1200 && $$('.m.pending').length === 0 && root.activeElement.matches('.clip')`)
	heard := strings.Join(b.spoken(), "\n")
	for _, want := range []string{"button Joindre un fichier", "StaticText étal.jpg", "De quoi s’agit-il"} {
		if !strings.Contains(heard, want) {
			t.Errorf("nobody hears %q:\n%s", want, heard)
		}
	}
}
