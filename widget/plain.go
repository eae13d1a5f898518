package widget

import (
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"guichet/bot"

	"golang.org/x/time/rate"
)

// Without JavaScript the conversation is a form: each message is a page. The token and the next message's id travel as
// hidden fields, so that nothing is stored in the browser and a page that is sent twice changes nothing.

// maxPlain bounds the body of a plain form, in bytes: 4 000 characters, each at most 12 bytes once encoded.
const maxPlain = 64 << 10

// servePlain handles a message of the plain form, or shows what is new when there is none.
func (s *Server) servePlain(w http.ResponseWriter, r *http.Request) {
	one := s.sites[r.PathValue("site")]
	if one == nil {
		s.serveMissing(w, r)
		return
	}
	if origin, ok := foreignOrigin(r); !ok || !one.allows(origin) {
		http.Error(w, errorText(badOrigin), http.StatusForbidden)
		return
	}
	if !s.enter() {
		http.Error(w, textRestart, http.StatusServiceUnavailable)
		return
	}
	defer s.running.Done()
	status, problem := s.readPlain(w, r, one)
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	if problem != "" {
		p := s.plainPage(one, "", "")
		p.Problem = problem
		s.show(w, status, "plain.html", p, one.framedBy()...)
		return
	}
	s.plainTurn(w, r, one)
}

func (s *Server) plainTurn(w http.ResponseWriter, r *http.Request, one *site) {
	key, status, problem := "", http.StatusOK, ""
	language := bot.KnownLanguage(r.PostForm.Get("lang"))
	words := wordsOf(language)
	if token := r.PostForm.Get("token"); token != "" {
		var known bool
		if key, known = readToken(s.secret, one.ID, token); !known || strings.HasPrefix(key, identityPrefix) {
			key, problem, status = "", badToken, http.StatusForbidden
		}
	}
	if key == "" {
		key = newKey()
	}
	text, said, mails := r.PostForm.Get("text"), "", r.PostForm.Has("mail") && s.copies != nil
	var files []bot.Attachment
	if problem == "" && !r.PostForm.Has("refresh") && !mails {
		files, status, problem, said = s.plainSent(r, one, key, language)
	}
	p, err := s.plainConversation(r, one, key, language)
	switch {
	case errors.Is(err, errOften):
		problem, status = busy, statusOf(busy)
	case err != nil:
		s.log.Warn("read a transcript for a plain page", "error", err)
		problem, status = notRecorded, statusOf(notRecorded)
	}
	if said != "" {
		p.Problem, p.Text, p.Sent = said, text, s.sent(key, files)
	}
	if problem != "" {
		p.Problem, p.Text, p.Sent = words.errorText(problem), text, s.sent(key, files)
		if problem == notRecorded || problem == failed || problem == tooFast || problem == busy { // sent again, it is the same message
			p.Next = r.PostForm.Get("id")
			p.Problem = words.again
			if len(files) < len(brought(r)) {
				p.Problem += " " + words.files.choose
			}
		}
	}
	if mails && problem == "" {
		status = s.plainMail(r, one, key, &p)
	}
	s.show(w, status, "plain.html", p, one.framedBy()...)
}

// plainMail puts the conversation on its way to the address of the form, and says so on its page.
func (s *Server) plainMail(r *http.Request, one *site, key string, p *page) (status int) {
	p.Address = r.PostForm.Get("address")
	code := tooFast
	if s.limits.of(key, s.now()).AllowN(s.now(), 1) {
		code = s.mailCopy(r.Context(), one, key, p.Address)
	}
	if code != "" {
		p.BadAddress = wordsOf(p.Language).errorText(code)
		return statusOf(code)
	}
	p.Mailed = wordsOf(p.Language).mailed(s.resumes(one, key))
	return http.StatusOK
}

