package bot

import (
	"context"
	"time"
)

// The channels. The website's chat fetches its messages itself; to the others they are delivered.
const (
	Web      = "web"
	Telegram = "telegram"
	Discord  = "discord"
)

// Delivers tells whether what is said on a channel has to be delivered there. Store.Turn and Tickets.ReplyTicket put
// each message of the bot and of agents on such a channel into the outbox, in the transaction that keeps the message.
func Delivers(channel string) bool { return channel == Telegram || channel == Discord }

// Delivery is a message on its way, held by one sender until Until.
type Delivery struct {
	Channel string
	Key     string // the conversation's
	Message Message
	Answers string // the ExternalID of the customer's message it follows; empty when there is none
	Parts   int    // how many of the platform's messages it made have left already
	Attempt int    // 1 the first time; a sender that died counts

	Conversation int64
	Until        time.Time // by the store's clock; it also tells this holder from the next
}

// Outbox keeps what is to be delivered. Implementations are safe for concurrent use, also by several replicas.
//
// A message leaves at least once, and the messages of one conversation in their order: the next is not given out
// before the one before it has left or is dead.
type Outbox interface {
	// ClaimDelivery holds the message of the channel that has been due the longest, for as long as the lease says.
	// ErrNotFound: there is none now.
	ClaimDelivery(ctx context.Context, channel string, lease time.Duration) (Delivery, error)

	// SettleDelivery says what became of a held delivery. ErrNotFound: it is no longer held. A message that will not
	// arrive is an event ("undelivered", the reason as its detail) of the conversation's tickets that are not closed.
	SettleDelivery(ctx context.Context, held Delivery, as Dispatch) error

	// Redeliver puts a message of a ticket's conversation that will not arrive back, to be sent before what follows it,
	// and records it as an event of the ticket ("redelivered"). With a message that found the conversation Gone come all
	// that waited behind it. ErrNotFound: no such ticket, or that message is not one that will not arrive.
	Redeliver(ctx context.Context, reference string, by User, seq int64) error
}

// Dispatch is what became of a delivery.
type Dispatch struct {
	State  DispatchState
	Parts  int           // have left; Postponed and Failed keep it for the next attempt
	After  time.Duration // Postponed, Failed: how long it rests
	Reason string        // Failed: what went wrong, without a word of the message; Dead and Gone: one of the reasons below
}

// Why a message will not arrive.
const (
	ReasonBlocked = "blocked" // the person has blocked the bot, or left
	ReasonRefused = "refused" // the platform refuses this message
	ReasonTries   = "tries"   // the last attempt has failed
)

// DispatchState is what a dispatch says.
type DispatchState string

// The states of a delivery after an attempt.
const (
	Sent      DispatchState = "sent"
	Postponed DispatchState = "postponed" // a rate limit, or the next part: the attempt does not count
	Failed    DispatchState = "failed"    // another attempt
	Dead      DispatchState = "dead"      // it will not arrive
	Gone      DispatchState = "gone"      // nothing arrives there any more: this one and all that waits behind it
)
