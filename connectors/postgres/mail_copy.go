package postgres

import (
	"context"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// MailCopy implements bot.Copies.
func (db *DB) MailCopy(ctx context.Context, c bot.Copy) error {
	err := db.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		l := letter{kind: mailCopy, mail: bot.Mail{To: c.To}, resumes: c.Resumes}
		err := tx.QueryRow(ctx, `select id from conversations where channel = $1 and key = $2 and last_seq > 0`,
			c.Channel, clean(c.Key)).Scan(&l.conversation)
		if err != nil {
			return err
		}
		return db.post(ctx, tx, l)
	})
	return fail(err, "mail a conversation on "+c.Channel)
}

// KnownAddress implements bot.Copies.
func (db *DB) KnownAddress(ctx context.Context, channel, key string) (address string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = db.pool.QueryRow(ctx, `select coalesce((select coalesce(c.state->'intake'->'fields'->>'email',
			(select t.fields->>'email' from tickets t where t.conversation_id = c.id and t.fields->>'email' <> '' order by t.created_at desc limit 1))
		from conversations c where c.channel = $1 and c.key = $2), '')`, channel, clean(key)).Scan(&address)
	return address, fail(err, "look for an address on "+channel)
}

// makeCopy writes the mail that brings a person their conversation. What was said until the first attempt is rendered at
// each, so that all attempts send the same and the transcript is kept in one place.
func (w *mailWorker) makeCopy(ctx context.Context, tx pgx.Tx, k *kept) error {
	var site, language string
	var last int64
	err := tx.QueryRow(ctx, `select site, coalesce(state->>'language', ''), last_seq from conversations where id = $1`, k.conversation).
		Scan(&site, &language, &last)
	if err != nil {
		return err
	}
	about := w.site(site)
	if k.state == "pending" {
		k.seq = &last
		link, expires := "", w.Now().Add(resumeLife)
		if w.Base != "" && k.resumes {
			token, err := newResumeToken(ctx, tx, *k.conversation, expires)
			if err != nil {
				return err
			}
			link = resumeLink(w.Base, token, language)
		}
		to := k.mail.To
		k.mail = bot.CopyMail(about, language, link, expires)
		k.mail.To = to
	}
	rows, err := tx.Query(ctx, `select `+messageColumns+` from messages m where m.conversation_id = $1 and m.seq <= $2 order by m.seq`, k.conversation, *k.seq)
	if err != nil {
		return err
	}
	t := bot.Transcript{Site: about.Name, Base: w.Base, Made: k.createdAt, Language: language}
	if t.Messages, err = pgx.CollectRows(rows, scanMessage); err != nil {
		return err
	}
	t.Reference = t.References()
	k.mail.Language, k.mail.Plain = language, t.Text()
	k.mail.HTML, err = t.Body(w.renderer)
	return err
}
