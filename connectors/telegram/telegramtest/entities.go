package telegramtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// htmlTags are the tags of parse_mode HTML.
var htmlTags = strings.Fields("a b strong i em s strike del u ins tg-spoiler tg-emoji span pre code blockquote")

func badEntities(format string, args ...any) *apiError {
	return badRequest("can't parse entities: %s", fmt.Sprintf(format, args...))
}

// parseHTML gives the text of Telegram's HTML, or Telegram's complaint about it.
func parseHTML(source string) (string, *apiError) {
	var text strings.Builder
	var open []string
	for i := 0; i < len(source); {
		switch {
		case source[i] == '&':
			r, n := entity(source[i:])
			text.WriteString(r)
			i += n
		case source[i] != '<':
			text.WriteByte(source[i])
			i++
		case strings.HasPrefix(source[i:], "</"):
			end := strings.IndexByte(source[i:], '>')
			if end < 0 {
				return "", badEntities("Unclosed end tag at byte offset %d", i)
			}
			name := strings.TrimSpace(strings.ToLower(source[i+2 : i+end]))
			if len(open) == 0 {
				return "", badEntities("Unexpected end tag at byte offset %d", i)
			}
			if last := open[len(open)-1]; name != last {
				return "", badEntities("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", i, last, name)
			}
			open = open[:len(open)-1]
			i += end + 1
		default:
			name, n, refused := startTag(source, i)
			if refused != nil {
				return "", refused
			}
			open = append(open, name)
			i += n
		}
	}
	if len(open) > 0 {
		return "", badEntities("Can't find end tag corresponding to start tag %q", open[len(open)-1])
	}
	return text.String(), nil
}

// startTag reads a tag that begins at a byte and gives its name and length.
func startTag(source string, at int) (name string, n int, refused *apiError) {
	rest := source[at+1:]
	end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == '>' })
	if end < 0 {
		return "", 0, badEntities("Unclosed start tag at byte offset %d", at)
	}
	name = strings.ToLower(rest[:end])
	if !slices.Contains(htmlTags, name) {
		return "", 0, badEntities("Unsupported start tag %q at byte offset %d", name, at)
	}
	quoted := byte(0)
	for i := end; i < len(rest); i++ {
		switch c := rest[i]; {
		case quoted != 0:
			if c == quoted {
				quoted = 0
			}
		case c == '"' || c == '\'':
			quoted = c
		case c == '>':
			return name, i + 2, nil
		}
	}
	return "", 0, badEntities("Unclosed start tag %q at byte offset %d", name, at)
}

// entity reads what begins with an ampersand; what is no entity of Telegram's is an ampersand.
func entity(s string) (text string, n int) {
	end := strings.IndexByte(s, ';')
	if end < 0 || end > 10 {
		return "&", 1
	}
	switch name := s[1:end]; {
	case name == "lt":
		return "<", end + 1
	case name == "gt":
		return ">", end + 1
	case name == "amp":
		return "&", end + 1
	case name == "quot":
		return `"`, end + 1
	case strings.HasPrefix(name, "#"):
		digits, base := name[1:], 10
		if strings.HasPrefix(digits, "x") {
			digits, base = digits[1:], 16
		}
		if code, err := strconv.ParseInt(digits, base, 32); err == nil && code > 0 {
			return string(rune(code)), end + 1
		}
	}
	return "&", 1
}
