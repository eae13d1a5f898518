package secret_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"guichet/bot/secret"
)

func TestASecretIsShownToNobody(t *testing.T) {
	t.Parallel()
	const text = "123:abc"
	token := secret.Text(text)
	holder := struct {
		Token secret.Text
		P     *secret.Text
	}{token, &token}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", token, "in", holder)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", token, "in", holder)
	encoded, err := json.Marshal(map[string]any{"token": token, "in": holder})
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(encoded)
	for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %t") {
		shown += fmt.Sprintf(verb, token) + fmt.Sprintf(verb, holder) + fmt.Sprintf(verb, &holder) + fmt.Sprintf(verb, []secret.Text{token})
	}
	shown += fmt.Errorf("failed: %w, %v", fmt.Errorf("%s", token), token).Error()
	if strings.Contains(shown, "abc") || strings.Contains(shown, fmt.Sprintf("%x", text)) || !strings.Contains(shown, "***") {
		t.Errorf("shown as %s", shown)
	}
	if string(token) != text {
		t.Errorf("the text is %q", string(token))
	}
}
