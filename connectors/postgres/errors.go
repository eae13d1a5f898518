package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"
)

// fail says what was being done, with ids only, around the translated error. It returns nil for nil.
func fail(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, translate(err))
}

// translate turns a driver's error into one of bot's, by code and never by text. What it keeps of the driver's words
// never holds a value: those may be a customer's.
func translate(err error) error {
	var connecting *pgconn.ConnectError
	var refused *pgconn.PgError
	switch {
	case errors.Is(err, bot.ErrNotFound), errors.Is(err, bot.ErrExists), errors.Is(err, bot.ErrUnavailable),
		errors.Is(err, bot.ErrLastAdmin):
		return err
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &connecting):
		return unreachable{text: explain(connecting), misconfigured: misconfigured(connecting)}
	case errors.As(err, &refused):
		return translateCode(refused)
	case errors.Is(err, pgx.ErrNoRows):
		return bot.ErrNotFound
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: no answer in time", bot.ErrUnavailable)
	case lostConnection(err):
		return fmt.Errorf("%w: connection lost", bot.ErrUnavailable)
	}
	return err
}

// unreachable is a server that did not let us in.
type unreachable struct {
	text          string
	misconfigured bool
}

func (u unreachable) Error() string { return bot.ErrUnavailable.Error() + ": " + u.text }
func (u unreachable) Unwrap() error { return bot.ErrUnavailable }

// Misconfigured tells whether a server was there and refused us for what DATABASE_URL says: user, password, database.
func Misconfigured(err error) bool {
	var u unreachable
	return errors.As(err, &u) && u.misconfigured
}

func misconfigured(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case "28P01", "28000", "3D000", "42501":
		return true
	}
	return false
}

// translateCode goes by SQLSTATE (PostgreSQL documentation, appendix A). Its first two characters are the class.
func translateCode(err *pgconn.PgError) error {
	switch err.Code {
	case "23505": // unique_violation
		return fmt.Errorf("%w (%s)", bot.ErrExists, err.ConstraintName)
	case "55P03", // lock_not_available
		"57014",                            // query_canceled: our own deadline, or an administrator's statement_timeout
		"57P01", "57P02", "57P03", "57P05", // the server or an administrator ended the session
		"25P03", // idle_in_transaction_session_timeout
		"40003", // statement_completion_unknown
		"25006": // read_only_sql_transaction: a primary that has just become a standby
		return fmt.Errorf("%w: SQLSTATE %s", bot.ErrUnavailable, err.Code)
	}
	class := err.Code[:min(2, len(err.Code))]
	switch class {
	case "08", "53", "58": // connection, out of resources, system error
		return fmt.Errorf("%w: SQLSTATE %s", bot.ErrUnavailable, err.Code)
	case "40": // rolled back: a deadlock, two transactions that cannot both be
		return fmt.Errorf("%w: SQLSTATE %s", bot.ErrConflict, err.Code)
	case "22", "23": // the message of these may quote the data
		return fmt.Errorf("PostgreSQL refuses the data: SQLSTATE %s, %s %s", err.Code, err.TableName, err.ConstraintName)
	}
	return fmt.Errorf("PostgreSQL: %s (SQLSTATE %s)", firstLine(err.Message), err.Code)
}

// conflicts tells whether PostgreSQL ended a transaction because of another one: it may well succeed now.
func conflicts(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == "40P01" || refused.Code == "40001") // deadlock, serialization
}

func lostConnection(err error) bool {
	var network net.Error
	return errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, puddle.ErrClosedPool) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// explain says in one line which server was tried, why it did not let us in and what to check. pgx's own text has
// several lines and repeats every address tried.
func explain(err *pgconn.ConnectError) string {
	reason, check := diagnose(err)
	return fmt.Sprintf("host %s, database %q, user %q: %s; check %s in DATABASE_URL",
		address(err.Config), err.Config.Database, err.Config.User, reason, check)
}

func address(config *pgconn.Config) string {
	if strings.HasPrefix(config.Host, "/") {
		return config.Host // a folder with a Unix socket
	}
	return fmt.Sprintf("%s:%d", config.Host, config.Port)
}

func diagnose(err error) (reason, check string) {
	var refused *pgconn.PgError
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &refused):
		return diagnoseCode(refused)
	case errors.As(err, &name):
		return "no machine of that name", "the host"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there", "host and port, and that PostgreSQL runs"
	case errors.Is(err, syscall.ENOENT):
		return "no socket there", "the folder of the socket, and that PostgreSQL runs"
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "its certificate is not trusted", "sslmode and sslrootcert"
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "no answer in time", "host and port, and the firewall"
	}
	return "no connection", "host, port and sslmode, and that PostgreSQL runs"
}

func diagnoseCode(err *pgconn.PgError) (reason, check string) {
	switch err.Code {
	case "28P01", "28000":
		return "the server refuses the user or the password", "user and password"
	case "3D000":
		return "there is no such database", "its name, or create it"
	case "42501":
		return "the user may not connect to it", "the user's rights, and the user"
	case "53300":
		return "the server has no connection left", "max_connections of the server, and pool_max_conns"
	case "57P03":
		return "the server is starting or stopping", "again in a moment, then the host"
	}
	return firstLine(err.Message) + " (SQLSTATE " + err.Code + ")", "the settings"
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
