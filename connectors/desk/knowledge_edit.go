package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/bot"
	"guichet/bot/publish"
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

// readEdit reads the form. false: it is too long even to be given back, and the answer is written.
func (d *desk) readEdit(w http.ResponseWriter, r *http.Request) (form editForm, ok bool) {
	if whole, ok := r.Context().Value(wholeBody{}).(io.ReadCloser); ok {
		r.Body = http.MaxBytesReader(w, whole, typedLimit)
	}
	if err := r.ParseForm(); err != nil {
		d.render(w, r, http.StatusRequestEntityTooLarge, "error", errorPage{
			page: d.outside("Envoi trop volumineux"), Status: http.StatusRequestEntityTooLarge, Text: d.say(sayTextLong),
		})
		return form, false
	}
	form = editForm{
		File: r.PostFormValue("file"), Part: r.PostFormValue("part"), Note: strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue("note"), "")), Sum: r.PostFormValue("sum"),
		Text: strings.ReplaceAll(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), "\x00", ""),
	}
	form.After, _ = strconv.ParseInt(r.PostFormValue("after"), 10, 64) // none: the shipped knowledge
	return form, true
}

// editTopic checks what was typed, and publishes what was checked and has no problem. Whatever is wrong, the text comes back.
func (d *desk) editTopic(w http.ResponseWriter, r *http.Request, user bot.User) {
	form, ok := d.readEdit(w, r)
	if !ok {
		return
	}
	newest, err := d.knowledge.Publisher.Newest(r.Context())
	if err != nil {
		d.broken(w, r, "edit a topic", err)
		return
	}
	e, ok := excerptOf(newest.Tree, form.File, form.Part)
	if !ok {
		if form.New = form.Part == "" && knowledge.FileName.MatchString(form.File); !form.New {
			d.gone(w, r, form.Text)
			return
		}
	}
	form.Line = e.Line()
	refuse := func(status int, said string) {
		p := d.editPage(user, form, newest.Contents)
		p.Refused = said
		d.render(w, r, status, "knowledge_edit", p)
	}
	switch {
	case len(form.Text) > mostTyped:
		refuse(http.StatusUnprocessableEntity, d.say(sayTextLong))
		return
	case strings.TrimSpace(form.Text) == "":
		refuse(http.StatusUnprocessableEntity, d.say(sayTextEmpty))
		return
	case form.After != newest.Number:
		d.conflicting(w, r, user, form, newest)
		return
	}
	tree, err := knowledge.Replace(newest.Tree, form.File, e.With(form.Text))
	if err != nil {
		d.broken(w, r, "edit a topic", err)
		return
	}
	p, draft, err := d.checked(user, form, newest, tree)
	if err != nil {
		d.broken(w, r, "check a topic", err)
		return
	}
	if !p.Checked || r.PostFormValue("do") != "publish" || form.Sum != p.Edit.Sum || utf8.RuneCountInString(form.Note) > bot.LongestEditionNote {
		status := http.StatusOK
		switch {
		case !p.Checked:
			status = http.StatusUnprocessableEntity
		case r.PostFormValue("do") == "publish" && form.Sum != p.Edit.Sum:
			p.Refused, status = d.say("Le texte a changé depuis la vérification. Voici ce que devient la nouvelle version\u202f: publiez-la si elle vous convient."), http.StatusConflict
		case r.PostFormValue("do") == "publish":
			p.Refused, status = d.say(sayNoteTooLong), http.StatusUnprocessableEntity
		}
		d.render(w, r, status, "knowledge_edit", p)
		return
	}
	number, err := d.publish(r, draft, form.Note, form.After)
	switch {
	case errors.Is(err, bot.ErrExists):
		if newest, err = d.knowledge.Publisher.Newest(r.Context()); err != nil {
			d.broken(w, r, "publish a topic", err)
			return
		}
		d.conflicting(w, r, user, form, newest)
	case errors.Is(err, publish.ErrBusy):
		p.Refused = d.say(sayPublishingBusy)
		d.render(w, r, http.StatusServiceUnavailable, "knowledge_edit", p)
	case err != nil:
		d.broken(w, r, "publish a topic", err)
	default:
		published(w, r, number)
	}
}