// plainConversation is the page of a conversation. With an error it is complete but for what was said.
func (s *Server) plainConversation(r *http.Request, one *site, key, language string) (page, error) {
	p := s.plainPage(one, key, language)
	p.Choices = s.firstChoices(one, language)
	messages, err := s.transcript(r, key)
	if n := len(messages); n > 0 {
		last := s.framed(messages[n-1], key)
		p.Choices, p.Form = last.Choices, last.Form
		p.Lines = s.plainLines(messages, language)
		p.Mails = s.copies != nil
	} else if err == nil {
		p.Greeting = s.greeting(one, language)
	}
	return p, err
}

// plainSent has one message handled, with its files; problem is the code of what went wrong, said what is wrong with a file, in words. No
// file is kept for a message that would be refused whatever is in it.
func (s *Server) plainSent(r *http.Request, one *site, key, language string) (files []bot.Attachment, status int, problem, said string) {
	f, problem := plainFrame(r)
	if problem == "" && !s.limits.of(key, s.now()).AllowN(s.now(), 1) {
		problem = tooFast
	}
	if problem == "" {
		done, ok := s.crowd.takes(s.crowd.Address(r.RemoteAddr), one.ID, s.now())
		if !ok {
			return nil, statusOf(busy), busy, ""
		}
		defer done()
		if files, status, said = s.plainFiles(r, one, key, language); said != "" {
			return files, status, "", said
		}
		f.attached, f.counted = files, true
		problem = s.plainMessage(r, one, key, language, f)
	}
	if problem != "" {
		return files, statusOf(problem), problem, ""
	}
	return files, http.StatusOK, "", ""
}

// statusOf is the status of a page that says a problem: a proxy or a monitor is to know a customer's mistake from a server that is too
// busy or away.
func statusOf(problem string) int {
	switch problem {
	case tooFast, busy, mailedOften:
		return http.StatusTooManyRequests
	case notRecorded, noRoom, failed, notDone:
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}

// plainFrame is what a form says, as the chat would; code is what is wrong with it.
func plainFrame(r *http.Request) (f clientFrame, code string) {
	f = clientFrame{Type: "message", ID: r.PostForm.Get("id"), Text: r.PostForm.Get("text")}
	if choice := r.PostForm.Get("choice"); choice != "" {
		f.Choice, f.Label, _ = strings.Cut(choice, " ") // a button has one value: it holds both
	}
	if f.Choice == bot.ChoiceForm {
		f.Values = map[bot.Field]string{}
		for name, given := range r.PostForm {
			if field, ok := strings.CutPrefix(name, "field."); ok && strings.TrimSpace(given[0]) != "" {
				f.Values[bot.Field(field)] = given[0]
			}
		}
		if len(f.Values) == 0 {
			return f, emptyText
		}
	}
	switch {
	case !clientID.MatchString(f.ID):
		return f, badID
	case !utf8.ValidString(f.Text):
		return f, notUTF8
	}
	return f, ""
}

// plainMessage has one message handled; it returns the code of what went wrong.
func (s *Server) plainMessage(r *http.Request, one *site, key, language string, f clientFrame) (code string) {
	k := &session{
		server: s, site: one, key: key, locale: language, ctx: r.Context(), address: s.crowd.Address(r.RemoteAddr), grown: func(bot.Outcome) {},
		limiter: rate.NewLimiter(rate.Inf, 0),
		push: func(o outgoing) {
			if refused, ok := o.frame.(errorFrame); ok {
				code = refused.Code
			}
		},
	}
	k.speak(f, f.ID)
	return code
}

func (s *Server) plainPage(one *site, key, language string) page {
	p := page{Title: one.Name, Language: language, Site: one, Contact: s.contact(one), Next: newKey(), Limit: maxText}
	if s.uploads != nil {
		p.Upload = one.limit() >> 20
	}
	if key != "" {
		p.Token = signToken(s.secret, one.ID, key)
	}
	return p
}

// firstChoices are the buttons of an empty conversation.
func (s *Server) firstChoices(one *site, language string) []choiceFrame {
	return append(s.starters(one, language), choiceFrame{wordsOf(language).person, personChoice, language})
}
