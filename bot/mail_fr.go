package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/knowledge"
)

// Every e-mail is written here: plain, short, in French. Each has an English form in mail_en.go.

// plainWord folds what is typed after an @.
func plainWord(text string) string {
	return strings.NewReplacer(".", " ", "-", " ", "_", " ").Replace(knowledge.Fold(text))
}

// AcknowledgementMail tells a customer that the request is kept: reference, by when, how to add something.
func AcknowledgementMail(site Site, t Ticket, language string) Mail {
	return voiceOf(language).acknowledgementMail(site, t)
}

func acknowledgementFR(site Site, t Ticket) Mail {
	d, _ := Define(t.Category)
	delay := textDelay(site.Delay, t.Clock)
	answer := "Un conseiller vous répondra"
	if delay != "" {
		answer += " " + delay
	}
	return Mail{To: t.Fields[Email], From: site.Name, Subject: "Votre demande " + t.Reference + " est enregistrée", Text: Typeset(fmt.Sprintf(`Bonjour,

Votre demande (%s) est enregistrée le %s.

**Référence : %s**

%s. %s

Ce message est envoyé automatiquement : une réponse à cette adresse n’est pas lue.`,
		d.Label, TextMoment(t.Clock.startedOr(t.CreatedAt)), t.Reference, answer, textReplyWhere(t.Channel)))}
}

func (c Clock) startedOr(at time.Time) time.Time {
	if c.Started.IsZero() {
		return at
	}
	return c.Started
}

// textReplyWhere says where the reply arrives.
func textReplyWhere(channel string) string {
	if channel == Web {
		return "La réponse arrivera dans votre conversation sur le site et, si vous l’avez quittée, à cette adresse."
	}
	return "La réponse arrivera dans votre conversation, là où vous nous avez écrit."
}

// ReplyMail brings a customer who has left the website what was said there: replies of agents, and that the request is
// resolved (Resolves). link resumes the conversation, until expires; "" when there is none to give.
func ReplyMail(site Site, t Ticket, language string, unread []Message, link string, expires time.Time) Mail {
	replies := slices.DeleteFunc(slices.Clone(unread), func(m Message) bool { return m.From != FromAgent })
	return voiceOf(language).replyMail(site, t, replies, len(replies) < len(unread), link, expires)
}

// Resolves tells whether a message says that the ticket is resolved.
func (m Message) Resolves(t Ticket) bool {
	return m.From == FromBot && m.Reply != nil && m.Reply.Resolved == t.Reference
}

func replyFR(site Site, t Ticket, replies []Message, resolved bool, link string, expires time.Time) Mail {
	var b strings.Builder
	subject := "Votre demande " + t.Reference + " est résolue"
	b.WriteString("Bonjour,\n")
	if len(replies) > 0 {
		subject = "Une réponse à votre demande " + t.Reference
		b.WriteString("\nVotre demande " + t.Reference + " a reçu une réponse.\n")
	}
	for _, m := range replies {
		b.WriteString("\n**" + quoteMarkdown(m.Agent) + "**, le " + TextMoment(m.At) + " :\n\n" + quoted(m.Text) + "\n")
	}
	if resolved {
		b.WriteString("\nVotre demande **" + t.Reference + "** est résolue. S’il manque quelque chose, écrivez-le dans la conversation : elle sera rouverte.\n")
	}
	if link != "" {
		b.WriteString("\n[Reprendre la conversation](" + link + ")\n\nCe lien sert une fois, jusqu’au " + TextMoment(expires) + ". Ne le transmettez à personne : il ouvre votre conversation.\n")
	}
	b.WriteString("\nUne réponse à cette adresse n’est pas lue : répondez dans la conversation.")
	return Mail{To: t.Fields[Email], From: site.Name, Subject: subject, Text: Typeset(b.String())}
}

// CopyMail begins the mail that brings a person their conversation, which follows it. link resumes the conversation, until
// expires; "" when there is none to give.
func CopyMail(site Site, language, link string, expires time.Time) Mail {
	return voiceOf(language).copyMail(site, link, expires)
}

func copyFR(site Site, link string, expires time.Time) Mail {
	text := "Bonjour,\n\nVoici votre conversation, que vous avez demandée par e-mail."
	if link != "" {
		text += "\n\n[Reprendre la conversation](" + link + ")\n\nCe lien sert une fois, jusqu’au " + TextMoment(expires) + ", sur l’appareil de votre choix. Ne le transmettez à personne : il ouvre votre conversation."
	}
	text += "\n\nSi vous n’avez rien demandé, ne faites rien : quelqu’un s’est sans doute trompé d’adresse. Une réponse à cette adresse n’est pas lue."
	return Mail{From: site.Name, Subject: Typeset("Votre conversation avec " + site.Name), Text: Typeset(text)}
}

func quoted(text string) string { return "> " + strings.ReplaceAll(text, "\n", "\n> ") }

// teamFrench is what the team is written in French.
var teamFrench = teamWords{
	hello:      "Bonjour,",
	label:      NoticeLabel,
	subject:    func(n int) string { return fmt.Sprintf("%d avis du guichet", n) },
	colon:      " : ",
	request:    labelRequest,
	due:        "échéance le ",
	overdue:    "échéance passée le ",
	untaken:    "à prendre",
	choose:     "Vous choisissez ces avis au guichet",
	moment:     TextMoment,
	typeset:    Typeset,
	invited:    "Votre accès au guichet",
	invitation: "Un accès au guichet est ouvert à votre nom. [Choisissez votre mot de passe](%s).\n\nCe lien sert une fois, jusqu’au %s.",
	resetting:  "Votre mot de passe du guichet",
	reset: "Quelqu’un, sans doute vous, veut changer le mot de passe de votre compte. [Choisissez-en un autre](%s).\n\n" +
		"Ce lien sert une fois, jusqu’au %s. Si ce n’est pas vous, ne faites rien : le mot de passe reste le même.",
}

// NoticeLabel names a kind of notice.
func NoticeLabel(k NoticeKind) string {
	switch k {
	case NoticeNew:
		return "Nouveau ticket"
	case NoticeAnswer:
		return "Un client a écrit"
	case NoticeMention:
		return "Une note vous mentionne"
	case NoticeDeadline:
		return "Échéance proche ou passée"
	}
	return string(k)
}
