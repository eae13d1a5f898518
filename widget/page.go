package widget

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guichet/bot"
	"guichet/knowledge"
)

//go:embed pages
var pageSources embed.FS

// page is what every template gets.
type page struct {
	Title    string
	Language string // of the page, as bot.KnownLanguage names it
	Site     *site
	Contact  string // where a person is reached; may be empty

	Gone bool // of the 404 page: a passage is missing, not a page

	Action string // of the page that resumes a conversation: where its form goes
	Later  bool   // of the same: the store does not answer
	Owned  bool   // of the same: the conversation opens for who is logged in only

	Questions []knowledge.Topic // of the demo page

	Topic   knowledge.Topic // of a source page
	Owner   knowledge.Collection
	Body    template.HTML
	Checked string
	Host    string // of the source's address

	Greeting template.HTML // of the conversation without JavaScript
	Lines    []plainLine
	Choices  []choiceFrame
	Form     []fieldFrame
	Token    string // of the conversation; the chat page gives it to this browser
	Next     string // the id of the message to be written
	Text     string // given back to the input
	Problem  string
	Limit    int

	Mails      bool       // the conversation may be asked for by e-mail
	Address    string     // of the form that asks for it
	BadAddress string     // what is wrong with it
	Mailed     string     // said once it is on its way
	Upload     int64      // megabytes that a file may have; 0 where none are taken
	Sent       []sentFile // with a message that was not recorded
}

// Words are those of the page.
func (p page) Words() pageWords { return wordsOf(p.Language).pages }

// Example is what an address may look like.
func (p page) Example() string { return bot.Email.ExampleIn(p.Language) }

// Attach is what stands beside the field for files.
func (p page) Attach() string { return wordsOf(p.Language).files.attach(p.Upload) }

// Length is a file's size as people read it.
func (p page) Length(bytes int64) string { return bot.SizeIn(bytes, p.Language) }

// FileSent stands before the name of a file that has come already.
func (p page) FileSent() string { return wordsOf(p.Language).files.sent }

// languageOf is the language that a page's address asks for.
func languageOf(r *http.Request) string { return bot.KnownLanguage(r.URL.Query().Get("lang")) }

func readPages() (*template.Template, error) {
	pages, err := template.New("").Funcs(template.FuncMap{"typeset": bot.Typeset}).ParseFS(pageSources, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("widget: read the pages: %w", err)
	}
	return pages, nil
}

// show renders a page with its headers: nothing inline runs or styles, nothing comes from elsewhere.
func (s *Server) show(w http.ResponseWriter, status int, name string, p page, framedBy ...string) {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, p); err != nil {
		s.log.Error("render a page", "page", name, "error", err)
		http.Error(w, "La page n’a pas pu être affichée. Réessayez dans un instant.", http.StatusInternalServerError)
		return
	}
	frames := "'none'"
	if len(framedBy) > 0 {
		frames = strings.Join(framedBy, " ")
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "+frames)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func (s *Server) base() *knowledge.Base { return s.counter.Engine().Base() }

// contact is where a person is reached, from the first of a site's collections that says it.
func (s *Server) contact(one *site) string {
	if one == nil {
		return ""
	}
	for _, id := range one.Collections {
		if c, ok := s.base().Collection(id); ok && c.Contact != "" {
			return c.Contact
		}
	}
	return ""
}

// demoQuestions is how many questions the demo page shows.
const demoQuestions = 6

func (s *Server) serveDemo(w http.ResponseWriter, r *http.Request) {
	one := s.sites[s.demo]
	if one == nil {
		s.serveMissing(w, r)
		return
	}
	p := page{Site: one, Contact: s.contact(one)}
	shown := map[string]bool{}
	add := func(t knowledge.Topic) {
		if !shown[t.ID] && len(p.Questions) < demoQuestions {
			shown[t.ID] = true
			p.Questions = append(p.Questions, t)
		}
	}
	for _, id := range one.Starters {
		if t, ok := s.base().Topic(id); ok {
			add(t)
		}
	}
	for _, t := range s.base().Contents().Topics {
		if t.Kind == knowledge.KindFAQ && len(one.Collections) > 0 && t.Collection == one.Collections[0] {
			add(t)
		}
	}
	s.show(w, http.StatusOK, "demo.html", p)
}

func (s *Server) serveChat(w http.ResponseWriter, r *http.Request) {
	one := s.sites[r.PathValue("site")]
	if one == nil {
		s.serveMissing(w, r)
		return
	}
	language := languageOf(r)
	p := s.plainPage(one, "", language)
	p.Greeting, p.Choices = s.greeting(one, language), s.firstChoices(one, language)
	s.show(w, http.StatusOK, "chat.html", p, one.framedBy()...)
}

// serveSource shows the passage that a citation leads to.
func (s *Server) serveSource(w http.ResponseWriter, r *http.Request) {
	topic, ok := s.base().Topic(r.PathValue("topic"))
	if !ok {
		s.showMissing(w, r, true)
		return
	}
	owner, _ := s.base().Collection(topic.Collection)
	p := page{
		Title: topic.Title, Site: s.siteOf(topic.Collection), Contact: owner.Contact, Topic: topic, Owner: owner,
		Body: s.renderer.HTML(bot.Typeset(topic.Body)), Checked: frenchDay(topic.Citation.Checked),
	}
	if u, err := url.Parse(topic.Citation.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		p.Host = u.Host
	}
	s.show(w, http.StatusOK, "source.html", p)
}

// siteOf finds the site whose colours a collection's pages wear: the first by id that answers from it alone, or else
// among others.
func (s *Server) siteOf(collection string) *site {
	var found *site
	for _, one := range s.sites {
		for _, id := range one.Collections {
			if id == collection && (found == nil || len(one.Collections) < len(found.Collections) ||
				len(one.Collections) == len(found.Collections) && one.ID < found.ID) {
				found = one
			}
		}
	}
	return found
}

func (s *Server) serveMissing(w http.ResponseWriter, r *http.Request) { s.showMissing(w, r, false) }

// showMissing says that there is no such page, or passage, in the language that its address asks for.
func (s *Server) showMissing(w http.ResponseWriter, r *http.Request, passage bool) {
	p := page{Language: languageOf(r), Site: s.sites[s.demo], Gone: passage}
	if p.Title = p.Words().NoPage; passage {
		p.Title = p.Words().NoPassage
	}
	s.show(w, http.StatusNotFound, "missing.html", p)
}

// frenchDay writes a date as people read it: 3 février 2026. A date nobody gave is empty.
func frenchDay(day time.Time) string { return bot.TextDate(day) }
