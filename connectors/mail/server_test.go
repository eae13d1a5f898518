package mail_test

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

// received is a message as the server took it.
type received struct {
	from, data string
	to         []string
	encrypted  bool
	user       string
}

// server is an SMTP server for one test.
type server struct {
	address string
	client  *tls.Config // trusts it

	mu       sync.Mutex
	mails    []received
	refusals []*smtp.SMTPError // of the next recipients, each once
}

func (s *server) refuse(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals = append(s.refusals, &smtp.SMTPError{Code: code, Message: "no mailbox named ana@example.fr here"})
}

func (s *server) taken() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received{}, s.mails...)
}

type mode int

const (
	withStartTLS mode = iota
	implicit
	bare // never encrypted
)

func serve(t *testing.T, m mode) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: listener.Addr().String()}
	certificate, pool := certificate(t)
	s.client = &tls.Config{RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}
	host := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	host.Domain, host.AllowInsecureAuth = "localhost", m == bare
	host.ErrorLog = quiet{}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	switch m {
	case withStartTLS:
		host.TLSConfig = config
	case implicit:
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

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
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
	server *server
	conn   *smtp.Conn
	mail   received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "hunter2" {
			return smtp.ErrAuthFailed
		}
		s.mail.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	_, encrypted := s.conn.TLSConnectionState()
	s.mail = received{from: from, encrypted: encrypted, user: s.mail.user}
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
	s.mail.to = append(s.mail.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.data = strings.ReplaceAll(string(data), "\r\n", "\n")
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
