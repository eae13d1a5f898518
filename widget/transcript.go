package widget

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"guichet/bot"
)

// serveTranscript gives a conversation to whom it belongs, as a file: the body is a hello.
func (s *Server) serveTranscript(w http.ResponseWriter, r *http.Request) {
	origin, data, ok := s.readFrame(w, r)
	if !ok {
		return
	}
	k := &session{server: s, origin: origin}
	var f clientFrame
	if json.Unmarshal(data, &f) != nil || k.admit(f) != "" || k.key == "" {
		http.Error(w, errorText(badToken), http.StatusForbidden)
		return
	}
	messages, err := s.transcript(r, k.key)
	if errors.Is(err, errOften) {
		w.Header().Set("Retry-After", strconv.Itoa(int(comeAgain.Seconds())))
		http.Error(w, textCrowded, http.StatusTooManyRequests)
		return
	}
	if err != nil {
		s.log.Error("read a transcript to download", "error", err)
		http.Error(w, errorText(notDone), http.StatusServiceUnavailable)
		return
	}
	document := bot.Transcript{Site: k.site.Name, Base: s.address, Messages: messages, Made: s.now(), Language: k.language()}
	document.Reference = document.References()
	html, err := document.HTML(s.renderer)
	if err != nil {
		s.log.Error("render a transcript", "error", err)
		http.Error(w, errorText(notDone), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="conversation.html"`)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	_, _ = w.Write(html)
}

// transcript reads a conversation for a request. The error may be errOften.
func (s *Server) transcript(r *http.Request, key string) (messages []bot.Message, err error) {
	err = s.readings.read(r.Context(), key, s.crowd.Address(r.RemoteAddr), s.now(), func() (int, error) {
		messages, err = s.store.Transcript(r.Context(), channel, key, 0)
		return len(messages), err
	})
	return messages, err
}
