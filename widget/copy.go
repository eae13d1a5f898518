package widget

import (
	"context"
	"errors"
	"strings"
	"time"

	"guichet/bot"
)

// A person may have their conversation by e-mail, with a link that resumes it on another device. Anybody may write any
// address there: what leaves is bounded for each conversation, each address and each site, on all replicas together.
var (
	copiesOfOne  = bot.Limit{Burst: 3, Every: 8 * time.Hour}
	copiesToOne  = bot.Limit{Burst: 5, Every: 8 * time.Hour}
	copiesOfSite = bot.Limit{Burst: 100, Every: time.Minute}
)

// mailFrame asks for the address, or says that the conversation is on its way.
type mailFrame struct {
	Type  string       `json:"type"` // mail
	ID    string       `json:"id"`
	Title string       `json:"title,omitempty"`
	Form  []fieldFrame `json:"form,omitempty"`
	Text  string       `json:"text,omitempty"`
}

// mail answers with the form for an address, or puts the conversation on its way to the one that is given.
func (k *session) mail(f clientFrame, id string) {
	s := k.server
	if s.copies == nil {
		k.refuse(noMail, id)
		return
	}
	given, asked := f.Values[bot.Email]
	words := wordsOf(k.language())
	if !asked {
		k.push(outgoing{frame: mailFrame{Type: "mail", ID: id, Title: words.mail, Form: []fieldFrame{{
			Name: bot.Email, Label: words.mailTo, Hint: bot.Email.ExampleIn(k.language()), Value: s.knownAddress(k.ctx, k),
		}}}})
		return
	}
	if problem := bot.CheckField(bot.Human, bot.Email, given, k.language(), s.now()); problem != "" {
		k.push(outgoing{frame: checkedFrame{Type: "checked", ID: id, Field: bot.Email, Text: problem}})
		return
	}
	if code := s.mailCopy(k.ctx, k.site, k.key, given); code != "" {
		k.refuse(code, id)
		return
	}
	k.push(outgoing{frame: mailFrame{Type: "mail", ID: id, Text: words.mailed(s.resumes(k.site, k.key))}})
}

// knownAddress is the address that the form begins with: the person's own, or the one given for a request.
func (s *Server) knownAddress(ctx context.Context, k *session) string {
	if address := k.known[bot.Email]; address != "" {
		return address
	}
	address, err := s.copies.KnownAddress(ctx, channel, k.key)
	if err != nil {
		s.log.Warn("look for the address of a conversation", "error", err)
	}
	return address
}

// mailCopy puts a conversation on its way to what was typed as an address. It returns the code of what went wrong. That an
// address has had its share is not told: it would say something of whose it is.
func (s *Server) mailCopy(ctx context.Context, one *site, key, typed string) (code string) {
	address, ok := bot.ReadAddress(typed)
	if !ok {
		return badAddress
	}
	for _, limit := range []struct {
		name  string
		limit bot.Limit
		code  string
	}{
		{"mail of " + s.hidden(key), copiesOfOne, mailedOften},
		{"mail on " + one.ID, copiesOfSite, notDone},
		{"mail to " + s.hidden(bot.Mailbox(address)), copiesToOne, ""},
	} {
		wait, err := s.limiter.Allow(ctx, limit.name, limit.limit, s.now())
		if err != nil {
			s.log.Error("count the e-mails of a conversation", "site", one.ID, "error", err)
			return notDone
		}
		if wait > 0 {
			s.log.Warn("a conversation is not mailed", "site", one.ID, "limit", strings.Join(strings.Fields(limit.name)[:2], " "))
			return limit.code
		}
	}
	err := s.copies.MailCopy(ctx, bot.Copy{Channel: channel, Key: key, To: address, Resumes: s.resumes(one, key)})
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nothingSaid
	case err != nil:
		s.log.Error("mail a conversation", "site", one.ID, "error", err)
		return notDone
	}
	return ""
}

// resumes tells whether a conversation may be resumed by a link: one of a person who has to be logged in may not.
func (s *Server) resumes(one *site, key string) bool {
	return s.resume != nil && s.address != "" && !one.needsIdentity(key)
}

// hidden names something without saying what, to whoever reads the table of tries.
func (s *Server) hidden(text string) string { return bot.Hidden(s.secret, "guichet mail\x00"+text) }
