package bot

import (
	"strings"

	"guichet/knowledge"
)

// Where the engine stops being sure enough. Set by hand on the development questions and three other sets; of three more
// only the figures were read, which say how well they carry over (docs/answering.md).
const (
	sureRequest   = 0.50 // a request for a person or a ticket
	maybeRequest  = 0.01 // below, its words have nothing of a request
	sureSmalltalk = 0.45
	sureAnswer    = 0.44 // the topic is what is asked
	actOdds       = 2.0  // how many times likelier a request is when the message says "please do"
	tellOdds      = 8.0  // how many times likelier a claim is when the message tells what has befallen something of one's own
	askedHowShare = 0.85 // of a request's probability goes to the topics when the message asks how
	// certainSmalltalk is wanted of a message that also says something: "cours du bitcoin" is no small talk.
	certainSmalltalk = 0.70
	surestSmalltalk  = 0.85  // wanted of one that has a word which nobody has said yet, or weak words only
	sureWhether      = 0.80  // a topic that answers a question which also sounds displeased
	sureRival        = 0.65  // a collection's best topic, were it the only collection, that makes the insurer worth asking
	likelyOdds       = 0.15  // the same where one of them surely answers and no topic is sure enough by itself
	rivalOutside     = 0.15  // that none answers, above which asking which insurer is meant would only annoy
	rivalOdds        = 0.010 // how likely it must be beside the likeliest of all
	sureElsewhere    = 0.65  // the question is about a collection that the site does not serve
	sureHere         = 0.70  // a topic here answers, however well one elsewhere does
)

// understand decides what a message is when nothing particular was expected.
func (t *turn) understand() {
	collections, named := t.scope()
	if named != "" && collections == nil {
		t.why.Rule = RuleNamesOther
		t.elsewhere(named, t.voice.elsewhere)
		return
	}
	if t.saysInsurer(collections) {
		t.why.Rule = RuleInsured
		return
	}
	found := t.inContext(collections)
	if t.err != nil {
		return
	}
	if len(t.named) > 0 {
		found.Elsewhere = nil // whoever names the insurer knows whom the question is for
	}
	t.why.Findings, t.why.Read = found, t.said
	s, polite := t.weigh(found), ""
	if s.best < sureAnswer && s.requestP < sureRequest {
		polite = t.mended()
	}
	switch {
	case len(knowledge.Words(t.text)) == 0:
		t.why.Rule = RuleNoWord
		t.wordless()
	case s.performed && s.request == Human:
		t.why.Rule = RulePerformed
		t.startIntake(Human)
	case len(t.state.References) > 0 && (asksAfter.MatchString(t.said) || asksHowLong.MatchString(t.said) && s.best < sureWhether):
		t.why.Rule = RuleAdds
		t.say(Escalate, t.voice.pending(t.state.References[len(t.state.References)-1]))
		t.offerAgent()
	case misdirected.MatchString(t.said) && !interrogates.MatchString(t.said) && s.requestP < sureRequest && len(strings.Fields(t.said)) <= mostVague:
		t.why.Rule = RuleSmalltalk
		t.smalltalk("ok")
	case s.smalltalkP >= sureSmalltalk && t.isChat(s.smalltalk, s.smalltalkP):
		t.why.Rule = RuleSmalltalk
		t.smalltalk(s.smalltalk)
	case t.isVague(s):
		t.why.Rule = RuleNoSubject
		t.askSubject(found)
	case s.requestP >= sureRequest:
		t.why.Rule = RuleRequest
		t.startIntake(s.request)
	case s.performed:
		t.why.Rule = RulePerformed
		t.startIntake(s.request)
	case t.insults():
		t.why.Rule = RuleInsult
		t.say(Abstain, t.voice.insulted)
		t.offerAgent()
		t.offerRequest(standing{request: Complaint, requestP: 1})
	case s.best < sureAnswer && t.isForeign():
		t.why.Rule = RuleForeign
		t.foreign()
	case len(t.state.References) > 0 && s.best < sureWhether && !interrogates.MatchString(t.said):
		t.why.Rule = RuleAdds
		t.abstain(found)
	case polite != "":
		t.why.Rule = RuleSmalltalk
		t.smalltalk(polite)
	case isElsewhere(found.Elsewhere, s.best):
		t.why.Rule = RuleElsewhere
		t.elsewhere(found.Elsewhere.Topic.Collection, t.voice.perhapsElsewhere)
		t.offerNear(found)
		t.offerRequest(s)
	case len(rivals(found)) > 1:
		t.why.Rule = RuleSeveral
		t.clarify(found)
	case t.answerTwo(found, collections):
	case len(t.several(found)) > 1:
		t.why.Rule = RuleWhich
		t.askTopic(found)
	case s.best < sureAnswer:
		t.why.Rule = RuleUnsure
		t.abstain(found)
		t.offerRequest(s)
	case t.state.Topic == "" && len(t.content) == 0 && len(t.named) == 0:
		t.why.Rule = RuleNoSubject
		t.abstain(found)
	default:
		t.why.Rule = RuleSure
		t.answer(found.Hits, found.Sure)
	}
}

