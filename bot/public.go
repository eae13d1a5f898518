package bot

import (
	"slices"
	"strings"
)

// personalFields are those that tell who somebody is. A date alone does not.
var personalFields = []Field{AttestationNumber, ContractNumber, Siren, Siret, Name, Email, Phone}

// inPublic keeps what is personal out of a place where others read along: no request is prepared there, and a message
// that holds somebody's number or address is not kept.
func (t *turn) inPublic() {
	personal := slices.ContainsFunc(readFields(beginning(t.text), Human, "", t.now), func(v value) bool {
		return slices.Contains(personalFields, v.Field)
	})
	if personal {
		t.text, t.state.Question, t.state.Unanswered = textNotKept, "", ""
	}
	if personal || t.state.Intake != nil {
		t.say(Escalate, t.voice.privately)
	}
	t.state.Intake, t.ticket = nil, nil
	t.reply.Choices = slices.DeleteFunc(t.reply.Choices, func(c Choice) bool {
		return strings.HasPrefix(c.Value, ChoiceRequest)
	})
}

// Withheld tells whether a customer's message was not kept because it said something personal where others read along.
func (m Message) Withheld() bool { return m.Text == textNotKept }
