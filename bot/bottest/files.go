package bottest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/bot"
)

// LargestFile is the limit that TestFiles wants of the files it is given.
const LargestFile = 1 << 20

// TestFiles checks an implementation of bot.Files. open gives an empty one that takes LargestFile bytes.
func TestFiles(t *testing.T, open func(t *testing.T) bot.Files) {
	run(t, open, []testCase[bot.Files]{
		{"what was put is read again", putAndOpen},
		{"a file is what its content says", kindsOfFiles},
		{"what is no picture and no PDF is refused and not kept", refusedFiles},
		{"a file that is too large is refused and not kept", largeFiles},
		{"a file whose reading fails is not kept", brokenReader},
		{"an id of another shape finds nothing", badFileIDs},
		{"a deleted file is gone", deletedFiles},
		{"Each gives the old files once, a page at a time", eachFile},
		{"many files are put at once", manyFiles},
		{"a sweep deletes what no message holds", sweeps},
	})
}

// PDF is a small document with these words in it.
func PDF(words string) []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% " + words + "\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}

// PNG is a picture of so many pixels on each side.
func PNG(side int) []byte {
	picture := image.NewRGBA(image.Rect(0, 0, side, side))
	for i := range side {
		picture.Set(i, i, color.RGBA{R: 200, A: 255})
	}
	var b bytes.Buffer
	_ = png.Encode(&b, picture) // a buffer takes everything
	return b.Bytes()
}

// JPEG is a picture of so many pixels on each side.
func JPEG(side int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, side, side)), nil)
	return b.Bytes()
}

// webp is one pixel.
func webp() []byte {
	data, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		panic(err)
	}
	return data
}

// heic begins as the pictures of an iPhone do.
func heic() []byte {
	return append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 64)...)
}

