package knowledge

import (
	"errors"
	"regexp"
	"slices"
	"sort"
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
	topics     map[string]*Topic
	index      *index
	stemmer    stemmer
	vectorizer *vectorizer
	classifier *classifier
	labels     []label
	names      []nameOf
}

// label is one thing the classifier can say.
type label struct {
	Kind labelKind
	Name string // a topic id, a collection id or an example's label, by kind
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
	t, ok := b.topics[id]
	if !ok {
		return Topic{}, false
	}
	return *t, true
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
var learning = training{epochs: 12, rate: 1.5}

// Build makes a base. Examples teach it what is not a question about a topic. It takes a second or two for a few
// thousand phrases; the same input gives the same base.
func Build(contents Contents, examples []Example) (*Base, error) {
	b, err := newBase(contents)
	if err != nil {
		return nil, err
	}
	b.learn(examples)
	b.index, err = buildIndex("", contents.Topics, b.stemmer)
	return b, err
}

func newBase(contents Contents) (*Base, error) {
	if len(contents.Topics) == 0 {
		return nil, errors.New("the knowledge base has no topic")
	}
	b := &Base{contents: contents, topics: map[string]*Topic{}, names: names(contents.Collections)}
	for i := range contents.Topics {
		b.topics[contents.Topics[i].ID] = &contents.Topics[i]
	}
	return b, nil
}

// learn trains the classifier.
func (b *Base) learn(examples []Example) {
	b.stemmer = newStemmer()
	lessons := b.lessons(examples)
	b.vectorizer = newVectorizer(lessons)
	b.classifier = train(lessons, b.vectorizer, len(b.labels), learning)
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
		lessons = append(lessons, lesson{b.stemmer.understand(b.unnamed(text)), numbers[l], weight})
	}
	for _, t := range b.contents.Topics {
		l := label{topicLabel, t.ID}
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
			add(label{outsideLabel, c.ID}, p.Text, 1)
		}
	}
	for _, e := range examples {
		add(label{exampleLabel, e.Label}, e.Text, 1)
	}
	return lessons
}

// linkTarget is the address of a Markdown link, which is no text.
var linkTarget = regexp.MustCompile(`\]\([^)]*\)`)

// bodyLines are the lines of a topic's text that say something.
func bodyLines(body string) []string {
	var lines []string
	for line := range strings.Lines(linkTarget.ReplaceAllString(body, "]")) {
		if len(Words(line)) >= 3 {
			lines = append(lines, line)
		}
	}
	return lines
}

// Query is a message to understand.
type Query struct {
	Text        string
	Collections []string // where the answer may come from; empty means all
}

// Hit is a topic with the probability that it is what is asked.
type Hit struct {
	Topic       Topic
	Probability float64
}

// Reading is a label of an Example with the probability that the message is one of its kind.
type Reading struct {
	Label       string
	Probability float64
}

// Findings is what a message may mean.
type Findings struct {
	Hits      []Hit     // the best ten allowed topics, best first, as probable as if the message is a question about something here
	Outside   float64   // probability that no allowed topic answers that question; adds up to one with those of all the topics
	Rivals    []Hit     // the best topic of each allowed collection, as probable as if it were the only collection
	Readings  []Reading // labels of examples, most probable first, among everything that is known, allowed or not
	Named     []string  // collections the message names, allowed or not
	Elsewhere *Hit      // the best topic of a collection that is not allowed, when it fits better than all that is
}

// outsidePenalty lowers the scores of the unanswerable: people ask what is answered more often than the phrases tell.
const outsidePenalty = 0.4

// Find says what a message may mean.
func (b *Base) Find(q Query) (Findings, error) {
	understood := b.stemmer.understand(b.unnamed(q.Text))
	f := Findings{Named: b.NamedIn(q.Text)}
	ids, err := b.index.search(understood, q.Collections)
	if err != nil {
		return f, err
	}
	row := b.vectorizer.vector(understood)
	if len(row.index) == 0 { // not one known piece of a word
		f.Outside = 1
		return f, nil
	}
	scores := make([]float32, len(b.labels))
	b.classifier.scores(row, scores)
	if asked := questionIn(q.Text); asked != "" {
		b.lean(scores, asked)
	}
	for i, l := range b.labels {
		if l.Kind == outsideLabel {
			scores[i] -= outsidePenalty
		}
	}
	b.spread(scores, q.Collections, ids, &f)
	return f, nil
}

// lean moves the scores of a long message half-way to those of the question found in it.
func (b *Base) lean(scores []float32, asked string) {
	row := b.vectorizer.vector(b.stemmer.understand(b.unnamed(asked)))
	if len(row.index) == 0 {
		return
	}
	of := make([]float32, len(scores))
	b.classifier.scores(row, of)
	for i := range scores {
		scores[i] = (scores[i] + of[i]) / 2
	}
}

// among gives the probabilities of the labels that are let in, as if there were no other.
func (b *Base) among(scores []float32, letIn func(label) bool) []float64 {
	masked, out := make([]float32, len(scores)), make([]float64, len(scores))
	none := true
	for i, l := range b.labels {
		masked[i] = -1e9
		if letIn(l) {
			masked[i], none = scores[i], false
		}
	}
	if none {
		return out
	}
	softmax(masked)
	for i, p := range masked {
		out[i] = float64(p)
	}
	return out
}

// collectionOf is the collection of a topic or outside label; empty for an example's.
func (b *Base) collectionOf(l label) string {
	switch l.Kind {
	case topicLabel:
		return b.topics[l.Name].Collection
	case outsideLabel:
		return l.Name
	}
	return ""
}

