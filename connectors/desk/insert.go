package desk

import (
	"net/http"
	"strconv"
	"strings"

	"guichet/bot"
)

const (
	// suggested is how many of the bot's answers stand beside a reply.
	suggested = 3

	// suggestBack is how many of the customer's messages are looked at, from the newest, for one that has an answer: the
	// newest is often a thank-you.
	suggestBack = 3
)

// suggestion is an answer of the bot's that one click puts into the reply.
type suggestion struct {
	Value   string // what its button sends
	Title   string
	Sources []source
	Sure    string // "91 %"
}

// suggestions are the bot's likeliest answers to what the customer wrote last. They are a help: without them the page stands.
func (d *desk) suggestions(r *http.Request, file bot.TicketFile) []suggestion {
	if d.suggest == nil {
		return nil
	}
	looked := 0
	for i := len(file.Transcript) - 1; i >= 0 && looked < suggestBack; i-- {
		m := file.Transcript[i]
		if m.From != bot.FromCustomer || strings.TrimSpace(m.Text) == "" {
			continue
		}
		looked++
		found, err := d.suggest(file.Site, m.Text, suggested)
		if err != nil {
			d.log.ErrorContext(r.Context(), "desk: suggest answers", "ticket", file.Reference, "err", err)
			return nil
		}
		var all []suggestion
		for _, s := range found {
			all = append(all, suggestion{
				Value: "answer:" + strconv.FormatInt(m.Seq, 10) + ":" + s.Topic, Title: s.Title, Sources: d.sources([]bot.Citation{s.Citation}), Sure: d.percent(s.Probability),
			})
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// insert puts a macro or one of the bot's answers into the reply. Nothing is sent, and what was written stays.
func (d *desk) insert(w http.ResponseWriter, r *http.Request, user bot.User) {
	widen(w, r)
	form, file, ok := d.open(w, r)
	if !ok {
		return
	}
	files, problem, err := d.received(r, form.once)
	if err != nil {
		d.broken(w, r, "keep the files of a reply", err)
		return
	}
	form.files = files
	text, err := d.inserted(r, file, user)
	if err != nil {
		d.broken(w, r, "insert a text", err)
		return
	}
	if left := bot.Variables(text); len(left) > 0 && problem == "" {
		problem = d.sayVariablesLeft(left)
	}
	if text = strings.TrimSpace(text); strings.TrimSpace(form.text) != "" {
		text = strings.TrimRight(form.text, " \n") + "\n\n" + text
	}
	p, err := d.ticketPage(r, file, user)
	if err != nil {
		d.broken(w, r, "show a ticket", err)
		return
	}
	reply := &p.Compose.Reply
	reply.Text, reply.Error, reply.Files, reply.Inserted = text, problem, d.shownFiles(files), true
	if form.once != "" && len(form.once) <= onceMost {
		reply.Once = form.once
	}
	d.keepFiles(r, reply.Once, files)
	p.Compose.After = r.PostFormValue("after")
	d.render(w, r, http.StatusOK, "ticket", p)
}

// inserted is the text that a form asks for; bot.ErrNotFound when it is gone.
func (d *desk) inserted(r *http.Request, file bot.TicketFile, user bot.User) (string, error) {
	kind, id, _ := strings.Cut(r.PostFormValue("insert"), ":")
	switch kind {
	case "macro":
		number, err := strconv.ParseInt(r.PostFormValue("macro"), 10, 64)
		if err != nil {
			return "", bot.ErrNotFound
		}
		all, err := d.macros.Macros(r.Context())
		for _, m := range all {
			if m.ID == number {
				return m.Expand(d.values(file, user)), nil
			}
		}
		if err == nil {
			err = bot.ErrNotFound
		}
		return "", err
	case "answer":
		seq, topic, _ := strings.Cut(id, ":")
		for _, m := range file.Transcript {
			if d.suggest == nil || m.From != bot.FromCustomer || strconv.FormatInt(m.Seq, 10) != seq {
				continue
			}
			found, err := d.suggest(file.Site, m.Text, suggested)
			if err != nil {
				return "", err
			}
			for _, s := range found {
				if s.Topic == topic {
					return s.Text, nil
				}
			}
		}
	}
	return "", bot.ErrNotFound
}

// values are those of a macro's variables for a ticket. One that is not known for it is missing.
func (d *desk) values(file bot.TicketFile, user bot.User) map[string]string {
	values := map[string]string{"nom": strings.TrimSpace(file.Fields[bot.Name]), "référence": file.Reference, "agent": user.ShownName()}
	if next := file.Clock.Next(); !next.Due.IsZero() && next.Due.After(d.clock.now()) {
		values["délai"] = d.inFrench().clock.before(next)
	}
	return values
}
