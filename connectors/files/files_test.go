package files_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/bot/secret"
	"guichet/connectors/files"
)

func open(t *testing.T, o files.Options) *files.Store {
	t.Helper()
	s, err := files.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFolder(t *testing.T) {
	t.Parallel()
	bottest.TestFiles(t, func(t *testing.T) bot.Files {
		return open(t, files.Options{Place: filepath.Join(t.TempDir(), "new", "folder"), LargestInBytes: bottest.LargestFile})
	})
}

// s3 is where an S3-compatible store listens: the one of GUICHET_TEST_S3 (with GUICHET_S3_ACCESS_KEY and _SECRET_KEY, and a
// bucket "guichet-test"), else one in this process.
func s3(t *testing.T) (place string, access, secret string) {
	t.Helper()
	prefix := url.PathEscape(strings.ToLower(strings.NewReplacer("/", "-", " ", "-", ",", "").Replace(t.Name())))
	if endpoint := os.Getenv("GUICHET_TEST_S3"); endpoint != "" {
		return "s3://guichet-test/" + prefix + "?region=us-east-1&endpoint=" + url.QueryEscape(endpoint), os.Getenv("GUICHET_S3_ACCESS_KEY"), os.Getenv("GUICHET_S3_SECRET_KEY")
	}
	backend := s3mem.New()
	if err := backend.CreateBucket("guichet-test"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return "s3://guichet-test/" + prefix + "?region=us-east-1&endpoint=" + url.QueryEscape(server.URL), "key", "a secret"
}

func TestBucket(t *testing.T) {
	t.Parallel()
	bottest.TestFiles(t, func(t *testing.T) bot.Files {
		place, access, key := s3(t)
		return open(t, files.Options{Place: place, AccessKey: access, SecretKey: secret.Text(key), LargestInBytes: bottest.LargestFile})
	})
}

func TestAFolderKeepsNoNameAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := open(t, files.Options{Place: root})
	if err := os.WriteFile(filepath.Join(root, "notes.txt"), []byte("none of ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := s.Put(t.Context(), "../secret.pdf", strings.NewReader(string(bottest.PDF("x"))))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), "x", strings.NewReader("refused")); err == nil {
		t.Fatal("words are taken")
	}
	var found []string
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(root, path)
			found = append(found, name)
		}
		return err
	})
	if want := filepath.Join(a.ID[:2], a.ID); err != nil || len(found) != 2 || found[0] != want && found[1] != want {
		t.Errorf("in the folder: %v, %v", found, err)
	}
	info, err := os.Stat(filepath.Join(root, a.ID[:2], a.ID))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file may be read by %v, %v", info.Mode(), err)
	}
}

func TestAPlaceThatCannotServeIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	good, _, _ := s3(t)
	for place, want := range map[string]string{
		"":   "there is no folder",
		file: "make the folder",
		"s3://" + strings.Split(good, "?")[0][5:] + "?endpoint=ftp://x": "malformed",
		"s3://?endpoint=https://x":                                      "malformed",
		"s3://bucket?endpont=https://x":                                 "malformed",
		"s3://key:secret@bucket":                                        "malformed",
		strings.Replace(good, "-test", "-gone", 1):                      "no bucket",
	} {
		_, err := files.Open(t.Context(), files.Options{Place: place, AccessKey: "key", SecretKey: "not to be shown"})
		if os.Getenv("GUICHET_TEST_S3") != "" && want == "no bucket" {
			continue // the keys above are not that server's
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "not to be shown") {
			t.Errorf("%q gives %v, want %q", place, err, want)
		}
	}
	if _, err := files.Open(t.Context(), files.Options{Place: good}); err == nil || !strings.Contains(err.Error(), "GUICHET_S3_ACCESS_KEY") {
		t.Errorf("without keys: %v", err)
	}
}

func TestAStoreThatGoesAwayIsAnErrorAndNoEmptyFile(t *testing.T) {
	t.Parallel()
	backend := s3mem.New()
	if err := backend.CreateBucket("bucket"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	s := open(t, files.Options{Place: "s3://bucket?region=us-east-1&endpoint=" + url.QueryEscape(server.URL), AccessKey: "k", SecretKey: "s"})
	a, err := s.Put(t.Context(), "a.pdf", strings.NewReader(string(bottest.PDF("x"))))
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the client would try for a while
	if _, err := s.Put(ctx, "a.pdf", strings.NewReader(string(bottest.PDF("x")))); err == nil {
		t.Error("a file is taken by a store that is away")
	}
	if _, err := s.Open(ctx, a.ID); err == nil || strings.Contains(err.Error(), bot.ErrNotFound.Error()) {
		t.Errorf("a store that is away says %v", err)
	}
}

func TestFilesOfAnotherDatabaseAreLeftAlone(t *testing.T) {
	t.Parallel()
	bucket, access, key := s3(t)
	for _, place := range []string{t.TempDir(), bucket} {
		as := func(owner string) error {
			s, err := files.Open(t.Context(), files.Options{Place: place, AccessKey: access, SecretKey: secret.Text(key)})
			if err != nil {
				return err
			}
			return s.Claim(t.Context(), owner)
		}
		for _, owner := range []string{"one", "one"} {
			if err := as(owner); err != nil {
				t.Fatalf("%s as %q: %v", place, owner, err)
			}
		}
		if err := as("two"); err == nil || !strings.Contains(err.Error(), "belong to another database") {
			t.Errorf("%s as another: %v", place, err)
		}
	}
}
