package widget

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/google/renameio/v2"
	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
)

// The folder of uploads: <id> are the bytes that have arrived, <id>.info what tusd knows of the upload, and <id>.receipt
// stands there once the file is kept elsewhere, for a sender who did not hear of it.

const receiptEnding = ".receipt"

// uploadLife is how long nothing may happen to an upload.
const uploadLife = 24 * time.Hour

// uploadID is the owner and a random part: nobody guesses it, and nobody else may use it.
var uploadID = regexp.MustCompile(`^[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22}$`)

// owner is what the ids of a conversation's uploads begin with.
func (u *uploads) owner(key string) string {
	mac := hmac.New(sha256.New, u.secret)
	mac.Write([]byte("guichet upload\x00" + key))
	return encoding.EncodeToString(mac.Sum(nil)[:12]) + "."
}

// unfinished counts a visitor's uploads that are on their way.
func (u *uploads) unfinished(owner string) (n int) {
	entries, _ := os.ReadDir(u.dir) // a folder that cannot be read takes no file either
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), owner) && strings.HasSuffix(e.Name(), ".info") {
			n++
		}
	}
	return n
}

// room is how many bytes are free; nothing when nobody can tell.
func (u *uploads) room() int64 {
	free, err := u.free(u.dir)
	if err != nil {
		u.log.Error("ask how much room there is for uploads", "error", err)
		return 0
	}
	return free
}

// freeSpace is how many bytes this user may still write to the disk of a folder.
func freeSpace(dir string) (int64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return 0, err
	}
	return int64(disk.Bavail) * int64(disk.Bsize), nil // whose types differ between systems
}

// settled answers for an upload that has wholly arrived: with its receipt; or, where it could not be kept when it had, by
// another try to keep it.
func (u *uploads) settled(ctx context.Context, w http.ResponseWriter, r *http.Request, id string) bool {
	if r.Method != http.MethodHead && r.Method != http.MethodPatch {
		if r.Method == http.MethodDelete {
			_ = u.root.Remove(id + receiptEnding) // where there is none, there is nothing to do
		}
		return false
	}
	receipt, err := u.root.ReadFile(id + receiptEnding)
	if errors.Is(err, fs.ErrNotExist) && r.Method == http.MethodHead {
		var text string
		if text, err = u.finishLate(ctx, id); errors.Is(err, fs.ErrNotExist) {
			receipt, err = u.root.ReadFile(id + receiptEnding) // finished while this request waited for it
		} else {
			receipt = []byte(text)
		}
	}
	var refused handler.Error
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false
	case errors.As(err, &refused):
		w.WriteHeader(refused.HTTPResponse.StatusCode)
	case err != nil:
		u.log.Error("read a receipt", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		h := w.Header()
		h.Set("Tus-Resumable", "1.0.0")
		h.Set(receiptHeader, string(receipt))
		if r.Method == http.MethodPatch {
			h.Set("Upload-Offset", r.Header.Get("Upload-Offset"))
			w.WriteHeader(http.StatusNoContent)
		}
	}
	return true
}

// finishLate finishes an upload of which every byte is there. fs.ErrNotExist: there is no such upload.
func (u *uploads) finishLate(ctx context.Context, id string) (receipt string, err error) {
	lock, err := u.locks.NewLock(id)
	if err != nil {
		return "", err
	}
	waiting, cancel := context.WithTimeout(ctx, uploadSilence)
	defer cancel()
	if err := lock.Lock(waiting, func() {}); err != nil {
		return "", notThere(err)
	}
	defer func() { _ = lock.Unlock() }()
	upload, err := u.store.GetUpload(ctx, id)
	if err != nil {
		return "", notThere(err)
	}
	info, err := upload.GetInfo(ctx)
	if err != nil {
		return "", err
	}
	if info.Offset != info.Size {
		return "", fs.ErrNotExist
	}
	who, _ := ctx.Value(visitorKey{}).(visitor)
	return u.finish(ctx, who, info)
}

func notThere(err error) error {
	if errors.Is(err, handler.ErrNotFound) {
		return fs.ErrNotExist
	}
	return err
}

// writeReceipt leaves a receipt, whole or not at all, also after a power cut: the bytes that it stands for are deleted then.
func (u *uploads) writeReceipt(name, receipt string) error {
	return renameio.WriteFile(name, []byte(receipt), 0o600, renameio.WithRoot(u.root))
}

// remove deletes the bytes of an upload and what is known of it.
func (u *uploads) remove(id string) {
	for _, ending := range []string{"", ".info"} {
		if err := u.root.Remove(id + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			u.log.Error("delete an upload", "error", err)
		}
	}
}

// sweep deletes what nothing has happened to for a day.
func (u *uploads) sweep(now time.Time) {
	entries, err := os.ReadDir(u.dir)
	if err != nil {
		u.log.Error("look for old uploads", "error", err)
		return
	}
	last := map[string]time.Time{} // by id
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue // gone meanwhile
		}
		if id := uploadOf(e.Name()); info.ModTime().After(last[id]) {
			last[id] = info.ModTime()
		}
	}
	for _, e := range entries {
		id := uploadOf(e.Name())
		if !uploadID.MatchString(id) || now.Sub(last[id]) < uploadLife {
			continue
		}
		if err := u.root.Remove(e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			u.log.Error("delete an old upload", "error", err)
		}
	}
}

// uploadOf is the id that a file of the folder belongs to. A receipt that is being written has a dot before its name.
func uploadOf(name string) string {
	name = strings.TrimPrefix(name, ".")
	return name[:min(len(name), 39)]
}

// uploadStore is tusd's store, whose errors name paths and go to the client as they are: those are logged and told apart.
type uploadStore struct {
	filestore.FileStore
	log *slog.Logger
}

func (s uploadStore) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	upload, err := s.FileStore.NewUpload(ctx, info)
	return storedUpload{upload, s}, s.translated(ctx, "begin an upload", err)
}

func (s uploadStore) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	upload, err := s.FileStore.GetUpload(ctx, id)
	return storedUpload{upload, s}, s.translated(ctx, "read an upload", err)
}

// AsTerminatableUpload gives tusd's store back its own.
func (s uploadStore) AsTerminatableUpload(upload handler.Upload) handler.TerminatableUpload {
	return s.FileStore.AsTerminatableUpload(upload.(storedUpload).Upload)
}

func (s uploadStore) translated(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, handler.ErrNotFound):
		return sentence(http.StatusNotFound, wordsOfVisitor(ctx).files.unknown)
	case errors.Is(err, syscall.ENOSPC):
		s.log.Error(what, "error", err)
		return sentence(http.StatusInsufficientStorage, wordsOfVisitor(ctx).files.noRoom)
	}
	s.log.Error(what, "error", err)
	return sentence(http.StatusServiceUnavailable, wordsOfVisitor(ctx).files.later)
}

type storedUpload struct {
	handler.Upload
	store uploadStore
}

func (u storedUpload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	n, err := u.Upload.WriteChunk(ctx, offset, src)
	return n, u.store.translated(ctx, "write an upload at "+strconv.FormatInt(offset, 10), err)
}
