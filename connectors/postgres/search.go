package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

const (
	// ticketsAStretch is how many tickets share the beginning of their words (migration 00014).
	ticketsAStretch = 1000

	// widening is how many times as many stretches each next step of a search reads as the one before.
	widening = 4
)

// FindTickets implements bot.Tickets. It goes from the newest tickets to the oldest in steps that widen, so that a word that
// is everywhere is not read everywhere, and one that is nowhere takes few steps.
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
	found := &bot.Matches{Numbers: []int64{}}
	width := int64(1)
	if most <= 0 {
		width = newest + 1
	}
	for high := newest; high >= 0 && !found.More; high, width = high-width, width*widening {
		statement, args := step(words, max(0, high-width+1), high)
		rows, err := db.pool.Query(ctx, statement, args...)
		if err != nil {
			return nil, fail(err, "search tickets")
		}
		numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return nil, fail(err, "search tickets")
		}
		found.Numbers = append(found.Numbers, numbers...)
		if most > 0 && len(found.Numbers) > most {
			found.Numbers, found.More = found.Numbers[:most], true
		}
	}
	return found, nil
}

// step is the statement that finds the tickets of some stretches that have all words, the newest first. Of each word it
// reads the places in these stretches and no others.
func step(words []string, low, high int64) (statement string, args []any) {
	args = []any{low, high}
	var each []string
	for _, word := range words {
		args = append(args, word)
		each = append(each, fmt.Sprintf(`select ticket from ticket_words where words @@ guichet_query($%d, $1, $2)`, len(args)))
	}
	return strings.Join(each, " intersect ") + " group by ticket order by ticket desc", args
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
