package desk

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"unicode"
)

// Pages are written in French and translated when they are loaded, before they are parsed: each text between two tags, and
// each attribute that is read to a person, is looked up in the catalogue with the values it holds ({{.Name}}). A text ends
// at a tag and at what decides or repeats ({{if}}, {{range}}).

// read is what makes an attribute one that is read to people. data-say-… are the texts of the scripts.
var read = regexp.MustCompile(`\s(?:aria-label|placeholder|alt|title|data-say-[a-z-]+)="((?:\{\{.*?\}\}|[^"])*)"`)

// deciding begins an action that ends a text.
var deciding = regexp.MustCompile(`^\{\{-?\s*(?:if|else|end|with|range|define|block|break|continue|\$\w+\s*:?=|/\*)`)

// mark is a tag or an action; a tag holds actions, in which a > ends nothing.
var mark = regexp.MustCompile(`(?s)\{\{.*?\}\}|<[a-zA-Z/!](?:\{\{.*?\}\}|[^>])*>`)

// pageText is a text of a page, where it stands in the source.
type pageText struct{ from, to int }

// pageTexts finds the texts of a page's source, in order.
func pageTexts(source string) []pageText {
	var found []pageText
	add := func(from, to int) {
		text := source[from:to]
		if spoken(text) {
			start, end := strings.TrimLeft(text, " \n\t"), strings.TrimRight(text, " \n\t")
			found = append(found, pageText{to - len(start), from + len(end)})
		}
	}
	from := 0
	for _, m := range mark.FindAllStringIndex(source, -1) {
		tag := source[m[0]] == '<'
		if !tag && !deciding.MatchString(source[m[0]:m[1]]) {
			continue // a value: part of the text
		}
		add(from, m[0])
		from = m[1]
		if !tag {
			continue
		}
		for _, a := range read.FindAllStringSubmatchIndex(source[m[0]:m[1]], -1) {
			start, value := m[0]+a[2], source[m[0]+a[2]:m[0]+a[3]]
			for _, inner := range pageTexts(value) {
				found = append(found, pageText{start + inner.from, start + inner.to})
			}
		}
	}
	add(from, len(source))
	return found
}

// silent is what is no word to translate: values, entities, and the name of the program.
var silent = regexp.MustCompile(`\{\{.*?\}\}|&#?\w+;|Guichet`)

// spoken tells whether a text has a word beside its values, or is punctuated as French is. A single letter is a key.
func spoken(text string) bool {
	if strings.Contains(text, "&#8239;") {
		return true
	}
	letters := 0
	for _, r := range silent.ReplaceAllString(text, "") {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 1
}

// translate puts a page's source into a language.
func (l language) translate(source string) string {
	if l.catalogue == nil {
		return source
	}
	var b strings.Builder
	from := 0
	for _, t := range pageTexts(source) {
		text := source[t.from:t.to]
		b.WriteString(source[from:t.from])
		if said, ok := l.catalogue[plain(text)]; ok {
			text = said
		}
		b.WriteString(text)
		from = t.to
	}
	b.WriteString(source[from:])
	return b.String()
}

// page is the source of a file of pages in a language.
func (l language) page(name string) (string, error) {
	source, err := fs.ReadFile(pageFiles, "pages/"+name+".html")
	if err != nil {
		return "", fmt.Errorf("desk: read the page %s: %w", name, err)
	}
	return l.translate(string(source)), nil
}
