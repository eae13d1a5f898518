package courier

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"guichet/bot"
)

var reference = regexp.MustCompile(`^G-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)

// mostReferences bounds an answer about all requests of a conversation.
const mostReferences = 5

// Records is what Status reads.
type Records interface {
	Transcript(ctx context.Context, channel, key string, after int64) ([]bot.Message, error)
	Ticket(ctx context.Context, reference string) (bot.TicketFile, error)
}

// Status answers how a request stands: its status and nothing of what is in it, since whoever knows a reference may ask.
// Without a reference it tells of the requests of the conversation, the newest first. A request that was merged stands as
// the one it goes on in.
func Status(ctx context.Context, records Records, in bot.Inbound, given string) (bot.Reply, error) {
	if in.Public {
		return bot.Reply{Kind: bot.Escalate, Text: textStatusPrivately}, nil
	}
	given = strings.ToUpper(strings.TrimSpace(given))
	references := []string{given}
	switch {
	case given == "":
		var err error
		if references, err = referencesOf(ctx, records, in); err != nil {
			return bot.Reply{}, err
		}
	case !reference.MatchString(given):
		return bot.Reply{Kind: bot.Smalltalk, Text: textBadReference}, nil
	}
	var lines []string
	for _, r := range references {
		file, err := records.Ticket(ctx, r)
		as := file.Ticket
		for err == nil && as.MergedInto != "" { // never a ring (bot.TicketTies)
			var into bot.TicketFile
			into, err = records.Ticket(ctx, as.MergedInto)
			as = into.Ticket
		}
		switch {
		case errors.Is(err, bot.ErrNotFound):
			lines = append(lines, textUnknownReference(r))
		case err != nil:
			return bot.Reply{}, err
		default:
			lines = append(lines, textStatus(r, as, as.ConversationID != file.ConversationID))
		}
	}
	if len(lines) == 0 {
		lines = []string{textNoRequest}
	}
	return bot.Reply{Kind: bot.Smalltalk, Text: strings.Join(lines, "\n\n")}, nil
}

// referencesOf are the requests that were opened in a conversation, the newest first.
func referencesOf(ctx context.Context, records Records, in bot.Inbound) ([]string, error) {
	transcript, err := records.Transcript(ctx, in.Channel, in.Key, 0)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, m := range slices.Backward(transcript) {
		if m.Reply != nil && m.Reply.Reference != "" && !slices.Contains(all, m.Reply.Reference) && len(all) < mostReferences {
			all = append(all, m.Reply.Reference)
		}
	}
	return all, nil
}
