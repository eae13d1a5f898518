package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/bot"
	"guichet/connectors/postgres"
)

type ticketCommand struct {
	List   ticketListCommand   `cmd:"" help:"List tickets, newest first."`
	Show   ticketShowCommand   `cmd:"" help:"Show a ticket with its fields and transcript."`
	Reply  ticketReplyCommand  `cmd:"" help:"Answer the customer."`
	Assign ticketAssignCommand `cmd:"" help:"Assign a ticket to an agent."`
	Close  ticketCloseCommand  `cmd:"" help:"Close a ticket."`
}

type ticketListCommand struct {
	databaseFlags
	Status string `help:"Only this status." enum:",open,waiting,resolved,closed" default:""`
	Limit  int    `help:"At most this many." default:"50"`
}

// Run prints a ticket a line.
func (t *ticketListCommand) Run(ctx context.Context, c console) error {
	return t.use(ctx, func(db *postgres.DB) error {
		filter := bot.TicketFilter{Limit: t.Limit}
		if t.Status != "" {
			filter.Statuses = []bot.Status{bot.Status(t.Status)}
		}
		tickets, err := db.Tickets(ctx, filter)
		if err != nil {
			return err
		}
		for _, ticket := range tickets {
			c.sayf("%s  %-8s  %-22s  %-10s  %s  %s\n", ticket.Reference, ticket.Status, ticket.Category, ticket.Site,
				ticket.CreatedAt.Format(time.RFC3339), ticket.Assignee)
		}
		return nil
	})
}

type ticketShowCommand struct {
	databaseFlags
	Reference string `arg:"" help:"The ticket's reference."`
}

// Run prints the ticket, its fields and what was said.
func (t *ticketShowCommand) Run(ctx context.Context, c console) error {
	t.Reference = bot.ReadReference(t.Reference)
	return t.use(ctx, func(db *postgres.DB) error {
		file, err := db.Ticket(ctx, t.Reference)
		if err != nil {
			return ticketError(t.Reference, err)
		}
		c.sayf("%s  %s  %s  %s\n", file.Reference, file.Category, file.Status, file.Assignee)
		definition, _ := bot.Define(file.Category)
		for _, f := range definition.Fields() {
			if v := file.Fields[f]; v != "" {
				c.sayf("  %s: %s\n", f, v)
			}
		}
		for _, m := range file.Transcript {
			c.sayf("%s %s: %s\n", m.At.Format(time.DateTime), m.From, bot.Plain(m.Text))
			for _, a := range m.Attachments {
				c.sayf("  file %s (%s, %d bytes) %s\n", a.Name, a.Type, a.Size, a.ID)
			}
		}
		return nil
	})
}

// sayf prints what may hold a customer's words: what they would have a terminal do is left out. The database may have had them
// before they were left out of messages.
func (c console) sayf(format string, args ...any) {
	fmt.Fprint(c.out, bot.Printable(fmt.Sprintf(format, args...)))
}

type ticketReplyCommand struct {
	databaseFlags
	filesFlags
	As        string   `help:"The e-mail of the agent who answers." required:""`
	File      []string `help:"A picture or a PDF to send with it; may be repeated." type:"existingfile" placeholder:"PATH"`
	Reference string   `arg:"" help:"The ticket's reference."`
	Text      string   `arg:"" optional:"" help:"What to say; may be left out with --file."`
}

// Run says the text to the customer.
func (t *ticketReplyCommand) Run(ctx context.Context) error {
	t.Reference = bot.ReadReference(t.Reference)
	if strings.TrimSpace(t.Text) == "" && len(t.File) == 0 {
		return errors.New("the reply is empty")
	}
	return t.use(ctx, func(db *postgres.DB) error {
		agent, err := agentOf(ctx, db, t.As)
		if err != nil {
			return err
		}
		if _, err := db.Ticket(ctx, t.Reference); err != nil { // before any file is kept
			return ticketError(t.Reference, err)
		}
		reply := bot.AgentReply{Text: t.Text, Once: rand.Text()}
		if len(t.File) > 0 {
			if reply.Attachments, err = t.keep(ctx, db); err != nil {
				return err
			}
		}
		return ticketError(t.Reference, db.ReplyTicket(ctx, t.Reference, agent, reply))
	})
}

// keep puts the files where the server finds them.
func (t *ticketReplyCommand) keep(ctx context.Context, db *postgres.DB) (all []bot.Attachment, err error) {
	store, err := t.filesFlags.open(ctx, t.Data, 0)
	if err != nil {
		return nil, err
	}
	if err := claim(ctx, store, db); err != nil {
		return nil, err
	}
	for _, path := range t.File {
		a, err := keepFile(ctx, store, path)
		switch {
		case errors.Is(err, bot.ErrFileType):
			return nil, fmt.Errorf("%s is neither a picture (PNG, JPEG, WebP, HEIC) nor a PDF: nothing was sent", path)
		case errors.Is(err, bot.ErrFileTooLarge):
			return nil, fmt.Errorf("%s is too large: nothing was sent", path)
		case err != nil:
			return nil, fmt.Errorf("send %s: %w", path, err)
		}
		all = append(all, a)
	}
	return all, nil
}

func keepFile(ctx context.Context, store bot.Files, path string) (bot.Attachment, error) {
	f, err := os.Open(path)
	if err != nil {
		return bot.Attachment{}, err
	}
	defer f.Close()
	return store.Put(ctx, filepath.Base(path), f)
}

type ticketAssignCommand struct {
	databaseFlags
	As        string `help:"The e-mail of the agent who assigns." required:""`
	Reference string `arg:"" help:"The ticket's reference."`
	To        string `arg:"" optional:"" help:"The e-mail of the agent; nobody when not given."`
}

// Run assigns the ticket.
func (t *ticketAssignCommand) Run(ctx context.Context) error {
	t.Reference = bot.ReadReference(t.Reference)
	return t.use(ctx, func(db *postgres.DB) error {
		agent, err := agentOf(ctx, db, t.As)
		if err != nil {
			return err
		}
		if t.To != "" {
			if _, err := agentOf(ctx, db, t.To); err != nil {
				return err
			}
		}
		return ticketError(t.Reference, db.AssignTicket(ctx, t.Reference, agent, strings.ToLower(t.To)))
	})
}

type ticketCloseCommand struct {
	databaseFlags
	As        string `help:"The e-mail of the agent who closes." required:""`
	Reference string `arg:"" help:"The ticket's reference."`
}

// Run closes the ticket.
func (t *ticketCloseCommand) Run(ctx context.Context) error {
	t.Reference = bot.ReadReference(t.Reference)
	return t.use(ctx, func(db *postgres.DB) error {
		agent, err := agentOf(ctx, db, t.As)
		if err != nil {
			return err
		}
		return ticketError(t.Reference, db.SetTicketStatus(ctx, t.Reference, agent, bot.Closed))
	})
}

func agentOf(ctx context.Context, db *postgres.DB, email string) (bot.User, error) {
	user, err := db.User(ctx, strings.ToLower(email))
	if errors.Is(err, bot.ErrNotFound) {
		return user, fmt.Errorf("%s has no account at the desk", email)
	}
	if err == nil && user.Disabled {
		return user, fmt.Errorf("the account of %s is disabled: enable it with guichet user enable, or name another", email)
	}
	return user, err
}

func ticketError(reference string, err error) error {
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("there is no ticket %s", reference)
	}
	return err
}
