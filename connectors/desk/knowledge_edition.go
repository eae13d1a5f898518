package desk

import (
	"errors"
	"net/http"
	"strconv"

	"guichet/bot"
	"guichet/bot/publish"
)

// editionPage shows what changes when an earlier edition is answered from again.
type editionPage struct {
	page
	Then     editionRow
	After    int64
	Note     string
	Changes  []change
	Same     bool
	Problems []toldProblem // for which servers cannot answer from it
	Standing []toldProblem // by today's rules; it is answered from nevertheless
	Refused  string
}

func (d *desk) showEdition(w http.ResponseWriter, r *http.Request, user bot.User) {
	p, _, _, ok := d.edition(w, r, user, r.URL.Query().Get("number"))
	if ok {
		d.render(w, r, http.StatusOK, "knowledge_edition", p)
	}
}

// edition reads an earlier edition; 0 is the shipped knowledge. false: the answer is written.
func (d *desk) edition(w http.ResponseWriter, r *http.Request, user bot.User, asked string) (p editionPage, draft publish.Draft, newest publish.Holdings, ok bool) {
	number, err := strconv.ParseInt(asked, 10, 64)
	if err != nil || number < 0 {
		d.notFound(w, r)
		return p, draft, newest, false
	}
	newest, err = d.knowledge.Publisher.Newest(r.Context())
	var then publish.Holdings
	if err == nil {
		then, err = d.knowledge.Publisher.Holdings(r.Context(), number)
	}
	var who people
	if err == nil {
		who, err = d.people(r.Context(), user)
	}
	if err == nil {
		draft, err = d.knowledge.Publisher.Read(then.Tree)
	}
	if err != nil {
		d.broken(w, r, "show an edition", err)
		return p, draft, newest, false
	}
	p = editionPage{page: d.inside("Revenir à une édition", user), Then: d.editionRow(then.Edition, who, newest.Number), After: newest.Number, Same: draft.Same(newest)}
	p.Note = d.say("Retour aux connaissances livrées")
	if number != 0 {
		p.Note = d.say("Retour à l’édition %s", strconv.FormatInt(number, 10))
	}
	p.Changes = d.whatChanges(newest.Contents, draft.Contents)
	must, standing := d.problems(draft, newest, editForm{})
	if p.Standing = append(must, standing...); !draft.Usable() {
		p.Problems, p.Standing = p.Standing, nil
	}
	if draft.Misfit != nil {
		p.Refused = d.sayMisfit(draft.Misfit)
	}
	return p, draft, newest, true
}

func (d *desk) returnToEdition(w http.ResponseWriter, r *http.Request, user bot.User) {
	form, ok := d.readEdit(w, r)
	if !ok {
		return
	}
	p, draft, newest, ok := d.edition(w, r, user, r.PostFormValue("number"))
	if !ok {
		return
	}
	p.Note = form.Note
	status, said := d.wrongPublication(form, draft, newest, 0)
	if status == 0 {
		number, err := d.publish(r, draft, form.Note, form.After)
		if err == nil {
			published(w, r, number)
			return
		}
		if status, said = d.notPublished(err); status == 0 {
			d.broken(w, r, "return to an edition", err)
			return
		}
		if errors.Is(err, bot.ErrExists) {
			p.After = form.After
		}
	}
	if said != "" {
		p.Refused = said
	}
	d.render(w, r, status, "knowledge_edition", p)
}
