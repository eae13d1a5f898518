package main

import (
	"context"
	"errors"
	"fmt"

	"guichet/bot"
	"guichet/bot/secret"
	"guichet/connectors/mail"
	"guichet/connectors/postgres"
)

// mailFlags say through which server e-mail leaves.
type mailFlags struct {
	SMTP             string      `name:"smtp" help:"The server that takes e-mail. Without one no e-mail leaves." env:"GUICHET_SMTP" placeholder:"HOST:PORT"`
	SMTPTLS          mail.TLS    `name:"smtp-tls" help:"Its encryption: starttls, tls (from the first byte), or none (a server on this machine)." default:"starttls" env:"GUICHET_SMTP_TLS"`
	SMTPUser         string      `name:"smtp-user" help:"Who signs in to it; nobody when not given." env:"GUICHET_SMTP_USER" placeholder:"NAME"`
	SMTPPassword     secret.Text `name:"smtp-password" hidden:"" env:"GUICHET_SMTP_PASSWORD"`
	SMTPPasswordFile string      `name:"smtp-password-file" help:"File with the password; or GUICHET_SMTP_PASSWORD." env:"GUICHET_SMTP_PASSWORD_FILE" placeholder:"FILE"`
	MailFrom         string      `help:"From whom e-mail comes." env:"GUICHET_MAIL_FROM" placeholder:"ADDRESS"`
}

// sender prepares the sending of e-mail; nil without a server.
func (f mailFlags) sender() (*mail.Sender, error) {
	if f.SMTP == "" {
		return nil, nil //nolint:nilnil // no server is a setting, not a mistake
	}
	password, err := secretSetting{"the password of the mail server", "GUICHET_SMTP_PASSWORD", f.SMTPPassword, f.SMTPPasswordFile}.read()
	if err != nil {
		return nil, err
	}
	if f.SMTPUser != "" && password == "" {
		return nil, errors.New("GUICHET_SMTP_USER is set without a password: set GUICHET_SMTP_PASSWORD_FILE")
	}
	return mail.New(mail.Options{Server: f.SMTP, TLS: f.SMTPTLS, User: f.SMTPUser, Password: password, From: f.MailFrom})
}

// mailing is how e-mail leaves a server.
func (s *serveCommand) mailing(sites []bot.Site) (postgres.Mailing, error) {
	m := postgres.Mailing{Base: s.URL, Sites: sites}
	sender, err := s.sender()
	if sender != nil {
		m.Send = sender.Send
	}
	return m, err
}

type checkMailCommand struct {
	mailFlags
	To string `help:"Also send a message to this address." placeholder:"ADDRESS"`
}

// Run prints a line for each thing looked at, and fails when one is wrong.
func (m *checkMailCommand) Run(ctx context.Context, c console) error {
	sender, err := m.sender()
	if err != nil {
		return err
	}
	if sender == nil {
		return errors.New("there is no mail server: set GUICHET_SMTP and GUICHET_MAIL_FROM")
	}
	for _, finding := range sender.Check(ctx, m.To) {
		if !finding.OK {
			fmt.Fprintln(c.out, "wrong "+finding.Says)
			return errors.New("e-mail does not leave")
		}
		fmt.Fprintln(c.out, "ok    "+finding.Says)
	}
	return nil
}
