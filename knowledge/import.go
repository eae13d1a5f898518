package knowledge

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"guichet/faq"
)

// SectionDraft is a passage of a contract or guide, for an editor to finish. A section without Body only stands above
// others: its title is part of their citation.
type SectionDraft struct {
	Title    string
	Level    int    // 2 for the document's main headings; 1 for the text above the first
	Body     string // Markdown
	Line     int
	Proposed bool // the source has no such heading: the title was made from the text
}

// DocumentDraft is a raw document read for an editor: the sections of a contract or guide, the questions of a FAQ, or
// both, and what found no place.
type DocumentDraft struct {
	Title    string
	Kind     string // KindFAQ, KindContract or KindGuide
	Note     string // for the editor, about how the file was read; empty as a rule
	Sections []SectionDraft
	FAQ      []faq.Draft
	Unplaced []faq.Unplaced
}

var (
	contractTitle = regexp.MustCompile(`(?i)conditions? (g[eé]n[eé]rales?|particuli[eè]res?|sp[eé]ciales?)|^contrat |notice d['’]information|terms (and|&) conditions|policy wording`)
	contractText  = regexp.MustCompile(`(?i)(?:le|du|au) présent contrat|la présente garantie|(?:les|aux|des) présentes conditions|this (?:contract|policy)`)
	faqTitle      = regexp.MustCompile(`(?i)\bf\.?\s?a\.?\s?q\b|foire aux questions|questions? (?:les plus )?fréquentes|questions?[ /-]+(?:et )?réponses|frequently asked`)
)

// ImportDocument reads a raw document into drafts. What it is, KindFAQ, KindContract or KindGuide, is guessed when as is
// empty; a guide that ends in questions and answers then gives both. Nothing is dropped: each line of the document that
// is in no section and no draft is in Unplaced with the reason.
func ImportDocument(name string, data []byte, as string) (DocumentDraft, error) {
	switch as {
	case "", KindFAQ, KindContract, KindGuide:
	default:
		return DocumentDraft{}, fmt.Errorf("unknown kind %q: a document is imported as %s, %s or %s", as, KindFAQ, KindContract, KindGuide)
	}
	lines, note, err := faq.ReadLines(name, data)
	if err != nil {
		return DocumentDraft{}, fmt.Errorf("import %s: %w", path.Base(name), err)
	}
	page := faq.Outline(lines)
	d := DocumentDraft{Title: page.Title, Kind: as, Note: note, Unplaced: page.Unplaced}
	if d.Kind == "" {
		d.Kind = guess(page)
	}
	if d.Title == "" {
		d.Title = strings.TrimSuffix(path.Base(name), path.Ext(name))
	}
	var questions faq.Page
	switch {
	case d.Kind == KindFAQ:
		questions, page.Sections = page, nil
	case as == "":
		questions.Sections, page.Sections = questionsOf(page.Sections)
	}
	found, unplaced := questions.Drafts()
	d.FAQ, d.Unplaced = found, faq.SortUnplaced(append(d.Unplaced, unplaced...))
	for _, s := range page.Sections {
		section := SectionDraft{Title: s.Title, Level: s.Level, Body: s.Body, Line: s.Line, Proposed: s.Proposed}
		if section.Title == "" {
			section.Title, section.Proposed = d.Title, true
		}
		d.Sections = append(d.Sections, section)
	}
	return d, nil
}

// guess tells what a document is. It is a FAQ when most of its sections are questions, or when it has too few headings
// to be a document. Questions that a guide gathers below a heading of their own do not count.
func guess(page faq.Page) string {
	questions, sections := questionsOf(page.Sections)
	titled, asked, quoted := 0, 0, 0
	for _, s := range sections {
		quoted += len(contractText.FindAllString(s.Body, -1))
		if s.Title == "" || s.Body == "" {
			continue
		}
		titled++
		if s.Question || s.Proposed {
			asked++
		}
	}
	switch {
	case contractTitle.MatchString(page.Title) || quoted >= 3:
		return KindContract
	case titled < 2 && len(questions) > 0, asked*10 >= titled*6:
		return KindFAQ
	}
	return KindGuide
}

// questionsOf takes from the sections those below a heading that announces questions and answers.
func questionsOf(sections []faq.Section) (questions, rest []faq.Section) {
	for i := 0; i < len(sections); i++ {
		end := i + 1
		asked := 0
		for end < len(sections) && sections[end].Level > sections[i].Level {
			if sections[end].Question {
				asked++
			}
			end++
		}
		if asked < 2 || !faqTitle.MatchString(sections[i].Title) {
			rest = append(rest, sections[i])
			continue
		}
		questions = append(questions, sections[i:end]...)
		i = end - 1
	}
	return questions, rest
}
