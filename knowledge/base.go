package knowledge

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// Example is a message that is not a question about a topic: what it is called, and how it is said.
type Example struct {
	Label string // a name of the caller's choosing, without '/'
	Text  string
}

// Base is a snapshot of the knowledge, ready to be asked. It is immutable and safe for concurrent use.
type Base struct {
	contents   Contents
	numbers    map[string]int32   // a topic's place in the contents
	of         map[string][]int32 // the topics of a collection, by their places
	index      *index
	stemmer    stemmer
	ranker     *ranker
	vectorizer *vectorizer
	classifier *classifier // nil where there is little to learn from
	labels     []label
	labelOf    []int32 // the classifier's label of each topic, by its place
	names      []nameOf
	weights    Weights
	without    []Part // left out, to see what they are worth; none in use
}

// label is one thing the classifier can say.
type label struct {
	Kind       labelKind
	Name       string // a topic id, a collection id or an example's label, by kind
	Collection string // where it belongs; empty for an example's
}

type labelKind int

const (
	topicLabel   labelKind = iota
	outsideLabel           // a question in a collection's field that it does not answer
	exampleLabel
)

// Contents returns what the base was built from.
func (b *Base) Contents() Contents { return b.contents }

// Topic returns a topic by its id.
func (b *Base) Topic(id string) (Topic, bool) {
	n, ok := b.numbers[id]
	if !ok {
		return Topic{}, false
	}
	return b.contents.Topics[n], true
}

// Collection returns a collection by its id.
func (b *Base) Collection(id string) (Collection, bool) {
	for _, c := range b.contents.Collections {
		if c.ID == id {
			return c, true
		}
	}
	return Collection{}, false
}

// learning is how the shipped classifier is trained; see docs/answering.md for what else was tried.
var learning = training{epochs: 12, rate: 0.7}

// Build makes a base. Examples teach it what is not a question about a topic. It takes a second or two for a few
// thousand phrases; the same input gives the same base.
func Build(contents Contents, examples []Example) (*Base, error) {
	return build(contents, examples, nil, nil)
}

// build makes a base without some parts and, when weights are given, with those.
func build(contents Contents, examples []Example, without []Part, weights *Weights) (*Base, error) {
	b, err := newBase(contents)
	if err != nil {
		return nil, err
	}
	if b.without = without; weights != nil {
		b.weights = *weights
	}
	b.stemmer = newStemmer()
	if b.lacks(PartLexicon) {
		b.stemmer.lexicon = newLexicon(nil)
	}
	b.stemmer.literal = b.lacks(PartSpelling)
	b.learn(examples)
	b.ranker = newRanker(contents.Topics, b.stemmer)
	b.ranker.words.literal = b.lacks(PartNear)
	if b.index, err = buildIndex("", contents.Topics, b.stemmer, b.ranker.words); err != nil {
		return nil, err
	}
	b.index.closeUnused()
	return b, nil
}

func newBase(contents Contents) (*Base, error) {
	if len(contents.Topics) == 0 {
		return nil, errors.New("the knowledge base has no topic")
	}
	weights, err := readWeights()
	if err != nil {
		return nil, err
	}
	b := &Base{contents: contents, numbers: make(map[string]int32, len(contents.Topics)), of: map[string][]int32{}, names: names(contents.Collections), weights: weights.Plain}
	for i := range contents.Topics {
		b.numbers[contents.Topics[i].ID] = int32(i)
		b.of[contents.Topics[i].Collection] = append(b.of[contents.Topics[i].Collection], int32(i))
	}
	if teaches(contents) {
		b.weights = weights.Learned
	}
	return b, nil
}

const (
	mostLabels  = 600 // topics from which on a classifier would take minutes to train and gigabytes to keep
	enoughAsked = 5   // ways to ask a topic, on average, that a classifier can learn from
)

// teaches tells whether contents have enough ways to ask for a classifier to learn from. Other bases are found by their
// words alone.
func teaches(c Contents) bool {
	if len(c.Topics) > mostLabels {
		return false
	}
	asked := 0
	for _, t := range c.Topics {
		asked += len(t.Asked)
	}
	return asked >= enoughAsked*len(c.Topics)
}

// learn trains the classifier, where there is enough to learn from.
func (b *Base) learn(examples []Example) {
	if !teaches(b.contents) || b.lacks(PartClassifier) {
		return
	}
	lessons := b.lessons(examples)
	b.vectorizer = newVectorizer(lessons)
	for _, part := range b.without {
		if c, ok := channelOf[part]; ok {
			b.vectorizer.weight[c] = 0
		}
	}
	b.classifier = train(lessons, b.vectorizer, len(b.labels), learning)
	b.numberLabels()
}

func (b *Base) lacks(part Part) bool { return slices.Contains(b.without, part) }

// numberLabels notes the label of each topic.
func (b *Base) numberLabels() {
	b.labelOf = make([]int32, len(b.contents.Topics))
	for i, l := range b.labels {
		if l.Kind == topicLabel {
			b.labelOf[b.numbers[l.Name]] = int32(i)
		}
	}
}

// lesson is one phrase to learn from.
type lesson struct {
	question question
	label    int
	weight   float64 // 1 for a way people ask
}

// bodyWeight is what a line of a topic's own text counts: it has the words of the subject, not of those who ask.
const bodyWeight = 0.5

// lessons lists every phrase the classifier learns from, and numbers the labels.
func (b *Base) lessons(examples []Example) []lesson {
	numbers := map[label]int{}
	var lessons []lesson
	add := func(l label, text string, weight float64) {
		if _, ok := numbers[l]; !ok {
			numbers[l] = len(b.labels)
			b.labels = append(b.labels, l)
		}
		text, _ = b.unnamed(text)
		lessons = append(lessons, lesson{b.stemmer.understand(text), numbers[l], weight})
	}
	for _, t := range b.contents.Topics {
		l := label{topicLabel, t.ID, t.Collection}
		add(l, t.Title, 1)
		add(l, t.Citation.Section, 1)
		for _, p := range t.Asked {
			add(l, p.Text, 1)
		}
		for _, line := range bodyLines(t.Body) {
			add(l, line, bodyWeight)
		}
	}
	for _, c := range b.contents.Collections {
		for _, p := range c.Outside {
			add(label{outsideLabel, c.ID, c.ID}, p.Text, 1)
		}
	}
	for _, e := range examples {
		add(label{exampleLabel, e.Label, ""}, e.Text, 1)
	}
	return lessons
}

// linkTarget is the address of a Markdown link, which is no text.
var linkTarget = regexp.MustCompile(`\]\([^)]*\)`)

// textLines are the lines of a topic's text, none longer than what is read of one text.
func textLines(body string) []string {
	var lines []string
	for line := range strings.Lines(linkTarget.ReplaceAllString(body, "]")) {
		for len(line) > maxText {
			at := strings.LastIndexByte(line[:maxText], ' ')
			if at <= 0 {
				at = maxText
			}
			lines, line = append(lines, line[:at]), line[at:]
		}
		lines = append(lines, line)
	}
	return lines
}

// bodyLines are the lines of a topic's text that say something.
func bodyLines(body string) []string {
	return slices.DeleteFunc(textLines(body), func(line string) bool { return len(Words(line)) < 3 })
}

func allowed(collections []string, id string) bool {
	return len(collections) == 0 || slices.Contains(collections, id)
}
