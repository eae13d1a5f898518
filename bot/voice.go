package bot

import (
	"strings"
	"time"

	"guichet/knowledge"
)

// English is the language of State.Language and of all that has one; French is the empty one.
const English = "en"

// KnownLanguage is the language in which somebody is answered whose screen is in a language, named as BCP 47 does: "en" for
// "en", "en-GB" and the like, "" for all others.
func KnownLanguage(tag string) string {
	if tag = strings.ToLower(tag); tag == English || strings.HasPrefix(tag, English+"-") || strings.HasPrefix(tag, English+"_") {
		return English
	}
	return ""
}

// SpokenLanguage is what a messenger's person is answered in, as Inbound.Language: English once they write it with a screen
// that is in English, as many have who do not write it; French with any other screen. "" changes nothing.
func SpokenLanguage(screen, text string) string {
	switch {
	case screen == "", KnownLanguage(screen) == English && knowledge.Language(text) != knowledge.English:
		return ""
	}
	return screen
}

// speaking is the state of a conversation whose person has a screen in a language; "" when nobody knows which.
func (s State) speaking(tag string) State {
	if tag != "" {
		s.Language = KnownLanguage(tag)
	}
	return s
}

// voiceOf is what is said in a language.
func voiceOf(language string) *voice {
	if language == English {
		return &english
	}
	return &french
}

// voice is all that is said to customers, in one language. What it quotes stays as it stands. Neither is ever changed.
type voice struct {
	tag   string // of the HTML
	colon string // between a label and its value

	// Small talk, and what the bot says of itself.
	greeting, thanks, bye, robot, well, okay, glad, foreign string

	// Answers.
	quoting                      string // before what is quoted in another language; empty in its own
	abstain, abstainAgain        string
	whichTopic                   string                       // before topics of one insurer
	whichOfThese                 string                       // after an answer that does not tell
	askSubject, askSubjectAgain  string                       // of what says nothing that can be answered
	otherUnanswered              func(question string) string // of two questions the one without an answer
	otherRequest                 func(asked, label string) string
	clarify, empty, wordless     string
	insulted                     string
	feedback, feedbackNext       string
	card, password, iban         string
	privately                    string
	labelAgent                   string
	labelHelpful, labelUnhelpful string
	labelSettled                 string
	elsewhere, perhapsElsewhere  func(insurer string) string
	insurer                      func(name string) string // whose rules are told from now on
	takenOver                    func(agent string) string
	handedBack                   func() string
	resolved                     func(reference string) string
	added, pending               func(reference string) string
	fileReceived, fileNoted      string
	fileAbout, filePrivately     string
	fileAdded                    func(reference string) string
	fileCount                    func(n int) string
	labelAbout                   func(Category) string
	crossed, crossedTopic        string
	crossedRequest, crossedAgent func(string) string
	crossedRequests              func(references []string) string
	crossing                     func(channel string) string

	// Requests.
	request                             func(Category) string // as a noun phrase
	label, example                      func(Field) string
	opening                             func(Category) string
	ask                                 func(Field, Category) string
	refused                             func(value) string
	refusedMark                         func(value) string // stands in the kept message
	value                               func(f Field, kept string) string
	line                                func(f Field, value string) string
	unknown, noted, notGuess            string
	notGot                              func(Field) string
	goOn, orWithout, takeTime           string
	afterwards                          func(delay string) string // when an answer comes, asked before the request is made
	toldMore                            string                    // ends a field that could not take all that was told
	confirm, confirmQ, whichOne, resume string
	cancelled, dropped, nothingOpen     string
	labelMissing, labelCancel           string
	labelConfirm, labelChange           string
	labelForm                           string
	form                                func(label string) string
	problems                            func([]Problem) string
	recorded                            func(label, reference, delay, email string) string
	deferred                            func(reference string) string

	// Time and size.
	delay  func(own string, clock Clock) string // when an agent answers; own are the site's words, which are French
	moment func(time.Time) string
	atTime string // between a day and its time, in what moment gives
	day    func(iso string) string
	open   func(h Hours, now time.Time) string
	period func(time.Duration) string // how long something is kept
	size   func(bytes int64) string

	// The transcript that a customer may keep.
	transcript, assistant, adviser, customer string
	site, reference, made, file, source      string
	citation                                 func(Citation) string

	// E-mail to customers.
	acknowledgementMail func(Site, Ticket) Mail
	replyMail           func(site Site, t Ticket, replies []Message, resolved bool, link string, expires time.Time) Mail
	copyMail            func(site Site, link string, expires time.Time) Mail

	masks *strings.Replacer // what stands in a kept message for a secret, as its person reads it; nil for as it stands
}

// ReplyTakenOver tells the customer that an agent answers from now on.
func ReplyTakenOver(agent, language string) Reply {
	return Reply{Kind: Escalate, Text: Typeset(voiceOf(language).takenOver(agent)), Language: language}
}

// ReplyHandedBack tells the customer that the bot answers again.
func ReplyHandedBack(language string) Reply {
	return Reply{Kind: Escalate, Text: Typeset(voiceOf(language).handedBack()), Language: language}
}

// ReplyResolved tells the customer that a request is resolved, and asks whether it is. Yes leaves it so; anything else that the
// customer writes reopens it.
func ReplyResolved(reference, language string) Reply {
	v := voiceOf(language)
	return Reply{
		Kind: Escalate, Text: Typeset(v.resolved(reference)), Language: language, Resolved: reference,
		Choices: []Choice{{Label: v.labelSettled, Value: choiceHelpful}},
	}
}

// TextOpen says in a language whether agents are there, and when that changes.
func TextOpen(h Hours, now time.Time, language string) string {
	return voiceOf(language).open(h, now)
}

// LabelIn is how a field is named to people in a language.
func (f Field) LabelIn(language string) string { return voiceOf(language).label(f) }

// ExampleIn shows what a field may look like, in a language; empty where any words will do.
func (f Field) ExampleIn(language string) string { return voiceOf(language).example(f) }

// SizeIn writes a size as it is read in a language: 1,2 Mo.
func SizeIn(bytes int64, language string) string { return voiceOf(language).size(bytes) }