// saysInsurer handles a message that only says who insures the person, "je suis client chez …": what is asked next is asked of
// that insurer first.
func (t *turn) saysInsurer(collections []string) bool {
	if len(t.named) != 1 || len(collections) != 1 || !insured.MatchString(t.said) || interrogates.MatchString(t.said) || len(t.content) > maxChat {
		return false
	}
	if content, _ := t.engine.subject(insured.ReplaceAllString(t.said, " ")); len(content) > 0 {
		return false
	}
	name := collections[0]
	if c, ok := t.base.Collection(name); ok {
		name = c.Name
	}
	t.state.Collection = collections[0]
	t.say(Smalltalk, t.voice.insurer(name))
	return true
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
	asks, acts := asksHow.MatchString(t.said), asksToAct.MatchString(t.said) && !wantsToKnow.MatchString(t.said)
	switch {
	case asks && !acts && s.request != Complaint && s.request != Human:
		s.requestP *= 1 - askedHowShare
	case s.request == Complaint && asksWhether.MatchString(t.said) && !acts && found.Sure >= sureWhether:
		s.requestP *= 1 - askedHowShare
	case s.request == Claim && t.tells() && !asks:
		s.requestP = likelier(s.requestP, tellOdds)
	case acts && !asks:
		s.requestP = likelier(s.requestP, actOdds)
	}
	if s.request != Human && s.requestP >= maybeRequest && t.base.Vague(t.text) { // "svp urgent" asks for nothing in particular
		s.requestP = 0
	}
	s.best = found.Sure
	if strings.Contains(t.said, "?") && asksIfRobot.MatchString(t.said) {
		s.smalltalk, s.smalltalkP, s.requestP = "robot", 1, 0
		return s
	}
	for _, p := range performs {
		if !s.performed && !asks && s.requestP >= maybeRequest && p.words.MatchString(t.said) {
			s.request, s.performed = p.category, true
		}
	}
	return s
}

// tells tells whether the message says that something has happened, and asks nothing of it.
func (t *turn) tells() bool {
	return happened.MatchString(t.said) && !supposes.MatchString(t.said) && !interrogates.MatchString(t.said) && !asksCover.MatchString(t.said)
}

// likelier multiplies the odds of a probability.
func likelier(p, odds float64) float64 { return p * odds / (1 - p + p*odds) }

// insults tells whether the message insults and asks nothing.
func (t *turn) insults() bool {
	return len(strings.Fields(t.said)) <= maxInsult && insults.MatchString(t.said) && !interrogates.MatchString(t.said)
}

// maxInsult is how many words a mere insult has, at most.
const maxInsult = 4

// isElsewhere tells whether the question is about a topic of a collection that the site does not serve: that is likely,
// and nothing here is likelier than not, or not much.
func isElsewhere(there *knowledge.Rival, here float64) bool {
	return there != nil && there.Sure >= sureElsewhere && here < sureHere
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
	for _, id := range t.named {
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

// rivals lists the best topic of each collection that may be meant, the surest first, at most four.
func rivals(found knowledge.Findings) []knowledge.Rival {
	if found.Outside > rivalOutside {
		return nil
	}
	oneAnswers := found.Sure < sureAnswer && found.Outside < nearlyNothing // which, is not said
	var meant []knowledge.Rival
	for _, r := range found.Rivals {
		likely := r.Sure >= sureRival && r.Odds >= rivalOdds || oneAnswers && r.Odds >= likelyOdds
		if likely && len(meant) < 4 {
			meant = append(meant, r)
		}
	}
	return meant
}
