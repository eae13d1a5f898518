package mail_test

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/mail"
	"guichet/connectors/mail/mailtest"
)

func options(s *mailtest.Server) mail.Options {
	return mail.Options{Server: s.Address, User: "guichet", Password: mailtest.Password, From: "Guichet <guichet@example.fr>", Config: s.Client}
}

func sender(t *testing.T, o mail.Options) *mail.Sender {
	t.Helper()
	s, err := mail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var letter = bot.Mail{ID: "mail-7", To: "ana@example.fr", From: "Élan assurance", Subject: "Une réponse à votre demande G-4F7K-2MQ9",
	Text: "Bonjour,\n\n> **Voilà** <b>&</b>\n\n[Reprendre la conversation](https://guichet.example/reprendre/abc)"}

// parts reads the text and the HTML of a message.
func parts(t *testing.T, data string) (header netmail.Header, text, html string) {
	t.Helper()
	message, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	reader := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return message.Header, text, html
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			text = string(body)
		} else {
			html = string(body)
		}
	}
}

func TestAMessageLeavesEncryptedAsTextAndHTML(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mode mailtest.Mode
		tls  mail.TLS
	}{"STARTTLS": {mailtest.StartTLS, mail.StartTLS}, "TLS": {mailtest.Implicit, mail.Implicit}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := mailtest.Serve(t, test.mode)
			o := options(host)
			o.TLS = test.tls
			if err := sender(t, o).Send(t.Context(), letter); err != nil {
				t.Fatal(err)
			}
			got := host.Taken()
			if len(got) != 1 || got[0].From != "guichet@example.fr" || fmt.Sprint(got[0].To) != "[ana@example.fr]" || got[0].User != "guichet" {
				t.Fatalf("the server has %+v", got)
			}
			if test.mode == mailtest.StartTLS && !got[0].Encrypted {
				t.Error("it left in plain text")
			}
			header, text, html := parts(t, got[0].Data)
			decode := new(mime.WordDecoder)
			subject, _ := decode.DecodeHeader(header.Get("Subject"))
			from, _ := decode.DecodeHeader(header.Get("From"))
			if subject != letter.Subject || from != "Élan assurance <guichet@example.fr>" || header.Get("Message-ID") != "<mail-7@example.fr>" || header.Get("Auto-Submitted") != "auto-generated" || header.Get("X-Mailer") != "" {
				t.Errorf("its head is %q %q %v", subject, from, header)
			}
			if want := "Reprendre la conversation : https://guichet.example/reprendre/abc"; !strings.Contains(text, want) || strings.Contains(text, "**") {
				t.Errorf("the text is %q", text)
			}
			for _, want := range []string{"<strong>Voilà</strong>", `href="https://guichet.example/reprendre/abc"`, "<blockquote style="} {
				if !strings.Contains(html, want) {
					t.Errorf("the HTML lacks %s:\n%s", want, html)
				}
			}
			if strings.Contains(html, "<b>") {
				t.Errorf("raw HTML passes: %s", html)
			}
		})
	}
}

func TestWhatFollowsALetterStandsInBothForms(t *testing.T) {
	t.Parallel()
	host := mailtest.Serve(t, mailtest.StartTLS)
	m := letter
	m.Plain, m.HTML = "MARDI\n\n10:00  Client\nBonjour", "<h1>Transcription</h1><p>Bonjour</p>"
	if err := sender(t, options(host)).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	_, text, html := parts(t, host.Taken()[0].Data)
	if text = strings.ReplaceAll(text, "\r\n", "\n"); !strings.Contains(text, "/reprendre/abc\n\nMARDI\n\n10:00  Client\nBonjour") {
		t.Errorf("the text is %q", text)
	}
	if !strings.Contains(html, "<hr>") || !strings.Contains(html, m.HTML) || strings.Index(html, "/reprendre/abc") > strings.Index(html, "<hr>") {
		t.Errorf("the HTML is %s", html)
	}
}

