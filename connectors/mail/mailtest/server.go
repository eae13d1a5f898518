// Package mailtest is an SMTP server for tests, over the library emersion/go-smtp: it speaks the protocol, with STARTTLS or
// TLS, asks for a password, and refuses what it is told to refuse. It knows nothing of our client.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Received is a message as the server took it.
type Received struct {
	From, Data string
	To         []string
	Encrypted  bool
	User       string // who signed in
}

// Password is that of every user.
const Password = "hunter2"

// Server is an SMTP server for one test.
type Server struct {
	Address string      // host:port, by the name of its certificate
	Client  *tls.Config // trusts it

	mu       sync.Mutex
	mails    []Received
	refusals []*smtp.SMTPError // of the next recipients, each once
}

// Refuse has the server answer the next recipient so, once.
func (s *Server) Refuse(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals = append(s.refusals, &smtp.SMTPError{Code: code, Message: "no mailbox named ana@example.fr here"})
}

// Taken are the messages that the server has accepted.
func (s *Server) Taken() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received{}, s.mails...)
}

// Mode is how connections are encrypted.
type Mode int

// The modes.
const (
	StartTLS Mode = iota
	Implicit
	Bare // never
)

// Serve starts a server that ends with the test.
func Serve(t testing.TB, m Mode) *Server {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	s := &Server{Address: net.JoinHostPort("localhost", port)}
	certificate, pool := certificate(t)
	s.Client = &tls.Config{RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}
	host := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	host.Domain, host.AllowInsecureAuth = "localhost", m == Bare
	host.ErrorLog = quiet{}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	switch m {
	case StartTLS:
		host.TLSConfig = config
	case Implicit:
		listener = tls.NewListener(listener, config)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = host.Serve(listener) }()
	t.Cleanup(func() { _ = host.Close(); <-done })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// session is one client's.
type session struct {
	server *Server
	conn   *smtp.Conn
	mail   Received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != Password {
			return smtp.ErrAuthFailed
		}
		s.mail.User = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	_, encrypted := s.conn.TLSConnectionState()
	s.mail = Received{From: from, Encrypted: encrypted, User: s.mail.User}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if len(s.server.refusals) > 0 {
		refusal := s.server.refusals[0]
		s.server.refusals = s.server.refusals[1:]
		return refusal
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.Data = strings.ReplaceAll(string(data), "\r\n", "\n")
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
