package bot

import (
	"fmt"
	"strings"
	"time"
)

// teamWords is what people of the team are written, in one language: that of their own desk (User.Language).
type teamWords struct {
	hello   string
	label   func(NoticeKind) string
	subject func(notices int) string // of several
	colon   string

	request               func(Category) string
	due, overdue, untaken string // after a ticket's request
	choose                string // where notices are chosen
	moment                func(time.Time) string
	typeset               func(string) string

	invited, invitation string // the subject, and the text with the link and until when it is good
	resetting, reset    string // the same
}

// teamWordsOf are those that an account reads: French until it has chosen.
func teamWordsOf(u User) *teamWords {
	if KnownLanguage(u.Language) == English {
		return &teamEnglish
	}
	return &teamFrench
}

// NoticeMail tells somebody of the team of several things at once, in the language of their desk. base is the public address of
// the desk's server; "" gives no links. What a customer wrote is not in it: e-mail is read in more places than the desk.
func NoticeMail(to User, base string, notices []Notice, now time.Time) Mail {
	words := teamWordsOf(to)
	var b strings.Builder
	b.WriteString(words.hello + "\n")
	for _, kind := range NoticeKinds() {
		first := true
		for _, n := range notices {
			if n.Kind != kind {
				continue
			}
			if first {
				b.WriteString("\n**" + words.label(kind) + "**\n\n")
				first = false
			}
			b.WriteString("- " + words.line(base, n.Ticket, now) + "\n")
		}
	}
	b.WriteString("\n" + words.choose)
	if base != "" {
		b.WriteString(words.colon + strings.TrimSuffix(base, "/") + "/desk/notices")
	}
	b.WriteString(".")
	subject := words.subject(len(notices))
	if len(notices) == 1 {
		subject = words.label(notices[0].Kind) + words.colon + notices[0].Ticket.Reference
	}
	return words.mail(to, subject, b.String())
}

// line tells which ticket it is about, and by when something is to be done.
func (w *teamWords) line(base string, t Ticket, now time.Time) string {
	name := t.Reference
	if base != "" {
		name = "[" + name + "](" + strings.TrimSuffix(base, "/") + "/desk/ticket/" + t.Reference + ")"
	}
	line := name + ", " + w.request(t.Category)
	next := t.Clock.Next()
	switch {
	case next.Due.IsZero():
	case next.Due.Before(now):
		line += ", " + w.overdue + w.moment(next.Due)
	default:
		line += ", " + w.due + w.moment(next.Due)
	}
	if t.Assignee == "" {
		line += ", " + w.untaken
	}
	return line
}

// InvitationMail invites somebody to the desk. link sets the first password, until expires.
func InvitationMail(user User, link string, expires time.Time) Mail {
	words := teamWordsOf(user)
	return words.mail(user, words.invited, words.hello+"\n\n"+fmt.Sprintf(words.invitation, link, words.moment(expires)))
}

// ResetMail lets somebody choose another password. link is good until expires.
func ResetMail(user User, link string, expires time.Time) Mail {
	words := teamWordsOf(user)
	return words.mail(user, words.resetting, words.hello+"\n\n"+fmt.Sprintf(words.reset, link, words.moment(expires)))
}

func (w *teamWords) mail(to User, subject, text string) Mail {
	return Mail{To: to.Email, Language: KnownLanguage(to.Language), Subject: w.typeset(subject), Text: w.typeset(text)}
}
