package postgres

import (
	"time"

	"guichet/bot"
)

// writing is what a turn leaves in its conversation, as it is kept.
type writing struct {
	outcome      bot.Outcome
	reply, state []byte // JSON; reply is nil when the bot was silent
	last         int64  // number of the last message
}

// write numbers and encodes what a turn leaves in its conversation.
func write(back *readBack, in bot.Inbound, c bot.Conversation, turn bot.Turn, at time.Time) (w writing, err error) {
	w.outcome.Customer = bot.Message{
		Seq: c.LastSeq + 1, From: bot.FromCustomer, Text: clean(turn.Text), ExternalID: in.ExternalID, At: at,
		Attachments: turn.Attachments,
	}
	w.last = w.outcome.Customer.Seq
	if w.state, err = encode(turn.State); err != nil || turn.Reply.Kind == bot.Silent {
		return w, err
	}
	if w.reply, err = encodeReply(turn.Reply); err != nil {
		return w, err
	}
	w.last++
	answer := bot.Message{Seq: w.last, From: bot.FromBot, Text: clean(turn.Reply.Text), At: at}
	reply, err := back.reply(w.reply, answer.Text)
	if err != nil {
		return w, err
	}
	answer.Reply = &reply
	w.outcome.Bot = &answer
	return w, nil
}
