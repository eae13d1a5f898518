package desk

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"guichet/bot"
)

const (
	auditPage  = 50
	auditBatch = 1000 // entries a query, for the download
)

// auditView is the audit log as an administrator reads it.
type auditView struct {
	page
	Who, Object, From, To string // as typed
	Actions               []optionGroup
	Accounts              []string
	Entries               []auditRow
	Older                 string
	Newest                string // where the list begins, on a further page
	Narrowed              bool
	Download              string
}

type optionGroup struct {
	Label   string
	Options []option
}

type auditRow struct {
	At      moment
	Who     string
	Address string
	Action  string
	Object  string
	Href    string // of a ticket
	Detail  string
}

// ticketActions are the events of tickets that the filter offers.
func ticketActions() (all []bot.AuditAction) {
	for _, e := range bot.EventDefinitions() {
		if !e.OfMail {
			all = append(all, bot.AuditAction(e.Kind))
		}
	}
	return all
}

// readAuditFilter reads the address of a page of the log. A date that is none does not narrow.
func (d *desk) readAuditFilter(query url.Values) bot.AuditFilter {
	f := bot.AuditFilter{
		Who: strings.TrimSpace(query.Get("who")), Object: strings.TrimSpace(query.Get("object")),
		Action: bot.AuditAction(query.Get("action")), After: query.Get("after"),
	}
	if strings.HasPrefix(strings.ToUpper(f.Object), "G-") {
		f.Object = strings.ToUpper(f.Object)
	}
	if day, err := time.ParseInLocation(time.DateOnly, query.Get("from"), d.clock.zone); err == nil {
		f.From = day
	}
	if day, err := time.ParseInLocation(time.DateOnly, query.Get("to"), d.clock.zone); err == nil {
		f.Until = day.AddDate(0, 0, 1)
	}
	return f
}

func (d *desk) showAudit(w http.ResponseWriter, r *http.Request, user bot.User) {
	query := r.URL.Query()
	f := d.readAuditFilter(query)
	f.Limit = auditPage + 1
	entries, err := d.accounts.Audit(r.Context(), f)
	if errors.Is(err, bot.ErrNotFound) {
		d.notFound(w, r)
		return
	}
	users, problem := d.accounts.Users(r.Context())
	if err = errors.Join(err, problem); err != nil {
		d.broken(w, r, "read the audit log", err)
		return
	}
	p := auditView{
		page: d.inside("Journal", user), Who: f.Who, Object: f.Object, From: query.Get("from"), To: query.Get("to"),
		Narrowed: f.Who != "" || f.Object != "" || f.Action != "" || !f.From.IsZero() || !f.Until.IsZero(),
		Actions: []optionGroup{
			{Label: d.say("Comptes et réglages"), Options: d.auditOptions(bot.AuditActions(), f.Action)},
			{Label: d.say("Tickets"), Options: d.auditOptions(ticketActions(), f.Action)},
		},
	}
	for _, u := range users {
		p.Accounts = append(p.Accounts, u.Email)
	}
	query.Del("after")
	p.Download = "/desk/admin/audit.csv?" + query.Encode()
	if f.After != "" {
		p.Newest = "/desk/admin/audit?" + query.Encode()
	}
	if len(entries) > auditPage {
		entries = entries[:auditPage]
		query.Set("after", entries[auditPage-1].Cursor)
		p.Older = "/desk/admin/audit?" + query.Encode()
	}
	for _, e := range entries {
		row := auditRow{
			At: d.clock.moment(e.At), Who: d.auditActor(e), Address: e.Actor.Address, Action: d.say(auditName(e.Action)),
			Object: e.Object, Detail: d.auditDetail(e),
		}
		if e.Ticket {
			row.Href = filter{}.ticket(e.Object)
		}
		p.Entries = append(p.Entries, row)
	}
	d.render(w, r, http.StatusOK, "audit", p)
}

func (l language) auditOptions(actions []bot.AuditAction, selected bot.AuditAction) []option {
	var all []option
	for _, a := range actions {
		all = append(all, option{Value: string(a), Label: l.say(auditName(a)), Selected: a == selected})
	}
	return all
}

// downloadAudit writes the whole list, narrowed as the page is, in the form that a French spreadsheet opens: UTF-8 with
// its mark, semicolons. That it was downloaded is recorded first.
func (d *desk) downloadAudit(w http.ResponseWriter, r *http.Request, _ bot.User) {
	f := d.readAuditFilter(r.URL.Query())
	f.After, f.Limit = "", auditBatch
	if err := d.accounts.Record(r.Context(), bot.AuditExported, "", ""); err != nil {
		d.broken(w, r, "download the audit log", err)
		return
	}
	entries, err := d.accounts.Audit(r.Context(), f)
	if err != nil {
		d.broken(w, r, "download the audit log", err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="journal-guichet-`+d.clock.now().In(d.clock.zone).Format(time.DateOnly)+`.csv"`)
	out := csv.NewWriter(w)
	out.Comma = ';'
	_, _ = w.Write([]byte("\ufeff"))
	_ = out.Write(strings.Split(d.say("date,qui,adresse,action,objet,détail"), ","))
	for len(entries) > 0 {
		for _, e := range entries {
			_ = out.Write([]string{
				e.At.In(d.clock.zone).Format(time.RFC3339), cell(d.auditActor(e)), cell(e.Actor.Address), cell(d.say(auditName(e.Action))),
				cell(e.Object), cell(d.auditDetail(e)),
			})
		}
		if f.After = entries[len(entries)-1].Cursor; len(entries) < auditBatch {
			break
		}
		if entries, err = d.accounts.Audit(r.Context(), f); err != nil {
			d.log.ErrorContext(r.Context(), "desk: download the audit log", "err", err)
			panic(http.ErrAbortHandler) // a file that was cut short must not pass for a whole one
		}
	}
	out.Flush() // an error means that the browser has gone
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
