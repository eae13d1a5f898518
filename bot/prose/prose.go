// Package prose reads the Markdown of replies for chats: signs with how they are set, which each platform then writes in
// its own markup, and cuts where its messages end. It promises that no word is lost.
package prose

import (
	"bufio"
	"bytes"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	markup "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Dialect is how a platform shows a text.
type Dialect struct {
	SourceBase string                   // public address under which the page of each topic stands; without it links to topics are plain words
	Bullet     string                   // before a list's item, with its space
	Quote      func(link string) string // what would end a link in the platform's markup, made harmless; nil for none
	Bare       bool                     // an address is shown as it was typed
}

// Glyph is one character of a reply, with how it is set. A text cut between two glyphs keeps its styles on both sides.
type Glyph struct {
	R     rune
	Style Style
}

// Style is how a glyph is set.
type Style struct {
	Bold, Italic, Code bool
	Link               string // absolute address; empty for plain words
	Bare               bool   // the words are the address itself
	Mark               bool   // the sign before a list's item: ours, not to be escaped
}

// reader reads the Markdown that a chat can show. What it does not know (raw HTML, tables, fences, link definitions) it
// leaves in the text as it was typed, so that no word is dropped.
var reader = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(paragraphs{parser.NewParagraphParser()}, 1000)),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
		util.Prioritized(extension.NewLinkifyParser(), 999)))

// paragraphs takes indented lines too, which goldmark drops when it reads no code blocks.
type paragraphs struct{ parser.BlockParser }

func (paragraphs) CanAcceptIndentedLine() bool { return true }

// Text gathers the glyphs of a reply. The zero Text takes words.
type Text struct {
	Glyphs  []Glyph
	dialect Dialect
	source  []byte
	indent  string // before each line of the list item being read
}

// Read turns Markdown into glyphs: blocks apart by a blank line, lists as lines, links to topics under SourceBase.
func (d Dialect) Read(markdown string) *Text {
	d.SourceBase = strings.TrimSuffix(d.SourceBase, "/")
	markdown = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(markdown, "\uFFFD"))
	p := &Text{source: []byte(markdown), dialect: d}
	p.blocks(reader.Parse(text.NewReader(p.source)), "\n\n")
	return p
}

// blocks reads the children of a document or of a list item, apart by what separates them there.
func (p *Text) blocks(parent ast.Node, apart string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if n.PreviousSibling() != nil {
			p.Write(apart, Style{})
		}
		switch n := n.(type) {
		case *ast.List:
			p.list(n)
		case *ast.Heading:
			p.inline(n, Style{Bold: true})
		default:
			p.inline(n, Style{})
		}
	}
}

func (p *Text) list(list *ast.List) {
	outer, number := p.indent, list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if item.PreviousSibling() != nil {
			p.Write("\n"+outer, Style{})
		}
		mark := p.dialect.Bullet
		if list.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		p.Write(mark, Style{Mark: true})
		p.indent = outer + "  "
		p.blocks(item, "\n"+p.indent)
		p.indent = outer
	}
}

func (p *Text) inline(parent ast.Node, s Style) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		inner := s
		switch n := n.(type) {
		case *ast.Text:
			p.textNode(n, s)
		case *ast.CodeSpan:
			inner = Style{Code: s.Link == "", Link: s.Link} // within code every other sign would be shown
			p.inline(n, inner)
		case *ast.Emphasis:
			inner.Bold, inner.Italic = s.Bold || n.Level == 2, s.Italic || n.Level == 1
			p.inline(n, inner)
		case *ast.Link:
			p.link(n, unescape(n.Destination), s)
		case *ast.Image:
			p.link(n, unescape(n.Destination), s)
		case *ast.AutoLink:
			p.autoLink(n, s)
		default:
			p.inline(n, s)
		}
	}
}

func (p *Text) textNode(n *ast.Text, s Style) {
	if n.IsRaw() {
		p.Write(strings.ReplaceAll(string(n.Value(p.source)), "\n", " "), s)
	} else {
		p.Write(unescape(n.Value(p.source)), s)
	}
	switch {
	case n.HardLineBreak():
		p.Write("\n"+p.indent, Style{})
	case n.SoftLineBreak():
		p.Write(" ", s)
	}
}

// link writes the words of a link. One that a chat cannot follow gives its words only; an e-mail address or a telephone
// number is then written out, for it would be lost otherwise.
func (p *Text) link(words ast.Node, destination string, s Style) {
	outside, start := s, len(p.Glyphs)
	s.Link = p.dialect.Address(destination)
	p.inline(words, s)
	if direct := directAddress(destination); direct != "" && !strings.Contains(Letters(p.Glyphs[start:]), direct) {
		p.Write(" ("+direct+")", outside)
	}
}

// autoLink writes an address as it was typed. Where addresses are shown bare, one that is no web address stays words.
func (p *Text) autoLink(n *ast.AutoLink, s Style) {
	words := unescape(n.Label(p.source))
	if !p.dialect.Bare {
		if n.AutoLinkType == ast.AutoLinkURL {
			s.Link = p.dialect.WebAddress(unescape(n.URL(p.source)))
		}
		p.Write(words, s)
		return
	}
	ends := func(r rune) bool { return r == '<' || r == '>' || unicode.IsSpace(r) }
	if n.Protocol == nil && p.dialect.WebAddress(words) != "" && len(words) <= longestAddress && !strings.ContainsFunc(words, ends) {
		s = Style{Link: words, Bare: true}
	}
	p.Write(words, s)
}

// Write adds text in one style. Control characters become spaces: a chat shows them as boxes or not at all.
func (p *Text) Write(text string, s Style) {
	for _, r := range text {
		if r != '\n' && unicode.IsControl(r) {
			r = ' '
		}
		p.Glyphs = append(p.Glyphs, Glyph{r, s})
	}
}

// unescape resolves backslashes and entities the way goldmark's own renderer does.
func unescape(source []byte) string {
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	markup.DefaultWriter.Write(w, source)
	_ = w.Flush() // a bytes.Buffer does not fail
	return html.UnescapeString(buf.String())
}

// Letters are the characters alone.
func Letters(glyphs []Glyph) string {
	var b strings.Builder
	for _, g := range glyphs {
		b.WriteRune(g.R)
	}
	return b.String()
}

// topicID is the target of a link from one topic to another: collection.slug and nothing else.
var topicID = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9-]+$`)

// Address is where a link leads: the page of a topic, or the web address itself; empty when it leads nowhere.
func (d Dialect) Address(destination string) string {
	if topicID.MatchString(destination) {
		destination = strings.TrimSuffix(d.SourceBase, "/") + "/source/" + destination // no web address without a base
	}
	return d.WebAddress(destination)
}

// longestAddress keeps one link from filling a message by itself.
const longestAddress = 512

// WebAddress checks and normalises an address; empty unless it is one of the web.
func (d Dialect) WebAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	if s = u.String(); d.Quote != nil {
		s = d.Quote(s)
	}
	if len(s) > longestAddress {
		return ""
	}
	return s
}

// directAddress is the e-mail address or telephone number of a mailto: or tel: link.
func directAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "mailto" && u.Scheme != "tel") {
		return ""
	}
	direct, err := url.PathUnescape(u.Opaque)
	if err != nil {
		return u.Opaque
	}
	return direct
}
