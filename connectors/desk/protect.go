package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// bodyLimit holds the longest reply, 10 000 characters of 4 bytes each sent as %XX, and its form.
const bodyLimit = 160 << 10

// policy allows our own files and nothing else: no inline script or style, no frame, no form to elsewhere.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// secured sets the headers of every answer. Pages are never stored: after signing out, going back shows nothing.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// wholeBody is the key under which a request's context holds its body as it came, for who may bring files.
type wholeBody struct{}

func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(context.WithValue(r.Context(), wholeBody{}, r.Body))
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		next.ServeHTTP(w, r)
	})
}

// recovered ends a panic: the person gets a page, the log gets the place.
func (d *desk) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // it is the request that ends, with its own context
			broken := recover()
			if broken == nil {
				return
			}
			if err, ok := broken.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(broken)
			}
			// A panic's value may hold what a customer wrote: its type and the place are enough to find it.
			d.log.ErrorContext(r.Context(), "desk: panic", "kind", fmt.Sprintf("%T", broken), "stack", string(debug.Stack()))
			d.of(r).failed(w, r, http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}
