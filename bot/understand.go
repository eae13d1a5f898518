package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guichet/knowledge"
)

// Where the engine stops being sure enough. Set by hand on the development questions and a second set; a third, on which
// nothing was set, says how well they carry over (docs/answering.md).
const (
	sureRequest   = 0.50 // a request for a person or a ticket
	sureSmalltalk = 0.45
	sureAnswer    = 0.50 // the topic is what is asked
	actOdds       = 2.0  // how many times likelier a request is when the message says "please do"
	askedHowShare = 0.85 // of a request's probability goes to the topics when the message asks how
	// certainSmalltalk is wanted of a message that also says something: "cours du bitcoin" is no small talk.
	certainSmalltalk = 0.80
	sureWhether      = 0.80 // a topic that answers a question which also sounds displeased
	sureRival        = 0.60 // a collection's best topic, were it the only collection, that makes the insurer worth asking
	rivalOdds        = 0.008 // how likely it must be beside the likeliest of all
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
	case s.smalltalkP >= sureSmalltalk && t.isChat(s.smalltalk, s.smalltalkP):
		t.why.Rule = "it is small talk"
		t.smalltalk(s.smalltalk)
	case s.requestP >= sureRequest:
		t.why.Rule = "it is a request"
		t.startIntake(s.request)
	case s.performed:
		t.why.Rule = "it makes a request in so many words"
		t.startIntake(s.request)
	case t.isElsewhere(found.Elsewhere, s):
		t.why.Rule = "it is about an insurer that this site does not serve"
		t.elsewhere(found.Elsewhere.Topic.Collection)
	case len(rivals(found)) > 1:
		t.why.Rule = "several insurers answer it"
		t.clarify(found)
	case s.best < sureAnswer:
		t.why.Rule = "no topic is likely enough"
		t.abstain(found)
	default:
		t.why.Rule = "a topic is likely enough"
		t.answerAll(found, collections)
	}
}

// sureBoth is how probable the answer of each of two questions in one message must be for both to be given.
const sureBoth = 0.5

// answerAll answers the message, and both questions of a message that asks two.
func (t *turn) answerAll(found knowledge.Findings, collections []string) {
	var both []knowledge.Hit
	for _, asked := range strings.SplitAfter(t.text, "?") {
		if !strings.HasSuffix(asked, "?") || len(strings.Fields(asked)) < 3 {
			continue
		}
		part := t.find(asked, collections)
		if len(part.Hits) > 0 && part.Sure >= sureBoth && (len(both) == 0 || both[0].Topic.ID != part.Hits[0].Topic.ID) {
			both = append(both, part.Hits[0])
		}
	}
	if len(both) != 2 || both[0].Topic.Collection != both[1].Topic.Collection {
		t.answer(found.Hits, found.Sure)
		return
	}
	t.answer(both[1:], found.Sure)
	second := t.reply
	t.answer(both, found.Sure)
	t.reply.Text += "\n\n**" + both[1].Topic.Title + "**\n\n" + both[1].Topic.Body
	t.reply.Also = []string{both[1].Topic.ID}
	t.reply.Citations = append(t.reply.Citations, second.Citations...)
}

// standing is how likely the readings of a message are, after its form has been weighed.
type standing struct {
	hits       []knowledge.Hit
	best       float64 // how sure the best hit is
	request    Category
	requestP   float64
	smalltalk  string
	smalltalkP float64
	performed  bool // the request is made in so many words
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
		s.requestP *= 1 - askedHowShare
	case s.request == Complaint && asksWhether.MatchString(folded) && !acts && found.Sure >= sureWhether:
		s.requestP *= 1 - askedHowShare
	case acts && !asks:
		s.requestP = s.requestP * actOdds / (1 - s.requestP + s.requestP*actOdds)
	}
	s.best = found.Sure
	if asksIfRobot.MatchString(folded) {
		s.smalltalk, s.smalltalkP, s.requestP = "robot", 1, 0
		return s
	}
	for _, p := range performs {
		if !s.performed && !asks && p.words.MatchString(folded) {
			s.request, s.performed = p.category, true
		}
	}
	return s
}

// isChat tells whether a message that looks like small talk says nothing else: "cours du bitcoin aujourd'hui" is none,
// nor is "ok et je paie où alors".
func (t *turn) isChat(kind string, p float64) bool {
	content := len(t.base.Content(t.text))
	if kind != "robot" && kind != "wellbeing" && content > 0 && interrogates.MatchString(knowledge.Fold(t.text)) {
		return false
	}
	return content <= 1 || p >= certainSmalltalk && content <= maxChat
}

// maxChat is how many words with a meaning of their own small talk has at most.
const maxChat = 4

// isElsewhere tells whether the question is about a topic of a collection that the site does not serve: that topic has
// most of the question's words, more of them than the best one here, and is likely, or nothing here is.
func (t *turn) isElsewhere(h *knowledge.Hit, s standing) bool {
	if h == nil {
		return false
	}
	there, here := t.base.Covers(h.Topic.ID, t.text), 0.0
	if len(s.hits) > 0 {
		here = t.base.Covers(s.hits[0].Topic.ID, t.text)
	}
	likely := s.best < sureAnswer || h.Probability > sureElsewhere && s.best < sureHere
	return likely && there > halfCovered && there > here
}

const (
	halfCovered = 0.5 // the share of a question's words that stand in a topic it can be about
	sureHere    = 0.7 // probability from which a topic here answers, however well one elsewhere does
)

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
	pronouns = regexp.MustCompile(`\b(ca|cela|en|y|il|elle|ils|elles|celui-ci|celle-ci)\b|\b(le|la|les) \w+(er|ir|re|oir)\b|\bl'(avoir|obtenir|envoyer|recevoir|a|ai|aurai)\b`)
)

