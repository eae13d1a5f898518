package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"strings"
	"syscall"

	smtp "github.com/wneessen/go-mail"
)

// reason says in one line why a connection did not come about and what to check.
func reason(err error) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var said *textproto.Error
	var network net.Error
	switch {
	case errors.As(err, &name):
		return "no machine of that name; check the server's name"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there; check the port"
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "its certificate is not trusted; check the server's name and its certificate"
	case errors.As(err, &record):
		return "it does not speak TLS from the first byte; choose starttls, or another port"
	case errors.Is(err, smtp.ErrNoSupportedAuthDiscovered), errors.Is(err, smtp.ErrPlainAuthNotSupported):
		return "it offers no sign-in that is understood here"
	case strings.Contains(err.Error(), "STARTTLS"): // the library has no type for it
		return "it does not offer STARTTLS; choose tls with its port, or another server"
	case errors.As(err, &said) && (said.Code == 535 || said.Code == 534 || said.Code == 530):
		return "it refuses the user or the password"
	case errors.As(err, &said):
		return "it answers with code " + code(said.Code)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "no answer in time; check the server, the port and the firewall"
	}
	return "the connection ended"
}
