package faq

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"
)

// Citation is where an answer comes from.
type Citation struct {
	Document string
	Section  string    // the question, heading or article in the document
	URL      string    // empty when the document has no public address
	Checked  time.Time // the day a person compared the answer with the source
}

// Phrase is one way people ask, with the line it stands on.
type Phrase struct {
	Text string
	Line int
}

// Entry is a curated question with its answer.
type Entry struct {
	Collection string
	Slug       string
	Title      string
	Answer     string // Markdown
	Asked      []Phrase
	Next       []string // topic ids proposed after the answer
	Citation   Citation
	Review     time.Time // the day the answer must be compared with its source again
	File       string
	TitleLine  int
	AnswerLine int // where the answer's first line stands
	NextLine   int // where the front matter lists Next
	ReviewLine int // where it gives Review
}

// Topic is the entry's id: collection.slug.
func (e Entry) Topic() string { return e.Collection + "." + e.Slug }

// Problem is something an editor must mend, where it stands.
type Problem struct {
	File string
	Line int
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// entryHead is the front matter of an entry.
type entryHead struct {
	Document string   `yaml:"document"`
	Section  string   `yaml:"section"`
	URL      string   `yaml:"url"`
	Checked  string   `yaml:"checked"`
	Review   string   `yaml:"review"`
	Next     []string `yaml:"next"`
}

// Load reads every entry of a file system laid out as <collection>/<slug>.md. Files that cannot be read as entries are
// reported as problems; the error is for the file system itself.
func Load(fsys fs.FS) ([]Entry, []Problem, error) {
	var entries []Entry
	var problems []Problem
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".md" {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		entry, found := Parse(name, data)
		problems = append(problems, found...)
		if entry.Title != "" {
			entries = append(entries, entry)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read entries: %w", err)
	}
	return entries, problems, nil
}

// slugPattern is what a collection's or topic's name may be: it stands in addresses, buttons and file names.
var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Parse reads one entry; name is <collection>/<slug>.md. What is missing or malformed is listed with its line.
func Parse(name string, data []byte) (Entry, []Problem) {
	e := Entry{File: name, Collection: path.Base(path.Dir(name)), Slug: strings.TrimSuffix(path.Base(name), ".md")}
	var problems []Problem
	report := func(line int, format string, args ...any) {
		problems = append(problems, Problem{File: name, Line: line, Text: fmt.Sprintf(format, args...)})
	}
	if !slugPattern.MatchString(e.Collection) || !slugPattern.MatchString(e.Slug) {
		report(1, "the path must be <collection>/<slug>.md, in lower-case letters, digits and hyphens")
	}
	var head entryHead
	body, err := FrontMatter(data, &head)
	if err != nil {
		report(err.Line, "%s", err.Text)
		return e, problems
	}
	e.Next = head.Next
	e.NextLine, e.ReviewLine = FieldLine(data, "next"), FieldLine(data, "review")
	e.Citation = Citation{Document: head.Document, Section: head.Section, URL: head.URL}
	if head.Document == "" || head.Section == "" {
		report(1, "the citation is missing: give document and section in the front matter")
	}
	e.Citation.Checked = ParseDay(head.Checked, func(text string) { report(FieldLine(data, "checked"), "checked: %s", text) })
	e.Review = ParseDay(head.Review, func(text string) { report(FieldLine(data, "review"), "review: %s", text) })
	e.readBody(body, report)
	return e, problems
}

// readBody splits title, answer and ways to ask.
func (e *Entry) readBody(body Body, report func(int, string, ...any)) {
	answer, asked := SplitAsked(body)
	for len(answer.Lines) > 0 && strings.TrimSpace(answer.Lines[0]) == "" {
		answer = answer.From(1)
	}
	if len(answer.Lines) == 0 || !strings.HasPrefix(answer.Lines[0], "# ") {
		report(answer.First, "the title is missing: the text must begin with '# ' and the question")
		return
	}
	e.Title, e.TitleLine = strings.TrimSpace(answer.Lines[0][2:]), answer.First
	answer = answer.From(1)
	for len(answer.Lines) > 0 && strings.TrimSpace(answer.Lines[0]) == "" {
		answer = answer.From(1)
	}
	e.Answer, e.AnswerLine = strings.TrimSpace(strings.Join(answer.Lines, "\n")), answer.First
	if e.Answer == "" {
		report(e.TitleLine, "the answer is missing below the title")
	}
	e.Asked = asked
}
