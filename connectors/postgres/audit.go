package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/bot"

	"github.com/jackc/pgx/v5"
)

// keptAudit is how long the audit log is kept; the database refuses to delete younger entries.
const keptAudit = 3 * 366 * 24 * time.Hour

const auditInsert = `insert into audit_log (actor, address, action, object, detail) values ($1, $2, $3, $4, $5)`

func auditValues(ctx context.Context, action bot.AuditAction, object, detail string) []any {
	actor := bot.ActorOf(ctx)
	return []any{clean(actor.Who), clean(actor.Address), string(action), clean(object), clean(detail)}
}

// record writes what a transaction does, as part of it.
func record(ctx context.Context, tx pgx.Tx, action bot.AuditAction, object, detail string) error {
	_, err := tx.Exec(ctx, auditInsert, auditValues(ctx, action, object, detail)...)
	return err
}

// Record implements bot.Audit.
func (db *DB) Record(ctx context.Context, action bot.AuditAction, object, detail string) error {
	_, err := db.exec(ctx, auditInsert, auditValues(ctx, action, object, detail)...)
	return fail(err, "record "+string(action))
}

// Audit implements bot.Audit: what is in the log and what happened to tickets, as one list. Of a ticket's events only
// those details are read that are no text of anybody.
func (db *DB) Audit(ctx context.Context, filter bot.AuditFilter) ([]bot.AuditEntry, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	limit := filter.Limit
	if limit <= 0 {
		limit = 100
	}
	var w where
	accounts, err := w.audit(filter, "action", "object", false)
	if err != nil {
		return nil, err
	}
	tickets, err := w.audit(filter, "kind", "reference", true)
	if err != nil {
		return nil, err
	}
	// Each half is cut before they are merged, so that both are read along their indexes.
	most, logged := w.add(limit), w.add(loggedDetails())
	rows, err := db.pool.Query(ctx, `select * from (
		(select at, actor, address, action, object, detail, false as ticket, id from audit_log
			where `+accounts+` order by at desc, id desc limit `+most+`)
		union all
		(select at, actor, address, kind, reference, case when kind = any(`+logged+`) then detail else '' end, true, id
			from ticket_events where `+tickets+` order by at desc, id desc limit `+most+`)
		) entries order by at desc, ticket desc, id desc limit `+most, w.values...)
	if err != nil {
		return nil, fail(err, "read the audit log")
	}
	entries, err := pgx.CollectRows(rows, scanAudit)
	return entries, fail(err, "read the audit log")
}

// loggedDetails are the kinds of events whose details are no text of anybody.
func loggedDetails() []string {
	var kinds []string
	for _, d := range bot.EventDefinitions() {
		if d.Detail.Logged() {
			kinds = append(kinds, string(d.Kind))
		}
	}
	return kinds
}

func scanAudit(row pgx.CollectableRow) (e bot.AuditEntry, err error) {
	var id int64
	err = row.Scan(&e.At, &e.Actor.Who, &e.Actor.Address, &e.Action, &e.Object, &e.Detail, &e.Ticket, &id)
	e.FromBot = e.Ticket && (e.Actor.Who == actorBot || e.Actor.Who == actorCustomer)
	e.Cursor = fmt.Sprintf("%d.%t.%d", e.At.UnixMicro(), e.Ticket, id)
	return e, err
}

// where collects the values of a statement's conditions.
type where struct{ values []any }

// add returns the placeholder of a value.
func (w *where) add(value any) string {
	w.values = append(w.values, value)
	return "$" + strconv.Itoa(len(w.values))
}

// audit is the condition of one half of the list.
func (w *where) audit(f bot.AuditFilter, action, object string, ticket bool) (string, error) {
	conditions := []string{"true"}
	if f.Who != "" {
		conditions = append(conditions, "actor = "+w.add(sought(f.Who)))
	}
	if f.Object != "" {
		conditions = append(conditions, object+" = "+w.add(sought(f.Object)))
	}
	if f.Action != "" {
		conditions = append(conditions, action+" = "+w.add(sought(string(f.Action))))
	}
	if !f.From.IsZero() {
		conditions = append(conditions, "at >= "+w.add(f.From))
	}
	if !f.Until.IsZero() {
		conditions = append(conditions, "at < "+w.add(f.Until))
	}
	if f.After != "" {
		var at, id int64
		var ofTicket bool
		if n, err := fmt.Sscanf(strings.ReplaceAll(f.After, ".", " "), "%d %t %d", &at, &ofTicket, &id); n != 3 || err != nil {
			return "", fmt.Errorf("read the audit log: %w", errors.Join(bot.ErrNotFound, errors.New("no such place in the list")))
		}
		moment := w.add(time.UnixMicro(at))
		conditions = append(conditions, fmt.Sprintf("at <= %s and (at, %t, id) < (%s, %s::boolean, %s)", moment, ticket, moment, w.add(ofTicket), w.add(id)))
	}
	return strings.Join(conditions, " and "), nil
}

// sought is a word to look for. What cannot be stored is found nowhere, and does not become a search for nothing.
func sought(word string) string { return clean(strings.ReplaceAll(word, "\x00", "\uFFFD")) }
