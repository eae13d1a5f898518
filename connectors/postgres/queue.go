package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// Tickets implements bot.Tickets.
func (db *DB) Tickets(ctx context.Context, filter bot.TicketFilter) ([]bot.Ticket, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	filter, err := db.among(ctx, filter)
	if err != nil {
		return nil, err
	}
	rare, err := db.rare(ctx, filter)
	if err != nil {
		return nil, err
	}
	statement, args := listing(filter, rare)
	rows, err := db.pool.Query(ctx, statement, args...)
	if err != nil {
		return nil, fail(err, "list tickets")
	}
	tickets, err := pgx.CollectRows(rows, scanTicket)
	return tickets, fail(err, "list tickets")
}

// among looks the words of a filter up.
func (db *DB) among(ctx context.Context, filter bot.TicketFilter) (bot.TicketFilter, error) {
	var err error
	if filter.Among == nil {
		filter.Among, err = db.FindTickets(ctx, filter.Text, 0)
	}
	return filter, err
}

// rareTag is of how many tickets it is quicker to put all in order than to look for them along the order.
const rareTag = 500

// rare tells whether few tickets have a filter's tag. The planner cannot know it of a tag that few or none have, and would go through
// all tickets in their order; the tally knows.
func (db *DB) rare(ctx context.Context, filter bot.TicketFilter) (bool, error) {
	if filter.Tag == "" || filter.Among != nil {
		return false, nil
	}
	n := &narrowing{}
	n.tallied(filter)
	var rare bool
	err := db.pool.QueryRow(ctx, fmt.Sprintf(`select coalesce(sum(n), 0) < %d from ticket_tally t %s`, rareTag, n.where()), n.args...).Scan(&rare)
	return rare, fail(err, "count the tickets of a tag")
}

// listing is the statement of a list. Where few tickets are listed they are found first, and then put in order.
func listing(filter bot.TicketFilter, rare bool) (statement string, args []any) {
	n := narrow(filter)
	if condition := n.view(filter.View, filter); condition != "" {
		n.conditions = append(n.conditions, condition)
	}
	if after := filter.After; after != nil {
		moment, reference := n.arg(after.CreatedAt), n.arg(clean(after.Reference))
		n.conditions = append(n.conditions, fmt.Sprintf("(t.created_at < %[1]s or t.created_at = %[1]s and t.reference > %[2]s)", moment, reference))
	}
	order := "t.created_at desc, t.reference"
	if filter.ByDeadline && !allDone(filter.Statuses) {
		// Nulls come last. It reads as the indexes of tickets by deadline do.
		order = "t.due_at, (case when t.due_at is not null then t.created_at end), " + order
	}
	limit := filter.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	from := "tickets t " + n.where()
	if rare {
		from = "(select * from " + from + " offset 0) t"
	}
	// What is narrowed by stands in the indexes: only the tickets of the page are read.
	return fmt.Sprintf(`select %s from tickets t where t.reference = any(array(
			select t.reference from %s order by %[3]s limit %[4]s offset %[5]s)) order by %[3]s`,
		ticketColumns, from, order, n.arg(limit), n.arg(max(filter.Offset, 0))), n.args
}

// allDone tells whether only tickets without a deadline have these statuses.
func allDone(statuses []bot.Status) bool {
	return len(statuses) > 0 && !slices.ContainsFunc(statuses, func(s bot.Status) bool { return !s.Done() })
}

// narrowing gathers conditions and their arguments. Only the fields that narrow are in it, so that each combination is
// planned for itself and finds its index.
type narrowing struct {
	conditions []string
	args       []any
}

// arg adds an argument and gives its name in the statement.
func (n *narrowing) arg(value any) string {
	n.args = append(n.args, value)
	return fmt.Sprintf("$%d", len(n.args))
}

func (n *narrowing) add(condition string, value any) {
	n.conditions = append(n.conditions, fmt.Sprintf(condition, n.arg(value)))
}

// where joins the conditions, and further ones.
func (n *narrowing) where(more ...string) string {
	all := append(slices.Clone(n.conditions), more...)
	if len(all) == 0 {
		return ""
	}
	return "where " + strings.Join(all, " and ")
}

// narrow gives all of the filter but its view.
func narrow(filter bot.TicketFilter) *narrowing {
	n := &narrowing{}
	n.kind(filter)
	if filter.Tag != "" {
		n.add("t.tags @> array[%s::text]", clean(filter.Tag))
	}
	if filter.Among != nil {
		n.add("t.number = any(%s::bigint[])", filter.Among.Numbers)
	}
	return n
}

// kind narrows by what the tally of tickets knows, too.
func (n *narrowing) kind(filter bot.TicketFilter) {
	if len(filter.Statuses) > 0 {
		n.conditions = append(n.conditions, "t.status in ("+statusList(filter.Statuses)+")")
	}
	if filter.Category != "" {
		n.add("t.category = %s", filter.Category)
	}
	if filter.Assignee != "" {
		n.add("t.assignee = %s", mailbox(filter.Assignee))
	}
	if filter.Channel != "" {
		n.add("t.channel = %s", clean(filter.Channel))
	}
	if filter.Site != "" {
		n.add("t.site = %s", clean(filter.Site))
	}
	if filter.Priority != "" {
		n.add("t.priority = %s", clean(string(filter.Priority)))
	}
}

// tallied narrows the tally to what lists are narrowed to but for their view. The tag ” has every ticket once. All statuses are
// named where all are wanted: by them the index is found.
func (n *narrowing) tallied(filter bot.TicketFilter) {
	if len(filter.Statuses) == 0 {
		filter.Statuses = bot.Statuses()
	}
	n.kind(filter)
	n.add("t.tag = %s", clean(filter.Tag))
}

// statusList writes statuses into the statement, where a partial index recognises them. Only known ones are written.
func statusList(statuses []bot.Status) string {
	list := []string{"''"}
	for _, s := range bot.Statuses() {
		if slices.Contains(statuses, s) {
			list = append(list, "'"+string(s)+"'")
		}
	}
	if len(list) > 1 {
		list = list[1:]
	}
	return strings.Join(list, ", ")
}

// view is what makes a view; empty for all tickets.
func (n *narrowing) view(view bot.View, filter bot.TicketFilter) string {
	now := func() string {
		if filter.Now.IsZero() {
			return "now()"
		}
		return n.arg(filter.Now)
	}
	awake := ""
	if filter.Awake && view != bot.ViewOverdue && view != bot.ViewWaiting && view != bot.ViewSnoozed {
		awake = "(t.snoozed_until is null or t.snoozed_until <= " + now() + ")"
	}
	and := ""
	if awake != "" {
		and = " and " + awake
	}
	switch view {
	case bot.ViewMine:
		return "t.assignee = " + n.arg(mailbox(filter.Viewer)) + " and t.assignee <> ''" + and
	case bot.ViewUnassigned:
		return "t.assignee = ''" + and
	case bot.ViewWaiting:
		return "t.status = 'waiting'"
	case bot.ViewOverdue:
		late := "t.due_at < " + now()
		if len(filter.Statuses) == 0 { // true of all that are late, and what the partial index asks for
			late += " and t.status in ('open', 'waiting')"
		}
		return late
	case bot.ViewSnoozed:
		return "t.snoozed_until > " + now()
	}
	return awake
}
