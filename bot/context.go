package bot

import (
	"cmp"
	"slices"
	"strings"

	"guichet/knowledge"
)

var (
	leansOn  = speaks(`^\W*(et|ou|mais|sinon|donc|alors|ok|ah|dans ce cas|du coup)\b`)
	pronouns = speaks(`\b(ca|cela|en|y|il|elle|ils|elles|celui-ci|celle-ci)\b|\b(le|la|les) \w+(er|ir|re|oir)\b|\bl'(a|ai|aurai|\w+(er|ir|oir))\b|\b(je|tu|il|elle|on|nous|vous|ils|elles) (l'|le |la |les |en |y )`)
)

// dislocated names what its pronoun stands for: "mes coordonnées je les change où".
var dislocated = speaks(`\b(mon|ma|mes|le|la|les|un|une|des|cette|ce|ces) [\pL-]+,? (je|j'|on|tu|nous|vous|il|elle)( peux| peut| dois| doit| veux)? ?(le |la |les |l'|en )`)

// politeness has a pronoun that stands for nothing.
var politeness = speaks(`\bs'il (vous|te) plait\b`)

// refersBack tells whether a message has a pronoun for something said before.
func refersBack(said string) bool { return pronouns.MatchString(politeness.ReplaceAllString(said, "")) }

const (
	maxLeaning = 12 // words in a message that leans on the one before it, at most
	maxNew     = 3  // words with a meaning of their own in such a message: more is a question of its own
)

// aloneShare is what a message's own words count beside those with the topic before it: "c'est long ?" says nothing by
// itself, "et par courrier ?" nearly all, where it is understood.
func aloneShare(content int, alone float64) float64 {
	switch {
	case content == 0:
		return 0.1
	case content == 1 && alone < sureAnswer:
		return 0.35
	}
	return 0.6
}

// inContext reads the message alone, or with the topic before it when it leans on it ("et par courrier ?").
func (t *turn) inContext(collections []string) knowledge.Findings {
	content := t.content
	named := len(t.named) > 0
	previous, ok := t.base.Topic(t.state.Topic)
	if named && len(content) == 0 && t.state.Question != "" {
		return t.sameElsewhere(previous, collections)
	}
	if !ok {
		return t.findNear(t.text, collections)
	}
	if len(strings.Fields(t.text)) > maxLeaning {
		return t.find(t.text, collections)
	}
	anywhere := t.findNear(t.text, collections)
	if named || !t.leans(len(content)) || requested(anywhere) {
		return anywhere
	}
	if len(content) > 1 && anywhere.Outside > sureOutside {
		return anywhere
	}
	here := []string{previous.Collection}
	alone, together := t.find(t.text, here), t.find(previous.Title+" "+t.text, here)
	if len(content) == 0 && theOther.MatchString(t.said) {
		return other(together, previous)
	}
	both := blend(alone, together, aloneShare(len(content), alone.Sure), t.holdsOn(previous, alone, together))
	if both.Sure < sureAnswer && anywhere.Sure > both.Sure && anywhere.Sure >= sureAnswer {
		return anywhere
	}
	both.Rivals = nil // the insurer is known
	both.Sure = likelier(both.Sure, leaningOdds)
	return both
}

// requested tells whether a message by itself is a request.
func requested(found knowledge.Findings) bool {
	return len(found.Readings) > 0 && found.Readings[0].Probability > sureRequest && !strings.HasPrefix(found.Readings[0].Label, smalltalkPrefix)
}

// leaningOdds is how many times likelier a message has an answer when it leans on one that had.
const leaningOdds = 1.6

// sureOutside is how probable it must be that a message by itself has no answer for the topic before it not to help.
const sureOutside = 0.6

var theOther = speaks(`\b(l'|les |un |une |d')autres?\b`)

// leans tells whether a message with so many words of its own may lean on the one before it.
func (t *turn) leans(content int) bool {
	begins := leansOn.MatchString(t.said)
	switch {
	case content > maxNew:
		return false
	case content == 0:
		return begins || interrogates.MatchString(t.said)
	}
	return begins || content < maxNew
}

// other takes the topic before out: "et l'autre ?" asks for what goes with it.
func other(found knowledge.Findings, previous knowledge.Topic) knowledge.Findings {
	found.Hits = slices.DeleteFunc(slices.Clone(found.Hits), func(h knowledge.Hit) bool { return h.Topic.ID == previous.ID })
	slices.SortStableFunc(found.Hits, func(a, b knowledge.Hit) int {
		return cmp.Compare(place(previous.Next, a.Topic.ID), place(previous.Next, b.Topic.ID))
	})
	if len(found.Hits) == 0 || !slices.Contains(previous.Next, found.Hits[0].Topic.ID) {
		found.Sure = 0
	}
	return found
}

