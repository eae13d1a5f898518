package widget

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
)

// uploadLocker lets one request at a time work on an upload: within this process, where who comes later has the one
// before stop, and between processes over one folder, which end their hold with the request or with themselves. (tusd's
// own file locks name processes by number, which means nothing on another machine.)
type uploadLocker struct {
	memory *memorylocker.MemoryLocker
	dir    string
	log    *slog.Logger
	flock  func(file *os.File) error // EWOULDBLOCK while another process has it
}

func newUploadLocker(dir string, log *slog.Logger) *uploadLocker {
	return &uploadLocker{memory: memorylocker.New(), dir: dir, log: log, flock: func(file *os.File) error {
		return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}}
}

func (l *uploadLocker) NewLock(id string) (handler.Lock, error) {
	inner, err := l.memory.NewLock(id)
	return &uploadLock{uploadLocker: l, inner: inner, path: filepath.Join(l.dir, id)}, err
}

type uploadLock struct {
	*uploadLocker
	inner handler.Lock // within this process
	path  string
	file  *os.File
}

// lockPause is how long another process's lock is waited for before it is tried again.
const lockPause = 50 * time.Millisecond

func (l *uploadLock) Lock(ctx context.Context, requestRelease func()) error {
	if body, ok := ctx.Value(uploadBodyKey{}).(*uploadBody); ok {
		requestRelease = func() { body.end(handler.ErrUploadInterrupted) }
	}
	if err := l.inner.Lock(ctx, requestRelease); err != nil {
		return err
	}
	err := l.lockFile(ctx)
	if err != nil {
		_ = l.inner.Unlock()
	}
	return err
}

// lockFile waits for another process; for what is no other process's hold it does not wait.
func (l *uploadLock) lockFile(ctx context.Context) error {
	file, err := os.Open(l.path)
	if os.IsNotExist(err) {
		return handler.ErrNotFound
	}
	if err != nil {
		return l.failed(ctx, err)
	}
	for {
		switch err = l.flock(file); {
		case err == nil:
			l.file = file
			return nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			_ = file.Close()
			return l.failed(ctx, err)
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			return handler.ErrLockTimeout
		case <-time.After(lockPause):
		}
	}
}

// failed logs what an operator has to put right, such as a network folder without locks, and says to the visitor that it does not work now.
func (l *uploadLock) failed(ctx context.Context, err error) error {
	l.log.Error("lock an upload in the folder of uploads, which has to be on a disk with file locks (flock)", "folder", l.dir, "error", err)
	return sentence(http.StatusServiceUnavailable, wordsOfVisitor(ctx).files.later)
}

func (l *uploadLock) Unlock() error {
	_ = l.file.Close() // which gives the lock back
	return l.inner.Unlock()
}