const (
	maxLeaning = 12 // words in a message that leans on the one before it, at most
	maxNew     = 3  // words with a meaning of their own in such a message: more is a question of its own
)

// inContext reads the message alone, or with the topic before it when it leans on it ("et par courrier ?").
func (t *turn) inContext(collections []string) knowledge.Findings {
	folded, content := knowledge.Fold(t.text), t.base.Content(t.text)
	named := len(t.base.NamedIn(t.text)) > 0
	previous, ok := t.base.Topic(t.state.Topic)
	if named && len(content) == 0 && t.state.Question != "" {
		return t.sameElsewhere(previous, collections)
	}
	if !ok || len(strings.Fields(t.text)) > maxLeaning {
		return t.find(t.text, collections)
	}
	alone := t.findNear(t.text, collections)
	leans := leansOn.MatchString(folded) && len(content) <= maxNew || len(content) < maxNew
	if named || !leans || len(alone.Readings) > 0 && alone.Readings[0].Probability > sureRequest || alone.Outside > 0.6 {
		return alone
	}
	together := t.findNear(previous.Title+" "+t.text, collections)
	return blend(alone, together, t.holdsOn(previous, folded))
}

// sameElsewhere asks the last question of the collections just named: "et chez … ?", or the name alone after the bot
// asked which insurer. What the question was about is said better by the topic that answered it, when there is one.
func (t *turn) sameElsewhere(previous knowledge.Topic, collections []string) knowledge.Findings {
	asked := answerable(t.find(t.state.Question, collections))
	if previous.Title == "" {
		return asked
	}
	return blend(asked, answerable(t.find(previous.Title, collections)), "")
}

// repeatedShare of the probability that a question has no answer goes to the topics when another insurer has answered it.
const repeatedShare = 0.8

func answerable(f knowledge.Findings) knowledge.Findings {
	f.Hits = share(f.Hits, f.Outside*repeatedShare)
	f.Outside *= 1 - repeatedShare
	if len(f.Hits) > 0 {
		f.Sure = max(f.Sure, f.Hits[0].Probability)
	}
	return f
}

// findNear asks the collection talked about before the others, where it is one that may answer.
func (t *turn) findNear(text string, collections []string) knowledge.Findings {
	if len(collections) < 2 || !slices.Contains(collections, t.state.Collection) {
		return t.find(text, collections)
	}
	near := t.find(text, []string{t.state.Collection})
	if near.Elsewhere != nil || len(near.Hits) == 0 || near.Sure < sureAnswer {
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

// aloneShare is what a message's own words count beside those with the topic before it.
const aloneShare = 0.6

// blend averages two findings; the topic held on to counts as a finding of its own.
func blend(alone, together knowledge.Findings, held string) knowledge.Findings {
	sum := map[string]*knowledge.Hit{}
	var order []string
	for _, part := range []struct {
		hits  []knowledge.Hit
		share float64
	}{{alone.Hits, aloneShare}, {together.Hits, 1 - aloneShare}} {
		for _, h := range part.hits {
			if sum[h.Topic.ID] == nil {
				sum[h.Topic.ID] = &knowledge.Hit{Topic: h.Topic}
				order = append(order, h.Topic.ID)
			}
			sum[h.Topic.ID].Probability += h.Probability * part.share
		}
	}
	out := alone
	out.Sure = 0
	out.Outside, out.Hits, out.Elsewhere = alone.Outside*aloneShare+together.Outside*(1-aloneShare), nil, nil
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
	for _, part := range []struct {
		found knowledge.Findings
		share float64
	}{{alone, aloneShare}, {together, 1 - aloneShare}} {
		if len(part.found.Hits) > 0 && part.found.Hits[0].Topic.ID == out.Hits[0].Topic.ID {
			out.Sure += part.found.Sure * part.share
		}
	}
	if len(out.Hits) > 0 && held == out.Hits[0].Topic.ID {
		out.Sure = (1 + out.Sure) / 2
	}
	return out
}

// rivals lists the best topic of each collection that may be meant, the surest first, at most four.
func rivals(found knowledge.Findings) []knowledge.Rival {
	var meant []knowledge.Rival
	for _, r := range found.Rivals {
		if r.Sure >= sureRival && r.Odds >= rivalOdds && len(meant) < 4 {
			meant = append(meant, r)
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
	if n := ordinal(knowledge.Fold(t.text), len(topics)); n >= 1 && n <= len(topics) {
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

// beforeOrdinal may stand before the number of a choice.
var beforeOrdinal = map[string]bool{"le": true, "la": true, "l": true, "les": true, "numero": true, "n": true, "option": true, "choix": true, "reponse": true, "the": true, "number": true}

// ordinal reads which of a list is meant: "2", "le 2", "la deuxième", "la dernière"; 0 when none is.
func ordinal(folded string, last int) int {
	said := slices.DeleteFunc(knowledge.Words(folded), func(w string) bool { return beforeOrdinal[w] })
	if len(said) != 1 {
		return 0 // "article 2" picks nothing
	}
	for _, w := range said {
		switch w {
		case "premier", "premiere", "first":
			return 1
		case "deuxieme", "second", "seconde":
			return 2
		case "troisieme", "third":
			return 3
		case "quatrieme", "fourth":
			return 4
		case "dernier", "derniere", "last":
			return last
		}
	}
	n, err := strconv.Atoi(said[len(said)-1])
	if err != nil {
		return 0
	}
	return n
}

func (t *turn) pickTopic(c Choice) bool {
	topic, ok := t.base.Topic(c.Topic)
	if ok {
		question := t.state.Question
		t.answer([]knowledge.Hit{{Topic: topic, Probability: 1}}, 1)
		t.state.Question = question
	}
	return ok
}