// place is where an id stands in a list; one that does not stand there comes last.
func place(list []string, id string) int {
	if i := slices.Index(list, id); i >= 0 {
		return i
	}
	return len(list)
}

// sameElsewhere asks the last question of the collections just named: "et chez … ?", or the name alone after the bot
// asked which insurer. What the question was about is said better by the topic that answered it, when there is one.
func (t *turn) sameElsewhere(previous knowledge.Topic, collections []string) knowledge.Findings {
	asked := answerable(t.find(t.state.Question, collections))
	if previous.Title == "" {
		return asked
	}
	titled := answerable(t.find(previous.Title, collections))
	both := blend(asked, titled, evenShare, "")
	for _, part := range []knowledge.Findings{asked, titled} {
		if len(part.Hits) > 0 && part.Hits[0].Topic.ID == both.Hits[0].Topic.ID {
			both.Sure = max(both.Sure, part.Sure) // the other may only say it in other words
		}
	}
	return both
}

const (
	// repeatedShare of the probability that a question has no answer goes to the topics when another insurer has answered it.
	repeatedShare = 0.8
	evenShare     = 0.6 // what the question counts beside the topic that answered it
)

func answerable(f knowledge.Findings) knowledge.Findings {
	f.Hits = share(f.Hits, f.Outside*repeatedShare)
	f.Outside *= 1 - repeatedShare
	if len(f.Hits) > 0 {
		f.Sure = max(f.Sure, f.Hits[0].Probability)
	}
	return f
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

// findNear asks the collection talked about before the others, where it is one that may answer.
func (t *turn) findNear(text string, collections []string) knowledge.Findings {
	if len(collections) < 2 || !slices.Contains(collections, t.state.Collection) {
		return t.find(text, collections)
	}
	near := t.find(text, []string{t.state.Collection})
	if near.Elsewhere != nil && t.state.Topic != "" || len(near.Hits) == 0 || near.Sure < sureAnswer {
		return t.find(text, collections)
	}
	return near
}

// holdsOn tells whether the message speaks of the previous topic's thing: it uses a pronoun for it, all it says stands in
// that topic, none fits the two together better, and it does not ask for what goes with it.
func (t *turn) holdsOn(previous knowledge.Topic, alone, together knowledge.Findings) string {
	if len(together.Hits) == 0 || together.Hits[0].Topic.ID != previous.ID || alone.Sure >= sureAnswer && slices.Contains(previous.Next, alone.Hits[0].Topic.ID) {
		return ""
	}
	if refersBack(t.said) && !dislocated.MatchString(t.said) && t.base.Covers(previous.ID, t.text) >= 0.99 {
		return previous.ID
	}
	return ""
}

// blend averages two findings, the first of which counts for so much; the topic held on to counts as a finding of its own.
func blend(first, second knowledge.Findings, firstShare float64, held string) knowledge.Findings {
	parts := []struct {
		found knowledge.Findings
		share float64
	}{{first, firstShare}, {second, 1 - firstShare}}
	sum := map[string]*knowledge.Hit{}
	var order []string
	for _, part := range parts {
		for _, h := range part.found.Hits {
			if sum[h.Topic.ID] == nil {
				sum[h.Topic.ID] = &knowledge.Hit{Topic: h.Topic, Features: h.Features}
				order = append(order, h.Topic.ID)
			}
			sum[h.Topic.ID].Probability += h.Probability * part.share
		}
	}
	out := first
	out.Outside, out.Hits, out.Elsewhere, out.Sure = first.Outside*firstShare+second.Outside*(1-firstShare), nil, nil, 0
	for _, id := range order {
		h := *sum[id]
		if held == id {
			h.Probability = (1 + h.Probability) / 2
		}
		out.Hits = append(out.Hits, h)
	}
	slices.SortStableFunc(out.Hits, func(a, b knowledge.Hit) int { return cmp.Compare(b.Probability, a.Probability) })
	if len(out.Hits) == 0 {
		return out
	}
	best := out.Hits[0].Topic.ID
	for _, part := range parts {
		if len(part.found.Hits) > 0 && part.found.Hits[0].Topic.ID == best {
			out.Sure += part.found.Sure * part.share
		}
	}
	if held == best {
		out.Sure = (1 + out.Sure) / 2
	}
	return out
}
