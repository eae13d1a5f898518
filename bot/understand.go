package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guichet/knowledge"
)

// Where the engine stops being sure enough. Found on the shipped phrases; docs/answering.md says how.
const (
	sureRequest   = 0.50 // a request for a person or a ticket
	sureSmalltalk = 0.45
	sureAnswer    = 0.35 // the topic is what is asked
	actOdds       = 2.0  // how many times likelier a request is when the message says "please do"
	askedHowShare = 0.85 // of a request's probability goes to the topics when the message asks how
	// certainSmalltalk is wanted of a message that also says something: "cours du bitcoin" is no small talk.
	certainSmalltalk = 0.80
	sureRival        = 0.30 // a collection's best topic, were it the only collection, that makes the insurer worth asking
	sureElsewhere    = 0.50 // the question is about a collection that the site does not serve
)

// understand decides what a message is when nothing particular was expected.
func (t *turn) understand() {
	collections, named := t.scope()
	if named != "" && collections == nil {
		t.why.Rule = "it names an insurer that this site does not serve"
		t.elsewhere(named)
		return
	}
	found := t.inContext(collections)
	if t.err != nil {
		return
	}
	if len(t.base.NamedIn(t.text)) > 0 {
		found.Elsewhere = nil // whoever names the insurer knows whom the question is for
	}
	t.why.Findings = found
	s := t.weigh(found)
	switch {
	case len(knowledge.Words(t.text)) == 0:
		t.why.Rule = "it has no word"
		t.smalltalk("")
	case s.smalltalkP >= sureSmalltalk && s.smalltalkP > s.best && t.isChat(s.smalltalkP):
		t.why.Rule = "it is small talk"
		t.smalltalk(s.smalltalk)
	case s.requestP >= sureRequest && s.requestP > s.best:
		t.why.Rule = "it is a request"
		t.startIntake(s.request)
	case found.Elsewhere != nil && (s.best < sureAnswer || found.Elsewhere.Probability > sureElsewhere):
		t.why.Rule = "it is about an insurer that this site does not serve"
		t.elsewhere(found.Elsewhere.Topic.Collection)
	case len(rivals(found)) > 1:
		t.why.Rule = "several insurers answer it"
		t.clarify(found)
	case s.best < sureAnswer || found.Outside > s.best:
		t.why.Rule = "no topic is likely enough"
		t.abstain(found)
	default:
		t.why.Rule = "a topic is likely enough"
		t.answer(s.hits)
	}
}

// standing is how likely the readings of a message are, after its form has been weighed.
type standing struct {
	hits       []knowledge.Hit
	best       float64 // the best hit's probability
	request    Category
	requestP   float64
	smalltalk  string
	smalltalkP float64
}

// weigh corrects what the words say by the form they stand in: "How do I declare a claim?" is a question, whatever it
// has in common with a declaration, and "please do it" is none.
func (t *turn) weigh(found knowledge.Findings) standing {
	s := standing{hits: found.Hits}
	s.request, s.requestP, s.smalltalk, s.smalltalkP = readings(found.Readings)
	folded := knowledge.Fold(t.text)
	asks, acts := asksHow.MatchString(folded), asksToAct.MatchString(folded) && !wantsToKnow.MatchString(folded)
	switch {
	case asks && !acts && s.request != Complaint && s.request != Human:
		s.hits = share(found.Hits, s.requestP*askedHowShare)
		s.requestP *= 1 - askedHowShare
	case acts && !asks:
		s.requestP = s.requestP * actOdds / (1 - s.requestP + s.requestP*actOdds)
	}
	if len(s.hits) > 0 {
		s.best = s.hits[0].Probability
	}
	return s
}

// isChat tells whether a message that looks like small talk says nothing else: "cours du bitcoin aujourd'hui" is none.
func (t *turn) isChat(p float64) bool {
	return p >= certainSmalltalk || len(t.base.Content(t.text)) <= 1
}

// share spreads a probability over the hits, in proportion to theirs.
func share(hits []knowledge.Hit, p float64) []knowledge.Hit {
	sum := 0.0
	for _, h := range hits {
		sum += h.Probability
	}
	out := slices.Clone(hits)
	for i := range out {
		out[i].Probability += p * out[i].Probability / max(sum, 1e-9)
	}
	return out
}

// readings sums the probabilities of requests and of small talk and names the likeliest of each.
func readings(list []knowledge.Reading) (request Category, requestP float64, smalltalk string, smalltalkP float64) {
	for _, r := range list {
		if kind, ok := strings.CutPrefix(r.Label, smalltalkPrefix); ok {
			if smalltalk == "" {
				smalltalk = kind
			}
			smalltalkP += r.Probability
			continue
		}
		if request == "" {
			request = Category(r.Label)
		}
		requestP += r.Probability
	}
	return request, requestP, smalltalk, smalltalkP
}

// scope is where the answer may come from. When the message names collections, only those; named is one that the site
// does not serve when it names none that it does, and collections is then nil.
func (t *turn) scope() (collections []string, named string) {
	for _, id := range t.base.NamedIn(t.text) {
		if t.serves(id) {
			collections = append(collections, id)
		} else {
			named = id
		}
	}
	if collections != nil {
		return collections, ""
	}
	if named != "" {
		return nil, named
	}
	if len(t.site.Collections) > 0 {
		return t.site.Collections, ""
	}
	for _, c := range t.base.Contents().Collections {
		collections = append(collections, c.ID)
	}
	return collections, ""
}

