package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"guichet/bot"
)

type conversationListJSON struct {
	Conversations []conversationJSON `json:"conversations"`
	Next          *string            `json:"next"`
}

func (a *api) listConversations(ctx context.Context, c call) (any, error) {
	q := queryOf(c, "channel", "site", "since", "limit", "cursor")
	limit := q.limit()
	filter := bot.ConversationFilter{
		Channel: q.text("channel"), Site: q.text("site"), Since: q.time("since"), Limit: limit + 1,
	}
	if at := q.cursor(1); at != nil {
		id, err := strconv.ParseInt(at[0], 10, 64)
		if err != nil || id < 1 {
			q.refuse(badCursor)
		}
		filter.Before = id
	}
	if q.err != nil {
		return nil, q.err
	}
	found, err := a.archive.Conversations(ctx, filter)
	if err != nil {
		return nil, err
	}
	page := conversationListJSON{Conversations: []conversationJSON{}}
	if len(found) > limit {
		found = found[:limit]
		page.Next = newCursor(strconv.FormatInt(found[limit-1].ID, 10))
	}
	for _, c := range found {
		page.Conversations = append(page.Conversations, conversationOf(c))
	}
	return page, nil
}

func (a *api) readConversation(ctx context.Context, c call) (any, error) {
	none := problem{http.StatusNotFound, "there is no conversation of this number, or it is past its time and was deleted"}
	id, err := strconv.ParseInt(c.PathValue("id"), 10, 64)
	if err != nil {
		return nil, none
	}
	file, err := a.archive.Conversation(ctx, id)
	if errors.Is(err, bot.ErrNotFound) {
		return nil, none
	}
	if err != nil {
		return nil, err
	}
	out := conversationFileJSON{conversationJSON: conversationOf(file.Conversation), Transcript: transcriptOf(file.Transcript), Tickets: file.Tickets}
	if out.Tickets == nil {
		out.Tickets = []string{}
	}
	return out, nil
}
