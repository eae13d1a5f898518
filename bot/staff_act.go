package bot

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/bot/prose"
)

// StaffStore is what a staff room needs of the store.
type StaffStore interface {
	Tickets
	StaffThreads
	StaffIdentities
	User(ctx context.Context, email string) (User, error) // as Accounts
}

// Staff carries out what agents do in a staff room. It is safe for concurrent use.
type Staff struct {
	store     StaffStore
	channel   string // the platform
	room      string
	strangers strangers
}

// NewStaff returns the staff room of a place (a group, a channel) of a platform.
func NewStaff(store StaffStore, channel, place string, now func() time.Time) *Staff {
	return &Staff{store: store, channel: channel, room: channel + ":" + place, strangers: strangers{now: now}}
}

// Room names the room to StaffThreads.
func (s *Staff) Room() string { return s.room }

// StaffAct is what somebody did in a room.
type StaffAct struct {
	Thread string // where; empty outside any
	Person string // the platform's number of who did it
	ID     string // the message's, unique in the room; for what is typed
	Text   string // typed; or
	Button string // the value of the button pressed

	// Fetch gets the files that were sent with the text, and keeps them (Files); nil when there were none. It is called
	// only once it is known that they go to the customer. ErrFileTooLarge and ErrFileType are told to who sent them.
	Fetch func(ctx context.Context) ([]Attachment, error)
}

// StaffAnswer is what came of it.
type StaffAnswer struct {
	Done bool   // carried out; Text says what, in a few words
	Text string // Markdown, set in French; empty: nothing is said
}

// longestStaffText bounds a reply and a note, in characters, as at the desk.
const longestStaffText = 10_000

// Do carries out what somebody did. Doing it again with the same ID changes nothing. An error means that nothing is known
// to have been done, and that it may be tried again.
func (s *Staff) Do(ctx context.Context, act StaffAct) (StaffAnswer, error) {
	answer, err := s.do(ctx, act)
	switch {
	case errors.Is(err, ErrNotFound): // the ticket went meanwhile
		answer, err = refused(staffGone), nil
	case errors.Is(err, ErrExists):
		answer, err = refused(staffElsewhere), nil
	case errors.Is(err, ErrMerged):
		answer, err = refused(staffMerged), nil
	}
	answer.Text = Typeset(answer.Text)
	return answer, err
}

func (s *Staff) do(ctx context.Context, act StaffAct) (StaffAnswer, error) {
	order, rest, reference, err := s.read(ctx, act)
	if err != nil || order == "" {
		return StaffAnswer{}, err
	}
	if order == StaffHelp {
		return refused(staffHelp), nil
	}
	user, err := s.store.StaffUser(ctx, s.channel, act.Person)
	switch {
	case errors.Is(err, ErrNotFound) && (act.Button != "" || s.strangers.due(act.Person)):
		return refused(staffStranger(s.channel, act.Person)), nil
	case errors.Is(err, ErrNotFound):
		return StaffAnswer{}, nil
	case err != nil:
		return StaffAnswer{}, err
	case !user.mayAnswer():
		return refused(staffRole), nil
	}
	return s.order(ctx, act, order, reference, rest, user)
}

// read gives the order and its ticket; no order when nothing is meant for a ticket: colleagues talk in the room too.
func (s *Staff) read(ctx context.Context, act StaffAct) (order StaffOrder, rest, reference string, err error) {
	if act.Button != "" {
		order, reference, _ = ReadStaffButton(act.Button)
		return order, "", reference, nil
	}
	order, rest = ReadStaffLine(act.Text)
	if act.Fetch != nil && isBlank(act.Text) {
		order = StaffReply
	}
	if act.Thread != "" {
		reference, err = s.store.StaffTicket(ctx, s.room, act.Thread)
	}
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return "", "", "", err
	case reference == "" && order != StaffHelp:
		return "", "", "", nil
	}
	return order, rest, reference, nil
}

