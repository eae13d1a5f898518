package knowledge

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"time"

	"guichet/faq"
)

// The least number of ways to ask. Fewer leave the ranking with too little to recognise a topic by.
const (
	minAskedFAQ     = 20
	minAskedPassage = 12
)

var topicLink = regexp.MustCompile(`\]\(([a-z0-9-]+\.[a-z0-9-]+)\)`)

// Check lists what an editor must mend in contents that could be read: rules between files, and dates past now.
// Problems come sorted by file and line.
func Check(c Contents, now time.Time) []faq.Problem {
	k := checker{contents: c, now: now, topics: map[string]Topic{}, phrases: map[string]Topic{}}
	k.collections()
	for _, t := range c.Topics {
		k.duplicate(t)
	}
	for _, t := range c.Topics {
		k.topic(t)
	}
	sort.SliceStable(k.problems, func(i, j int) bool {
		a, b := k.problems[i], k.problems[j]
		return a.File < b.File || a.File == b.File && a.Line < b.Line
	})
	return k.problems
}

type checker struct {
	contents Contents
	now      time.Time
	topics   map[string]Topic
	phrases  map[string]Topic // collection and folded phrase -> the first topic that has it
	problems []faq.Problem
}

func (k *checker) report(file string, line int, format string, args ...any) {
	k.problems = append(k.problems, faq.Problem{File: file, Line: line, Text: fmt.Sprintf(format, args...)})
}

func (k *checker) collections() {
	known := map[string]bool{}
	for _, c := range k.contents.Collections {
		known[c.ID] = true
	}
	missing := map[string]bool{}
	for _, t := range k.contents.Topics {
		if !known[t.Collection] && !missing[t.Collection] {
			missing[t.Collection] = true
			k.report(t.File, 1, "unknown collection %q: knowledge/content/%s/collection.md is missing", t.Collection, t.Collection)
		}
	}
}

func (k *checker) duplicate(t Topic) {
	if first, ok := k.topics[t.ID]; ok {
		k.report(t.File, t.Line, "topic %s is already in %s:%d", t.ID, first.File, first.Line)
		return
	}
	k.topics[t.ID] = t
}

func (k *checker) topic(t Topic) {
	least := minAskedPassage
	if t.Kind == KindFAQ {
		least = minAskedFAQ
	}
	if len(t.Asked) < least {
		k.report(t.File, t.Line, "topic %s has %d ways to ask, it needs at least %d", t.ID, len(t.Asked), least)
	}
	if !t.Review.IsZero() && t.Review.Before(k.now) {
		k.report(t.File, t.ReviewLine, "topic %s was to be reviewed by %s: compare it with its source and move the dates", t.ID, t.Review.Format(time.DateOnly))
	}
	for _, next := range t.Next {
		if _, ok := k.topics[next]; !ok {
			k.report(t.File, t.NextLine, "unknown topic %s in next of %s", next, t.ID)
		}
	}
	for i, line := range strings.Split(t.Body, "\n") {
		for _, link := range topicLink.FindAllStringSubmatch(line, -1) {
			if _, ok := k.topics[link[1]]; !ok {
				k.report(t.File, t.BodyLine+i, "dead link to topic %s", link[1])
			}
		}
	}
	for _, p := range t.Asked {
		key := t.Collection + "\x00" + strings.Join(Words(p.Text), " ")
		if first, ok := k.phrases[key]; ok && first.ID != t.ID {
			k.report(t.File, p.Line, "%q is already a way to ask %s", p.Text, first.ID)
			continue
		}
		k.phrases[key] = t
	}
}

// CheckTopics compares the contents with a list of topic ids that must be answered, as in a topics file.
func CheckTopics(c Contents, file string, wanted []faq.Phrase) []faq.Problem {
	var problems []faq.Problem
	listed := map[string]bool{}
	for _, w := range wanted {
		listed[w.Text] = true
		if _, ok := c.Topic(w.Text); !ok {
			problems = append(problems, faq.Problem{File: file, Line: w.Line, Text: "topic " + w.Text + " has no entry or section"})
		}
	}
	for _, t := range c.Topics {
		if !listed[t.ID] {
			problems = append(problems, faq.Problem{File: t.File, Line: t.Line, Text: "unknown topic " + t.ID + ": it is not in " + file})
		}
	}
	return problems
}
