package postgres

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// widths are how many stretches of tickets (migrations 00014 and 00019) a search reads at once, the newest first and the last width
// again and again: a word that is everywhere is found in one of them, a rare one is looked up in all. The newest may have few tickets.
var widths = [...]int64{1, 1, 2}

// shortWord is up to how many letters a word is taken to be a part of some field of nearly every ticket.
const shortWord = 2

// findTickets finds the newest tickets that have all words, of which the first is the rarest. A nested loop keeps the order of the
// stretches and stops early. What is beside the index is little, and read.
const findTickets = `with templates as materialized (select array_agg(guichet_template(word) order by place) as templates
		from unnest($1::text[]) with ordinality words (word, place)),
	queries as materialized (select place, low, high, guichet_query(templates, low, high) as query
		from templates, unnest($2::bigint[], $3::bigint[]) with ordinality stretches (low, high, place)),
	found as (select ticket from (select query, low, high from queries order by place) in_order, lateral (
		select ticket from ticket_words where seq = 0 and words @@ query /* first */ order by ticket desc) tickets limit $4),
	apart as materialized (select distinct ticket from ticket_words where seq <> 0)
	select ticket from found
	union select ticket from apart where not exists (
		select from templates, unnest(templates) template where not exists (
			select from ticket_words w where w.ticket = apart.ticket
				and ts_match_vq(w.words, replace(template, E'\x01', guichet_stretch(w.ticket)::text)::tsquery)))
	order by ticket desc limit $4`

// findTicketsByFirst leaves a stretch as soon as it lacks the first word. It is a statement of its own: the plan of one for both would
// be made anew for each search.
var findTicketsByFirst = strings.Replace(findTickets, "/* first */",
	"and (select count(*) from ticket_words where seq = 0 and words @@ (select guichet_query(templates[:1], low, high) from templates)) > 0", 1)

// FindTickets implements bot.Tickets. It goes from the newest tickets to the oldest, so that a word that is everywhere is not
// read everywhere.
func (db *DB) FindTickets(ctx context.Context, text string, most int) (*bot.Matches, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	words := strings.Fields(fold(text))
	if len(words) == 0 {
		return nil, nil
	}
	// The longest first: it is likely to be the rarest. Where short ones stand takes long to read.
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	words = slices.Compact(words)
	statement := findTickets
	if shortest := len(words) - 1; shortest > 0 && len(words[shortest]) <= shortWord {
		statement = findTicketsByFirst
	}
	var newest int64
	if err := db.pool.QueryRow(ctx, `select guichet_stretch(coalesce(max(number), 0)) from tickets`).Scan(&newest); err != nil {
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
	rows, err := db.pool.Query(ctx, statement, words, lows, highs, limit)
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
