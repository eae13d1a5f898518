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
	statement, args := listing(filter)
	rows, err := db.pool.Query(ctx, statement, args...)
	if err != nil {
		return nil, fail(err, "list tickets")
	}
	tickets, err := pgx.CollectRows(rows, scanTicket)
	return tickets, fail(err, "list tickets")
}

// listing is the statement of a list.
func listing(filter bot.TicketFilter) (statement string, args []any) {
	n := narrow(filter)
	if condition := n.view(filter.View, filter); condition != "" {
		n.conditions = append(n.conditions, condition)
	}
	if after := filter.After; after != nil {
		moment, reference := n.arg(after.CreatedAt), n.arg(clean(after.Reference))
		n.conditions = append(n.conditions, fmt.Sprintf("(t.created_at < %[1]s or t.created_at = %[1]s and t.reference > %[2]s)", moment, reference))
	}
	order := "t.created_at desc, t.reference"
	if filter.ByDeadline {
		// Nulls come last. It reads as the index tickets_due does.
		order = "t.due_at, (case when t.due_at is not null then t.created_at end), " + order
	}
	limit := filter.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	return fmt.Sprintf(`select %s from tickets t join conversations c on c.id = t.conversation_id %s order by %s limit %s offset %s`,
		ticketColumns, n.where(), order, n.arg(limit), n.arg(max(filter.Offset, 0))), n.args
}

// CountViews implements bot.Tickets. The conditions are those of the lists: what narrows, and what makes each view.
func (db *DB) CountViews(ctx context.Context, filter bot.TicketFilter) (map[bot.View]int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	n := narrow(filter)
	where := n.where()
	var columns []string
	numbers := make([]int, len(bot.Views()))
	targets := make([]any, len(numbers))
	for i, view := range bot.Views() {
		targets[i] = &numbers[i]
		column := "count(*)"
		if condition := n.view(view, filter); condition != "" {
			column += " filter (where " + condition + ")"
		}
		columns = append(columns, column)
	}
	from := "tickets t"
	if filter.Channel != "" { // the only thing that a count needs of the conversation
		from += " join conversations c on c.id = t.conversation_id"
	}
	err := db.pool.QueryRow(ctx, "select "+strings.Join(columns, ", ")+" from "+from+" "+where, n.args...).Scan(targets...)
	if err != nil {
		return nil, fail(err, "count the views")
	}
	counts := map[bot.View]int{}
	for i, view := range bot.Views() {
		counts[view] = numbers[i]
	}
	return counts, nil
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

func (n *narrowing) where() string {
	if len(n.conditions) == 0 {
		return ""
	}
	return "where " + strings.Join(n.conditions, " and ")
}

// narrow gives all of the filter but its view.
func narrow(filter bot.TicketFilter) *narrowing {
	n := &narrowing{}
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
		n.add("c.channel = %s", clean(filter.Channel))
	}
	if filter.Site != "" {
		n.add("t.site = %s", clean(filter.Site))
	}
	if filter.Priority != "" {
		n.add("t.priority = %s", clean(string(filter.Priority)))
	}
	if filter.Tag != "" {
		n.add("t.tags @> array[%s::text]", clean(filter.Tag))
	}
	for _, word := range strings.Fields(fold(filter.Text)) {
		n.word(word)
	}
	return n
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

// word asks for a word in what is known of the ticket or in its conversation. strpos and not LIKE: % and _ are letters like
// others to whoever searches.
func (n *narrowing) word(word string) {
	here := fmt.Sprintf("strpos(t.search, %s) > 0", n.arg(word))
	parts := strings.FieldsFunc(word, punctuation)
	if len(parts) == 0 {
		n.conditions = append(n.conditions, here)
		return
	}
	for i, part := range parts {
		parts[i] = "'" + part + "'" // it holds no quotation mark any more
	}
	query := strings.Join(parts, " <-> ") // one after the other
	if last := parts[len(parts)-1]; len(last) >= len("''")+shortestPrefix {
		query += ":*"
	}
	n.conditions = append(n.conditions, fmt.Sprintf(`(%s or t.conversation_id in
		(select m.conversation_id from messages m where m.search @@ to_tsquery('simple', %s)))`, here, n.arg(query)))
}

// punctuation is what guichet_fold (migration 00009) puts blanks in the place of.
func punctuation(r rune) bool {
	return r < 0x80 && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') || strings.ContainsRune("’‘«»“”–—", r)
}

// shortestPrefix is the length of a word, in bytes, from which words that begin so are found: shorter ones begin most texts.
const shortestPrefix = 3

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
		return "t.due_at < " + now()
	case bot.ViewSnoozed:
		return "t.snoozed_until > " + now()
	}
	return awake
}
