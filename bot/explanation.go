package bot

import (
	"math"

	"guichet/knowledge"
)

// Rule is what decided a turn, in the order in which the rules are tried (turn.understand).
type Rule string

// The rules.
const (
	RuleAgent      Rule = "an agent answers"
	RuleNamesOther Rule = "it names an insurer that this site does not serve"
	RuleInsured    Rule = "it says who its insurer is and asks nothing"
	RuleNoWord     Rule = "it has no word"
	RuleSmalltalk  Rule = "it is small talk"
	RuleRequest    Rule = "it is a request"
	RulePerformed  Rule = "it makes a request in so many words"
	RuleInsult     Rule = "it insults and asks nothing"
	RuleForeign    Rule = "it is in a language that is not served"
	RuleElsewhere  Rule = "it is about an insurer that this site does not serve"
	RuleSeveral    Rule = "several insurers answer it"
	RuleWhich      Rule = "several topics of one insurer are about it"
	RuleUnsure     Rule = "no topic is likely enough"
	RuleNoSubject  Rule = "it names no subject"
	RuleAdds       Rule = "it adds to the request made before"
	RuleBoth       Rule = "it asks two questions, each with an answer"
	RuleOneOfTwo   Rule = "it asks two questions, one of which has an answer"
	RuleSure       Rule = "a topic is likely enough"
)

// Rules lists them all.
func Rules() []Rule {
	return []Rule{
		RuleAgent, RuleNamesOther, RuleInsured, RuleNoWord, RuleSmalltalk, RuleRequest, RulePerformed, RuleInsult, RuleForeign,
		RuleElsewhere, RuleSeveral, RuleWhich, RuleUnsure, RuleNoSubject, RuleAdds, RuleBoth, RuleOneOfTwo, RuleSure,
	}
}

// Explanation says how a turn was decided, for whoever improves the knowledge.
type Explanation struct {
	Rule     Rule               // empty when the message was part of an intake or a button
	Read     string             // the message as it was read
	Findings knowledge.Findings // what the message may mean
}

// Why is what is kept of an explanation beside the reply. It is for the desk and is never sent to a customer.
type Why struct {
	Rule       Rule         `json:"rule"`
	Sure       float64      `json:"sure"` // calibrated probability that the first topic considered is what was asked
	Considered []Considered `json:"considered,omitempty"`
}

// Considered is a topic that the message may have meant.
type Considered struct {
	Topic       string  `json:"topic"`
	Probability float64 `json:"probability"`
}

// rounded keeps four decimals: more mean nothing.
func rounded(p float64) float64 { return math.Round(p*1e4) / 1e4 }

const (
	mostConsidered  = 3    // topics kept
	leastConsidered = 0.01 // the probability of one that is worth keeping
)

func (e Explanation) summary() *Why {
	if e.Rule == "" {
		return nil
	}
	w := &Why{Rule: e.Rule, Sure: rounded(e.Findings.Sure)}
	for _, h := range e.Findings.Hits[:min(mostConsidered, len(e.Findings.Hits))] {
		if h.Probability < leastConsidered {
			break
		}
		w.Considered = append(w.Considered, Considered{h.Topic.ID, rounded(h.Probability)})
	}
	return w
}
