package widget

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

// fileLife is how long the link of a file is good: a page that stays open gets new ones when it reconnects.
const fileLife = 24 * time.Hour

type attachmentFrame struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	URL  string `json:"url"` // relative to the server's origin; good for a day
}

// attachments are the files of a message, with links that only who gets the frame can have: the token of the conversation
// stays out of addresses, which end up in histories and logs.
func (s *Server) attachments(all []bot.Attachment) (frames []attachmentFrame) {
	if s.files == nil {
		return nil
	}
	expires := strconv.FormatInt(s.now().Add(fileLife).Unix(), 10)
	for _, a := range all {
		url := "/file/" + a.ID + "?until=" + expires + "&sign=" + s.signFile(a.ID, expires)
		frames = append(frames, attachmentFrame{a.Name, a.Type, a.Size, url})
	}
	return frames
}

func (s *Server) signFile(id, expires string) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("guichet file\x00" + id + "\x00" + expires))
	return encoding.EncodeToString(mac.Sum(nil))
}

// serveFile gives a file to whoever has its link. It is what its content said when it came, is never taken for anything
// else, and runs nothing.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", bot.FilePolicy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "private, no-store")
	id, until := r.PathValue("id"), r.URL.Query().Get("until")
	expires, err := strconv.ParseInt(until, 10, 64)
	signed := hmac.Equal([]byte(r.URL.Query().Get("sign")), []byte(s.signFile(id, until)))
	if s.files == nil || err != nil || !signed || strings.Trim(until, "0123456789") != "" {
		http.Error(w, textFileUnknown, http.StatusNotFound)
		return
	}
	if s.now().Unix() > expires {
		http.Error(w, textFileExpired, http.StatusGone)
		return
	}
	a, err := s.held.Attachment(r.Context(), id)
	if err != nil {
		s.noFile(w, err)
		return
	}
	content, err := s.files.Open(r.Context(), id)
	if err != nil {
		s.noFile(w, err)
		return
	}
	defer content.Close()
	if a.Shown() { // in the chat on a site's own pages; whoever has the link has the picture anyway
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	h.Set("Content-Type", a.Type)
	h.Set("Content-Disposition", a.Disposition())
	http.ServeContent(w, r, "", time.Time{}, content)
}

func (s *Server) noFile(w http.ResponseWriter, err error) {
	if errors.Is(err, bot.ErrNotFound) {
		http.Error(w, textFileUnknown, http.StatusNotFound)
		return
	}
	s.log.Error("read a file", "error", err)
	http.Error(w, textFileFailed, http.StatusServiceUnavailable)
}
