package bot

import (
	"bytes"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Transcript is a conversation as a dated document that its customer may keep. It holds what was said and cited and the
// names of the files, nothing that only the team sees.
type Transcript struct {
	Site      string // its name
	Reference string // of the ticket; may be empty
	Base      string // the public address, for links to the passages cited; may be empty: then they are words
	Messages  []Message
	Made      time.Time
	Language  string // of the document, as State.Language; what was said stays as it is
}

// References are those of the requests that the messages speak of, as one line; empty when there is none.
func (t Transcript) References() string {
	var all []string
	for _, m := range t.Messages {
		if m.Reply != nil && m.Reply.Reference != "" && !slices.Contains(all, m.Reply.Reference) {
			all = append(all, m.Reply.Reference)
		}
	}
	return strings.Join(all, ", ")
}

// Text is the transcript as plain text.
func (t Transcript) Text() string {
	var b strings.Builder
	v := voiceOf(t.Language)
	b.WriteString(v.transcript + "\n")
	for _, line := range t.head() {
		b.WriteString(line.Label + v.colon + line.Value + "\n")
	}
	for _, day := range t.days() {
		b.WriteString("\n" + strings.ToUpper(day.Date) + "\n")
		for _, m := range day.Messages {
			b.WriteString("\n" + m.Time + "  " + m.Who + "\n")
			if m.plain != "" {
				b.WriteString(m.plain + "\n")
			}
			for _, f := range m.Files {
				b.WriteString(v.file + v.colon + f + "\n")
			}
			for _, c := range m.Sources {
				b.WriteString(v.source + v.colon + c + "\n")
			}
		}
	}
	return Typeset(b.String())
}

// HTML is the transcript as a page that needs nothing else and prints on A4.
func (t Transcript) HTML(r *Renderer) ([]byte, error) {
	var b bytes.Buffer
	err := transcriptPage.Execute(&b, t.shown(r))
	return b.Bytes(), err
}

// Body is what HTML shows, to be put into another page.
func (t Transcript) Body(r *Renderer) (string, error) {
	var b strings.Builder
	err := transcriptPage.ExecuteTemplate(&b, "body", t.shown(r))
	return b.String(), err
}

// shownTranscript is what the templates get.
type shownTranscript struct {
	Lang, Title  string
	File, Source string // with what stands between them and a value
	Head         []labelled
	Days         []transcriptDay
}

func (t Transcript) shown(r *Renderer) shownTranscript {
	days := t.days()
	for i := range days {
		for j := range days[i].Messages {
			if m := &days[i].Messages[j]; m.markdown != "" {
				m.HTML = t.linked(r.HTML(m.markdown))
			}
		}
	}
	v := voiceOf(t.Language)
	return shownTranscript{v.tag, v.transcript, Typeset(v.file + v.colon), Typeset(v.source + v.colon), t.head(), days}
}

// ownLink is a link to a page of ours.
var ownLink = regexp.MustCompile(`(?s)<a href="(/[^"]*)"[^>]*>(.*?)</a>`)

// linked makes the links to our own pages lead somewhere from a file.
func (t Transcript) linked(html template.HTML) template.HTML {
	with := "$2"
	if t.Base != "" {
		with = `<a href="` + template.HTMLEscapeString(strings.TrimSuffix(t.Base, "/")) + `$1">$2</a>`
	}
	return template.HTML(ownLink.ReplaceAllString(string(html), with)) //nolint:gosec // it was sanitised, and the address is ours
}

type labelled struct{ Label, Value string }

func (t Transcript) head() []labelled {
	var all []labelled
	v := voiceOf(t.Language)
	for _, line := range []labelled{{v.site, t.Site}, {v.reference, t.Reference}, {v.made, v.moment(t.Made)}} {
		if line.Value != "" {
			all = append(all, line)
		}
	}
	return all
}

type transcriptDay struct {
	Date     string
	Messages []transcriptMessage
}

type transcriptMessage struct {
	Time, Who string
	From      Author
	HTML      template.HTML // of the bot and of agents
	Words     string        // of a customer
	Sources   []string
	Files     []string
	plain     string
	markdown  string
}

func (t Transcript) days() []transcriptDay {
	var days []transcriptDay
	v := voiceOf(t.Language)
	for _, m := range t.Messages {
		if m.Reply != nil && m.Reply.Kind == Silent {
			continue
		}
		local := inParis(m.At)
		date, _, _ := strings.Cut(v.moment(m.At), v.atTime)
		if len(days) == 0 || days[len(days)-1].Date != date {
			days = append(days, transcriptDay{Date: date})
		}
		said := transcriptMessage{Time: local.Format("15:04"), From: m.From}
		switch m.From {
		case FromBot:
			said.Who, said.markdown, said.plain = v.assistant, m.Text, Plain(m.Text)
			if m.Reply != nil {
				for _, c := range m.Reply.Citations {
					said.Sources = append(said.Sources, v.citation(c))
				}
			}
		case FromAgent:
			said.Who, said.markdown, said.plain = m.Agent+v.adviser, m.Text, Plain(m.Text)
		default:
			said.Who, said.Words, said.plain = v.customer, m.Text, m.Text
		}
		for _, a := range m.Attachments {
			said.Files = append(said.Files, a.Name+" ("+v.size(a.Size)+")")
		}
		last := &days[len(days)-1]
		last.Messages = append(last.Messages, said)
	}
	return days
}

var transcriptPage = template.Must(template.New("transcript").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title>
<style>
@page { size: A4; margin: 20mm; @bottom-right { content: counter(page) " / " counter(pages); } }
body { max-width: 68ch; margin: 24px auto; padding: 0 16px; font: 15px/1.5 system-ui, sans-serif; color: #1d1c1a; overflow-wrap: anywhere; }
h1 { font-size: 21px; } h2 { margin-top: 32px; font-size: 15px; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 16px; } dt, .by, .source { color: #625d55; } dd { margin: 0; }
article { margin: 16px 0; break-inside: avoid; } .by, .source { margin: 0; font-size: 13px; } .words { white-space: pre-wrap; margin: 0; }
article > div > :first-child { margin-top: 0; } article > div > :last-child { margin-bottom: 0; }
</style></head><body>
{{block "body" .}}<main><h1>{{.Title}}</h1>
<dl>{{range .Head}}<dt>{{.Label}}</dt><dd>{{.Value}}</dd>{{end}}</dl>
{{range .Days}}<h2>{{.Date}}</h2>
{{range .Messages}}<article><p class="by">{{.Time}} · {{.Who}}</p>
{{if .HTML}}<div>{{.HTML}}</div>{{else if .Words}}<p class="words">{{.Words}}</p>{{end}}{{range .Files}}
<p class="source">{{$.File}}{{.}}</p>{{end}}{{range .Sources}}
<p class="source">{{$.Source}}{{.}}</p>{{end}}</article>
{{end}}{{end}}</main>{{end}}</body></html>
`))
