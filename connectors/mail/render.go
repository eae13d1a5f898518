package mail

import (
	"bytes"
	"cmp"
	"html/template"
	"regexp"
	"strconv"
	"strings"

	"guichet/bot"
)

// renderer makes both forms of a mail. It is safe for concurrent use.
type renderer struct{ markdown *bot.Renderer }

func newRenderer() *renderer { return &renderer{bot.NewRenderer()} }

// A mail program shows little of CSS: one column, the system's type, and colours that stay legible when it turns them dark.
var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;overflow-wrap:anywhere">
<div style="max-width:600px">{{.Body}}{{with .After}}<hr>
{{.}}{{end}}</div>
</body></html>
`))

// both are the text and the HTML of a mail.
func (r *renderer) both(m bot.Mail) (text, html string, err error) {
	var b bytes.Buffer
	body := strings.ReplaceAll(string(r.markdown.HTML(m.Text)), "<blockquote>", `<blockquote style="margin:16px 0;padding:0 0 0 16px;border-left:3px solid #8b857b">`)
	err = page.Execute(&b, struct {
		Language, Subject string
		Body, After       template.HTML
	}{cmp.Or(m.Language, "fr"), m.Subject, template.HTML(body), template.HTML(m.HTML)}) //nolint:gosec // made safe by bot.Renderer, and by who made the mail
	text = plain(m.Text)
	if m.Plain != "" {
		text += "\n" + m.Plain
	}
	return text, b.String(), err
}

var link = regexp.MustCompile(`\[([^\]]*)\]\((https?://[^()\s]*)\)`)

// plain is the text form: a link keeps its address, which bot.Plain would drop.
func plain(markdown string) string {
	return bot.Plain(link.ReplaceAllString(markdown, "$1 : $2")) + "\n"
}

func cutAddress(address string) (local, domain string) {
	at := strings.LastIndexByte(address, '@')
	return address[:max(at, 0)], address[at+1:]
}

func code(n int) string { return strconv.Itoa(n) }
