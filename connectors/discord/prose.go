package discord

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

// glyph is one character of a reply, with how it is set. A text cut between two glyphs keeps its styles on both sides.
type glyph struct {
	r     rune
	style style
}

type style struct {
	bold, italic, code bool
	link               string // absolute address; empty for plain words
	bare               bool   // the words are the address itself
	mark               bool   // the sign before a list's item: ours, not to be escaped
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

// prose gathers the glyphs of a reply.
type prose struct {
	source     []byte
	sourceBase string
	indent     string // before each line of the list item being read
	glyphs     []glyph
}

// read turns Markdown into glyphs: blocks apart by a blank line, lists as lines, links to topics under sourceBase.
func read(markdown, sourceBase string) *prose {
	markdown = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(markdown, "\uFFFD"))
	p := &prose{source: []byte(markdown), sourceBase: strings.TrimSuffix(sourceBase, "/")}
	p.blocks(reader.Parse(text.NewReader(p.source)), "\n\n")
	return p
}

// blocks reads the children of a document or of a list item, apart by what separates them there.
func (p *prose) blocks(parent ast.Node, apart string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if n.PreviousSibling() != nil {
			p.write(apart, style{})
		}
		switch n := n.(type) {
		case *ast.List:
			p.list(n)
		case *ast.Heading:
			p.inline(n, style{bold: true})
		default:
			p.inline(n, style{})
		}
	}
}

func (p *prose) list(list *ast.List) {
	outer, number := p.indent, list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if item.PreviousSibling() != nil {
			p.write("\n"+outer, style{})
		}
		mark := "- "
		if list.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		p.write(mark, style{mark: true})
		p.indent = outer + "  "
		p.blocks(item, "\n"+p.indent)
		p.indent = outer
	}
}

func (p *prose) inline(parent ast.Node, s style) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		inner := s
		switch n := n.(type) {
		case *ast.Text:
			p.textNode(n, s)
		case *ast.CodeSpan:
			inner = style{code: s.link == "", link: s.link} // within code every other sign would be shown
			p.inline(n, inner)
		case *ast.Emphasis:
			inner.bold, inner.italic = s.bold || n.Level == 2, s.italic || n.Level == 1
			p.inline(n, inner)
		case *ast.Link:
			p.link(n, unescape(n.Destination), s)
		case *ast.Image:
			p.link(n, unescape(n.Destination), s)
		case *ast.AutoLink:
			p.bareLink(n, s)
		default:
			p.inline(n, s)
		}
	}
}

func (p *prose) textNode(n *ast.Text, s style) {
	if n.IsRaw() {
		p.write(strings.ReplaceAll(string(n.Value(p.source)), "\n", " "), s)
	} else {
		p.write(unescape(n.Value(p.source)), s)
	}
	switch {
	case n.HardLineBreak():
		p.write("\n"+p.indent, style{})
	case n.SoftLineBreak():
		p.write(" ", s)
	}
}

// link writes the words of a link. One that a chat cannot follow gives its words only; an e-mail address or a telephone
// number is then written out, for it would be lost otherwise.
func (p *prose) link(words ast.Node, destination string, s style) {
	outside, start := s, len(p.glyphs)
	s.link = address(destination, p.sourceBase)
	p.inline(words, s)
	if direct := directAddress(destination); direct != "" && !strings.Contains(letters(p.glyphs[start:]), direct) {
		p.write(" ("+direct+")", outside)
	}
}

// bareLink writes an address as it was typed. Discord follows a web address that is shown; any other stays words.
func (p *prose) bareLink(n *ast.AutoLink, s style) {
	words := unescape(n.Label(p.source))
	ends := func(r rune) bool { return r == '<' || r == '>' || unicode.IsSpace(r) }
	if n.Protocol == nil && webAddress(words) != "" && len(words) <= longestAddress && !strings.ContainsFunc(words, ends) {
		s = style{link: words, bare: true}
	}
	p.write(words, s)
}

// write adds text in one style. Control characters become spaces: a chat shows them as boxes or not at all.
func (p *prose) write(text string, s style) {
	for _, r := range text {
		if r != '\n' && unicode.IsControl(r) {
			r = ' '
		}
		p.glyphs = append(p.glyphs, glyph{r, s})
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

func letters(glyphs []glyph) string {
	var b strings.Builder
	for _, g := range glyphs {
		b.WriteRune(g.r)
	}
	return b.String()
}

// topicID is the target of a link from one topic to another: collection.slug and nothing else.
var topicID = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9-]+$`)

// address is where a link leads: the page of a topic, or the web address itself; empty when it leads nowhere.
func address(destination, sourceBase string) string {
	if topicID.MatchString(destination) {
		destination = sourceBase + "/source/" + destination // no web address without a base
	}
	return webAddress(destination)
}

// longestAddress keeps one link from filling a message by itself.
const longestAddress = 512

// webAddress checks and normalises an address; empty unless it is one of the web.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	// What would end a link in Discord's Markdown.
	s = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `"`, "%22", `\`, "%5C", " ", "%20").Replace(u.String())
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
