package courier

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"guichet/bot"
)

// Send is a connector's part of delivering: it sends the next part of a message, and says what came of it. It does not
// cut an attempt short when ctx ends: it would not be known whether the part arrived.
type Send func(ctx context.Context, d bot.Delivery) Attempt

// Attempt is what came of sending the next part of a message.
type Attempt struct {
	Result Result
	Parts  int           // of the message that have left, this one included
	After  time.Duration // Next, Waiting, Limited: how long the message rests
	All    bool          // Limited: the limit is that of the whole bot
	Err    error         // what the platform said, without a word of the message
}

// Result is what an attempt says.
type Result int

// The results of an attempt.
const (
	Left        Result = iota // all of it has left
	Next                      // a part has left, another follows
	Waiting                   // not tried: a limit kept by the connector, or the program stops
	Limited                   // the platform says that it is too much
	Barred                    // the platform does not know the bot: nobody's message leaves
	Unreachable               // nothing arrives at that person any more
	Refused                   // the platform will never take this message
	Unreadable                // the message cannot be made into one of the platform's
	Troubled                  // the platform fails or does not answer
)

// Deliver delivers what waits in the outbox until ctx ends. One message at a time: a crash then leaves one at most of
// which it is not known whether it arrived.
func (c *Courier) Deliver(ctx context.Context, send Send) {
	s := sender{Courier: c, send: send, trouble: Complaint{Log: c.Log, What: "deliver messages"}}
	each(ctx, c, c.Channel, "take a message to deliver", func() (bot.Delivery, error) {
		return c.Store.ClaimDelivery(ctx, c.Channel, c.Pace.Lease)
	}, func(d bot.Delivery) {
		if pause := s.deliver(ctx, d); pause > 0 {
			Rest(ctx, pause)
		}
	})
}

// sender is Deliver with what it remembers from one message to the next.
type sender struct {
	*Courier
	send     Send
	trouble  Complaint
	failures int // in a row, of whatever chat: then it is the platform, not the message
	floods   int // in a row: then the limit is the bot's, not the chat's
}

// deliver sends the next part of a message and notes what became of it. pause is how long everything has to wait.
func (s *sender) deliver(ctx context.Context, d bot.Delivery) (pause time.Duration) {
	as, pause := s.dispatch(d, s.attempt(ctx, d))
	s.settle(ctx, d, as)
	return pause
}

var errRender = errors.New("panic while a message was rendered")

// attempt sends. A message that makes the program panic is not sent.
func (s *sender) attempt(ctx context.Context, d bot.Delivery) (a Attempt) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("panic while a message was sent", "conversation", d.Conversation, "stack", string(debug.Stack()))
			a = Attempt{Result: Unreadable, Err: errRender}
		}
	}()
	return s.send(ctx, d)
}

// dispatch decides what a message's attempt comes to.
func (s *sender) dispatch(d bot.Delivery, a Attempt) (as bot.Dispatch, pause time.Duration) {
	about := []any{"conversation", d.Conversation, "message", d.Message.Seq}
	switch a.Result {
	case Waiting:
		return bot.Dispatch{State: bot.Postponed, After: a.After}, 0
	case Limited:
		s.floods++
		if a.All || s.floods > 1 {
			pause = a.After
		}
		return bot.Dispatch{State: bot.Postponed, After: a.After, Reason: a.Err.Error()}, pause
	case Barred:
		s.trouble.About(a.Err)
		return bot.Dispatch{State: bot.Postponed, After: s.Pace.LongestTrouble, Reason: a.Err.Error()}, s.Pace.LongestTrouble
	case Troubled:
		return s.troubled(d, a)
	}
	s.failures, s.floods = 0, 0
	switch a.Result {
	case Left:
		s.trouble.About(nil)
		return bot.Dispatch{State: bot.Sent, Parts: a.Parts}, 0
	case Next:
		s.trouble.About(nil)
		return bot.Dispatch{State: bot.Postponed, Parts: a.Parts, After: a.After}, 0
	case Unreachable:
		s.Log.Info("a person can no longer be reached", "conversation", d.Conversation)
		return bot.Dispatch{State: bot.Gone, Reason: bot.ReasonBlocked}, 0
	case Unreadable:
		s.Log.Error("a message cannot be rendered", append(about, "error", a.Err)...)
	default:
		s.Log.Error("the platform refuses a message", append(about, "error", a.Err)...)
	}
	return bot.Dispatch{State: bot.Dead, Reason: bot.ReasonRefused}, 0
}

// troubled has a message tried again, unless that was its last attempt.
func (s *sender) troubled(d bot.Delivery, a Attempt) (as bot.Dispatch, pause time.Duration) {
	s.trouble.About(a.Err)
	if s.failures++; s.failures > 1 {
		pause = Doubled(s.Pace.Trouble, s.failures-1, s.Pace.LongestTrouble)
	}
	if d.Attempt >= MessageTries {
		s.Log.Error("a message is given up", "conversation", d.Conversation, "message", d.Message.Seq, "attempts", d.Attempt)
		return bot.Dispatch{State: bot.Dead, Reason: bot.ReasonTries}, pause
	}
	after := Doubled(s.Pace.Resend, d.Attempt, s.Pace.LongestResend)
	return bot.Dispatch{State: bot.Failed, After: after, Reason: a.Err.Error()}, pause
}

// settle notes what became of a message, trying for a while: one that was sent and not noted is sent again.
func (s *sender) settle(ctx context.Context, d bot.Delivery, as bot.Dispatch) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleLimit)
	defer cancel()
	for n := 1; ; n++ {
		err := s.Store.SettleDelivery(ctx, d, as)
		if err == nil || errors.Is(err, bot.ErrNotFound) {
			return
		}
		if !errors.Is(err, bot.ErrUnavailable) || !Rest(ctx, Doubled(s.Pace.Trouble, n, s.Pace.LongestTrouble)) {
			s.Log.Error("note what became of a message", "conversation", d.Conversation, "message", d.Message.Seq, "state", string(as.State), "error", err)
			return
		}
	}
}
