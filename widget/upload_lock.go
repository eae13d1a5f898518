package widget

import (
	"context"
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
}

func (l uploadLocker) NewLock(id string) (handler.Lock, error) {
	inner, err := l.memory.NewLock(id)
	return &uploadLock{inner: inner, path: filepath.Join(l.dir, id)}, err
}

type uploadLock struct {
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
	file, err := os.Open(l.path)
	if err != nil {
		_ = l.inner.Unlock()
		if os.IsNotExist(err) {
			return handler.ErrNotFound
		}
		return err
	}
	for {
		if err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			l.file = file
			return nil
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			_ = l.inner.Unlock()
			return handler.ErrLockTimeout
		case <-time.After(lockPause):
		}
	}
}

func (l *uploadLock) Unlock() error {
	_ = l.file.Close() // which gives the lock back
	return l.inner.Unlock()
}
