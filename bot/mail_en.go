package bot

import (
	"fmt"
	"strings"
	"time"
)

// What is written to customers, and to people of the team, who read English.

func acknowledgementEN(site Site, t Ticket) Mail {
	answer := "An adviser will answer you"
	if delay := englishDelay(site.Delay, t.Clock); delay != "" {
		answer += " " + delay
	}
	where := "The answer will arrive in your conversation, where you wrote to us."
	if t.Channel == Web {
		where = "The answer will arrive in your conversation on the website and, if you have left it, at this address."
	}
	return Mail{To: t.Fields[Email], From: site.Name, Language: English, Subject: "Your request " + t.Reference + " is recorded", Text: fmt.Sprintf(`Hello,

Your request (%s) was recorded on %s.

**Reference: %s**

%s. %s

This message is sent automatically: an answer to this address is not read.`,
		englishRequest(t.Category), englishMoment(t.Clock.startedOr(t.CreatedAt)), t.Reference, answer, where)}
}

func replyEN(site Site, t Ticket, replies []Message, resolved bool, link string, expires time.Time) Mail {
	var b strings.Builder
	subject := "Your request " + t.Reference + " has been resolved"
	b.WriteString("Hello,\n")
	if len(replies) > 0 {
		subject = "An answer to your request " + t.Reference
		b.WriteString("\nThere is an answer to your request " + t.Reference + ".\n")
	}
	for _, m := range replies {
		b.WriteString("\n**" + quoteMarkdown(m.Agent) + "**, on " + englishMoment(m.At) + ":\n\n" + quoted(m.Text) + "\n")
	}
	if resolved {
		b.WriteString("\nYour request **" + t.Reference + "** has been resolved. If anything is missing, write it in the conversation: it will be reopened.\n")
	}
	if link != "" {
		b.WriteString("\n[Resume the conversation](" + link + ")\n\nThis link works once, until " + englishMoment(expires) + ". Pass it on to nobody: it opens your conversation.\n")
	}
	b.WriteString("\nAn answer to this address is not read: please answer in the conversation.")
	return Mail{To: t.Fields[Email], From: site.Name, Language: English, Subject: subject, Text: b.String()}
}

func copyEN(site Site, link string, expires time.Time) Mail {
	text := "Hello,\n\nHere is your conversation, which you asked for by e-mail."
	if link != "" {
		text += "\n\n[Resume the conversation](" + link + ")\n\nThis link works once, until " + englishMoment(expires) + ", on the device of your choice. Pass it on to nobody: it opens your conversation."
	}
	text += "\n\nIf you asked for nothing, do nothing: somebody probably mistyped an address. An answer to this address is not read."
	return Mail{From: site.Name, Language: English, Subject: "Your conversation with " + site.Name, Text: text}
}

// teamEnglish is what the team is written in English.
var teamEnglish = teamWords{
	hello:      "Hello,",
	label:      englishNotice,
	subject:    func(n int) string { return fmt.Sprintf("%d notices of the desk", n) },
	colon:      ": ",
	request:    englishRequest,
	due:        "due on ",
	overdue:    "was due on ",
	untaken:    "to be taken",
	choose:     "You choose these notices at the desk",
	moment:     englishMoment,
	typeset:    func(text string) string { return text },
	invited:    "Your access to the desk",
	invitation: "An access to the desk is open in your name. [Choose your password](%s).\n\nThis link works once, until %s.",
	resetting:  "Your password of the desk",
	reset: "Somebody, probably you, wants to change the password of your account. [Choose another one](%s).\n\n" +
		"This link works once, until %s. If it was not you, do nothing: the password stays as it is.",
}

func englishNotice(k NoticeKind) string {
	switch k {
	case NoticeNew:
		return "New ticket"
	case NoticeAnswer:
		return "A customer has written"
	case NoticeMention:
		return "A note names you"
	case NoticeDeadline:
		return "Deadline near or past"
	}
	return string(k)
}
