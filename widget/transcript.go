package widget

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"
	"time"

	"guichet/bot"
)

// transcriptPage is a conversation as a document of its own: dated, and complete without any other file.
type transcriptPage struct {
	Site  *site
	Made  string
	Lines []transcriptLine
}

type transcriptLine struct {
	Day  string // set at the first line of a day
	Time string
	Who  string
	Text string        // of a customer
	HTML template.HTML // of the bot or an agent

	Sources   []bot.Citation
	Reference string
}

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
	messages, err := s.store.Transcript(r.Context(), channel, k.key, 0)
	if err != nil {
		s.log.Error("read a transcript to download", "error", err)
		http.Error(w, errorText(notDone), http.StatusServiceUnavailable)
		return
	}
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, "transcript.html", s.transcript(k.site, messages)); err != nil {
		s.log.Error("render a transcript", "error", err)
		http.Error(w, errorText(notDone), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="conversation.html"`)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	_, _ = w.Write(b.Bytes())
}

func (s *Server) transcript(one *site, messages []bot.Message) transcriptPage {
	now := s.now().In(paris)
	p := transcriptPage{Site: one, Made: frenchDay(now) + " à " + now.Format("15:04")}
	day := ""
	for _, m := range messages {
		at := m.At.In(paris)
		line := transcriptLine{Time: at.Format("15:04")}
		if d := frenchDay(at); d != day {
			day, line.Day = d, d
		}
		switch m.From {
		case bot.FromCustomer:
			line.Who, line.Text = textYou, m.Text
		case bot.FromAgent:
			line.Who, line.HTML = m.Agent, s.renderer.HTML(m.Text)
		default:
			line.Who, line.HTML = textAssistant, s.renderer.HTML(m.Text)
			if m.Reply != nil {
				line.Reference = m.Reply.Reference
				for _, c := range m.Reply.Citations {
					if day, err := time.Parse(time.DateOnly, c.Checked); err == nil {
						c.Checked = frenchDay(day)
					}
					line.Sources = append(line.Sources, c)
				}
			}
		}
		p.Lines = append(p.Lines, line)
	}
	return p
}

// paris is where the customers are; a transcript is dated by their clock.
var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC // cannot happen: the zones are part of the program
	}
	return zone
}()
