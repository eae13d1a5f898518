package telegram_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// hook is the public address of a webhook, which has to be known before the server that serves it.
type hook struct {
	URL     string
	handler chan http.Handler
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{handler: make(chan http.Handler, 1)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler := <-h.handler
		h.handler <- handler
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h.URL = server.URL
	return h
}

func (h *hook) serve(handler http.Handler) { h.handler <- handler }