// spread shares the probability out: among what is allowed, among each collection, and among everything.
func (b *Base) spread(scores []float32, collections, ids []string, f *Findings) {
	candidate := toSet(strings.Join(ids, " "))
	inside := b.among(scores, func(l label) bool {
		return l.Kind == outsideLabel && allowed(collections, l.Name) || l.Kind == topicLabel && candidate[l.Name] && allowed(collections, b.collectionOf(l))
	})
	everything := b.among(scores, func(label) bool { return true })
	for i, l := range b.labels {
		switch {
		case l.Kind == exampleLabel:
			f.Readings = append(f.Readings, Reading{l.Name, everything[i]})
		case l.Kind == outsideLabel:
			f.Outside += inside[i]
		case candidate[l.Name]:
			f.Hits = append(f.Hits, Hit{*b.topics[l.Name], inside[i]})
		}
	}
	if len(f.Hits) == 0 {
		f.Outside = 1
	}
	sortHits(f.Hits)
	f.Hits = f.Hits[:min(10, len(f.Hits))]
	sort.SliceStable(f.Readings, func(i, j int) bool { return f.Readings[i].Probability > f.Readings[j].Probability })
	f.Rivals = b.rivals(scores, everything, collections)
	f.Elsewhere = b.elsewhere(everything, collections)
}

func sortHits(hits []Hit) {
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].Probability > hits[j].Probability })
}

// rivalGap is how much less probable than the best, among everything, a rival may be: below, the message has words that
// belong to one collection alone.
const rivalGap = 0.001

// rivals finds the best topic of each allowed collection taken alone.
func (b *Base) rivals(scores []float32, everything []float64, collections []string) []Hit {
	var rivals []Hit
	top := 0.0
	for i, l := range b.labels {
		if l.Kind == topicLabel && allowed(collections, b.collectionOf(l)) {
			top = max(top, everything[i])
		}
	}
	for _, c := range b.contents.Collections {
		if !allowed(collections, c.ID) {
			continue
		}
		alone := b.among(scores, func(l label) bool { return b.collectionOf(l) == c.ID })
		best := -1
		for i, l := range b.labels {
			if l.Kind == topicLabel && b.collectionOf(l) == c.ID && (best < 0 || alone[i] > alone[best]) {
				best = i
			}
		}
		if best >= 0 && everything[best] >= rivalGap*top {
			rivals = append(rivals, Hit{*b.topics[b.labels[best].Name], alone[best]})
		}
	}
	sortHits(rivals)
	return rivals
}

// elsewhereMargin is how many times more probable than every allowed topic another must be to be "elsewhere".
const elsewhereMargin = 5

// elsewhere finds the best topic that is not allowed, when it clearly beats the best that is.
func (b *Base) elsewhere(everything []float64, collections []string) *Hit {
	best, inside := -1, 0.0
	for i, l := range b.labels {
		switch {
		case l.Kind != topicLabel:
		case allowed(collections, b.collectionOf(l)):
			inside = max(inside, everything[i])
		case best < 0 || everything[i] > everything[best]:
			best = i
		}
	}
	if best < 0 || everything[best] < elsewhereMargin*inside {
		return nil
	}
	return &Hit{*b.topics[b.labels[best].Name], everything[best]}
}

func allowed(collections []string, id string) bool {
	return len(collections) == 0 || slices.Contains(collections, id)
}

// nameOf is one way to call a collection, as words.
type nameOf struct {
	collection string
	words      []string
}

// names lists the names and aliases of the collections, the longest first.
func names(collections []Collection) []nameOf {
	var list []nameOf
	for _, c := range collections {
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if w := Words(name); len(w) > 0 {
				list = append(list, nameOf{c.ID, w})
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].words) > len(list[j].words) })
	return list
}

// split parts the words of a text from the names of collections among them.
func (b *Base) split(text string) (rest []string, named []string) {
	all := Words(text)
	for i := 0; i < len(all); {
		n := 0
		for _, name := range b.names {
			if len(name.words) <= len(all)-i && slices.Equal(name.words, all[i:i+len(name.words)]) {
				if n == 0 || n == len(name.words) {
					n = len(name.words)
					if !slices.Contains(named, name.collection) {
						named = append(named, name.collection)
					}
				}
			}
		}
		if n == 0 {
			rest = append(rest, all[i])
			n = 1
		}
		i += n
	}
	slices.Sort(named)
	return rest, named
}

// unnamed is a text without the names of collections, which say whom a question is for and not what it is about.
func (b *Base) unnamed(text string) string {
	rest, named := b.split(text)
	if len(named) == 0 || len(rest) == 0 {
		return text
	}
	return strings.Join(rest, " ")
}

// NamedIn lists the collections a text names, by name or alias.
func (b *Base) NamedIn(text string) []string {
	_, named := b.split(text)
	return named
}

// Content lists the stems of a text that carry its subject: no stop words, no name of a collection.
func (b *Base) Content(text string) []string {
	rest, _ := b.split(text)
	q := b.stemmer.understand(strings.Join(rest, " "))
	var content []string
	for i, w := range q.words {
		if !stopWords[w] && !questionWords[w] {
			content = append(content, q.stems[i])
		}
	}
	return content
}

// Covers tells which share of a text's content stands somewhere in a topic, 0 to 1; 1 when the text has no content.
func (b *Base) Covers(topic, text string) float64 {
	t, ok := b.topics[topic]
	content := b.Content(text)
	if !ok || len(content) == 0 {
		return 1
	}
	known := map[string]bool{}
	for _, s := range b.stemmer.understand(topicText(*t)).stems {
		known[s] = true
	}
	covered := 0
	for _, s := range content {
		if known[s] {
			covered++
		}
	}
	return float64(covered) / float64(len(content))
}
