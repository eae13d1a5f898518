package desk

import (
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/bot"
	"guichet/bot/publish"
	"guichet/knowledge"
)

// removalPage shows what goes with a file, or a part of one, before it goes.
type removalPage struct {
	page
	Edit     editForm
	Problems []toldProblem
	Standing []toldProblem
	Refused  string
	Changes  []change
	Back     string
}

func (d *desk) showRemoval(w http.ResponseWriter, r *http.Request, user bot.User) {
	form := editForm{File: r.URL.Query().Get("file"), Part: r.URL.Query().Get("part")}
	newest, err := d.knowledge.Publisher.Newest(r.Context())
	if err != nil {
		d.broken(w, r, "show a removal", err)
		return
	}
	form.After = newest.Number
	p, _, err := d.removal(user, form, newest)
	if err != nil {
		d.broken(w, r, "show a removal", err)
		return
	}
	d.render(w, r, http.StatusOK, "knowledge_remove", p)
}

// removal is the page of what goes. bot.ErrNotFound when it is gone.
func (d *desk) removal(user bot.User, form editForm, newest publish.Holdings) (p removalPage, draft publish.Draft, err error) {
	e, ok := excerptOf(newest.Tree, form.File, form.Part)
	if !ok || form.Part == knowledge.HeadOfDocument || strings.HasSuffix(form.File, "/collection.md") {
		return p, draft, bot.ErrNotFound
	}
	var rest []byte // none: the whole file goes
	if form.Part != "" {
		rest = e.With("")
	}
	var tree fs.FS
	if tree, err = knowledge.Replace(newest.Tree, form.File, rest); err == nil {
		draft, err = d.knowledge.Publisher.Read(tree)
	}
	if err != nil {
		return p, draft, err
	}
	p = removalPage{page: d.inside("Retirer une réponse", user), Edit: form, Back: excerptPath(form.File, form.Part), Changes: d.whatChanges(newest.Contents, draft.Contents)}
	form.Line = e.Line()
	p.Problems, p.Standing = d.problems(draft, newest, form)
	if draft.Misfit != nil {
		p.Refused = d.sayMisfit(draft.Misfit)
	}
	return p, draft, nil
}

func (d *desk) removeTopic(w http.ResponseWriter, r *http.Request, user bot.User) {
	form, ok := d.readEdit(w, r)
	if !ok {
		return
	}
	newest, err := d.knowledge.Publisher.Newest(r.Context())
	var p removalPage
	var draft publish.Draft
	if err == nil {
		p, draft, err = d.removal(user, form, newest)
	}
	if err != nil {
		d.broken(w, r, "remove a topic", err)
		return
	}
	p.Edit.After = newest.Number
	status, said := d.wrongPublication(form, draft, newest, len(p.Problems))
	if status == 0 {
		var number int64
		if number, err = d.publish(r, draft, form.Note, form.After); err == nil {
			published(w, r, number)
			return
		}
		if status, said = d.notPublished(err); status == 0 {
			d.broken(w, r, "remove a topic", err)
			return
		}
	}
	if said != "" {
		p.Refused = said
	}
	d.render(w, r, status, "knowledge_remove", p)
}

// wrongPublication says why something is not published; the status is 0 when nothing speaks against it.
func (l language) wrongPublication(form editForm, draft publish.Draft, newest publish.Holdings, problems int) (status int, said string) {
	switch {
	case form.After != newest.Number:
		return http.StatusConflict, l.say("Quelqu’un a publié entre-temps l’édition %s. Voici ce qui changerait maintenant\u202f: confirmez si cela vous convient.", strconv.FormatInt(newest.Number, 10))
	case problems > 0 || !draft.Usable():
		return http.StatusUnprocessableEntity, ""
	case utf8.RuneCountInString(form.Note) > bot.LongestEditionNote:
		return http.StatusUnprocessableEntity, l.say(sayNoteTooLong)
	}
	return 0, ""
}

// notPublished says why Publish refused; the status is 0 for what is no refusal.
func (l language) notPublished(err error) (status int, said string) {
	switch {
	case errors.Is(err, bot.ErrExists):
		return http.StatusConflict, l.say("Quelqu’un a publié pendant ce temps. Rechargez la page pour voir ce qui changerait maintenant.")
	case errors.Is(err, publish.ErrBusy):
		return http.StatusServiceUnavailable, l.say(sayPublishingBusy)
	}
	return 0, ""
}
