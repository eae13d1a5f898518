package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"time"

	"guichet/bot"
	"guichet/bot/secret"

	smtp "github.com/wneessen/go-mail"
)

// TLS is how the connection to the server is encrypted.
type TLS string

// The modes. A server that does not offer what was asked for gets no mail: nothing falls back to plain text by itself.
const (
	StartTLS TLS = "starttls" // begins in plain text, as on port 587
	Implicit TLS = "tls"      // from the first byte, as on port 465
	Plain    TLS = "none"     // never: for a server on the same machine
)

// Options say which server takes the mail, and from whom.
type Options struct {
	Server   string // host:port
	TLS      TLS    // "" for StartTLS
	User     string // "" for none
	Password secret.Text
	From     string        // an address, with or without a name: "Guichet <guichet@example.fr>"
	Timeout  time.Duration // of one message; 0 for 30 seconds
	Config   *tls.Config   // nil for the system's certificates and the server's name
}

const usualTimeout = 30 * time.Second

// Sender sends mail. It is safe for concurrent use: each message has a connection of its own.
type Sender struct {
	o      Options
	host   string
	port   int
	from   *mail.Address
	render *renderer
}

// New returns a sender. Its errors are mistakes in the options, one line each.
func New(o Options) (*Sender, error) {
	host, port, err := net.SplitHostPort(o.Server)
	number, numberErr := strconv.Atoi(port)
	if err != nil || numberErr != nil || host == "" {
		return nil, fmt.Errorf("the mail server %q should read host:port, for example smtp.example.fr:587", o.Server)
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("the sender of mail %q should be an address, for example Guichet <guichet@example.fr>", o.From)
	}
	switch o.TLS {
	case "":
		o.TLS = StartTLS
	case StartTLS, Implicit, Plain:
	default:
		return nil, fmt.Errorf("the encryption of mail %q should be %s, %s or %s", o.TLS, StartTLS, Implicit, Plain)
	}
	if o.User != "" && o.TLS == Plain && !isLocal(host) {
		return nil, fmt.Errorf("a password would travel in plain text to %s: choose %s or %s", host, StartTLS, Implicit)
	}
	if o.Timeout <= 0 {
		o.Timeout = usualTimeout
	}
	return &Sender{o: o, host: host, port: number, from: from, render: newRenderer()}, nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send implements bot.SendMail.
func (s *Sender) Send(ctx context.Context, m bot.Mail) error {
	message, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.explain(err)
	}
	// The server has the message once it said so: how the connection ends is no failure, or the message would leave twice.
	defer func() { _ = client.CloseWithSMTPClient(connection) }()
	return s.explain(client.SendWithSMTPClient(connection, message))
}

func (s *Sender) message(m bot.Mail) (*smtp.Msg, error) {
	message := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	name := m.From
	if name == "" {
		name = s.from.Name
	}
	if err := message.FromFormat(name, s.from.Address); err != nil {
		return nil, fmt.Errorf("the sender %s is no address", s.from.Address)
	}
	if err := message.To(m.To); err != nil {
		return nil, fmt.Errorf("%w: the recipient is no address", bot.ErrMailRefused)
	}
	text, html, err := s.render.both(m)
	if err != nil {
		return nil, fmt.Errorf("render a mail: %w", err)
	}
	message.Subject(m.Subject)
	message.SetDate()
	if m.ID != "" {
		_, domain := cutAddress(s.from.Address)
		message.SetMessageIDWithValue(m.ID + "@" + domain)
	} else {
		message.SetMessageID()
	}
	// RFC 3834: no holiday message shall answer, and no loop begin.
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetGenHeader("X-Auto-Response-Suppress", "All")
	message.SetBodyString(smtp.TypeTextPlain, text)
	message.AddAlternativeString(smtp.TypeTextHTML, html)
	return message, nil
}

func (s *Sender) client() (*smtp.Client, error) {
	options := []smtp.Option{smtp.WithPort(s.port), smtp.WithTimeout(s.o.Timeout)}
	switch s.o.TLS {
	case StartTLS:
		options = append(options, smtp.WithTLSPolicy(smtp.TLSMandatory))
	case Implicit:
		options = append(options, smtp.WithSSL())
	case Plain:
		options = append(options, smtp.WithTLSPolicy(smtp.NoTLS))
	}
	if s.o.Config != nil {
		options = append(options, smtp.WithTLSConfig(s.o.Config))
	}
	if s.o.User != "" {
		kind := smtp.SMTPAuthAutoDiscover
		if s.o.TLS == Plain {
			kind = smtp.SMTPAuthPlainNoEnc // the same machine
		}
		options = append(options, smtp.WithSMTPAuth(kind), smtp.WithUsername(s.o.User), smtp.WithPassword(string(s.o.Password)))
	}
	client, err := smtp.NewClient(s.host, options...)
	if err != nil {
		return nil, fmt.Errorf("prepare the connection to %s: %w", s.o.Server, err)
	}
	return client, nil
}

// explain says what became of a message. The server's own words stay out: they may quote an address.
func (s *Sender) explain(err error) error {
	if err == nil {
		return nil
	}
	var refused *smtp.SendError
	if errors.As(err, &refused) && refused.ErrorCode() != 0 {
		if refused.ErrorCode() >= 500 && aboutMessage(refused.Reason) {
			return fmt.Errorf("%w: code %d", bot.ErrMailRefused, refused.ErrorCode())
		}
		return fmt.Errorf("%s does not take the message now: code %d", s.o.Server, refused.ErrorCode())
	}
	return fmt.Errorf("send through %s: %s", s.o.Server, reason(err))
}

// aboutMessage tells whether a refusal is about this message, and not about how we came.
func aboutMessage(r smtp.SendErrReason) bool {
	switch r {
	case smtp.ErrSMTPRcptTo, smtp.ErrSMTPData, smtp.ErrSMTPDataClose:
		return true
	}
	return false
}
