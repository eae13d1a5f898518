package bot

import (
	"regexp"
	"slices"
	"strings"
)

// A yes and a no that say nothing else.
var (
	onlyYes = regexp.MustCompile(`^\W*(?:ben |bah |ah |euh )?(oui+|ouais?|wi|yes|yep|volontiers|avec plaisir|(oui |ok )?je veux bien|d'accord|ok)(\W+(oui|merci|svp|stp|s'il (vous|te) plait|je veux bien|volontiers|allez-y|faites))*\W*$`)
	onlyNo  = regexp.MustCompile(`^\W*(?:ben |bah |ah |euh )?(non+|nan|nope|no|pas (vraiment|trop|du tout))(\W+(non|merci|pas (ca|vraiment|du tout|trop)))*\W*$`)
)

// politely is an "ok, merci" that accepts nothing.
var politely = regexp.MustCompile(`^\W*(d'accord|ok)\W+merci\W*$`)

// answersYesNo reads a bare yes or no as the answer to what the last reply asked: whether it answers, whether a person shall
// take over, whether a suggestion is meant. false where it asked nothing of the kind.
func (t *turn) answersYesNo() bool {
	yes, no := onlyYes.MatchString(t.said), onlyNo.MatchString(t.said)
	if t.choice != "" || !yes && !no {
		return false
	}
	switch {
	case t.offers(choiceHelpful) && no:
		t.unhelped()
	case t.offers(choiceHelpful) && (t.saying || strings.Contains(t.said, "oui") && !strings.Contains(t.said, "merci")):
		t.say(Smalltalk, t.voice.glad)
	case t.state.Lost == 1 && yes && politely.MatchString(t.said): // nothing was asked yet
		t.smalltalk("thanks")
	case t.state.Lost > 0 && yes && t.offers(ChoiceRequest+string(Human)):
		t.startIntake(Human)
	case t.state.Lost > 0 && no && t.offers(ChoiceRequest+string(Human)):
		t.state.Lost = 0
		t.say(Smalltalk, t.voice.okay)
	case len(t.state.Rejected) > 0 && t.offers(ChoiceRequest+string(Human)): // "is it about one of these?"
		t.readsSuggested(yes)
	default:
		return false
	}
	return true
}

// readsSuggested reads a yes to the one topic that was suggested as that topic, a yes to none as one to a person, who is
// offered after a no.
func (t *turn) readsSuggested(yes bool) {
	var topics []Choice
	for _, c := range t.state.Offered {
		if c.Topic != "" {
			topics = append(topics, c)
		}
	}
	t.state.Unanswered = t.state.Question
	switch {
	case yes && len(topics) == 1 && t.pickTopic(topics[0]):
		return
	case yes && len(topics) == 0:
		t.startIntake(Human)
		return
	}
	t.state.Lost++
	t.say(Feedback, t.voice.abstainAgain)
	t.offerAgent()
}

// offers tells whether the last reply had a button.
func (t *turn) offers(value string) bool {
	return slices.ContainsFunc(t.state.Offered, func(c Choice) bool { return c.Value == value })
}
