package postgres

import (
	"context"
	"fmt"
	"strings"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// The table ticket_tally counts tickets by kind (migration 00014), so that no count reads the tickets.

// countByStatus is the statement that counts tickets by status.
const countByStatus = `select status, sum(n) from ticket_tally where tag = '' group by status having sum(n) > 0`

// scanStatuses takes the rows of countByStatus.
func scanStatuses(rows pgx.Rows, into map[bot.Status]int) error {
	var status bot.Status
	var count int
	_, err := pgx.ForEachRow(rows, []any{&status, &count}, func() error {
		into[status] = count
		return nil
	})
	return err
}

// CountTickets implements bot.Tickets. A status that no ticket has is absent.
func (db *DB) CountTickets(ctx context.Context) (map[bot.Status]int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	counts := map[bot.Status]int{}
	rows, err := db.pool.Query(ctx, countByStatus)
	if err == nil {
		err = scanStatuses(rows, counts)
	}
	if err != nil {
		return nil, fail(err, "count tickets")
	}
	return counts, nil
}

// CountViews implements bot.Tickets. The conditions are those of the lists: what narrows, and what makes each view.
func (db *DB) CountViews(ctx context.Context, filter bot.TicketFilter) (map[bot.View]int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	filter, err := db.among(ctx, filter)
	if err != nil {
		return nil, err
	}
	statement, args := countEach(filter)
	if filter.Among == nil {
		statement, args = countKinds(filter)
	}
	numbers := make([]int, len(bot.Views()))
	targets := make([]any, len(numbers))
	for i := range numbers {
		targets[i] = &numbers[i]
	}
	if err := db.pool.QueryRow(ctx, statement, args...).Scan(targets...); err != nil {
		return nil, fail(err, "count the views")
	}
	counts := map[bot.View]int{}
	for i, view := range bot.Views() {
		counts[view] = numbers[i]
	}
	return counts, nil
}

// countEach counts the views, in their order, over the few tickets of a search.
func countEach(filter bot.TicketFilter) (statement string, args []any) {
	n := narrow(filter)
	where := n.where()
	var columns []string
	for _, view := range bot.Views() {
		column := "count(*)"
		if condition := n.view(view, filter); condition != "" {
			column += " filter (where " + condition + ")"
		}
		columns = append(columns, column)
	}
	return "select " + strings.Join(columns, ", ") + " from tickets t " + where, n.args
}

// countKinds counts the views, in their order, from the tally. What depends on the hour no tally knows: what is overdue and
// what is set aside are few, and counted along their indexes.
func countKinds(filter bot.TicketFilter) (statement string, args []any) {
	n := narrow(filter)
	aside, late := n.where(n.view(bot.ViewSnoozed, filter)), n.where(n.view(bot.ViewOverdue, filter))
	n.conditions = nil
	n.tallied(filter)
	tallied := n.where()
	awake := filter.Awake
	filter.Awake = false // what is set aside is subtracted
	mine, unassigned := n.view(bot.ViewMine, filter), n.view(bot.ViewUnassigned, filter)
	columns := map[bot.View]string{
		bot.ViewAll: "kinds.total", bot.ViewMine: "kinds.mine", bot.ViewUnassigned: "kinds.unassigned",
		bot.ViewOverdue: "late.total", bot.ViewWaiting: "kinds.waiting", bot.ViewSnoozed: "aside.total",
	}
	if awake {
		for view, less := range map[bot.View]string{bot.ViewAll: "aside.total", bot.ViewMine: "aside.mine", bot.ViewUnassigned: "aside.unassigned"} {
			columns[view] += " - " + less
		}
	}
	var inOrder []string
	for _, view := range bot.Views() {
		inOrder = append(inOrder, "("+columns[view]+")::bigint")
	}
	return fmt.Sprintf(`select %s from (
			select coalesce(sum(n), 0) as total, coalesce(sum(n) filter (where %[2]s), 0) as mine,
				coalesce(sum(n) filter (where %[3]s), 0) as unassigned, coalesce(sum(n) filter (where t.status = 'waiting'), 0) as waiting
			from ticket_tally t %[4]s
		) kinds, (
			select count(*) as total, count(*) filter (where %[2]s) as mine, count(*) filter (where %[3]s) as unassigned
			from tickets t %[5]s
		) aside, (select count(*) as total from tickets t %[6]s) late`,
		strings.Join(inOrder, ", "), mine, unassigned, tallied, aside, late), n.args
}
