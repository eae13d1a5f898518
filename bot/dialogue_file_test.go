package bot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A dialogue is a file of testdata/dialogues. Its lines:
//
//	# site: micro, alma     the collections the site answers from ("all": every one); any other '#' is a comment
//	> words                 what the customer types; '>' alone is an empty message
//	>* 500 words            the words 500 times
//	@ words                 the customer sends a file, with these words if there are any
//	@@ album words          a file of an album
//	>> label                the customer presses this button of the last reply
//	< kind topic ticket     the reply; 'a|b' is either, '-' none, '*' anything; the topic 'offered:2' is the second
//	                        topic that the reply before offered
//	& topic                 a further topic answered in the same reply
//	? field                 what the intake asks for now: a field, 'confirm', or '-' when there is no intake
//	+ words | words         the reply contains one of these (case, accents and kinds of space do not matter)
//	- words                 the reply does not contain this
//	* label                 the reply offers this button
//	~ words                 the customer's message as kept contains this
//	! words                 nothing kept of the whole conversation contains this, whatever the separators
//	= category              the one ticket of the conversation, 'none' for no ticket
//	= field=value           a field of it; '~words' contains, '-' is absent
type dialogue struct {
	name        string
	collections []string
	steps       []step
	never       []expected
	ticket      expected
	fields      []expected
}

type expected struct {
	line int
	text string
}

type step struct {
	line                int
	text                string
	button              bool
	files               int
	album               string
	kind, topic, ticket string
	expectLine          int
	also, asks          []expected
	has, lacks          []expected
	buttons, keeps      []expected
}

func readDialogues(t *testing.T) []dialogue {
	t.Helper()
	files, err := filepath.Glob("testdata/dialogues/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogue found: %v", err)
	}
	var all []dialogue
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := parseDialogue(filepath.Base(file), string(data))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func parseDialogue(name, data string) (dialogue, error) {
	d := dialogue{name: strings.TrimSuffix(name, ".txt")}
	seenSite := false
	for i, line := range strings.Split(data, "\n") {
		n := i + 1
		if strings.TrimSpace(line) == "" {
			continue
		}
		mark, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		switch mark {
		case "#":
			if list, ok := strings.CutPrefix(rest, "site:"); ok {
				seenSite = true
				if list = strings.TrimSpace(list); list != "all" {
					d.collections = strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
				}
			}
			continue
		case ">", ">>":
			d.steps = append(d.steps, step{line: n, text: rest, button: mark == ">>"})
			continue
		case ">*":
			times, words, _ := strings.Cut(rest, " ")
			count, err := strconv.Atoi(times)
			if err != nil {
				return d, fmt.Errorf("%s:%d: %w", name, n, err)
			}
			d.steps = append(d.steps, step{line: n, text: strings.Repeat(words+" ", count)})
			continue
		case "@":
			d.steps = append(d.steps, step{line: n, text: rest, files: 1})
			continue
		case "@@":
			album, words, _ := strings.Cut(rest, " ")
			d.steps = append(d.steps, step{line: n, text: words, files: 1, album: album})
			continue
		case "!":
			d.never = append(d.never, expected{n, rest})
			continue
		case "=":
			if strings.Contains(rest, "=") {
				d.fields = append(d.fields, expected{n, rest})
			} else {
				d.ticket = expected{n, rest}
			}
			continue
		}
		if len(d.steps) == 0 {
			return d, fmt.Errorf("%s:%d: %q stands before the first message", name, n, line)
		}
		if err := d.steps[len(d.steps)-1].expect(mark, rest, n); err != nil {
			return d, fmt.Errorf("%s:%w", name, err)
		}
	}
	if !seenSite || len(d.steps) == 0 || d.ticket.text == "" {
		return d, fmt.Errorf("%s: a dialogue needs '# site:', a message and '=' with the ticket or 'none'", name)
	}
	return d, nil
}

func (s *step) expect(mark, rest string, n int) error {
	e := expected{n, rest}
	switch mark {
	case "<":
		words := append(strings.Fields(rest), "*", "*", "*")
		s.kind, s.topic, s.ticket, s.expectLine = words[0], words[1], words[2], n
	case "&":
		s.also = append(s.also, e)
	case "?":
		s.asks = append(s.asks, e)
	case "+":
		s.has = append(s.has, e)
	case "-":
		s.lacks = append(s.lacks, e)
	case "*":
		s.buttons = append(s.buttons, e)
	case "~":
		s.keeps = append(s.keeps, e)
	default:
		return fmt.Errorf("%d: unknown mark %q", n, mark)
	}
	return nil
}
