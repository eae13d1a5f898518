package desk

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/bot"
)

// macrosPage is where editors keep the texts that agents insert.
type macrosPage struct {
	page
	Macros    []macroForm
	New       macroForm
	Variables []string // with their braces
}

// macroForm is a macro as it is edited.
type macroForm struct {
	ID         int64
	Name, Text string
	Who        string
	At         moment
	Error      string
	Open       bool
}

func (d *desk) showMacros(w http.ResponseWriter, r *http.Request, user bot.User) {
	d.macrosWith(w, r, user, http.StatusOK, macroForm{})
}

// macrosWith shows the page with one form as it was typed.
func (d *desk) macrosWith(w http.ResponseWriter, r *http.Request, user bot.User, status int, typed macroForm) {
	people, err := d.people(r.Context(), user)
	var all []bot.Macro
	if err == nil {
		all, err = d.macros.Macros(r.Context())
	}
	if err != nil {
		d.broken(w, r, "list the macros", err)
		return
	}
	p := macrosPage{page: d.inside("Modèles de réponse", user), New: typed}
	for _, m := range all {
		shown := macroForm{ID: m.ID, Name: m.Name, Text: m.Text, Who: people.name(m.By), At: d.clock.moment(m.At)}
		if m.ID == typed.ID {
			typed.Who, typed.At, typed.Open = shown.Who, shown.At, true
			shown, p.New = typed, macroForm{}
		}
		p.Macros = append(p.Macros, shown)
	}
	p.New.ID = 0
	for _, name := range bot.MacroVariables() {
		p.Variables = append(p.Variables, "{{"+name+"}}")
	}
	p.Notice = d.say(macroNotice(r.URL.Query().Get("done")))
	d.render(w, r, status, "macros", p)
}

// saveMacro adds a macro, changes it or removes it.
func (d *desk) saveMacro(w http.ResponseWriter, r *http.Request, user bot.User) {
	id, _ := strconv.ParseInt(r.PostFormValue("id"), 10, 64) // none: a new one
	if r.PostFormValue("do") == "remove" {
		if err := d.macros.RemoveMacro(r.Context(), id); err != nil && !errors.Is(err, bot.ErrNotFound) {
			d.broken(w, r, "remove a macro", err)
			return
		}
		http.Redirect(w, r, "/desk/macros?done=removed", http.StatusSeeOther)
		return
	}
	form := macroForm{
		ID: id, Name: strings.Join(strings.Fields(r.PostFormValue("name")), " "),
		Text: strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(r.PostFormValue("text"), ""), "\r\n", "\n")),
	}
	form.Error = d.wrongMacro(form)
	if form.Error == "" {
		err := d.macros.SaveMacro(r.Context(), bot.Macro{ID: id, Name: form.Name, Text: form.Text})
		switch {
		case errors.Is(err, bot.ErrExists):
			form.Error = d.say("Un autre modèle porte déjà ce nom.")
		case err != nil:
			d.broken(w, r, "save a macro", err)
			return
		}
	}
	if form.Error != "" {
		d.macrosWith(w, r, user, http.StatusUnprocessableEntity, form)
		return
	}
	http.Redirect(w, r, "/desk/macros?done=saved", http.StatusSeeOther)
}

// wrongMacro says why a macro is refused; empty when it is not.
func (l language) wrongMacro(form macroForm) string {
	switch unknown := bot.UnknownVariables(form.Text); {
	case form.Name == "" || utf8.RuneCountInString(form.Name) > bot.LongestMacroName:
		return l.say("Donnez au modèle un nom de 80 caractères au plus.")
	case form.Text == "" || utf8.RuneCountInString(form.Text) > bot.LongestMacro:
		return l.say("Écrivez le texte du modèle, en 10\u202f000 caractères au plus.")
	case len(unknown) > 0:
		return l.say("Rien n’est enregistré\u202f: %s n’est pas connu. Les variables sont %s.", inBraces(unknown), inBraces(bot.MacroVariables()))
	}
	return ""
}

// inBraces lists variables as they are typed.
func inBraces(names []string) string {
	var typed []string
	for _, name := range names {
		typed = append(typed, "{{"+name+"}}")
	}
	return strings.Join(typed, ", ")
}

func macroNotice(done string) french {
	switch done {
	case "saved":
		return "Le modèle est enregistré. Il est proposé dès maintenant sous chaque réponse."
	case "removed":
		return "Le modèle est supprimé. Les réponses déjà envoyées ne changent pas."
	}
	return ""
}
