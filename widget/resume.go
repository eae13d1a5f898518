package widget

import (
	"errors"
	"net/http"

	"guichet/bot"
)

// offerResume asks before the link is used up: mail programs and virus scanners follow links by themselves, and a browser
// that was led here by somebody else must not change its conversation without a word.
func (s *Server) offerResume(w http.ResponseWriter, r *http.Request) {
	if s.resume == nil {
		s.serveMissing(w, r)
		return
	}
	language := languageOf(r)
	words := wordsOf(language).pages
	s.show(w, http.StatusOK, "resume.html", page{Title: words.ResumeTitle, Language: language, Action: r.URL.RequestURI()})
}

// serveResume uses the link up and gives this browser the conversation: the page that follows keeps its token.
func (s *Server) serveResume(w http.ResponseWriter, r *http.Request) {
	if s.resume == nil {
		s.serveMissing(w, r)
		return
	}
	language := languageOf(r)
	words := wordsOf(language).pages
	c, err := s.resume.Resume(r.Context(), r.PathValue("token"))
	one := s.sites[c.Site]
	switch {
	case errors.Is(err, bot.ErrNotFound), err == nil && (one == nil || c.Channel != channel):
		s.show(w, http.StatusNotFound, "resume.html", page{Title: words.Gone, Language: language, Site: s.sites[s.demo], Gone: true})
		return
	case err != nil:
		s.log.ErrorContext(r.Context(), "resume a conversation", "error", err)
		s.show(w, http.StatusServiceUnavailable, "resume.html", page{Title: words.Later, Language: language, Action: r.URL.RequestURI(), Later: true})
		return
	}
	if one.needsIdentity(c.Key) {
		s.show(w, http.StatusForbidden, "resume.html", page{Title: words.Yours, Language: language, Site: one, Contact: s.contact(one), Owned: true})
		return
	}
	p, err := s.plainConversation(r, one, c.Key, language)
	if err != nil { // the script reads it again, and so does the plain form's button
		s.log.WarnContext(r.Context(), "read a transcript to resume", "error", err)
	}
	s.show(w, http.StatusOK, "chat.html", p)
}
