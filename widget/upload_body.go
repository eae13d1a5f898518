package widget

import (
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
)

// uploadBody is that of a request, which can be ended while it is read: when the server stops, and when its sender comes back on another connection for
// an upload that this one still works on. tusd would cancel the request, and then look, in a goroutine of its own, for the body that
// the request may be about to get: one that comes a moment later is read on, for as long as it is silent.
type uploadBody struct {
	io.ReadCloser
	control *http.ResponseController
	why     atomic.Pointer[handler.Error]
	whole   atomic.Bool // all of it was read: what follows is answered as usual
}

type uploadBodyKey struct{}

// end has reads give why from now on, the one that waits as well.
func (b *uploadBody) end(why handler.Error) {
	if b.whole.Load() {
		return
	}
	b.why.CompareAndSwap(nil, &why)
	_ = b.control.SetReadDeadline(time.Now())
}

func (b *uploadBody) Read(p []byte) (int, error) {
	if why := b.why.Load(); why != nil { // tusd may have put the deadline off meanwhile
		return 0, *why
	}
	n, err := b.ReadCloser.Read(p)
	switch why := b.why.Load(); {
	case errors.Is(err, io.EOF):
		b.whole.Store(true)
	case err != nil && why != nil:
		err = *why
	}
	return n, err
}

// leave gives up what was not read of a body that was ended, or the server would wait for it after the answer.
func (b *uploadBody) leave() {
	if b.why.Load() != nil && !b.whole.Load() {
		_ = b.control.SetReadDeadline(time.Now())
		_ = b.Close()
	}
}