var (
	leansOn  = regexp.MustCompile(`^\W*(et|ou|mais|sinon|donc|alors|ok|ah|dans ce cas|du coup)\b`)
	pronouns = regexp.MustCompile(`\b(le|la|l'|les|ca|cela|en|y|il|elle|ils|elles|celui-ci|celle-ci)\b`)
)

const (
	maxLeaning = 12 // words in a message that leans on the one before it, at most
	maxNew     = 3  // words with a meaning of their own in such a message: more is a question of its own
)

// inContext reads the message alone, or with the topic before it when it leans on it ("et par courrier ?").
func (t *turn) inContext(collections []string) knowledge.Findings {
	previous, ok := t.base.Topic(t.state.Topic)
	if !ok || len(strings.Fields(t.text)) > maxLeaning {
		return t.find(t.text, collections)
	}
	folded, content := knowledge.Fold(t.text), t.base.Content(t.text)
	named := len(t.base.NamedIn(t.text)) > 0
	if named && len(content) == 0 { // "et chez … ?": the same question elsewhere
		return t.find(previous.Title+" "+t.state.Question, collections)
	}
	leans := leansOn.MatchString(folded) && len(content) <= maxNew || len(content) <= 1
	alone := t.findNear(t.text, collections)
	if named || !leans || len(alone.Readings) > 0 && alone.Readings[0].Probability > sureRequest || alone.Outside > 0.6 {
		return alone
	}
	together := t.findNear(previous.Title+" "+t.text, collections)
	return blend(alone, together, t.holdsOn(previous, folded))
}

// findNear asks the collection talked about before the others, where it is one that may answer.
func (t *turn) findNear(text string, collections []string) knowledge.Findings {
	if len(collections) < 2 || !slices.Contains(collections, t.state.Collection) {
		return t.find(text, collections)
	}
	near := t.find(text, []string{t.state.Collection})
	if near.Elsewhere != nil || len(near.Hits) == 0 || near.Hits[0].Probability < sureAnswer {
		return t.find(text, collections)
	}
	return near
}

// holdsOn tells whether the message speaks of the previous topic's thing: it uses a pronoun for it, and all it says
// stands in that topic.
func (t *turn) holdsOn(previous knowledge.Topic, folded string) string {
	if pronouns.MatchString(folded) && t.base.Covers(previous.ID, t.text) >= 0.99 {
		return previous.ID
	}
	return ""
}

// blend averages two findings; the topic held on to counts as a finding of its own.
func blend(alone, together knowledge.Findings, held string) knowledge.Findings {
	sum := map[string]*knowledge.Hit{}
	var order []string
	for _, hits := range [][]knowledge.Hit{alone.Hits, together.Hits} {
		for _, h := range hits {
			if sum[h.Topic.ID] == nil {
				sum[h.Topic.ID] = &knowledge.Hit{Topic: h.Topic}
				order = append(order, h.Topic.ID)
			}
			sum[h.Topic.ID].Probability += h.Probability / 2
		}
	}
	out := alone
	out.Outside, out.Hits, out.Elsewhere = (alone.Outside+together.Outside)/2, nil, nil
	for _, id := range order {
		h := *sum[id]
		if held == id {
			h.Probability = (1 + h.Probability) / 2
		}
		out.Hits = append(out.Hits, h)
	}
	slices.SortStableFunc(out.Hits, func(a, b knowledge.Hit) int {
		switch {
		case a.Probability > b.Probability:
			return -1
		case a.Probability < b.Probability:
			return 1
		}
		return 0
	})
	return out
}

// rivals lists the best topic of each collection that may be meant, best first, at most four.
func rivals(found knowledge.Findings) []knowledge.Hit {
	var meant []knowledge.Hit
	for _, h := range found.Rivals {
		if h.Probability >= sureRival && len(meant) < 4 {
			meant = append(meant, h)
		}
	}
	return meant
}

// pick reads the answer to a question back: a number, or the name of what was offered.
func (t *turn) pick() bool {
	var topics []Choice
	for _, c := range t.state.Offered {
		if c.Topic != "" {
			topics = append(topics, c)
		}
	}
	if len(topics) < 2 {
		return false
	}
	text := strings.Trim(knowledge.Fold(t.text), " .)°n")
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(topics) {
		return t.pickTopic(topics[n-1])
	}
	named := t.base.NamedIn(t.text)
	for _, c := range topics {
		if strings.Join(knowledge.Words(c.Label), " ") == strings.Join(knowledge.Words(t.text), " ") ||
			len(named) == 1 && named[0] == c.Collection && len(t.base.Content(t.text)) == 0 {
			return t.pickTopic(c)
		}
	}
	return false
}

func (t *turn) pickTopic(c Choice) bool {
	topic, ok := t.base.Topic(c.Topic)
	if ok {
		question := t.state.Question
		t.answer([]knowledge.Hit{{Topic: topic, Probability: 1}})
		t.state.Question = question
	}
	return ok
}