// publish goes on when the browser leaves meanwhile: who has pressed the button has decided.
func (d *desk) publish(r *http.Request, draft publish.Draft, note string, after int64) (int64, error) {
	return d.knowledge.Publisher.Publish(context.WithoutCancel(r.Context()), draft, note, after)
}

func published(w http.ResponseWriter, r *http.Request, number int64) {
	to := url.Values{"done": {"published"}, "edition": {strconv.FormatInt(number, 10)}}
	http.Redirect(w, r, knowledgePath+"?"+to.Encode(), http.StatusSeeOther)
}

// checked is the page of what was typed: its problems, or what changes.
func (d *desk) checked(user bot.User, form editForm, newest publish.Holdings, tree fs.FS) (editPage, publish.Draft, error) {
	draft, err := d.knowledge.Publisher.Read(tree)
	if err != nil {
		return editPage{}, draft, err
	}
	shown := draft.Contents
	if len(topicsOf(shown, form)) == 0 {
		shown = newest.Contents // nothing could be read
	}
	p := d.editPage(user, form, shown)
	p.Problems, p.Standing = d.problems(draft, newest, form)
	if draft.Misfit != nil {
		p.Refused = d.sayMisfit(draft.Misfit)
	}
	p.Changes = d.whatChanges(newest.Contents, draft.Contents)
	p.Checked = len(p.Problems) == 0 && draft.Usable()
	if p.Checked && draft.Same(newest) {
		p.Checked, p.Refused = false, d.say("Rien n’a changé\u202f: ce texte est celui d’après lequel on répond déjà.")
	}
	sum := sha256.Sum256([]byte(form.Text))
	p.Edit.Sum = hex.EncodeToString(sum[:])
	return p, draft, nil
}

// conflicting answers a form whose edition is no longer the newest. One that was sent twice has done what it was to do. Else what
// was typed stands beside what somebody else has published; what they changed elsewhere is kept, as the form goes on from their edition.
func (d *desk) conflicting(w http.ResponseWriter, r *http.Request, user bot.User, form editForm, newest publish.Holdings) {
	who, err := d.people(r.Context(), user)
	before := newest
	if err == nil {
		before, err = d.knowledge.Publisher.Holdings(r.Context(), form.After)
	}
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		d.broken(w, r, "show what was published meanwhile", err)
		return
	}
	again := newest.By.Who == user.Email && newest.Number == form.After+1 && r.PostFormValue("do") == "publish"
	form.After = newest.Number
	theirs, there := excerptOf(newest.Tree, form.File, form.Part)
	was, _ := excerptOf(before.Tree, form.File, form.Part)
	if form.Line = theirs.Line(); !there && form.Part != "" {
		d.gone(w, r, form.Text)
		return
	}
	if again && there && string(theirs.With(form.Text)) == string(theirs.With(theirs.Text)) {
		published(w, r, newest.Number)
		return
	}
	p := d.editPage(user, form, newest.Contents)
	p.Conflict = &conflict{Other: theirs.Text != was.Text, Text: theirs.Text}
	p.Conflict.Said = d.say("Quelqu’un a publié entre-temps\u202f: %s, l’édition %s. Rien n’est perdu de ce que vous avez écrit.", who.name(newest.By.Who), strconv.FormatInt(newest.Number, 10))
	d.render(w, r, http.StatusConflict, "knowledge_edit", p)
}

// gone gives back a text whose place is no longer there.
func (d *desk) gone(w http.ResponseWriter, r *http.Request, text string) {
	d.render(w, r, http.StatusNotFound, "error", errorPage{
		page: d.outside("Ce passage n’existe plus"), Status: http.StatusNotFound, Kept: text, Back: knowledgePath,
		Text: d.say("Quelqu’un l’a retiré, ou l’adresse n’est pas celle d’une réponse. Rien n’a été publié."),
	})
}
