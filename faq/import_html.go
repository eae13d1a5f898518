package faq

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlLines reads a page as the lines a person sees, with the line of the file each begins on. Questions are found where
// pages put them: headings, the summary of details, the terms of a definition list, accordion buttons, bold paragraphs.
// The page is read by tokens, not as a tree, because only tokens still know their line in the file.
func htmlLines(text string) []Line {
	r := readHTML(text, hiddenElements)
	if r.hidden != 0 { // it was never closed: rather show too much than lose the rest of the page
		r = readHTML(text, nil)
	}
	return r.lines
}

func readHTML(text string, hide map[atom.Atom]bool) *htmlReader {
	r := &htmlReader{line: 1, hide: hide, tokens: html.NewTokenizer(strings.NewReader(text))}
	for {
		kind := r.tokens.Next()
		if kind == html.ErrorToken {
			break
		}
		newlines := strings.Count(string(r.tokens.Raw()), "\n")
		switch kind {
		case html.TextToken:
			r.text(string(r.tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(r.tokens.Token())
		case html.EndTagToken:
			name, _ := r.tokens.TagName()
			r.end(atom.Lookup(name))
		}
		r.line += newlines
	}
	r.flush()
	return r
}

// htmlReader gathers the text of the block that is open.
type htmlReader struct {
	tokens *html.Tokenizer
	line   int // of the file
	lines  []Line

	block    strings.Builder
	began    int    // line on which the block's text began
	heading  int    // of the open block
	level    int    // of the last real heading, for summaries and terms below it
	item     string // marker of the open list element, "" outside
	lists    []int  // one for each open list: 0 bullets, else the last number
	cells    int    // of the open table row
	row      bool   // inside a table row
	bold     [2]int // letters of the block that are bold, and all
	strong   int    // open b and strong
	hide     map[atom.Atom]bool
	hidden   atom.Atom // the open element whose content no person sees
	furnish  int       // open nav, header, footer and aside
	link     string
	linkFrom int
}

func (r *htmlReader) text(text string) {
	if r.hidden != 0 {
		return
	}
	if squeeze(text) != "" {
		if r.began == 0 {
			leading := text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))]
			r.began = r.line + strings.Count(leading, "\n")
		}
		letters := len(squeeze(text))
		r.bold[1] += letters
		if r.strong > 0 {
			r.bold[0] += letters
		}
	}
	r.block.WriteString(text)
}

func (r *htmlReader) start(token html.Token) {
	switch a := token.DataAtom; {
	case r.hidden != 0:
	case r.hide[a]:
		if token.Type == html.StartTagToken {
			r.hidden = a
		}
	case a == atom.Br:
		r.flush()
	case a == atom.A:
		r.link, r.linkFrom = attribute(token, "href"), r.block.Len()
	case a == atom.B, a == atom.Strong:
		r.strong++
	case a == atom.Td, a == atom.Th:
		r.block.WriteString(" ")
	case a == atom.Tr:
		r.breakBlock()
		r.row, r.cells = true, 0
	case a == atom.Ul, a == atom.Ol:
		r.breakBlock()
		r.lists = append(r.lists, 0)
		if a == atom.Ol {
			r.lists[len(r.lists)-1] = 1
		}
	case a == atom.Li:
		r.breakBlock()
		r.listItem()
	case blockElements[a]:
		r.open(a)
	}
}

// open begins a block that is no list and no table.
func (r *htmlReader) open(a atom.Atom) {
	if r.row && headingLevel(a) == 0 {
		r.block.WriteString(" ")
		return
	}
	r.breakBlock()
	if level := headingLevel(a); level > 0 {
		r.heading, r.level = level, level
	}
	switch a {
	case atom.Summary, atom.Dt:
		r.heading = min(max(r.level+1, 2), 6)
	case atom.Nav, atom.Header, atom.Footer, atom.Aside:
		r.furnish++
	}
}

