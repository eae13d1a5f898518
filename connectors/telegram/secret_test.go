package telegram_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"guichet/connectors/telegram"
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

func TestASecretIsShownToNobody(t *testing.T) {
	t.Parallel()
	const text = "123:abc"
	secret := telegram.Secret(text)
	holder := struct {
		Token telegram.Secret
		P     *telegram.Secret
	}{secret, &secret}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", secret, "in", holder)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", secret, "in", holder)
	encoded, err := json.Marshal(map[string]any{"token": secret, "in": holder})
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(encoded)
	for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %t") {
		shown += fmt.Sprintf(verb, secret) + fmt.Sprintf(verb, holder) + fmt.Sprintf(verb, &holder) + fmt.Sprintf(verb, []telegram.Secret{secret})
	}
	shown += fmt.Errorf("failed: %w, %v", fmt.Errorf("%s", secret), secret).Error()
	if strings.Contains(shown, "abc") || strings.Contains(shown, fmt.Sprintf("%x", text)) || !strings.Contains(shown, "***") {
		t.Errorf("shown as %s", shown)
	}
}