func TestARefusalForNowIsToldFromOneForGood(t *testing.T) {
	t.Parallel()
	host := mailtest.Serve(t, mailtest.StartTLS)
	s := sender(t, options(host))
	for _, test := range []struct {
		code    int
		refused bool
	}{{451, false}, {421, false}, {550, true}, {553, true}} {
		host.Refuse(test.code)
		err := s.Send(t.Context(), letter)
		if err == nil || errors.Is(err, bot.ErrMailRefused) != test.refused || !strings.Contains(err.Error(), fmt.Sprint(test.code)) {
			t.Errorf("code %d gives %v", test.code, err)
		}
		if err != nil && (strings.Contains(err.Error(), "ana@") || strings.Contains(err.Error(), "mailbox")) {
			t.Errorf("the error quotes the server: %v", err)
		}
	}
	if err := s.Send(t.Context(), letter); err != nil || len(host.Taken()) != 1 {
		t.Errorf("the next try: %v, the server has %d", err, len(host.Taken()))
	}
	if err := s.Send(t.Context(), bot.Mail{To: "ana", Text: "x"}); !errors.Is(err, bot.ErrMailRefused) {
		t.Errorf("an address that is none gives %v", err)
	}
}

func TestWhatIsWrongWithTheSettingsIsSaidInOneLine(t *testing.T) {
	t.Parallel()
	secure, open := mailtest.Serve(t, mailtest.StartTLS), mailtest.Serve(t, mailtest.Bare)
	for want, change := range map[string]func(*mail.Options){
		"refuses the user or the password": func(o *mail.Options) { o.Password = "wrong" },
		"does not offer STARTTLS":          func(o *mail.Options) { *o = options(open) },
		"certificate is not trusted":       func(o *mail.Options) { o.Config = nil },
		"nothing listens there":            func(o *mail.Options) { o.Server = "localhost:1" },
		"does not speak TLS":               func(o *mail.Options) { o.TLS = mail.Implicit },
		"no machine of that name":          func(o *mail.Options) { o.Server = "guichet.invalid:25" },
	} {
		o := options(secure)
		change(&o)
		s := sender(t, o)
		err := s.Send(t.Context(), letter)
		if err == nil || errors.Is(err, bot.ErrMailRefused) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("want %q, got %v", want, err)
		}
		if found := s.Check(t.Context(), ""); len(found) != 1 || found[0].OK || !strings.Contains(found[0].Says, want) {
			t.Errorf("the check finds %+v, want %q", found, want)
		}
	}
	for want, o := range map[string]mail.Options{
		"should read host:port":           {Server: "smtp.example.fr", From: "a@b.fr"},
		"should be an address":            {Server: "smtp.example.fr:25", From: "guichet"},
		"should be starttls, tls or none": {Server: "smtp.example.fr:25", From: "a@b.fr", TLS: "ssl"},
		"would travel in plain text":      {Server: "smtp.example.fr:25", From: "a@b.fr", TLS: mail.Plain, User: "x"},
	} {
		if _, err := mail.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v gives %v, want %q", o, err, want)
		}
	}
}

func TestTheCheckSendsAMessageWhenAsked(t *testing.T) {
	t.Parallel()
	host := mailtest.Serve(t, mailtest.StartTLS)
	s := sender(t, options(host))
	if found := s.Check(t.Context(), ""); len(found) != 2 || !found[0].OK || len(host.Taken()) != 0 {
		t.Errorf("without an address: %+v", found)
	}
	if found := s.Check(t.Context(), "claire@example.fr"); len(found) != 3 || !found[2].OK || len(host.Taken()) != 1 {
		t.Errorf("with an address: %+v", found)
	}
	host.Refuse(550)
	if found := s.Check(t.Context(), "claire@example.fr"); len(found) != 3 || found[2].OK {
		t.Errorf("refused: %+v", found)
	}
}

func TestAServerOnTheSameMachineNeedsNoEncryption(t *testing.T) {
	t.Parallel()
	host := mailtest.Serve(t, mailtest.Bare)
	o := options(host)
	o.TLS = mail.Plain
	if err := sender(t, o).Send(t.Context(), letter); err != nil || len(host.Taken()) != 1 {
		t.Errorf("it gives %v", err)
	}
}

func TestAPasswordIsShownToNobody(t *testing.T) {
	t.Parallel()
	o := mail.Options{Password: "hunter2"}
	if got := fmt.Sprintf("%v %+v %#v", o, &o, o); strings.Contains(got, "hunter2") || !strings.Contains(got, "***") {
		t.Errorf("it prints %s", got)
	}
}
