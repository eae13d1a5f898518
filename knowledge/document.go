package knowledge

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"guichet/faq"
)

type collectionHead struct {
	Name      string   `yaml:"name"`
	Product   string   `yaml:"product"`
	Lead      string   `yaml:"lead"`
	Contact   string   `yaml:"contact"`
	Complaint string   `yaml:"complaint"`
	Aliases   []string `yaml:"aliases"`
}

// ParseCollection reads <collection>/collection.md.
func ParseCollection(name string, data []byte) (Collection, []faq.Problem) {
	c := Collection{ID: path.Base(path.Dir(name)), File: name}
	var head collectionHead
	body, err := faq.FrontMatter(data, &head)
	if err != nil {
		return c, []faq.Problem{{File: name, Line: err.Line, Text: err.Text}}
	}
	c.Name, c.Product, c.Lead, c.Contact, c.Complaint, c.Aliases = head.Name, head.Product, head.Lead, head.Contact, head.Complaint, head.Aliases
	c.Outside = faq.Bullets(body)
	var problems []faq.Problem
	if c.Name == "" || c.Lead == "" {
		problems = append(problems, faq.Problem{File: name, Line: 1, Text: "name and lead must be given in the front matter"})
	}
	return c, problems
}

type documentHead struct {
	Title   string `yaml:"title"`
	Kind    string `yaml:"kind"`
	URL     string `yaml:"url"`
	Checked string `yaml:"checked"`
	Review  string `yaml:"review"`
}

// documentParser gathers the sections of one document.
type documentParser struct {
	file       string
	collection string
	head       documentHead
	checked    time.Time
	review     time.Time
	reviewLine int
	topics     []Topic
	problems   []faq.Problem
}

func (p *documentParser) report(line int, format string, args ...any) {
	p.problems = append(p.problems, faq.Problem{File: p.file, Line: line, Text: fmt.Sprintf(format, args...)})
}

// ParseDocument reads a contract or guide, <collection>/<document>.md: each '## Heading {#slug}' is a topic.
func ParseDocument(name string, data []byte) ([]Topic, []faq.Problem) {
	p := &documentParser{file: name, collection: path.Base(path.Dir(name))}
	body, err := faq.FrontMatter(data, &p.head)
	if err != nil {
		p.report(err.Line, "%s", err.Text)
		return nil, p.problems
	}
	if p.head.Title == "" {
		p.report(1, "the document's title is missing in the front matter")
	}
	if p.head.Kind != KindContract && p.head.Kind != KindGuide {
		p.report(1, "kind must be %s or %s, not %q", KindContract, KindGuide, p.head.Kind)
	}
	p.checked = faq.ParseDay(p.head.Checked, func(text string) { p.report(faq.FieldLine(data, "checked"), "checked: %s", text) })
	p.reviewLine = faq.FieldLine(data, "review")
	p.review = faq.ParseDay(p.head.Review, func(text string) { p.report(p.reviewLine, "review: %s", text) })
	start := -1
	for i, line := range body.Lines {
		if level, _ := faq.Heading(line); level == 2 {
			p.section(body, start, i)
			start = i
		}
	}
	p.section(body, start, len(body.Lines))
	return p.topics, p.problems
}

var sectionHeading = regexp.MustCompile(`^## (.+?)\s*\{#([a-z0-9-]+)\}$`)

// section adds the lines from start (a heading) to end as a topic; start is -1 before the first heading.
func (p *documentParser) section(body faq.Body, start, end int) {
	if start < 0 {
		return
	}
	line := body.First + start
	m := sectionHeading.FindStringSubmatch(strings.TrimSpace(body.Lines[start]))
	if m == nil {
		p.report(line, "the section has no id: write '## Heading {#slug}'")
		return
	}
	text, asked := faq.SplitAsked(faq.Body{Lines: body.Lines[start+1 : end], First: line + 1})
	t := Topic{
		ID: p.collection + "." + m[2], Collection: p.collection, Kind: p.head.Kind, Title: m[1], Asked: asked,
		Citation: faq.Citation{Document: p.head.Title, URL: p.head.URL, Checked: p.checked},
		Review:   p.review, ReviewLine: p.reviewLine, File: p.file, Line: line,
	}
	lines := text.Lines
	for len(lines) > 0 {
		if source, ok := strings.CutPrefix(lines[0], "source:"); ok {
			t.Citation.Section = strings.TrimSpace(source)
		} else if next, ok := strings.CutPrefix(lines[0], "next:"); ok {
			t.NextLine = line + 1 + len(text.Lines) - len(lines)
			t.Next = strings.FieldsFunc(next, func(r rune) bool { return r == ',' || r == ' ' })
		} else if strings.TrimSpace(lines[0]) != "" {
			break
		}
		lines = lines[1:]
	}
	t.Body = strings.TrimSpace(strings.Join(lines, "\n"))
	t.BodyLine = line + 1 + len(text.Lines) - len(lines)
	if t.Citation.Section == "" {
		p.report(line, "the citation is missing: write 'source: <section or article>' below the heading")
	}
	if t.Body == "" {
		p.report(line, "the text is missing below the heading")
	}
	p.topics = append(p.topics, t)
}
