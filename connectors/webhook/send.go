package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"guichet/bot"
)

const (
	// attemptLimit is for one attempt from the name's resolution to the end of the answer.
	attemptLimit = 15 * time.Second

	// connectLimit is for reaching the machine, and again for agreeing with it on a key.
	connectLimit = 5 * time.Second

	// mostAnswer is how much of an answer is read, to use the connection again. Nothing of it is kept.
	mostAnswer = 64 << 10

	secretPrefix = "whsec_"

	// secretSize is the length of a secret: between the 24 and 64 bytes that Standard Webhooks asks for.
	secretSize = 32
)

// NewSecret makes the secret of a webhook, in the form that the libraries of Standard Webhooks read.
func NewSecret() string {
	secret := make([]byte, secretSize)
	rand.Read(secret) // never fails: crypto/rand ends the program instead
	return secretPrefix + base64.StdEncoding.EncodeToString(secret)
}

// Sender posts. It is safe for concurrent use.
type Sender struct {
	open    *http.Client // to addresses of the internet only
	private *http.Client
	limit   time.Duration
	now     func() time.Time
}

// NewSender returns a sender.
func NewSender() *Sender {
	return newSender(net.Dialer{Timeout: connectLimit})
}

func newSender(dialer net.Dialer) *Sender {
	open, private := dialer, dialer
	open.Control, private.Control = refusePrivate, refuseNoMachine
	return &Sender{open: client(&open), private: client(&private), limit: attemptLimit, now: time.Now}
}

func client(dialer *net.Dialer) *http.Client {
	return &http.Client{
		Transport: &http.Transport{ // without a proxy: it would connect where we may not
			DialContext: dialer.DialContext, TLSHandshakeTimeout: connectLimit, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
			MaxResponseHeaderBytes: mostAnswer, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send makes one attempt. nil: the answer was 2xx. bot.ErrWebhookGone: it was 410. The error says what went wrong without
// the address, which may hold a token.
func (s *Sender) Send(ctx context.Context, w bot.Webhook, m bot.WebhookMessage) error {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	request, err := s.request(ctx, w, m)
	if err != nil {
		return err
	}
	with := s.open
	if w.Private {
		with = s.private
	}
	answer, err := with.Do(request)
	if err != nil {
		return explain(err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer)
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusGone:
		return bot.ErrWebhookGone
	case code >= 300 && code < 400:
		return fmt.Errorf("it answers %d, a redirect, which is not followed: give the address it leads to", code)
	default:
		return fmt.Errorf("it answers %d %s", code, http.StatusText(code))
	}
}

// request is the signed message.
func (s *Sender) request(ctx context.Context, w bot.Webhook, m bot.WebhookMessage) (*http.Request, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode a message for a webhook: %w", err)
	}
	signer, err := standardwebhooks.NewWebhook(w.Secret)
	if err != nil {
		return nil, errors.New("its secret is damaged: remove the webhook and add it again")
	}
	at := s.now()
	signature, err := signer.Sign(m.ID, at, body)
	if err != nil {
		return nil, errors.New("its secret does not sign: remove the webhook and add it again")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("its address is not one")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Guichet-Webhook/1")
	request.Header.Set(standardwebhooks.HeaderWebhookID, m.ID)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return request, nil
}

// explain says why there was no answer. The client's own error would quote the address.
func explain(err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate
	case errors.Is(err, errNoMachine):
		return errNoMachine
	case errors.As(err, &name):
		return errors.New("its name has no address")
	case errors.As(err, &certificate):
		return errors.New("its certificate is not trusted")
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("it does not answer in time")
	}
	return errors.New("no connection, or it was cut")
}
