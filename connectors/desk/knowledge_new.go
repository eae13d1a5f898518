package desk

import (
	"net/http"
	"strings"

	"guichet/bot"
	"guichet/knowledge"
)

// newTopicPage asks where a new entry is to stand.
type newTopicPage struct {
	page
	Collections []option
	Slug        string
	Error       string
}

// showNewTopic asks for the collection and the short name of an entry, and then opens a text to complete.
func (d *desk) showNewTopic(w http.ResponseWriter, r *http.Request, user bot.User) {
	newest, err := d.knowledge.Publisher.Newest(r.Context())
	if err != nil {
		d.broken(w, r, "begin a topic", err)
		return
	}
	query := r.URL.Query()
	collection, slug := query.Get("collection"), strings.TrimSpace(query.Get("slug"))
	p := newTopicPage{page: d.inside("Nouvelle réponse", user), Slug: slug}
	known := false
	for _, c := range newest.Contents.Collections {
		p.Collections = append(p.Collections, option{Value: c.ID, Label: bot.Typeset(c.Name), Selected: c.ID == collection})
		known = known || c.ID == collection
	}
	file := "faq/content/" + collection + "/" + slug + ".md"
	_, taken := newest.Contents.Topic(collection + "." + slug)
	_, there := excerptOf(newest.Tree, file, "")
	switch {
	case !query.Has("slug"):
		d.render(w, r, http.StatusOK, "knowledge_new", p)
		return
	case !known:
		p.Error = d.say("Choisissez une collection de la liste.")
	case !knowledge.FileName.MatchString(file):
		p.Error = d.say("Ce nom ne convient pas\u202f: des lettres minuscules sans accent, des chiffres et des traits d’union, par exemple attestation-perdue.")
	case taken || there:
		p.Error = d.say("Ce nom est déjà pris dans cette collection\u202f: choisissez-en un autre, ou modifiez la réponse qui le porte.")
	}
	if p.Error != "" {
		d.render(w, r, http.StatusUnprocessableEntity, "knowledge_new", p)
		return
	}
	form := editForm{File: file, After: newest.Number, Line: 1, New: true, Text: d.template(newest.Contents, collection)}
	d.render(w, r, http.StatusOK, "knowledge_edit", d.editPage(user, form, newest.Contents))
}

// template is an entry to complete. It is French, as what customers read is; the source is that of the collection's other entries.
func (d *desk) template(contents knowledge.Contents, collection string) string {
	document := ""
	for _, t := range contents.Topics {
		if t.Collection == collection && t.Kind == knowledge.KindFAQ {
			document = t.Citation.Document
			break
		}
	}
	return knowledge.NewEntry(document, d.clock.now().In(d.clock.zone))
}
