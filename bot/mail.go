package bot

import (
	"context"
	"errors"
	"strings"
)

// Mail is a message to one address.
type Mail struct {
	ID      string // the same for every attempt, so that a copy is recognised as one
	To      string // an address
	From    string // the name of the sender: a site's; "" for Guichet
	Subject string
	Text    string // Markdown

	Language string // of the mail, as State.Language

	// Plain and HTML follow Text in the one form and in the other; HTML is safe. Empty for none.
	Plain string
	HTML  string
}

// SendMail sends a mail and returns when the next server has it. It may be called concurrently. ErrMailRefused: it will
// never be accepted; any other error may pass. Its errors hold neither the address nor a word of the message.
type SendMail func(ctx context.Context, mail Mail) error

// ErrMailRefused is a refusal for good: no such address, or a message that the server does not take.
var ErrMailRefused = errors.New("the mail server refuses the message")

// NoticeKind is what somebody of the team is told of.
type NoticeKind string

// The kinds of notices.
const (
	NoticeNew      NoticeKind = "new"      // a ticket was opened
	NoticeAnswer   NoticeKind = "answer"   // a customer wrote
	NoticeMention  NoticeKind = "mention"  // a note names them
	NoticeDeadline NoticeKind = "deadline" // a deadline is near or past
)

// NoticeKinds lists them in the order they are shown.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{NoticeNew, NoticeAnswer, NoticeMention, NoticeDeadline}
}

// Notice is one thing that somebody of the team is told of.
type Notice struct {
	Recipient string // e-mail of the account
	Kind      NoticeKind
	Overdue   bool // of NoticeDeadline: it is past
	Ticket    Ticket
}

// Notices is what each person of the team wants to be told of. An unknown account is ErrNotFound.
type Notices interface {
	NoticesOf(ctx context.Context, email string) ([]NoticeKind, error)
	SetNotices(ctx context.Context, email string, kinds []NoticeKind) error
}

// Resumptions are the links that give a browser a conversation that its customer had left.
type Resumptions interface {
	// Resume uses a token up and gives the conversation it is for. ErrNotFound: it is unknown, used or expired.
	Resume(ctx context.Context, token string) (Conversation, error)
}

// Copy is a conversation that its person wants at an address.
type Copy struct {
	Channel, Key string
	To           string // an address
	Resumes      bool   // with a link that gives another browser the conversation
}

// Copies sends people their conversations. Implementations are safe for concurrent use.
type Copies interface {
	// MailCopy puts an e-mail on its way with all that was said until it leaves. It returns once that is on disk.
	// ErrNotFound: nothing was said in that conversation.
	MailCopy(ctx context.Context, c Copy) error
	// KnownAddress is the address that a conversation's person gave last for a request; "" when they gave none.
	KnownAddress(ctx context.Context, channel, key string) (string, error)
}

// Presence keeps when a customer was last there to read.
type Presence interface {
	Seen(ctx context.Context, channel, key string) error
}

// Mentioned are the e-mails of the accounts that a note names: @ and the account's name, its first word, or what stands
// before the @ of its address. Case, accents, and dots or hyphens between words do not matter.
func Mentioned(note string, users []User) []string {
	var all []string
	text := plainWord(note)
	for _, u := range users {
		local, _, _ := strings.Cut(u.Email, "@")
		first, _, _ := strings.Cut(strings.TrimSpace(u.Name), " ")
		for _, name := range []string{u.Name, first, local} {
			if name = plainWord(strings.TrimSpace(name)); name != "" && names(text, name) {
				all = append(all, u.Email)
				break
			}
		}
	}
	return all
}

// names tells whether @name stands in a text as words of its own.
func names(text, name string) bool {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "@"+name)
		if !found {
			return false
		}
		before := rest[:len(rest)-len(after)-len(name)-1]
		if !endsInWord(before) && !startsWord(after) {
			return true
		}
		rest = after
	}
}

func endsInWord(s string) bool { return s != "" && isWord(s[len(s)-1]) }
func startsWord(s string) bool { return s != "" && isWord(s[0]) }
func isWord(c byte) bool       { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 0x80 }
