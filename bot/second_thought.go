package bot

import (
	"regexp"
	"slices"
	"strconv"
	"time"
)

// What people change in a request that is being prepared, without saying all of it again.

// turnsTo is the other request that the message wants instead of the one being prepared, empty where it wants none: "en fait
// l'adresse dessus est fausse, corrigez-la plutôt". What is told of events is not looked at: there the words are a story's.
func (t *turn) turnsTo() Category {
	i := t.state.Intake
	if t.choice != "" || i.Asked == Description || !turnsTo.MatchString(t.said) || interrogates.MatchString(t.said) {
		return ""
	}
	for _, p := range performs {
		if p.category != i.Category && p.words.MatchString(t.said) {
			return p.category
		}
	}
	collections, _ := t.scope()
	if s := t.weigh(t.find(t.text, collections)); s.requestP >= sureRequest && s.request != i.Category {
		return s.request
	}
	return ""
}

var (
	someNumber  = regexp.MustCompile(`(^|[^\d.@])\d{3,8}\b`)
	aboutNumber = regexp.MustCompile(`\b(numeros?|n°|num|number|attestation|certificate|contrat|contract|trompee?|erreur|mistake)\b`)
)

// numberMeant is the number that a summary lacks or has wrong, where the message gives one without its name: "ah si, c'est le
// 90127", "je me suis trompé, c'est 31808".
func (t *turn) numberMeant() Field {
	i := t.state.Intake
	if !i.Confirming || !someNumber.MatchString(t.said) {
		return ""
	}
	for _, f := range []Field{AttestationNumber, ContractNumber} {
		if i.takes(f) && (slices.Contains(i.Missing, f) || i.Fields[f] != "" && aboutNumber.MatchString(t.said)) {
			return f
		}
	}
	return ""
}

// dayAlone is another day for the date of a summary: "la date c'est le 2, pas le 12".
var dayAlone = regexp.MustCompile(`\b(?:date|jour)\b[^\d]{0,25}\ble (\d{1,2})(?:er)?\b`)

// changesDay takes another day for the one date of a summary, in the same month; false where the message gives none.
func (t *turn) changesDay() bool {
	i := t.state.Intake
	m := dayAlone.FindStringSubmatch(t.said)
	if !i.Confirming || m == nil {
		return false
	}
	day, _ := strconv.Atoi(m[1])
	for _, f := range []Field{IncidentDate, SubscriptionDate} {
		was, err := time.Parse(time.DateOnly, i.Fields[f])
		if err != nil {
			continue
		}
		changed := was.AddDate(0, 0, day-was.Day())
		if changed.Month() != was.Month() || changed.After(civil(t.now)) {
			return false
		}
		i.Fields[f] = changed.Format(time.DateOnly)
		t.askNext(t.voice.noted)
		return true
	}
	return false
}
