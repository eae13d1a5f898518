package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"

	"guichet/faq"
)

var importSlug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// maxSlug keeps topic ids short enough for buttons and addresses.
const maxSlug = 48

// WriteDrafts writes drafts in the formats of docs/knowledge-format.md: entries as faq/<collection>/<slug>.md, a
// document as knowledge/<collection>/<document>.md, both below dir. The dates are left empty, so that the check names
// each file until a person has compared it with the source. No existing file is ever overwritten: when one is in the
// way, an error wrapping fs.ErrExist names it and nothing is written. The files written are returned in order.
func WriteDrafts(dir, collection string, d DocumentDraft) (files []string, err error) {
	if !importSlug.MatchString(collection) {
		return nil, fmt.Errorf("collection %q: write it in lower-case letters, digits and hyphens", collection)
	}
	var contents []string
	plan := func(content string, parts ...string) {
		files, contents = append(files, filepath.Join(append([]string{dir}, parts...)...)), append(contents, content)
	}
	slugs := slugger{}
	if text := documentFile(d, slugs); text != "" {
		plan(text, "knowledge", collection, slugger{"collection": 1}.of(d.Title, "document")+".md")
	}
	for _, draft := range d.FAQ {
		slug := slugs.of(draft.Question, "question")
		plan(entryFile(d.Title, draft), "faq", collection, slug+".md")
	}
	for _, file := range files {
		if _, err := os.Lstat(file); err == nil {
			return nil, fmt.Errorf("%s exists already and is not overwritten, nothing was written: %w", file, fs.ErrExist)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("look for %s: %w", file, err)
		}
	}
	for i, file := range files {
		if err := writeNew(file, contents[i]); err != nil {
			return files[:i], err
		}
	}
	return files, nil
}

// writeNew creates a file; it fails when there is one.
func writeNew(file, content string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	_, err = f.WriteString(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	return nil
}

const emptyDates = "checked: # the day you compared it with the source, as 2026-11-22\nreview: # the day it must be compared again\n"

// entryFile writes one question and its answer.
func entryFile(document string, d faq.Draft) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\n# draft imported from line %d of the source", d.Line)
	if d.Proposed {
		b.WriteString("; the source has no such heading, the title is a proposal")
	}
	fmt.Fprintf(&b, "\ndocument: %s\nsection: %s\n%s---\n", yamlText(document), yamlText(d.Question), emptyDates)
	fmt.Fprintf(&b, "# %s\n\n%s\n\n## %s\n\n- %s\n", d.Question, d.Answer, faq.AskedHeading, d.Question)
	return b.String()
}

// documentFile writes the sections that have a text, or nothing when there are none. A title that comes back is told
// apart by the heading above it.
func documentFile(d DocumentDraft, slugs slugger) string {
	kind := d.Kind
	if kind != KindContract {
		kind = KindGuide
	}
	count := map[string]int{}
	for _, s := range d.Sections {
		if s.Body != "" {
			count[s.Title]++
		}
	}
	var b strings.Builder
	var above []SectionDraft // the headings that the current section stands under
	for _, s := range d.Sections {
		for len(above) > 0 && above[len(above)-1].Level >= s.Level {
			above = above[:len(above)-1]
		}
		path := make([]string, 0, len(above)+1)
		for _, a := range above {
			path = append(path, a.Title)
		}
		if s.Level > 1 {
			above = append(above, s)
		}
		if s.Body == "" {
			continue
		}
		title, name := s.Title, s.Title
		if count[title] > 1 && len(path) > 0 {
			parent := path[len(path)-1]
			title, name = parent+" – "+title, title+" "+parent
		}
		fmt.Fprintf(&b, "\n## %s {#%s}\nsource: %s\n\n%s\n\n### %s\n\n- %s\n", strings.NewReplacer("{", "(", "}", ")").Replace(title),
			slugs.of(name, "section"), strings.Join(append(path, s.Title), " — "), bodyText(s.Body), faq.AskedHeading, title)
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("---\ntitle: %s\nkind: %s\n%s---\n%s", yamlText(d.Title), kind, emptyDates, strings.TrimPrefix(b.String(), "\n"))
}

// bodyText keeps a text that begins like the lines under a heading from being read as one of them.
func bodyText(body string) string {
	for _, field := range []string{"source:", "next:"} {
		if strings.HasPrefix(body, field) {
			return strings.ToUpper(body[:1]) + body[1:]
		}
	}
	return body
}

// yamlText quotes a text where YAML needs it.
func yamlText(text string) string {
	quoted, err := yaml.Marshal(text)
	if err != nil || strings.Count(string(quoted), "\n") > 1 {
		return strconv.Quote(text)
	}
	return strings.TrimSpace(string(quoted))
}

var (
	// elision is an article that French cuts before a vowel: it would leave a single letter in a name.
	elision = regexp.MustCompile(`(?i)\b[dl]['’]`)
	// shortEnd is what a name that was cut must not end with.
	shortEnd = regexp.MustCompile(`(?:-[a-z0-9]{1,3})+$`)
)

// slugger makes names from titles, each once.
type slugger map[string]int

// of returns a name that was not given before; without stands for titles that have no letters.
func (s slugger) of(title, without string) string {
	var b strings.Builder
	title = strings.NewReplacer("'", "", "’", "").Replace(elision.ReplaceAllString(title, ""))
	for _, r := range norm.NFKD.String(strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae", "ß", "ss").Replace(title)) {
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	slug := b.String()
	if len(slug) > maxSlug {
		slug = slug[:maxSlug]
		if at := strings.LastIndex(slug, "-"); at > maxSlug/2 {
			slug = slug[:at]
		}
		slug = shortEnd.ReplaceAllString(slug, "")
	}
	if slug = strings.Trim(slug, "-"); slug == "" {
		slug = without
	}
	unique := slug
	for s[unique] > 0 {
		s[slug]++
		unique = fmt.Sprintf("%s-%d", slug, s[slug])
	}
	s[unique]++
	return unique
}
