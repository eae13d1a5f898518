package faq

import (
	"regexp"
	"strings"
)

var (
	// timestamp is what publishing systems print behind a title: 2020-11-09T07:20:42+01:00.
	timestamp = regexp.MustCompile(`\s*\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?$`)
	// breadcrumb is the path to a page: Home > Help > Contract.
	breadcrumb = regexp.MustCompile(`^(?i:accueil|home|startseite|inicio)\s*[|>»›/→-]\s*\S`)
	// pageLink is the label of a link that belongs to the page, not to its text.
	pageLink = regexp.MustCompile(`(?i)^(go to top|back to top|top of page|haut de (la )?page|retour en haut( de (la )?page)?|` +
		`retour [aà] l['’]accueil|skip to (main )?content|aller au contenu( principal)?|partager( cet article| cette page)?|` +
		`imprimer( cet article| cette page)?|lire la suite|en savoir plus|read more|sommaire|table des mati[eè]res|menu|` +
		`fermer|close|rechercher|search|(accepter|refuser|g[eé]rer)( tous)?( les)? cookies|tous droits r[eé]serv[eé]s.*|©.*)$`)
	// gluedLink is such a link that lost the line break before it.
	gluedLink = regexp.MustCompile(`\s*(Go to Top|Back to Top|Haut de page|Retour en haut(?: de (?:la )?page)?)$`)
	// pageNumber is the folio of a printed page.
	pageNumber = regexp.MustCompile(`(?i)^(?:page\s+\d{1,4}(?:\s*(?:/|sur|of|de)\s*\d{1,4})?|\d{1,4}\s*/\s*\d{1,4}|[-–]\s*\d{1,4}\s*[-–])$`)
	// dateLine says when the page was published.
	dateLine = regexp.MustCompile(`(?i)^(publi[eé]e?|post[eé]e?|mise? à jour|derni[eè]re mise à jour|modifi[eé]e?|published|(last )?updated)( le| on)?\s*:?\s*[\p{L}\d/. -]{0,12}\d{4}$`)
	// banner is a label in brackets before an announcement: [Webinar] Come and see.
	banner = regexp.MustCompile(`^\[[^\]]+\]\s+\S`)
	// tagRemnant is a piece of a broken tag glued to a word: /paArticle.
	tagRemnant = regexp.MustCompile(`^(</?[a-z]{1,6}>?|/[a-z]{1,6})(\p{Lu}\p{Ll})`)
	// contentsLine is a line of a table of contents: Guarantees ........ 12.
	contentsLine = regexp.MustCompile(`(?:\s*[.·:…_]){5,}\s*(?:\d{1,4}|[ivxlc]+)?$`)
	// tableRule is the line below a Markdown table's head.
	tableRule = regexp.MustCompile(`^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$`)
)

// repeats finds the running titles of a text: a line that stands at its top and at least twice more, one that was
// printed twice in a row more than once, or one that stands six times and more.
func repeats(lines []Line) map[string]bool {
	count, double := map[string]int{}, map[string]int{}
	first, before := "", ""
	for _, l := range lines {
		text := squeeze(l.Text)
		marker, _ := splitMarker(text)
		if text == "" || marker != "" || l.Item || l.Heading > 0 || strings.Contains(text, "|") {
			continue
		}
		if first == "" {
			first = text
		}
		count[text]++
		if text == before {
			double[text]++
		}
		before = text
	}
	running := map[string]bool{}
	for text, n := range count {
		running[text] = n >= 3 && (text == first || double[text] >= 2 || n >= 6)
	}
	return running
}

// trimFurniture cuts from a line what belongs to the page: links glued to its end, a timestamp behind a title, the rest
// of a broken tag. It returns what it cut and whether a timestamp marked the line as a title.
func trimFurniture(text string) (rest string, cut []string, marked bool) {
	if at := gluedLink.FindStringIndex(text); at != nil && at[0] > 0 {
		cut, text = append(cut, strings.TrimSpace(text[at[0]:])), text[:at[0]]
	}
	if at := timestamp.FindStringIndex(text); at != nil {
		cut, text, marked = append(cut, strings.TrimSpace(text[at[0]:])), text[:at[0]], at[0] > 0
	}
	if m := tagRemnant.FindStringSubmatch(text); m != nil {
		cut, text = append(cut, m[1]), text[len(m[1]):]
	}
	return strings.TrimSpace(text), cut, marked
}

// isFurniture tells lines that belong to the page, whatever the text around them.
func isFurniture(text string) bool {
	for _, pattern := range []*regexp.Regexp{breadcrumb, pageLink, pageNumber, dateLine, contentsLine} {
		if pattern.MatchString(text) {
			return true
		}
	}
	return !hasContent(text)
}
