package desk

import (
	"html/template"

	"guichet/bot"
)

// Times and marks are written here and not in a page: a list has three in each row, and a template takes several times as long.

// tag is the moment as a page shows it.
func (m moment) tag() template.HTML { return timeTag("", m.Machine, m.Exact, "", m.Ago) }

// drawn makes a mark of a drawing of ours. name tells it apart, with a space before; it may be empty.
func drawn(name, drawing string) template.HTML {
	return template.HTML(`<svg class="mark` + name + `" viewBox="0 0 16 16" aria-hidden="true">` + drawing + `</svg>`) //nolint:gosec // no text of anybody
}

const clockHands = `<circle cx="8" cy="8" r="5.25"/><path d="M8 5v3.2l2 1.3"/>`

// statusMark is the drawing beside a status.
func statusMark(s bot.Status) template.HTML {
	switch s {
	case bot.Open:
		return drawn(" open", `<circle cx="8" cy="8" r="5.25"/><circle class="full" cx="8" cy="8" r="2.25"/>`)
	case bot.Waiting:
		return drawn(" waiting", clockHands)
	case bot.Resolved:
		return drawn(" resolved", `<path d="M3 8.5l3.3 3.3L13 4.8"/>`)
	}
	return drawn(" closed", `<rect x="3.25" y="3.25" width="9.5" height="9.5" rx="2"/><path d="M6 8h4"/>`)
}

// tag is the deadline as a page shows it; empty where nothing is due.
func (d due) tag() template.HTML {
	if d.Text == "" {
		return ""
	}
	var mark template.HTML
	switch d.Urgency {
	case bot.Overdue:
		mark = drawn("", `<path d="M8 2.5l6 10.5H2z"/><path d="M8 6.8v2.7M8 11.3v.1"/>`)
	case bot.Soon:
		mark = drawn("", clockHands)
	}
	return timeTag(` class="due `+template.HTMLEscapeString(string(d.Urgency))+`"`, d.Machine, d.Exact, mark, d.Text)
}

// timeTag writes a time element. What is no text of a person is given as HTML: the class and the mark.
func timeTag(class, machine, exact string, mark template.HTML, text string) template.HTML {
	return template.HTML(`<time` + class + ` datetime="` + template.HTMLEscapeString(machine) + `" title="` + template.HTMLEscapeString(exact) + `">` + //nolint:gosec // escaped
		string(mark) + template.HTMLEscapeString(text) + `</time>`)
}
