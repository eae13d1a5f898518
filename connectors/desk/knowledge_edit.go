package desk

import (
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"guichet/bot"
	"guichet/knowledge"
)

const (
	// mostTyped is what may be edited at once, in bytes. A longer document is edited passage by passage.
	mostTyped = 200_000

	// typedLimit holds more than that, sent as %XX, so that what is too long can be given back.
	typedLimit = 4 << 20
)

// editPage is a file, or a part of one, as it is edited.
type editPage struct {
	page
	Edit    editForm
	Topics  []toldTopic // as customers read them
	Heading string      // of the topic, or of the file
	Head    string      // where the title and the dates of its document are edited
	Remove  string      // where it is removed; empty for what cannot be

	Refused  string // why nothing was checked or published
	Problems []toldProblem
	Standing []toldProblem // which were there before, elsewhere
	Conflict *conflict
	Checked  bool // without a problem
	Changes  []change
}

// editForm is what the form holds.
type editForm struct {
	File, Part string
	After      int64 // the edition that it was opened from
	Text       string
	Note       string
	Sum        string // of the text that was checked
	Line       int    // of the file, where the text begins
	New        bool
}

// conflict is what somebody else published since the form was opened.
type conflict struct {
	Said  string
	Text  string // of the same excerpt, when it is another now
	Other bool   // it is
}

// toldTopic is a topic as a customer reads it.
type toldTopic struct {
	ID, Title string
	HTML      template.HTML
	Source    []source
}

// excerptPath is where a part of a file is edited.
func excerptPath(file, part string) string {
	query := url.Values{"file": {file}}
	if part != "" {
		query.Set("part", part)
	}
	return topicPath + "?" + query.Encode()
}

// showTopic opens the text of a topic (id), or of a file and a part of it.
func (d *desk) showTopic(w http.ResponseWriter, r *http.Request, user bot.User) {
	newest, err := d.knowledge.Publisher.Newest(r.Context())
	if err != nil {
		d.broken(w, r, "show a topic", err)
		return
	}
	query := r.URL.Query()
	form := editForm{File: query.Get("file"), Part: query.Get("part"), After: newest.Number}
	if id := query.Get("id"); id != "" {
		topic, ok := newest.Contents.Topic(id)
		if !ok {
			d.notFound(w, r)
			return
		}
		form.File = topic.Place()
		if topic.Kind != knowledge.KindFAQ {
			form.Part = strings.TrimPrefix(topic.ID, topic.Collection+".")
		}
	}
	e, ok := excerptOf(newest.Tree, form.File, form.Part)
	if !ok {
		d.notFound(w, r)
		return
	}
	form.Text, form.Line = strings.TrimRight(e.Text, "\n")+"\n", e.Line()
	p := d.editPage(user, form, newest.Contents)
	if len(form.Text) > mostTyped {
		p.Refused, p.Edit.Text = d.say(sayTextLong), ""
	}
	d.render(w, r, http.StatusOK, "knowledge_edit", p)
}

// excerptOf is a part of a file of contents; false when there is none.
func excerptOf(tree fs.FS, file, part string) (knowledge.Excerpt, bool) {
	if !fs.ValidPath(file) {
		return knowledge.Excerpt{}, false
	}
	known := false
	_ = knowledge.Walk(tree, func(name string, _ []byte) error { known = known || name == file; return nil })
	if !known {
		return knowledge.Excerpt{}, false
	}
	data, err := fs.ReadFile(tree, file)
	if err != nil {
		return knowledge.Excerpt{}, false
	}
	return knowledge.Cut(data, part)
}

// editPage is the page of a form, with the topics of the excerpt as contents have them.
func (d *desk) editPage(user bot.User, form editForm, contents knowledge.Contents) editPage {
	p := editPage{page: d.inside("Modifier une réponse", user), Edit: form, Heading: form.File}
	for _, t := range topicsOf(contents, form) {
		text, cited := bot.Told(contents, t)
		p.Topics = append(p.Topics, toldTopic{ID: t.ID, Title: bot.Typeset(t.Title), HTML: d.renderer.HTML(text), Source: d.sources([]bot.Citation{cited})})
	}
	if len(p.Topics) == 1 {
		p.Heading = p.Topics[0].Title
	}
	if form.Part != "" && form.Part != knowledge.HeadOfDocument {
		p.Head = excerptPath(form.File, knowledge.HeadOfDocument)
	}
	if !form.New && form.Part != knowledge.HeadOfDocument && !strings.HasSuffix(form.File, "/collection.md") {
		p.Remove = knowledgePath + "/remove?" + url.Values{"file": {form.File}, "part": {form.Part}}.Encode()
	}
	return p
}

// topicsOf are the topics that stand in an excerpt.
func topicsOf(contents knowledge.Contents, form editForm) []knowledge.Topic {
	var all []knowledge.Topic
	last := form.Line + strings.Count(form.Text, "\n")
	for _, t := range contents.Topics {
		if t.Place() == form.File && (form.Part == "" || t.Line >= form.Line && t.Line <= last) {
			all = append(all, t)
		}
	}
	return all
}
