package gate

import (
	"io"
	"net/http"
	"time"
)

// Patience is how slow a request may be. Zero fields stand for the usual.
type Patience struct {
	Pause  time.Duration // between two pieces of a body
	Start  time.Duration // for a body, to which each Pace bytes add a second
	Pace   int64         // bytes a second that a body comes at, at least
	Answer time.Duration // for taking the answer, unless the handler sets deadlines of its own
}

// usualPatience lets a photograph come over a bad phone network, and nobody hold a connection with a byte now and then.
var usualPatience = Patience{Pause: 15 * time.Second, Start: 30 * time.Second, Pace: 1024, Answer: 10 * time.Minute}

// Handler cuts requests that are slower than patience allows. Headers are the server's (ReadHeaderTimeout). A handler that
// streams sets a deadline for each write, which takes the place of Answer; one that has read the body has no read deadline.
func (p Patience) Handler(next http.Handler) http.Handler {
	if p.Pause == 0 {
		p.Pause = usualPatience.Pause
	}
	if p.Start == 0 {
		p.Start = usualPatience.Start
	}
	if p.Pace == 0 {
		p.Pace = usualPatience.Pace
	}
	if p.Answer == 0 {
		p.Answer = usualPatience.Answer
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control, now := http.NewResponseController(w), time.Now()
		_ = control.SetWriteDeadline(now.Add(p.Answer)) // a writer without deadlines needs none: it is a test's
		if r.Body != nil && r.Body != http.NoBody {
			b := &body{ReadCloser: r.Body, control: control, patience: p, end: now.Add(p.Start)}
			b.extend(0) // also for a body that nobody reads: the server does, before the next request
			r.Body = b
		}
		next.ServeHTTP(w, r)
	})
}

// body is a request's, with a deadline that moves on as it comes.
type body struct {
	io.ReadCloser
	control  *http.ResponseController
	patience Patience
	end      time.Time // of all that has come so far
}

func (b *body) extend(n int) {
	b.end = b.end.Add(time.Duration(int64(n) * int64(time.Second) / b.patience.Pace))
	next := time.Now().Add(b.patience.Pause)
	if b.end.Before(next) {
		next = b.end
	}
	_ = b.control.SetReadDeadline(next)
}

func (b *body) Read(data []byte) (int, error) {
	n, err := b.ReadCloser.Read(data)
	switch err {
	case nil:
		b.extend(n)
	case io.EOF:
		_ = b.control.SetReadDeadline(time.Time{}) // what follows may take as long as the answer
	}
	return n, err
}