func (r *htmlReader) end(a atom.Atom) {
	switch {
	case r.hidden != 0:
		if a == r.hidden {
			r.hidden = 0
		}
	case a == atom.A:
		r.closeLink()
	case a == atom.B, a == atom.Strong:
		r.strong = max(0, r.strong-1)
	case a == atom.Td, a == atom.Th:
		r.block.WriteString(" | ")
		r.cells++
	case a == atom.Tr, a == atom.Table:
		r.row = false
		r.flush()
		r.cells = 0
	case a == atom.Ul, a == atom.Ol:
		r.breakBlock()
		r.lists = r.lists[:max(0, len(r.lists)-1)]
	case a == atom.Button && strings.HasSuffix(squeeze(r.block.String()), "?"):
		r.heading = min(max(r.level+1, 2), 6)
		r.breakBlock()
	case blockElements[a] && !r.row:
		r.breakBlock()
		if a == atom.Nav || a == atom.Header || a == atom.Footer || a == atom.Aside {
			r.furnish = max(0, r.furnish-1)
		}
	}
}

// listItem sets the marker of the list element that begins, indented by its depth.
func (r *htmlReader) listItem() {
	r.item = "• "
	if depth := len(r.lists); depth > 0 {
		if number := &r.lists[depth-1]; *number > 0 {
			r.item = fmt.Sprintf("%d. ", *number)
			*number++
		}
		r.item = strings.Repeat("  ", min(depth, 8)-1) + r.item
	}
}

// breakBlock ends the block and leaves an empty line, as a person sees one.
func (r *htmlReader) breakBlock() {
	if r.flush() {
		r.lines = append(r.lines, Line{Number: r.line})
	}
}

// flush ends the line; it reports whether there was one.
func (r *htmlReader) flush() bool {
	text := squeeze(r.block.String())
	if r.cells < 2 {
		text = strings.TrimSpace(strings.TrimSuffix(text, "|"))
	}
	line := Line{Number: r.began, Heading: r.heading, Furniture: r.furnish > 0 && r.heading == 0}
	if r.bold[1] > 0 && r.bold[0] == r.bold[1] && r.item == "" && !r.row && line.Heading == 0 && strings.HasSuffix(text, "?") {
		line.Heading = min(max(r.level+1, 2), 6)
	}
	line.Item = r.item != "" && line.Heading == 0
	if line.Item {
		text = r.item + text
	}
	found := r.began > 0
	r.block.Reset()
	r.began, r.heading, r.bold, r.link = 0, 0, [2]int{}, ""
	if found {
		r.item = ""
		line.Text = text
		r.lines = append(r.lines, line)
	}
	return found
}

// closeLink keeps where a link leads: in Markdown for a web address, in brackets for an e-mail address or telephone
// number that the text does not show. Links inside the page and the site mean nothing outside it.
func (r *htmlReader) closeLink() {
	href := r.link
	r.link = ""
	if href == "" || r.linkFrom > r.block.Len() {
		return
	}
	all := r.block.String()
	label := squeeze(all[r.linkFrom:])
	scheme, address, _ := strings.Cut(href, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		if label == "" || r.heading > 0 || strings.ContainsAny(label, "[]|") || !plainAddress.MatchString(href) {
			return
		}
		r.block.Reset()
		r.block.WriteString(all[:r.linkFrom] + " [" + label + "](" + href + ")")
	case "mailto", "tel":
		address, _, _ = strings.Cut(address, "?")
		if label != "" && plainAddress.MatchString(address) && !strings.Contains(label, address) {
			r.block.WriteString(" (" + address + ")")
		}
	}
}

// plainAddress is an address that can stand in Markdown as it is.
var plainAddress = regexp.MustCompile(`^[^\s()<>\[\]|\\"]+$`)

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func headingLevel(a atom.Atom) int {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(a.String()[1] - '0')
	}
	return 0
}

var hiddenElements = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Head: true,
	atom.Title: true, atom.Iframe: true, atom.Select: true, atom.Textarea: true, atom.Object: true,
}

var blockElements = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Li: true, atom.H1: true,
	atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Details: true, atom.Summary: true,
	atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Blockquote: true, atom.Hr: true, atom.Figure: true,
	atom.Figcaption: true, atom.Form: true, atom.Fieldset: true, atom.Address: true, atom.Pre: true, atom.Nav: true,
	atom.Header: true, atom.Footer: true, atom.Aside: true, atom.Button: true, atom.Table: true, atom.Body: true,
	atom.Caption: true,
}
