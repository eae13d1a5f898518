package spool

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"time"

	"guichet/bot"
)

// record is one turn as the file keeps it. The text is the masked one: what was typed is nowhere in it.
type record struct {
	Channel    string
	Key        string
	ExternalID string
	Site       string
	At         time.Time
	Seq        int64 // of the customer's message, provisional
	Turn       bot.Turn
	Unknown    bool // nothing was known of the conversation when it was worked out
}

func (r record) name() thread { return thread{r.Channel, r.Key} }

// last is the number of the turn's last message.
func (r record) last() int64 {
	if r.Turn.Reply.Kind == bot.Silent {
		return r.Seq
	}
	return r.Seq + 1
}

// outcome is what the turn gave, as it was acknowledged.
func (r record) outcome() bot.Outcome {
	o := bot.Outcome{Customer: bot.Message{
		Seq: r.Seq, From: bot.FromCustomer, Text: r.Turn.Text, ExternalID: r.ExternalID, At: r.At,
		Attachments: r.Turn.Attachments,
	}}
	if r.Turn.Reply.Kind != bot.Silent {
		reply := r.Turn.Reply
		o.Bot = &bot.Message{Seq: r.Seq + 1, From: bot.FromBot, Text: reply.Text, Reply: &reply, At: r.At}
	}
	return o
}

// messages are the lines of the transcript.
func messages(o bot.Outcome) []bot.Message {
	if o.Bot == nil {
		return []bot.Message{o.Customer}
	}
	return []bot.Message{o.Customer, *o.Bot}
}

var errDamaged = errors.New("a record is damaged")

// encode gives the record for the file, and as it will be read back: with what a database cannot hold taken out, so
// that what is acknowledged is what will stand there.
func (r record) encode() (data []byte, kept record, err error) {
	text, err := bot.StorableJSON(r)
	if err != nil {
		return nil, record{}, err
	}
	data = binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(text))
	data = append(data, text...)
	kept, err = decode(data)
	return data, kept, err
}

func decode(data []byte) (r record, err error) {
	if len(data) < 4 || crc32.ChecksumIEEE(data[4:]) != binary.BigEndian.Uint32(data) {
		return record{}, errDamaged
	}
	if err := json.Unmarshal(data[4:], &r); err != nil {
		return record{}, errDamaged
	}
	return r, nil
}
