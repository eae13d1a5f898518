package bot

import (
	"strings"

	"guichet/knowledge"
)

// What people say around a request in English, where the chat is in English. Only what is short and plain is read: each is
// taken for its French twin, by which the rest of the engine goes.
var englishSayings = []struct {
	words  speech
	french string
}{
	{speaks(`^\W*((please )?(cancel|stop|abort)( (it|this|that|everything|the request|my request))?( please)?|never ?mind|forget (it|about it)|i changed my mind|i don't (want|need) (it|this|that)( any ?more)?)\W*$`), "annulez tout"},
	{speaks(`^\W*(yes|yeah|yep|yup|sure|correct|right|that's (right|correct|it|fine)|(it|all|everything) is (right|correct|fine|good)|all (good|correct|right)|looks (good|right|fine)|i (agree|confirm)|confirm(ed)?|go ahead|(please )?(send|submit) (it|them)?)[, ]*(please|thanks|thank you)?\W*$`), "oui"},
	{speaks(`^\W*(no|nope|nah|not (right|correct|quite)|(it|that|this)('s| is) (wrong|incorrect|not (right|correct))|wrong|incorrect|there is (a mistake|an error))[, ]*(thanks|thank you)?\W*$`), "non"},
	{speaks(`^\W*((sorry )?i (do not|don't|dont|cannot|can't|cant) (know|have|remember|find)( it| that| this| mine| the number| my number)?|i (have )?(lost|forgot|forgotten) (it|mine)|no idea|not sure|none|unknown|i have no idea|i haven't got it)\W*$`), "je ne l'ai pas"},
}

// englishPerson asks for a person in English.
var englishPerson = speaks(`^\W*(an? |the |real |live |human )*(agent|advis[eo]r|representative|operator|human( being)?|person|someone|somebody)[, ]*(please)?\W*$|\b(speak|talk|chat|connect|get|transfer|reach|contact|pass|put)\b.{0,25}\b(agent|advis[eo]r|representative|operator|human|(a|real|live) person|someone|somebody)\b|\bi (want|need|would like|'d like) (an?|the|some)? ?(agent|advis[eo]r|representative|operator|human|person|someone|somebody)\b`)

// readEnglish takes what is said in English, in a conversation that is in English, for what it means.
func (t *turn) readEnglish() {
	if t.state.Language != English || t.choice != "" || len(t.values) > 0 {
		return
	}
	folded := knowledge.Fold(t.text)
	for _, saying := range englishSayings {
		if saying.words.MatchString(folded) {
			t.said, t.saying = saying.french, true
			return
		}
	}
	if englishPerson.MatchString(folded) && !interrogates.MatchString(folded) {
		t.person, t.saying = true, len(strings.Fields(folded)) <= shortSaying && !strings.ContainsAny(folded, "0123456789@")
	}
}
