package desk

import (
	"net/http"

	"guichet/bot"
)

// downloadTranscript gives the conversation as a dated file for the customer. It holds no note.
func (d *desk) downloadTranscript(form string) func(http.ResponseWriter, *http.Request, bot.User) {
	return func(w http.ResponseWriter, r *http.Request, _ bot.User) { d.sendTranscript(w, r, form) }
}

func (d *desk) sendTranscript(w http.ResponseWriter, r *http.Request, form string) {
	file, err := d.tickets.Ticket(r.Context(), r.PathValue("reference"))
	if err != nil {
		d.broken(w, r, "read a ticket", err)
		return
	}
	transcript := bot.Transcript{Site: d.siteName(file.Site), Reference: file.Reference, Messages: file.Transcript, Made: d.clock.now()}
	kind, ending, data := "text/plain; charset=utf-8", "txt", []byte(transcript.Text())
	if form == "transcript.html" {
		kind, ending = "text/html; charset=utf-8", "html"
		if data, err = transcript.HTML(d.renderer); err != nil {
			d.broken(w, r, "make a transcript", err)
			return
		}
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+file.Reference+"."+ending+`"`) // a reference holds no quotation mark
	_, _ = w.Write(data)                                                                          // the browser has gone
}

// siteName is the name of a site, its id when it is not served any more.
func (d *desk) siteName(id string) string {
	for _, s := range d.sites {
		if s.ID == id {
			return s.Name
		}
	}
	return id
}
