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

// wording is what a whole text tells about its words.
type wording struct {
	in     map[string]int  // in how many units a stem stands
	stock  map[string]bool // sentences that come back word for word, which tell nothing about the subject
	common int             // a stem in more units than this is no sign of a subject
}

func readWording(blocks []block) wording {
	w := wording{in: map[string]int{}, stock: map[string]bool{}}
	count := map[string]int{}
	for _, b := range blocks {
		for _, sentence := range sentences(b.text) {
			count[sentence]++
			w.stock[sentence] = count[sentence] > 1
		}
	}
	units := paragraphsWithLists(blocks)
	for _, unit := range units {
		for stem := range w.stems(unit) {
			w.in[stem]++
		}
	}
	w.common = max(2, len(units)/5)
	return w
}

// subjects cuts a text without headings where its subject changes: a paragraph goes with those before when it refers
// to them, or when two of its words that are rare in the whole text were said there.
func (w wording) subjects(blocks []block) [][]block {
	var out [][]block
	var said map[string]bool
	for i, unit := range paragraphsWithLists(blocks) {
		shared := 0
		for stem := range w.stems(unit[:1]) {
			if said[stem] && w.in[stem] <= w.common {
				shared++
			}
		}
		refers := goesBack.MatchString(unit[0].text) && !impersonal.MatchString(unit[0].text)
		if i > 0 && (shared >= 2 || refers) {
			out[len(out)-1] = append(out[len(out)-1], unit...)
		} else {
			out, said = append(out, unit), map[string]bool{}
		}
		for stem := range w.stems(unit) {
			said[stem] = true
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

// stems returns the beginnings of the long words of some blocks: enough to see that two paragraphs share a subject.
func (w wording) stems(blocks []block) map[string]bool {
	stems := map[string]bool{}
	for _, b := range blocks {
		for _, sentence := range sentences(b.text) {
			if w.stock[sentence] {
				continue
			}
			for _, word := range strings.FieldsFunc(foldAccents(sentence), func(r rune) bool { return !unicode.IsLetter(r) }) {
				if len(word) >= 5 && !functionWords[word] {
					stems[word[:5]] = true
				}
			}
		}
	}
	return stems
}

// functionWords are long words that say nothing about a subject.
var functionWords = func() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(`ainsi alors apres aucun aucune aussi autre autres avant avoir celle celles celui
		cette chaque comme comment depuis devez devra doivent donc dont elles encore entre etes etiez etre leurs lorsque
		lors mais meme memes notre nous parce pendant permet permettre peuvent pouvez pouvoir pourrez pourront quand quel
		quelle quelles quels quoi sera serez seront selon sinon toujours toute toutes votre vous about after before
		could every other should their there these those where which while would your`) {
		words[word] = true
	}
	return words
}()

// sentences splits a text at its full stops.
func sentences(text string) []string {
	var out []string
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?…", r) }) {
		if sentence = strings.TrimSpace(sentence); sentence != "" {
			out = append(out, sentence)
		}
	}
	return out
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
		if b.kind == item {
			break // a question below a list is about something smaller
		}
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
