package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

type ticketListJSON struct {
	Tickets []ticketJSON `json:"tickets"`
	Next    *string      `json:"next"`
}

func (a *api) listTickets(ctx context.Context, c call) (any, error) {
	filter, limit, err := ticketFilter(c)
	if err != nil {
		return nil, err
	}
	filter.Limit = limit + 1 // one more tells whether there is a next page
	tickets, err := a.tickets.Tickets(ctx, filter)
	if err != nil {
		return nil, err
	}
	page := ticketListJSON{Tickets: []ticketJSON{}}
	if len(tickets) > limit {
		tickets = tickets[:limit]
		last := tickets[limit-1]
		page.Next = newCursor(strconv.FormatInt(last.CreatedAt.UnixMicro(), 10), last.Reference)
	}
	for _, t := range tickets {
		page.Tickets = append(page.Tickets, ticketOf(t, a.now()))
	}
	return page, nil
}

func ticketFilter(c call) (filter bot.TicketFilter, limit int, err error) {
	q := queryOf(c, "status", "category", "priority", "tag", "assignee", "site", "text", "limit", "cursor")
	filter = bot.TicketFilter{
		Category: bot.Category(q.text("category")), Assignee: q.text("assignee"), Site: q.text("site"), Text: q.text("text"),
	}
	for _, given := range q.values["status"] {
		status := bot.Status(given)
		if !validStatus(status) {
			q.refuse("the status should be one of " + statusList())
		}
		filter.Statuses = append(filter.Statuses, status)
	}
	if _, known := bot.Define(filter.Category); filter.Category != "" && !known {
		q.refuse("the category should be one of " + categoryList())
	}
	filter.Priority = bot.Priority(q.text("priority"))
	if filter.Priority != "" && !slices.Contains(bot.Priorities(), filter.Priority) {
		q.refuse("the priority should be one of " + priorityList())
	}
	if filter.Tag = q.text("tag"); filter.Tag != "" {
		tags, err := bot.ReadTags(filter.Tag)
		if err != nil || len(tags) != 1 {
			q.refuse("tag should be one tag")
		} else {
			filter.Tag = tags[0]
		}
	}
	if at := q.cursor(2); at != nil {
		micro, err := strconv.ParseInt(at[0], 10, 64)
		if err != nil || micro < 0 {
			q.refuse(badCursor)
		}
		filter.After = &bot.TicketPosition{CreatedAt: time.UnixMicro(micro), Reference: at[1]}
	}
	limit = q.limit()
	return filter, limit, q.err
}

func statusList() string {
	var all []string
	for _, s := range bot.Statuses() {
		all = append(all, string(s))
	}
	return strings.Join(all, ", ")
}

func categoryList() string {
	var all []string
	for _, d := range bot.Definitions() {
		all = append(all, string(d.Category))
	}
	return strings.Join(all, ", ")
}

func (a *api) readTicket(ctx context.Context, c call) (any, error) {
	file, err := a.tickets.Ticket(ctx, c.PathValue("reference"))
	if err != nil {
		return nil, noTicket(err)
	}
	return ticketFileOf(file, a.now()), nil
}

// noTicket says that a reference is unknown.
func noTicket(err error) error {
	if errors.Is(err, bot.ErrNotFound) {
		return problem{http.StatusNotFound, "there is no ticket of this reference, or it is past its time and was deleted"}
	}
	if errors.Is(err, bot.ErrMerged) {
		return invalid("the ticket was merged into another one and nothing was done: write to the one that its merged_into names")
	}
	return err
}
