package bot

import "strings"

// maxChat is how many words with a meaning of their own small talk has at most; who asks whether this is a machine may
// say more.
const maxChat = 4

// isChat tells whether a message that looks like small talk says nothing else: "cours du bitcoin aujourd'hui" is none,
// nor is "ok et je paie où alors".
func (t *turn) isChat(kind string, p float64) bool {
	content := len(t.content)
	if kind == "ok" && content > 0 && denies.MatchString(t.said) {
		return false
	}
	if kind != "robot" && kind != "wellbeing" && content > 0 && interrogates.MatchString(t.said) {
		return false
	}
	if kind == "wellbeing" && t.asksBesides() {
		return false
	}
	if content > 2 && p < surestSmalltalk && !t.base.Learned(t.content) {
		return false
	}
	if content > 0 && p < surestSmalltalk && kind != "greeting" && t.base.Vague(t.text) { // "la semaine prochaine", "j'ai un souci"
		return false
	}
	return content <= 1 || p >= certainSmalltalk && content <= maxChat || kind == "robot" && content <= 2*maxChat
}

// asksBesides tells whether what follows the first question mark asks for an answer that is known, or at least asks:
// "ça va ? je paie où ?"
func (t *turn) asksBesides() bool {
	_, rest, _ := strings.Cut(t.said, "?")
	content := len(t.base.Content(rest))
	if content == 0 {
		return false
	}
	collections, _ := t.scope()
	found := t.find(rest, collections)
	return !isSaid(found) && (found.Sure >= sureAnswer || content >= leastAsked && asksForSure.MatchString(rest))
}

// politeWords are what small talk is made of, folded.
var politeWords = strings.Fields("bonjour bonsoir salut coucou hello merci remercie revoir bientot journee soiree parfait super entendu accord compris nickel excellent thanks goodbye")

// mended is the small talk that a short message is once the slips in its polite words are mended; "" when it is none.
func (t *turn) mended() (kind string) {
	if len(strings.Fields(t.said)) > maxChat+1 {
		return ""
	}
	text := t.base.Mend(t.said, politeWords)
	if text == t.said {
		return ""
	}
	found := t.find(text, nil)
	_, _, kind, p := readings(found.Readings)
	if p < certainSmalltalk || len(t.base.Strong(text)) > maxChat || interrogates.MatchString(text) {
		return ""
	}
	return kind
}
