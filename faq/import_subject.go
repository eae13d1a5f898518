package faq

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// goesBack begins a paragraph that means nothing without the one before it.
var goesBack = regexp.MustCompile(`^(?:\*|(?:Cette|Cet|Ces|Cela|Ceci|Ils?|Elles?|Celui-ci|Celle-ci|Une fois|Ensuite|Puis|Enfin|De plus|En outre|` +
	`Par ailleurs|De même|Toutefois|Cependant|Néanmoins|Ainsi|Attention|This|These|It|They|Then|However|Once)\s)`)

// impersonal begins with the same words and refers to nothing: "Il existe deux …".
var impersonal = regexp.MustCompile(`^(?:Il (?:existe|faut|est|y a|convient|s['’]agit)|It is)\s`)

// subjects cuts a text without headings where its subject changes: a paragraph goes with the one before when it refers
// to it or shares with it the words that are rare in the text.
func subjects(blocks []block) [][]block {
	units := paragraphsWithLists(blocks)
	in := map[string]int{} // in how many units a stem stands
	stems := make([]map[string]bool, len(units))
	for i, unit := range units {
		stems[i] = stemsOf(unit)
		for stem := range stems[i] {
			in[stem]++
		}
	}
	common := max(2, (len(units)*3+9)/10)
	var out [][]block
	var shared map[string]bool
	for i, unit := range units {
		same := 0
		for stem := range stems[i] {
			if shared[stem] && in[stem] <= common {
				same++
			}
		}
		refers := goesBack.MatchString(unit[0].text) && !impersonal.MatchString(unit[0].text)
		if i > 0 && (same >= 2 || refers) {
			out[len(out)-1] = append(out[len(out)-1], unit...)
		} else {
			out, shared = append(out, unit), map[string]bool{}
		}
		for stem := range stems[i] {
			shared[stem] = true
		}
	}
	return out
}

// paragraphsWithLists keeps a list with the paragraph above it, and what stands between its elements.
func paragraphsWithLists(blocks []block) [][]block {
	var units [][]block
	for i, b := range blocks {
		between := i > 0 && i+1 < len(blocks) && blocks[i-1].kind == item && blocks[i+1].kind == item
		announced := i > 0 && strings.HasSuffix(blocks[i-1].text, ":")
		if i > 0 && (b.kind != paragraph || between || announced) {
			units[len(units)-1] = append(units[len(units)-1], b)
		} else {
			units = append(units, []block{b})
		}
	}
	return units
}

// stemsOf returns the beginnings of the long words of some blocks: enough to see that two paragraphs share a subject.
func stemsOf(blocks []block) map[string]bool {
	stems := map[string]bool{}
	for _, b := range blocks {
		for _, word := range strings.FieldsFunc(foldAccents(b.text), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if len(word) >= 5 {
				stems[word[:5]] = true
			}
		}
	}
	return stems
}

// foldAccents writes a text in small letters without accents.
func foldAccents(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}

var (
	innerQuestion = regexp.MustCompile(`(?:^|[.!?…]\s+)(\p{Lu}[^.!?…]{8,140}\?)(?:\s|$)`)
	purpose       = regexp.MustCompile(`^(?:Afin|Pour)\s+(?:de |d['’])?(\p{Ll}[^,.:;]{8,110}?),`)
	firstClause   = regexp.MustCompile(`^[^.!?;:]+`)
)

// maxProposed is the longest proposed title, in letters.
const maxProposed = 90

// propose gives a text without heading a title: the question that stands in it, which then leaves the text; "Comment
// …?" made from a purpose it begins with; or its first clause, with the first element of a list it announces.
func propose(blocks []block) (title string, rest []block) {
	for i, b := range blocks {
		if m := innerQuestion.FindStringSubmatchIndex(b.text); m != nil && b.kind == paragraph {
			rest = append(rest, blocks...)
			rest[i].text = squeeze(b.text[:m[2]] + " " + b.text[m[3]:])
			if rest[i].text == "" {
				rest = append(rest[:i], rest[i+1:]...)
			}
			if len(rest) > 0 {
				return b.text[m[2]:m[3]], rest
			}
		}
	}
	text := blocks[0].text
	if m := purpose.FindStringSubmatch(text); m != nil {
		return "Comment " + m[1] + " ?", blocks
	}
	title = strings.TrimSpace(firstClause.FindString(text))
	if strings.HasSuffix(text, ":") && len(strings.Fields(title)) < 7 && len(blocks) > 1 {
		title += " : " + strings.TrimRight(blocks[1].text, " .;:")
	}
	if title == "" {
		title = text
	}
	return shorten(title), blocks
}

// shorten cuts a title between two words.
func shorten(title string) string {
	runes := []rune(title)
	if len(runes) <= maxProposed {
		return title
	}
	short := string(runes[:maxProposed])
	if at := strings.LastIndex(short, " "); at > 0 {
		short = short[:at]
	}
	return strings.TrimRight(short, " ,;:'’") + "…"
}
