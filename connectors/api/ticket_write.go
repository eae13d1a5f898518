package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"guichet/bot"
)

// longestName is that of an agent, as at the desk.
const longestName = 80

type replyJSON struct {
	Text string  `json:"text"`
	As   *string `json:"as"` // the name the customer reads; that of the key when there is none
}

func (a *api) reply(ctx context.Context, c call) (any, error) {
	var in replyJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if err := checkText("text", in.Text, longestText); err != nil {
		return nil, err
	}
	by := c.key.Actor()
	if in.As != nil {
		if err := checkText("name to answer as", *in.As, longestName); err != nil {
			return nil, err
		}
		by.Name = strings.TrimSpace(*in.As)
	}
	return a.write(ctx, c, func(reference, once string) error {
		return a.tickets.ReplyTicket(ctx, reference, by, bot.AgentReply{Text: in.Text, Once: once})
	})
}

type noteJSON struct {
	Text string `json:"text"`
}

func (a *api) note(ctx context.Context, c call) (any, error) {
	var in noteJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if err := checkText("text", in.Text, longestText); err != nil {
		return nil, err
	}
	return a.write(ctx, c, func(reference, once string) error {
		return a.tickets.NoteTicket(ctx, reference, c.key.Actor(), in.Text, once)
	})
}

type assignJSON struct {
	Assignee given `json:"assignee"`
}

// given is a text or null, and knows whether it was there at all.
type given struct {
	there bool
	text  string
}

// UnmarshalJSON implements json.Unmarshaler; null is an empty text.
func (g *given) UnmarshalJSON(data []byte) error {
	g.there = true
	if json.Unmarshal(data, &g.text) != nil {
		return problem{http.StatusBadRequest, "assignee should be an e-mail, as text, or null"}
	}
	return nil
}

func (a *api) assign(ctx context.Context, c call) (any, error) {
	var in assignJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if !in.Assignee.there {
		return nil, invalid("assignee is missing: give an agent's e-mail, or null to give the ticket back")
	}
	if in.Assignee.text != "" {
		user, err := a.tickets.User(ctx, in.Assignee.text)
		if errors.Is(err, bot.ErrNotFound) {
			return nil, invalid("nobody has an account at the desk with this e-mail: give one of guichet user list")
		}
		if err != nil {
			return nil, err
		}
		if user.Disabled {
			return nil, invalid("this account is disabled, and nobody would see the ticket: give one of guichet user list that is not")
		}
		in.Assignee.text = user.Email
	}
	return a.write(ctx, c, func(reference, _ string) error {
		return a.tickets.AssignTicket(ctx, reference, c.key.Actor(), in.Assignee.text)
	})
}

type statusJSON struct {
	Status bot.Status `json:"status"`
}

func (a *api) setStatus(ctx context.Context, c call) (any, error) {
	var in statusJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if !validStatus(in.Status) {
		return nil, invalid("the status should be one of %s", statusList())
	}
	return a.write(ctx, c, func(reference, _ string) error {
		return a.tickets.SetTicketStatus(ctx, reference, c.key.Actor(), in.Status)
	})
}

// write does something to the ticket of the address, and gives the ticket as it is then.
func (a *api) write(ctx context.Context, c call, do func(reference, once string) error) (any, error) {
	reference := c.PathValue("reference")
	once, err := once(c)
	if err != nil {
		return nil, err
	}
	if err := do(reference, once); err != nil {
		if errors.Is(err, bot.ErrExists) {
			return nil, invalid("this Idempotency-Key was used for something else on this ticket, and nothing was done: send another one if this is new")
		}
		return nil, noTicket(err)
	}
	file, err := a.tickets.Ticket(ctx, reference)
	if err != nil {
		return nil, noTicket(err)
	}
	return ticketOf(file.Ticket, a.now()), nil
}