func (s *Staff) order(ctx context.Context, act StaffAct, order StaffOrder, reference, rest string, user User) (StaffAnswer, error) {
	once := StaffOnce(s.room, act.Thread, act.ID)
	switch {
	case order == StaffRefuse:
		return refused(staffUnknown + "\n\n" + staffHelp), nil
	case order != StaffReply && act.Fetch != nil:
		return refused(staffFileBeside), nil
	case order == StaffNote && rest == "":
		return refused(staffNoteEmpty), nil
	case utf8.RuneCountInString(rest) > longestStaffText:
		return refused(staffTooLong), nil
	}
	switch order {
	case StaffReply:
		return s.reply(ctx, act, reference, AgentReply{Text: KeepLines(rest), Once: once}, user)
	case StaffNote:
		return done(staffNoted, s.store.NoteTicket(ctx, reference, user, rest, once))
	case StaffTake, StaffGive:
		return s.assign(ctx, act, order, reference, user)
	case StaffWait:
		return done(staffWaits, s.store.SetTicketStatus(ctx, reference, user, Waiting))
	case StaffResolve:
		return done(staffResolved, s.store.SetTicketStatus(ctx, reference, user, Resolved))
	case StaffClose:
		return done(staffClosed, s.store.SetTicketStatus(ctx, reference, user, Closed))
	case StaffReopen:
		return done(staffReopened, s.store.SetTicketStatus(ctx, reference, user, Open))
	}
	return refused(staffHelp), nil
}

// reply sends words, files or both to the customer: all of them, or nothing.
func (s *Staff) reply(ctx context.Context, act StaffAct, reference string, reply AgentReply, user User) (StaffAnswer, error) {
	if act.Fetch != nil {
		files, err := act.Fetch(ctx)
		switch {
		case errors.Is(err, ErrFileTooLarge):
			return refused(staffFileLarge), nil
		case errors.Is(err, ErrFileType):
			return refused(staffFileType), nil
		case err != nil:
			return StaffAnswer{}, err
		}
		reply.Attachments = files
	}
	return done(staffReplied, s.store.ReplyTicket(ctx, reference, user, reply))
}

// assign gives a ticket to who asks, or back. A button may be old: it takes nothing from a colleague, the command does.
func (s *Staff) assign(ctx context.Context, act StaffAct, order StaffOrder, reference string, user User) (StaffAnswer, error) {
	file, err := s.store.Ticket(ctx, reference)
	if err != nil {
		return StaffAnswer{}, err
	}
	mine := strings.EqualFold(file.Assignee, user.Email)
	switch {
	case order == StaffGive && file.Assignee != "" && !mine:
		return refused(staffNotYours), nil
	case order == StaffGive:
		return done(staffGiven, s.store.AssignTicket(ctx, reference, user, ""))
	case act.Button != "" && file.Assignee != "" && !mine:
		return s.taken(ctx, file.Assignee)
	}
	return done(staffTaken, s.store.AssignTicket(ctx, reference, user, user.Email))
}

// taken says who has a ticket.
func (s *Staff) taken(ctx context.Context, email string) (StaffAnswer, error) {
	holder, err := s.store.User(ctx, email)
	switch {
	case errors.Is(err, ErrNotFound) || err == nil && holder.Name == "":
		holder.Name = email
	case err != nil:
		return StaffAnswer{}, err
	}
	return refused(staffOther(prose.Escape(holder.Name))), nil
}

// Edited says that a change of what somebody typed does not reach the customer. The text is empty when nothing was to be
// reached, or the words are those that were taken: platforms also report changes that nobody sees.
func (s *Staff) Edited(ctx context.Context, thread, text string) (StaffAnswer, error) {
	if thread == "" || isBlank(text) {
		return StaffAnswer{}, nil
	}
	reference, err := s.store.StaffTicket(ctx, s.room, thread)
	if err != nil {
		return StaffAnswer{}, unlessGone(err)
	}
	file, err := s.store.Ticket(ctx, reference)
	if err != nil {
		return StaffAnswer{}, unlessGone(err)
	}
	_, rest := ReadStaffLine(text)
	for _, said := range file.Transcript {
		if said.From == FromAgent && said.Text == KeepLines(rest) {
			return StaffAnswer{}, nil
		}
	}
	for _, e := range file.Events {
		if e.Kind == EventNote && e.Detail == rest {
			return StaffAnswer{}, nil
		}
	}
	return refused(Typeset(staffEdited)), nil
}

// unlessGone passes over that a ticket, or its thread, is not known.
func unlessGone(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

func refused(says string) StaffAnswer { return StaffAnswer{Text: says} }

func done(says string, err error) (StaffAnswer, error) {
	if err != nil {
		return StaffAnswer{}, err
	}
	return StaffAnswer{Done: true, Text: says}, nil
}
