package widget

import (
	"net/http"
	"os"
	"time"
)

// What the tests outside the package need of its inside.

// Hurry makes a server lose patience soon. It must be called before the first socket.
func (s *Server) Hurry(ping, silence, retry time.Duration) {
	s.pace.ping, s.pace.silence, s.pace.retry = ping, silence, retry
}

var (
	SignToken = signToken
	ReadToken = readToken
)

// Contrasts gives the contrasts that a palette is made for: its text on its fill, and its hue on both surfaces.
func Contrasts(text string) (onFill, onLight, onDark float64, err error) {
	p, err := newPalette(text)
	if err != nil {
		return 0, 0, 0, err
	}
	of := func(text string) colour { c, _ := parseColour(text); return c }
	return contrast(of(p.On), of(p.Fill)), contrast(of(p.Light), of(lightSurface)), contrast(of(p.Dark), of(darkSurface)), nil
}

// ForeignOrigin is what a request's Origin header comes to.
func ForeignOrigin(host, origin string) (string, bool) {
	return foreignOrigin(&http.Request{Host: host, Header: http.Header{"Origin": {origin}}})
}

// LeaveRoom has the disk of uploads say that so many bytes are free.
func (s *Server) LeaveRoom(bytes int64) {
	s.uploads.free = func(string) (int64, error) { return bytes, nil }
}

// NoLocks has the disk of uploads refuse every lock for a reason.
func (s *Server) NoLocks(why error) {
	s.uploads.locks.flock = func(*os.File) error { return why }
}

// SweepUploads deletes the uploads that are old at a moment.
func (s *Server) SweepUploads(now time.Time) { s.uploads.sweep(now) }
