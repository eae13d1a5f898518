package faq_test

import "guichet/faq"

// reasonTitle is why the title of a page is in no draft.
const reasonTitle = "title of the page"

// wholePage turns the lines of a FAQ page into drafts, as an import of a document does with a page that is nothing but
// questions. Every line that is not in a draft is in unplaced, by line. A text without headings is cut where its subject
// changes and the questions are proposed.
func wholePage(lines []faq.Line) (drafts []faq.Draft, unplaced []faq.Unplaced) {
	page := faq.Outline(lines)
	drafts, unplaced = page.Drafts()
	if page.Title != "" {
		unplaced = append(unplaced, faq.Unplaced{Line: page.TitleLine, Text: page.Title, Reason: reasonTitle})
	}
	return drafts, faq.SortUnplaced(append(unplaced, page.Unplaced...))
}
