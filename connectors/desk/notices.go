package desk

import (
	"net/http"
	"slices"

	"guichet/bot"
)

// noticesPage is where somebody chooses what they are told of by e-mail.
type noticesPage struct {
	page
	Choices []noticeChoice
}

type noticeChoice struct {
	Kind        bot.NoticeKind
	Label, Hint string
	Chosen      bool
}

func (d *desk) showNotices(w http.ResponseWriter, r *http.Request, user bot.User) {
	if d.notices == nil {
		d.notFound(w, r)
		return
	}
	kinds, err := d.notices.NoticesOf(r.Context(), user.Email)
	if err != nil {
		d.broken(w, r, "read the notices wanted", err)
		return
	}
	p := noticesPage{page: d.inside("Mes avis", user)}
	for _, k := range bot.NoticeKinds() {
		p.Choices = append(p.Choices, noticeChoice{k, d.say(french(bot.NoticeLabel(k))), d.say(noticeHint(k)), slices.Contains(kinds, k)})
	}
	if r.URL.Query().Get("done") != "" {
		p.Notice = d.say(sayNoticesKept)
	}
	d.render(w, r, http.StatusOK, "notices", p)
}

func (d *desk) setNotices(w http.ResponseWriter, r *http.Request, user bot.User) {
	if d.notices == nil || r.ParseForm() != nil {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	var kinds []bot.NoticeKind
	for _, k := range bot.NoticeKinds() {
		if slices.Contains(r.PostForm["kind"], string(k)) {
			kinds = append(kinds, k)
		}
	}
	if err := d.notices.SetNotices(r.Context(), user.Email, kinds); err != nil {
		d.broken(w, r, "set the notices wanted", err)
		return
	}
	http.Redirect(w, r, "/desk/notices?done=1", http.StatusSeeOther)
}

func noticeHint(k bot.NoticeKind) french {
	switch k {
	case bot.NoticeNew:
		return "Une demande arrive et personne ne la suit encore."
	case bot.NoticeAnswer:
		return "Sur vos tickets, et sur ceux que personne ne suit."
	case bot.NoticeMention:
		return "Un collègue écrit @ et votre nom dans une note."
	case bot.NoticeDeadline:
		return "Sur vos tickets, et sur ceux que personne ne suit."
	}
	return ""
}
