package webhook_test

import (
	"net/http"
	"net/url"
	"testing"

	"guichet/connectors/webhook"
)

func FuzzCheckURL(f *testing.F) {
	for _, seed := range []string{"https://crm.example.fr/x?y=z#w", "http://[::1%25lo]:80", "https://a@b", "https://１０.0.0.1/", "//x", "https://%31/", "\x00"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, address string, private bool) {
		if webhook.CheckURL(address, private) != nil {
			return
		}
		u, err := url.Parse(address)
		if err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "https" && !private {
			t.Errorf("%q is taken", address)
		}
		if _, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, nil); err != nil {
			t.Errorf("%q is taken and cannot be posted to: %v", address, err)
		}
	})
}
