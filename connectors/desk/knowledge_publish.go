package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	e, there := excerptOf(newest.Tree, form.File, form.Part)
	if form.New = !there && form.Part == "" && knowledge.FileName.MatchString(form.File); !there && !form.New {
		d.gone(w, r, form.Text)
		return
	}
	form.Line = e.Line()
	if wrong := wrongText(form.Text); wrong != "" {
		p := d.editPage(user, form, newest.Contents)
		p.Refused = d.say(wrong)
		d.render(w, r, http.StatusUnprocessableEntity, "knowledge_edit", p)
		return
	}
	if form.After != newest.Number {
		d.conflicting(w, r, user, form, newest)
		return
	}
	var p editPage
	var draft publish.Draft
	tree, err := knowledge.Replace(newest.Tree, form.File, e.With(form.Text))
	if err == nil {
		p, draft, err = d.checked(user, form, newest, tree)
	}
	if err != nil {
		d.broken(w, r, "check a topic", err)
		return
	}
	if status, said := d.notYet(r, form, p); status != 0 {
		if said != "" {
			p.Refused = d.say(said)
		}
		d.render(w, r, status, "knowledge_edit", p)
		return
	}
	d.publishTopic(w, r, user, p, draft)
}

// wrongText says why a text is not even checked; empty when it is.
func wrongText(text string) french {
	switch {
	case len(text) > mostTyped:
		return sayTextLong
	case strings.TrimSpace(text) == "":
		return sayTextEmpty
	}
	return ""
}

// notYet tells with which status a text that was checked is shown instead of being published; 0 when it is to be published.
func (d *desk) notYet(r *http.Request, form editForm, p editPage) (status int, said french) {
	switch {
	case !p.Checked:
		return http.StatusUnprocessableEntity, ""
	case r.PostFormValue("do") != "publish":
		return http.StatusOK, ""
	case form.Sum != p.Edit.Sum:
		return http.StatusConflict, sayTextChanged
	case utf8.RuneCountInString(form.Note) > bot.LongestEditionNote:
		return http.StatusUnprocessableEntity, sayNoteTooLong
	}
	return 0, ""
}

// publishTopic publishes what was checked.
func (d *desk) publishTopic(w http.ResponseWriter, r *http.Request, user bot.User, p editPage, draft publish.Draft) {
	number, err := d.publish(r, draft, p.Edit.Note, p.Edit.After)
	switch {
	case errors.Is(err, bot.ErrExists):
		newest, err := d.knowledge.Publisher.Newest(r.Context())
		if err != nil {
			d.broken(w, r, "publish a topic", err)
			return
		}
		d.conflicting(w, r, user, p.Edit, newest)
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