// hugePNG says of itself in a hundred bytes that it has 60 000 pixels on each side.
func hugePNG() []byte {
	data := PNG(1)
	binary.BigEndian.PutUint32(data[16:], 60_000)
	binary.BigEndian.PutUint32(data[20:], 60_000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func put(t *testing.T, s bot.Files, name string, data []byte) bot.Attachment {
	t.Helper()
	a, err := s.Put(t.Context(), name, bytes.NewReader(data))
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	return a
}

func content(t *testing.T, s bot.Files, id string) []byte {
	t.Helper()
	f, err := s.Open(t.Context(), id)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	ok(t, err)
	return data
}

// ids are those of the files put before a moment, sorted.
func ids(t *testing.T, s bot.Files, before time.Time) (all []string) {
	t.Helper()
	ok(t, s.Each(t.Context(), before, func(ids []string) error {
		all = append(all, ids...)
		return nil
	}))
	slices.Sort(all)
	return all
}

// later is after every file of a test, whatever the clock of the store.
func later() time.Time { return time.Now().Add(48 * time.Hour) }

func putAndOpen(t *testing.T, s bot.Files) {
	data := PDF(strings.Repeat("une attestation ", 20_000))
	a := put(t, s, "../Mon attestation.pdf", data)
	sum := sha256.Sum256(data)
	if a.Name != "Mon attestation.pdf" || a.Type != "application/pdf" || a.Size != int64(len(data)) || a.SHA256 != hex.EncodeToString(sum[:]) || len(a.ID) != 26 {
		t.Errorf("put as %+v", a)
	}
	if got := content(t, s, a.ID); !bytes.Equal(got, data) {
		t.Errorf("read again: %d bytes, want %d", len(got), len(data))
	}
	f, err := s.Open(t.Context(), a.ID)
	ok(t, err)
	defer f.Close()
	if size, err := f.Seek(0, io.SeekEnd); err != nil || size != a.Size {
		t.Errorf("the end is at %d, %v", size, err)
	}
	if _, err := f.Seek(9, io.SeekStart); err != nil {
		t.Error(err)
	}
	part := make([]byte, 5)
	if _, err := io.ReadFull(f, part); err != nil || string(part) != "1 0 o" {
		t.Errorf("from the middle: %q, %v", part, err)
	}
	if again := put(t, s, "b.pdf", data); again.ID == a.ID || again.SHA256 != a.SHA256 {
		t.Errorf("the same content once more is %+v", again)
	}
}

func kindsOfFiles(t *testing.T, s bot.Files) {
	for kind, data := range map[string][]byte{
		"application/pdf": PDF("x"), "image/png": PNG(3), "image/jpeg": JPEG(3), "image/webp": webp(), "image/heic": heic(),
	} {
		a := put(t, s, "facture.exe", data)
		if a.Type != kind || a.Name != "facture.exe"+bot.FileTypes()[kind] {
			t.Errorf("a file of type %s is taken for %+v", kind, a)
		}
	}
}

func refusedFiles(t *testing.T, s bot.Files) {
	for what, data := range map[string]string{
		"nothing":               "",
		"a page":                "<!doctype html><script>alert(1)</script>",
		"a page that says PDF":  "<html><body>%PDF-1.4</body></html>",
		"a drawing with script": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"a program":             "MZ\x90\x00\x03" + strings.Repeat("\x00", 200),
		"a Unix program":        "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 200),
		"an archive":            "PK\x03\x04" + strings.Repeat("\x00", 200),
		"words":                 "bonjour",
		"an animation":          "GIF89a\x01\x00\x01\x00\x00\x00\x00;",
		"a picture cut short":   string(PNG(3)[:20]),
		"the sign of a JPEG":    "\xff\xd8\xff\xe0<script>alert(1)</script>",
		"a picture too wide":    string(hugePNG()),
	} {
		if a, err := s.Put(t.Context(), "photo.png", strings.NewReader(data)); !errors.Is(err, bot.ErrFileType) {
			t.Errorf("%s is taken: %+v, %v", what, a, err)
		}
	}
	if left := ids(t, s, later()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func largeFiles(t *testing.T, s bot.Files) {
	data := PDF("x")
	fits := append(data, make([]byte, LargestFile-len(data))...)
	a := put(t, s, "a.pdf", fits)
	if a.Size != LargestFile {
		t.Errorf("kept %d bytes", a.Size)
	}
	if _, err := s.Put(t.Context(), "a.pdf", bytes.NewReader(append(fits, 0))); !errors.Is(err, bot.ErrFileTooLarge) {
		t.Errorf("a byte more gives %v", err)
	}
	endless := io.MultiReader(bytes.NewReader(data), endlessReader{})
	if _, err := s.Put(t.Context(), "a.pdf", endless); !errors.Is(err, bot.ErrFileTooLarge) {
		t.Errorf("a file without an end gives %v", err)
	}
	if left := ids(t, s, later()); !slices.Equal(left, []string{a.ID}) {
		t.Errorf("kept: %v", left)
	}
}

type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) { return len(p), nil }

const errCut = constantError("cut")

func brokenReader(t *testing.T, s bot.Files) {
	cut := io.MultiReader(bytes.NewReader(PNG(50)[:60]), cutReader{})
	if _, err := s.Put(t.Context(), "a.png", cut); !errors.Is(err, errCut) {
		t.Errorf("Put gives %v", err)
	}
	if left := ids(t, s, later()); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

type cutReader struct{}

func (cutReader) Read([]byte) (int, error) { return 0, errCut }

func badFileIDs(t *testing.T, s bot.Files) {
	a := put(t, s, "a.pdf", PDF("x"))
	for _, id := range []string{
		"", "a", ".", "..", "../" + a.ID, a.ID[:2] + "/" + a.ID, "tmp", strings.ToUpper(a.ID), a.ID + "\x00", a.ID + "/", a.ID[:25] + "é",
		strings.Repeat("a", 26), strings.Repeat("a", 5000), "../../../../etc/passwd",
	} {
		if f, err := s.Open(t.Context(), id); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%q opens %v, %v", id, f, err)
		}
		if err := s.Delete(t.Context(), id); err != nil {
			t.Errorf("deleting %q: %v", id, err)
		}
	}
	content(t, s, a.ID)
}

func deletedFiles(t *testing.T, s bot.Files) {
	a, b := put(t, s, "a.pdf", PDF("a")), put(t, s, "b.pdf", PDF("b"))
	for range 2 {
		ok(t, s.Delete(t.Context(), a.ID))
	}
	if _, err := s.Open(t.Context(), a.ID); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("it opens: %v", err)
	}
	if got := content(t, s, b.ID); !bytes.Equal(got, PDF("b")) {
		t.Errorf("the other file is %q", got)
	}
}

func eachFile(t *testing.T, s bot.Files) {
	var want []string
	for range 7 {
		want = append(want, put(t, s, "a.pdf", PDF("x")).ID)
	}
	slices.Sort(want)
	if got := ids(t, s, later()); !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	if got := ids(t, s, time.Now().Add(-48*time.Hour)); len(got) != 0 {
		t.Errorf("listed as old: %v", got)
	}
	if err := s.Each(t.Context(), later(), func([]string) error { return errCut }); !errors.Is(err, errCut) {
		t.Errorf("a page that fails gives %v", err)
	}
	ok(t, s.Each(t.Context(), later(), func(ids []string) error {
		for _, id := range ids {
			if err := s.Delete(t.Context(), id); err != nil {
				return err
			}
		}
		return nil
	}))
	if got := ids(t, s, later()); len(got) != 0 {
		t.Errorf("after all were deleted: %v", got)
	}
}

func manyFiles(t *testing.T, s bot.Files) {
	var mu sync.Mutex
	var put []string
	together(20, func(i int) {
		a, err := s.Put(t.Context(), "a.png", bytes.NewReader(PNG(i+1)))
		if err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		put = append(put, a.ID)
		mu.Unlock()
	})
	slices.Sort(put)
	if got := ids(t, s, later()); !slices.Equal(got, put) || len(put) != 20 {
		t.Errorf("put %v, listed %v", put, got)
	}
}

// holds is bot.Attachments of a few ids.
type holds struct {
	bot.Attachments
	ids []string
}

func (h holds) HeldFiles(_ context.Context, asked []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(asked), func(id string) bool { return !slices.Contains(h.ids, id) }), nil
}

func sweeps(t *testing.T, s bot.Files) {
	held, orphan := put(t, s, "a.pdf", PDF("a")), put(t, s, "b.pdf", PDF("b"))
	if n, err := bot.SweepFiles(t.Context(), s, holds{ids: []string{held.ID}}, time.Now()); n != 0 || err != nil {
		t.Errorf("the files of the last day: %d deleted, %v", n, err)
	}
	if n, err := bot.SweepFiles(t.Context(), s, holds{ids: []string{held.ID}}, later()); n != 1 || err != nil {
		t.Errorf("%d deleted, %v", n, err)
	}
	content(t, s, held.ID)
	if _, err := s.Open(t.Context(), orphan.ID); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("the orphan opens: %v", err)
	}
}
