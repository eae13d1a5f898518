package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guichet/knowledge"
)

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
	if n := ordinal(t.said, len(topics)); n >= 1 && n <= len(topics) {
		return t.pickTopic(topics[n-1])
	}
	named := t.named
	for _, c := range topics {
		if strings.Join(knowledge.Words(c.Label), " ") == strings.Join(knowledge.Words(t.text), " ") ||
			len(named) == 1 && named[0] == c.Collection && len(t.content) <= 2 && !interrogates.MatchString(t.said) {
			return t.pickTopic(c)
		}
	}
	return t.pickInWords(topics)
}

const (
	surePick = 0.6 // share of the likelihood that the words speak of one of the insurers offered
	maxPick  = 25  // words in an answer to "which one?", at most
)

// rulesOut is what an answer says is not meant: "pas pour l'auto, …".
var rulesOut = regexp.MustCompile(`\b(?:ce n'est |c'est |n'est )?pas (?:pour |chez |de |du |la |le |l'|les )*[\pL'-]+`)

// pickInWords reads which insurer is meant from what the person says of the matter: "c'est pour mon stand".
func (t *turn) pickInWords(offered []Choice) bool {
	var collections []string
	for _, c := range offered {
		if slices.Contains(collections, c.Collection) {
			return false // these are topics of one insurer: nothing was asked back
		}
		collections = append(collections, c.Collection)
	}
	if t.choice != "" || interrogates.MatchString(t.said) || len(strings.Fields(t.text)) > maxPick || t.state.Question == "" {
		return false
	}
	if len(t.named) > 0 {
		return false
	}
	words := rulesOut.ReplaceAllString(t.said, " ")
	if len(t.base.Content(words)) == 0 {
		return false
	}
	found := t.find(words, collections)
	if len(found.Readings) > 0 && found.Readings[0].Probability > sureRequest {
		return false
	}
	share, sum := map[string]float64{}, 1e-9
	for _, h := range found.Hits {
		share[h.Topic.Collection] += h.Probability
		sum += h.Probability
	}
	for _, c := range offered {
		if share[c.Collection] >= surePick*sum {
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
		t.answer([]knowledge.Hit{{Topic: &topic, Probability: 1}}, 1)
		t.state.Question = question
	}
	return ok
}
