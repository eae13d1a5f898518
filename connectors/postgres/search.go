package postgres

import (
	"cmp"
	"context"
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
	width := int64(2) // of the newest there may be few
	if most <= 0 {
		width = newest + 1
	}
	for high := newest; high >= 0 && !found.More; high, width = high-width, width*widening {
		in := stretches{max(0, high-width+1), high}
		look := db.findAll
		if high == newest && most > 0 {
			look = db.findFirst
		}
		numbers, err := look(ctx, words, in)
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

// stretches are those from low to high.
type stretches struct{ low, high int64 }

// probesAStretch is from how many tickets a stretch on it is quicker to read them than to look a word up.
const probesAStretch = 100

const (
	// holders finds the tickets of some stretches that have a word.
	holders = `select ticket from ticket_words where words @@ guichet_query($1, $2, $3) group by ticket order by ticket desc`

	// holdersAmong does so among known ones, by looking the word up.
	holdersAmong = `select ticket from ticket_words where words @@ guichet_query($1, $2, $3) and ticket = any($4::bigint[])
		group by ticket order by ticket desc`

	// holdersOf does so by reading the known ones, each with the query of its own stretch. It names the function behind @@, which
	// no index answers: one look into the index for each ticket would cost more than the ticket.
	holdersOf = `with written as materialized (select guichet_template($1) as template), queries as materialized (
			select stretch, replace(template, E'\x01', stretch::text)::tsquery as query from written, generate_series($2::bigint, $3::bigint) stretch
		)
		select ticket from queries join unnest($4::bigint[]) ticket on ticket / 1000 = stretch, lateral (select from ticket_words w
			where w.ticket = ticket.ticket and ts_match_vq(w.words, query) limit 1) has order by ticket desc`
)

// findFirst finds the tickets of some stretches that have all words, the newest first. It looks each word up among all, and puts
// them in the order of their rarity.
func (db *DB) findFirst(ctx context.Context, words []string, in stretches) ([]int64, error) {
	having := map[string][]int64{}
	for _, word := range words {
		numbers, err := db.numbers(ctx, holders, word, in.low, in.high)
		if err != nil {
			return nil, err
		}
		having[word] = numbers
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(having[a]), len(having[b])) })
	all := having[words[0]]
	for _, word := range words[1:] {
		all = slices.DeleteFunc(all, func(number int64) bool {
			_, has := slices.BinarySearchFunc(having[word], number, func(a, b int64) int { return cmp.Compare(b, a) })
			return !has
		})
	}
	return all, nil
}

// findAll does the same with words in the order of their rarity: it looks the first up, and the others among what that has found.
func (db *DB) findAll(ctx context.Context, words []string, in stretches) ([]int64, error) {
	found, err := db.numbers(ctx, holders, words[0], in.low, in.high)
	for _, word := range words[1:] {
		if err != nil || len(found) == 0 {
			break
		}
		statement := holdersAmong
		if int64(len(found)) < probesAStretch*(in.high-in.low+1) {
			statement = holdersOf
		}
		found, err = db.numbers(ctx, statement, word, in.low, in.high, found)
	}
	return found, err
}

// numbers runs one of the statements above.
func (db *DB) numbers(ctx context.Context, statement string, args ...any) ([]int64, error) {
	rows, err := db.pool.Query(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
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
