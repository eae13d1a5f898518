package postgres

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// ticketsAStretch is how many tickets share the beginning of their words (migration 00014).
const ticketsAStretch = 1000

// widths are how many stretches a search reads at once, the newest first and the last width again and again: a word that is
// everywhere is found in few of them, a rare one is looked up in many at a time. The newest stretch may have few tickets.
var widths = [...]int64{2, 4, 8}

// findTickets finds the newest tickets that have all words. A nested loop keeps the order of the stretches and stops early.
// What is beside the index is little, and read.
const findTickets = `with templates as materialized (select array_agg(guichet_template(word)) as templates from unnest($1::text[]) word),
	queries as materialized (select place, guichet_query(templates, low, high) as query
		from templates, unnest($2::bigint[], $3::bigint[]) with ordinality stretches (low, high, place)),
	found as (select ticket from (select query from queries order by place) in_order, lateral (
		select ticket from ticket_words where seq = 0 and words @@ query order by ticket desc) tickets limit $4),
	apart as materialized (select distinct ticket from ticket_words where seq <> 0)
	select ticket from found
	union select ticket from apart where not exists (
		select from templates, unnest(templates) template where not exists (
			select from ticket_words w where w.ticket = apart.ticket
				and ts_match_vq(w.words, replace(template, E'\x01', (w.ticket / 1000)::text)::tsquery)))
	order by ticket desc limit $4`

// FindTickets implements bot.Tickets. It goes from the newest tickets to the oldest, so that a word that is everywhere is not
// read everywhere.
func (db *DB) FindTickets(ctx context.Context, text string, most int) (*bot.Matches, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	words := strings.Fields(fold(text))
	if len(words) == 0 {
		return nil, nil
	}
	slices.Sort(words)
	words = slices.Compact(words)
	var newest int64
	if err := db.pool.QueryRow(ctx, `select coalesce(max(number), 0) / $1::bigint from tickets`, ticketsAStretch).Scan(&newest); err != nil {
		return nil, fail(err, "search tickets")
	}
	var lows, highs []int64
	for high := newest; high >= 0; high = lows[len(lows)-1] - 1 {
		width := widths[min(len(lows), len(widths)-1)]
		lows, highs = append(lows, max(0, high-width+1)), append(highs, high)
	}
	var limit *int // null limits nothing
	if most > 0 {
		more := most + 1
		limit = &more
	}
	rows, err := db.pool.Query(ctx, findTickets, words, lows, highs, limit)
	if err != nil {
		return nil, fail(err, "search tickets")
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fail(err, "search tickets")
	}
	found := &bot.Matches{Numbers: append([]int64{}, numbers...)}
	if most > 0 && len(numbers) > most {
		found.Numbers, found.More = found.Numbers[:most], true
	}
	return found, nil
}

// searchText is what the column search of a ticket holds: its reference and its fields, as they are searched. The short ones
// come first: of very long ones only the beginning is indexed (migration 00014), and what they say is in the conversation too.
func searchText(reference string, fields map[bot.Field]string) string {
	var values []string
	for _, value := range fields {
		values = append(values, fold(value))
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	reference = fold(reference)
	return strings.Join(append([]string{reference, strings.ReplaceAll(reference, "-", "")}, values...), "\n")
}
