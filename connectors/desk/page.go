package desk

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"sync"

	"guichet/bot"
)

//go:embed pages
var pageFiles embed.FS

// page is what every page has.
type page struct {
	Title    string
	User     *bot.User // nil outside the desk
	Name     string    // of the user
	Admin    bool      // who sees it administers the desk
	Editor   bool      // who sees it keeps its texts
	Notice   string    // what the last action did
	Search   string    // the words searched for
	Other    *tongue   // outside the desk, where there is a choice: the same page in the other language
	Programs bool      // other programs may be given access
	Knows    bool      // what is answered from can be edited
}

// inside begins a page for somebody who is signed in.
func (d *desk) inside(title french, user bot.User) page { return d.insideAs(d.say(title), user) }

// insideAs begins a page with a title of its own.
func (d *desk) insideAs(title string, user bot.User) page {
	return page{Title: title, User: &user, Name: user.ShownName(), Admin: user.Role.Covers(bot.RoleAdmin), Editor: user.Role.Covers(bot.RoleEditor), Programs: d.programs != nil, Knows: d.knowledge != nil}
}

// outside begins a page for anybody.
func (d *desk) outside(title french) page { return page{Title: d.say(title)} }

// pages are the desk's pages in one language by name. Each is parsed when it is first shown: two dozen in two languages, with the
// layout around each, are a tenth of what a server holds at rest, and most desks show few of them in one language.
type pages map[string]func() (*template.Template, error)

// loadPages has each page parsed with the layout around it, in a language.
func (l language) loadPages(a *assets) pages {
	functions := template.FuncMap{
		"asset":  func(name string) string { return a.hrefs[name] },
		"lang":   func() string { return l.Code },
		"status": func(s bot.Status) string { return l.say(statusName(s)) },
		"time":   moment.tag,
		"due":    due.tag,
		"mark":   statusMark,
	}
	all := pages{}
	for _, name := range []string{"login", "setup", "queue", "ticket", "notices", "error",
		"code", "link", "account", "factor", "recovery", "accounts", "audit", "macros", "merge", "keys", "webhooks",
		"knowledge", "knowledge_edit", "knowledge_new", "knowledge_remove", "knowledge_edition"} {
		all[name] = sync.OnceValues(func() (*template.Template, error) {
			t := template.New("layout.html").Funcs(functions)
			for _, file := range []string{"layout", "parts", "tie_parts", "knowledge_parts", name} {
				source, err := l.page(file)
				if err == nil {
					_, err = t.Parse(source)
				}
				if err != nil {
					return nil, fmt.Errorf("desk: parse the page %s: %w", name, err)
				}
			}
			return t, nil
		})
	}
	return all
}

// execute makes a page, or the part of it that the script replaces.
func (p pages) execute(w io.Writer, name string, fragment bool, data any) error {
	parse, ok := p[name]
	if !ok {
		return fmt.Errorf("desk: there is no page %q", name)
	}
	t, err := parse()
	if err != nil {
		return err
	}
	if part := t.Lookup("fragment"); fragment && part != nil {
		t = part
	}
	return t.Execute(w, data)
}

// usualPage is how many bytes a page has, or a little less: 25 rows of the queue.
const usualPage = 32 << 10

// render sends a page, or with ?fragment=1 only the parts that the script replaces. It is executed whole before its
// first byte leaves, so that a mistake in it becomes an error page and not half a page.
func (d *desk) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	fragment := r.Method == http.MethodGet && r.URL.Query().Get("fragment") != ""
	var b bytes.Buffer
	b.Grow(usualPage)
	if err := d.pages.execute(&b, name, fragment, data); err != nil {
		d.log.ErrorContext(r.Context(), "desk: page", "page", name, "err", err)
		if name != "error" {
			d.failed(w, r, http.StatusInternalServerError)
			return
		}
		b.Reset()
		b.WriteString(d.say("Erreur interne. Rechargez la page."))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser has gone
}

// errorPage says what went wrong and how to go on.
type errorPage struct {
	page
	Status     int
	Text       string
	Back       string // where "retry" leads; empty for none
	First      string // where one has to pass before; empty for nowhere
	FirstLabel string
	Kept       string // what was typed into the form that failed
}

func (d *desk) notFound(w http.ResponseWriter, r *http.Request) {
	d.render(w, r, http.StatusNotFound, "error", errorPage{
		page: d.outside("Page introuvable"), Status: http.StatusNotFound,
		Text: d.say("Cette adresse ne mène à rien. Vérifiez la référence du ticket ou cherchez-le dans la file."),
	})
}

func (d *desk) forbidden(w http.ResponseWriter, r *http.Request) {
	d.render(w, r, http.StatusForbidden, "error", errorPage{
		page: d.outside("Accès refusé"), Status: http.StatusForbidden, Kept: typedText(w, r),
		Text: d.say("Cette demande vient d’un autre site, ou votre compte n’a pas ce droit. Rien n’a été modifié."),
	})
}

// broken ends a request that failed: it logs the error once and shows a page, with the text that was typed.
func (d *desk) broken(w http.ResponseWriter, r *http.Request, doing string, err error) {
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return // the browser has gone
	case errors.Is(err, bot.ErrNotFound):
		d.notFound(w, r)
		return
	case errors.As(err, &large):
		d.failed(w, r, http.StatusRequestEntityTooLarge)
		return
	case errors.Is(err, bot.ErrMerged):
		d.failed(w, r, http.StatusConflict)
		return
	}
	d.log.ErrorContext(r.Context(), "desk: "+doing, "err", err)
	if errors.Is(err, bot.ErrUnavailable) {
		d.failed(w, r, http.StatusServiceUnavailable)
		return
	}
	d.failed(w, r, http.StatusInternalServerError)
}

// failed shows the page of a status that is nobody's wish.
func (d *desk) failed(w http.ResponseWriter, r *http.Request, status int) {
	p := errorPage{page: d.outside("Une erreur est survenue"), Status: status, Kept: typedText(w, r)}
	p.Text = d.say("L’erreur est enregistrée. Réessayez\u202f; si elle revient, prévenez la personne qui administre Guichet.")
	switch status {
	case http.StatusServiceUnavailable:
		p.Title = d.say("La base de données ne répond pas")
		p.Text = d.say("Vos tickets sont intacts, mais rien ne peut être lu ni enregistré pour l’instant. Réessayez dans une minute.")
	case http.StatusRequestEntityTooLarge:
		p.Title = d.say("Envoi trop volumineux")
		p.Text = d.say("Le texte dépasse de loin 10\u202f000 caractères, ou les fichiers 120\u00a0Mo en tout\u202f: rien n’a été enregistré. Revenez en arrière pour en envoyer moins.")
	case http.StatusConflict:
		p.Title = d.say("Ce ticket continue dans un autre")
		p.Text = d.say("Il vient d’être fusionné\u202f: rien n’a été modifié ni envoyé. Ouvrez-le de nouveau, sa page mène à l’autre.")
	case http.StatusBadRequest:
		p.Title = d.say("Action inconnue")
		p.Text = d.say("Rien n’a été modifié. Rechargez la page du ticket, puis recommencez.")
	}
	if r.Method == http.MethodGet {
		p.Back = r.URL.RequestURI()
	}
	d.render(w, r, status, "error", p)
}
