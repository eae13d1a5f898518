package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// The kinds of mail.
const (
	mailAcknowledgement = "acknowledgement"
	mailReply           = "reply"
	mailResolved        = "resolved" // of a mailReply that turned out to bring no reply, but that the request is resolved
	mailNotice          = "notice"
	mailAccount         = "account"
	mailCopy            = "transcript"
)

const (
	// mailKind is the job's name in River's table.
	mailKind = "guichet_mail"

	// mailAttempts at River's pace, the fourth power of the attempt in seconds, are eleven hours.
	mailAttempts = 12

	// resumeLife is how long a link to a conversation is good.
	resumeLife = 7 * 24 * time.Hour

	// keptMails is how long it is remembered what became of a mail that belongs to no ticket.
	keptMails = 30 * 24 * time.Hour
)

type mailArgs struct {
	ID int64 `json:"id"`
}

func (mailArgs) Kind() string { return mailKind }

func (mailArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: mailAttempts} }

// letter is a mail to be put on its way.
type letter struct {
	kind      string
	reference string // empty for none
	mail      bot.Mail

	conversation int64 // of mailCopy, else 0
	resumes      bool
}

// post keeps a mail and has it sent, in the transaction of what it is about. A reply, or that a
// request is resolved, joins the one that waits.
func (db *DB) post(ctx context.Context, tx pgx.Tx, l letter) error {
	if l.mail.To == "" {
		return nil
	}
	var id int64
	err := tx.QueryRow(ctx, `insert into mails (kind, reference, recipient, sender, subject, body, conversation_id, resumes)
		values ($1, nullif($2, ''), $3, $4, $5, $6, nullif($7, 0), $8)
		on conflict (reference) where kind = 'reply' and state = 'pending' do nothing returning id`,
		l.kind, l.reference, clean(l.mail.To), clean(l.mail.From), clean(l.mail.Subject), clean(l.mail.Text), l.conversation, l.resumes).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = db.jobs.InsertTx(ctx, tx, mailArgs{ID: id}, nil)
	return err
}

// How many acknowledgements leave from one conversation, and to one mailbox: whoever writes it need not be who reads it.
var (
	acknowledgementsSaid = bot.Limit{Burst: 6, Every: time.Hour}
	acknowledgementsRead = bot.Limit{Burst: 4, Every: 6 * time.Hour}
)

// acknowledge tells the customer by mail that a ticket was opened. Beyond the limits nothing leaves: the conversation has said it.
func (db *DB) acknowledge(ctx context.Context, tx pgx.Tx, conversation int64, ticket bot.Ticket, at time.Time) error {
	to := ticket.Fields[bot.Email]
	if to == "" {
		return nil
	}
	key, err := triesKey(ctx, tx)
	if err != nil {
		return err
	}
	mailbox := bot.Hidden(key, bot.Mailbox(to))
	for _, l := range []struct {
		name  string
		limit bot.Limit
	}{{fmt.Sprintf("acknowledgement in %d", conversation), acknowledgementsSaid}, {"acknowledgement to " + mailbox, acknowledgementsRead}} {
		if wait, err := allow(ctx, tx, l.name, l.limit, at); err != nil || wait > 0 {
			return err
		}
	}
	return db.post(ctx, tx, letter{kind: mailAcknowledgement, reference: ticket.Reference, mail: bot.Mail{To: to}})
}

// SendMail puts a mail that belongs to no ticket on its way: an invitation, a reset. What it says is erased once it has
// left. It returns once the mail is on disk.
func (db *DB) SendMail(ctx context.Context, mail bot.Mail) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		return db.post(ctx, tx, letter{kind: mailAccount, mail: mail})
	})
	return fail(err, "keep a mail")
}

// Seen implements bot.Presence. An unknown conversation is nothing: its customer has not written yet.
func (db *DB) Seen(ctx context.Context, channel, key string) error {
	_, err := db.exec(ctx, `update conversations set seen_at = clock_timestamp() where channel = $1 and key = $2`, channel, key)
	return fail(err, "note a presence on "+channel)
}

// newResumeToken makes a link's token for a conversation.
func newResumeToken(ctx context.Context, tx pgx.Tx, conversation int64, expires time.Time) (string, error) {
	token := make([]byte, 32)
	rand.Read(token) // never fails: crypto/rand ends the program instead
	text := base64.RawURLEncoding.EncodeToString(token)
	_, err := tx.Exec(ctx, `insert into resume_tokens (hash, conversation_id, expires_at) values ($1, $2, $3)`,
		hashToken(text), conversation, expires)
	return text, err
}

// resumeLink is the address at which a token gives a browser its conversation, on a page in a language.
func resumeLink(base, token, language string) string {
	link := strings.TrimSuffix(base, "/") + "/reprendre/" + token
	if language != "" {
		link += "?lang=" + language
	}
	return link
}

func hashToken(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

// Resume implements bot.Resumptions.
func (db *DB) Resume(ctx context.Context, token string) (bot.Conversation, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var c bot.Conversation
	err := db.pool.QueryRow(ctx, `with used as (
			delete from resume_tokens where hash = $1 returning conversation_id, expires_at
		)
		select c.id, c.channel, c.key, c.site from used u join conversations c on c.id = u.conversation_id
		where u.expires_at > clock_timestamp()`, hashToken(token)).Scan(&c.ID, &c.Channel, &c.Key, &c.Site)
	return c, fail(err, "resume a conversation")
}
