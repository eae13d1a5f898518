package bot

import (
	"bytes"
	"html/template"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// Renderer turns the Markdown of replies into safe HTML and into plain text. It is safe for concurrent use.
type Renderer struct {
	markdown goldmark.Markdown
	policy   *bluemonday.Policy
	rendered generations[template.HTML] // the same answers are given again and again
}

// longRendered is how long a text is remembered at most, in bytes.
const longRendered = 4096

// NewRenderer returns a renderer. Raw HTML and script links never pass: goldmark omits them, bluemonday checks again.
func NewRenderer() *Renderer {
	policy := bluemonday.NewPolicy()
	policy.AllowElements("p", "br", "strong", "em", "ul", "ol", "li", "code", "blockquote", "table", "thead", "tbody", "tr", "th", "td")
	policy.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	policy.AllowAttrs("href").OnElements("a")
	policy.AllowURLSchemes("https", "http", "mailto", "tel")
	policy.AllowRelativeURLs(true)
	policy.RequireNoReferrerOnLinks(true)
	policy.AddTargetBlankToFullyQualifiedLinks(true)
	return &Renderer{markdown: goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Table)), policy: policy}
}

// topicLink is the target of a link from one topic to another: collection.slug and nothing else.
var topicLink = regexp.MustCompile(`\]\(([a-z0-9-]+\.[a-z0-9-]+)\)`)

// HTML renders Markdown as safe HTML. A link to a topic becomes a link to its page, /source/<topic>.
func (r *Renderer) HTML(markdown string) template.HTML {
	if len(markdown) > longRendered {
		return r.render(markdown)
	}
	html, ok := r.rendered.recall(markdown)
	if !ok {
		html = r.render(markdown)
		r.rendered.keep(markdown, html)
	}
	return html
}

func (r *Renderer) render(markdown string) template.HTML {
	var buf bytes.Buffer
	source := topicLink.ReplaceAllString(markdown, "](/source/$1)")
	if err := r.markdown.Convert([]byte(source), &buf); err != nil {
		return template.HTML(template.HTMLEscapeString(markdown)) //nolint:gosec // escaped on this line
	}
	return template.HTML(r.policy.SanitizeBytes(buf.Bytes())) //nolint:gosec // sanitised on this line
}

var (
	markdownLink = regexp.MustCompile(`\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)`)
	bold         = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	escaped      = regexp.MustCompile(`\\([[:punct:]])`)
	italic       = regexp.MustCompile(`\*([^*\s][^*\n]*)\*`)
)

// Plain renders Markdown as plain text: links keep their words, emphasis disappears, lists stay as written, and what was
// escaped stands as it was.
func Plain(markdown string) string {
	text := escaped.ReplaceAllStringFunc(markdown, func(e string) string { return string(hiddenRunes + rune(e[1])) })
	text = markdownLink.ReplaceAllString(text, "$1")
	text = italic.ReplaceAllString(bold.ReplaceAllString(text, "$1"), "$1")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if hiddenRunes < r && r < hiddenRunes+utf8.RuneSelf {
			return r - hiddenRunes
		}
		return r
	}, text))
}

// hiddenRunes is where escaped characters stand while the others are read: in Unicode's private use area.
const hiddenRunes = '\ue000'

// KeepLines makes the lines of a text stay lines: in Markdown a single line break is a space, which no agent expects.
func KeepLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
		if i+1 < len(lines) && lines[i] != "" && strings.TrimSpace(lines[i+1]) != "" {
			lines[i] += "  "
		}
	}
	return strings.Join(lines, "\n")
}
