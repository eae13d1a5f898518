package webhook_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"guichet/bot"
	"guichet/connectors/webhook"
)

var message = bot.WebhookMessage{
	ID: "event_12", Type: "ticket.status", At: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC),
	Data: bot.WebhookData{Ticket: "G-4F7K-2MQ9", Conversation: 3, Status: bot.Resolved, Actor: "marie@example.fr"},
}

// receiver answers with a status and keeps what it was sent.
func receiver(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAMessageIsSignedSoThatAReceiverCanVerifyIt(t *testing.T) {
	t.Parallel()
	secret := webhook.NewSecret()
	var verified, forged, changed error
	var body string
	url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		body = string(data)
		right, _ := standardwebhooks.NewWebhook(secret)
		wrong, _ := standardwebhooks.NewWebhook(webhook.NewSecret())
		verified = right.Verify(data, r.Header)
		forged = wrong.Verify(data, r.Header)
		changed = right.Verify([]byte(strings.Replace(body, "resolved", "closed", 1)), r.Header)
		w.WriteHeader(http.StatusNoContent)
	})
	err := webhook.NewSender().Send(t.Context(), bot.Webhook{URL: url, Secret: secret, Private: true}, message)
	if err != nil || verified != nil {
		t.Errorf("sent: %v, verified: %v", err, verified)
	}
	if forged == nil || changed == nil {
		t.Error("another secret or another body passes for this one")
	}
	want := `{"type":"ticket.status","timestamp":"2026-11-02T09:00:00Z","data":{"ticket":"G-4F7K-2MQ9","conversation":3,"actor":"marie@example.fr","status":"resolved"}}`
	if body != want {
		t.Errorf("sent %s\nwant %s", body, want)
	}
}

// The example of the specification, so that a change of the library would show.
func TestTheSignatureIsThatOfTheSpecification(t *testing.T) {
	t.Parallel()
	signer, err := standardwebhooks.NewWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got, err := signer.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("signed %s, %v, want %s", got, err, want)
	}
}

func TestWhatIsNotATwoHundredIsAFailureThatSaysWhatToLookAt(t *testing.T) {
	t.Parallel()
	elsewhere := 0
	other := receiver(t, func(http.ResponseWriter, *http.Request) { elsewhere++ })
	for code, says := range map[int]string{
		200: "", 299: "", 500: "500 Internal Server Error", 404: "404 Not Found", 302: "redirect", 410: "gone",
	} {
		url := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", other)
			w.WriteHeader(code)
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20)) // read to an end all the same
		})
		err := webhook.NewSender().Send(t.Context(), bot.Webhook{URL: url + "/?token=hush", Secret: webhook.NewSecret(), Private: true}, message)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%d: %v, want %q", code, err, says)
		}
		if errors.Is(err, bot.ErrWebhookGone) != (code == 410) {
			t.Errorf("%d is taken for gone, or 410 is not: %v", code, err)
		}
	}
	if elsewhere != 0 {
		t.Error("a redirect was followed")
	}
}

func TestAnAddressThatDoesNotAnswerIsGivenUp(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	url := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	err := webhook.NewTestSender(50*time.Millisecond, nil).Send(t.Context(), bot.Webhook{URL: url, Secret: webhook.NewSecret(), Private: true}, message)
	if err == nil || err.Error() != "it does not answer in time" {
		t.Errorf("got %v", err)
	}
}

func TestErrorsHoldNeitherAddressNorSecret(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, url := range []string{gone.URL + "/hush", "https://hush.invalid/", "http://[::1", "https://hush.example.fr:0/hush"} {
		err := webhook.NewSender().Send(t.Context(), bot.Webhook{URL: url, Secret: "whsec_aHVzaA==", Private: true}, message)
		if err == nil || strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if err := webhook.NewSender().Send(t.Context(), bot.Webhook{URL: gone.URL, Secret: "whsec_hush!", Private: true}, message); err == nil ||
		strings.Contains(err.Error(), "hush") {
		t.Errorf("a damaged secret: %v", err)
	}
}

func TestAPrivateAddressIsRefusedWhenTheConnectionIsMade(t *testing.T) {
	t.Parallel()
	reached := false
	url := receiver(t, func(http.ResponseWriter, *http.Request) { reached = true })
	port := url[strings.LastIndex(url, ":"):]
	sender := webhook.NewTestSender(time.Minute, resolverTo(t, netip.MustParseAddr("127.0.0.1")))
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "looks-public.example.fr"} {
		w := bot.Webhook{URL: "http://" + host + port, Secret: webhook.NewSecret()}
		if err := sender.Send(t.Context(), w, message); err == nil || !strings.Contains(err.Error(), "private network") {
			t.Errorf("%s: %v", host, err)
		}
	}
	if reached {
		t.Fatal("a private address was reached")
	}
	w := bot.Webhook{URL: "http://looks-public.example.fr" + port, Secret: webhook.NewSecret(), Private: true}
	if err := sender.Send(t.Context(), w, message); err != nil || !reached {
		t.Errorf("where it is allowed: %v", err)
	}
}

func TestWhereCredentialsOfAMachineStandIsRefusedAlways(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "0.0.0.0", "[::]", "224.0.0.1", "[::ffff:169.254.169.254]"} {
		w := bot.Webhook{URL: "http://" + host + ":1/", Secret: webhook.NewSecret(), Private: true}
		if err := webhook.NewSender().Send(t.Context(), w, message); err == nil || !strings.Contains(err.Error(), "link-local") {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestWhichAddressesAreOfTheInternet(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "93.184.215.14": true, "2606:4700::1111": true, "172.32.0.1": true, "192.167.0.1": true,
		"127.0.0.1": false, "127.9.9.9": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.100.100.200": false, "0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false,
		"198.18.0.1": false, "240.0.0.1": false, "192.0.0.8": false, "::1": false, "::": false, "fe80::1": false, "fd00:ec2::254": false,
		"ff02::1": false, "::ffff:10.0.0.1": false, "::ffff:8.8.8.8": true, "64:ff9b::a00:1": false, "2002:a00:1::": false, "2001:db8::1": false,
	} {
		if got := webhook.Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %t, want %t", address, got, want)
		}
	}
}

func TestAddressesThatCannotWorkAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		url     string
		private bool
		says    string
	}{
		{"https://crm.example.fr/hook?token=1", false, ""},
		{"http://10.0.0.7:8000/hook", true, ""},
		{"http://crm.example.fr/hook", false, "https://"},
		{"ftp://crm.example.fr/hook", true, "https://"},
		{"crm.example.fr/hook", false, "should read"},
		{"https:///hook", false, "should read"},
		{"https://:443/", false, "should read"},
		{"https://user:word@crm.example.fr/", false, "user or a password"},
		{"https://10.0.0.7/", false, "private network"},
		{"https://[::1]/", false, "private network"},
		{"https://crm.example.fr/" + strings.Repeat("x", 500), false, "500 characters"},
	} {
		err := webhook.CheckURL(c.url, c.private)
		if fmt.Sprint(err) == "<nil>" != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s (private %t): %v, want %q", c.url, c.private, err, c.says)
		}
	}
}
