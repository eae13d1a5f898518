package faq

// Line is one line of a raw document with what the file format itself said about it.
type Line struct {
	Number    int    // in the file; for a PDF, in the extracted text
	Text      string // leading spaces are kept: they tell nested lists
	Heading   int    // 1..6 when the format marks a heading, 0 when it says nothing
	Item      bool   // the format says that this is an element of a list
	Continues bool   // the format says that this goes on the line before
	Furniture bool   // the format says that this is navigation, header or footer
}

// Draft is a question with its answer, taken from a raw page, for an editor to finish.
type Draft struct {
	Question string
	Answer   string // Markdown
	Line     int    // where the question stands, or where the answer begins when the question is proposed
	Proposed bool   // the source has no such heading: the question was made from the text
}

// Unplaced is what the import found and did not put into any draft, for an editor to decide.
type Unplaced struct {
	Line   int
	Text   string
	Reason string
}

// Why something is not in a draft.
const (
	ReasonFurniture = "page furniture"
	ReasonCaption   = "caption or button label"
	ReasonGroup     = "heading of the questions below it"
	ReasonPreamble  = "text before the first question"
	ReasonNoText    = "heading without text"
)

// Drafts reads every section as a question with its answer; what has no question or no answer is returned as unplaced.
// Headings below a question that are no questions themselves belong to its answer.
func (p Page) Drafts() (drafts []Draft, unplaced []Unplaced) {
	open := 0 // level of the question whose answer may go on below smaller headings
	for i, s := range p.Sections {
		inside := open > 0 && s.Level > open && !s.Question
		switch {
		case s.Title == "":
			for _, b := range s.blocks {
				unplaced = append(unplaced, Unplaced{b.line, b.whole(), ReasonPreamble})
			}
		case inside:
			last := &drafts[len(drafts)-1]
			last.Answer = joinMarkdown(last.Answer, "**"+s.Title+"**", s.Body)
		case s.Body == "" && !(s.Question && p.goesOn(i)):
			unplaced = append(unplaced, Unplaced{s.Line, s.Title, ReasonGroup})
			open = 0
		default:
			drafts = append(drafts, Draft{Question: s.Title, Answer: s.Body, Line: s.Line, Proposed: s.Proposed})
			open = 0
			if s.Question {
				open = s.Level
			}
		}
	}
	return drafts, unplaced
}

// goesOn tells whether section i is followed by smaller sections that are no questions: its answer stands there.
func (p Page) goesOn(i int) bool {
	return i+1 < len(p.Sections) && p.Sections[i+1].Level > p.Sections[i].Level && !p.Sections[i+1].Question
}
