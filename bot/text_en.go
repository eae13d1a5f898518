package bot

import (
	"fmt"
	"strings"

	"guichet/bot/prose"
)

// Every sentence the bot says in English stands in this file; e-mails stand in mail_en.go. The documents are in French and
// are quoted as they stand.

// english is all that the bot says in English.
var english = voice{
	tag:   "en",
	colon: ": ",

	greeting: "Hello. I am the automatic assistant of this counter: I answer from the insurer’s documents, which are in French, and I name my source. What is your question? You can ask for an adviser at any time.",
	thanks:   "You are welcome. I am here if you need anything else.",
	bye:      "Goodbye, and have a good day.",
	robot:    "Yes, I am an automatic assistant: I search the insurer’s documents and name my source, I make nothing up. An adviser can take over whenever you like.",
	well:     "All is well, thank you. What is your question about your insurance?",
	okay:     "Understood. Ask me another question whenever you like.",
	glad:     "Thank you for telling me. I am here if you need anything else.",
	foreign:  "I only answer in French and in English. Please write in one of them, or ask for an adviser.",

	quoting:      "This text is quoted in French, the language of your contract:",
	abstain:      "I did not find the answer to this question in the documents I have, which are in French. I would rather not state anything: an adviser can answer you.",
	abstainAgain: "I did not find this answer either. Shall I pass your question on to an adviser?",
	otherUnanswered: func(question string) string {
		return "I did not find an answer to your other question (“" + question + "”): an adviser can answer you."
	},
	otherRequest: func(asked, label string) string {
		return "For your request (“" + asked + "”), choose **" + label + "**: it will be passed on to our team."
	},
	clarify:         "The answer depends on the insurer. Which one is it about?",
	whichTopic:      "Several answers are about it. Which one are you looking for?",
	whichOfThese:    "Which of these is it? Choose below. If you do not know, ask for an adviser, who will find your file.",
	askSubject:      "What is it about? Write in a few words what you are looking for or what has happened to you, or ask for an adviser.",
	askSubjectAgain: "I do not see yet what it is about. Shall I pass your message on to an adviser?",
	empty:           "Your message is empty. Write your question, even in a few words.",
	wordless:        "Write your question in a few words, or ask for an adviser.",
	insulted:        "I see that you are annoyed. Tell me in one sentence what is wrong, or ask for an adviser.",
	feedback:        "I am sorry that this does not answer. Can you put your question differently, in one sentence? An adviser can answer you too.",
	feedbackNext:    "I am sorry that this does not answer. Is your question about one of these topics? If not, put it differently or ask for an adviser.",
	card:            "Never give your bank card number in this conversation: I have hidden it and it is not kept. You only pay on the bank’s secure page.",
	iban:            "Do not give your IBAN in this conversation: I have hidden it and it is not kept. An adviser will tell you how to pass on your bank details.",
	password:        "Keep your password to yourself, even here: I have hidden it and it is not kept. Change it if others may have read it.",
	privately:       "For this request, write to me in private: here, other people read what you write. Give no number, address or telephone here.",

	labelAgent:     "An adviser",
	labelHelpful:   "This answers it",
	labelSettled:   "Yes, it is settled",
	labelUnhelpful: "Not really",
	labelMissing:   "I do not have it",
	labelCancel:    "Cancel",
	labelConfirm:   "All is correct",
	labelChange:    "Correct something",
	labelForm:      "Correct the form",

	elsewhere: func(insurer string) string {
		return fmt.Sprintf("Your question is about %s, for whom I do not answer here. I would rather not state anything: an adviser can tell you where to turn.", insurer)
	},
	afterwards: func(delay string) string {
		if delay == "" {
			return "The answer will arrive once the request is passed on."
		}
		return "The answer will arrive " + delay + ", once the request is passed on."
	},
	insurer: func(name string) string {
		return "Understood, I answer for " + name + " first. What is your question?"
	},
	perhapsElsewhere: func(insurer string) string {
		return fmt.Sprintf("I did not find the answer to this question in the documents I have, which are in French. If it is about %s, I do not answer for it here. An adviser can answer you.", insurer)
	},
	takenOver: func(agent string) string {
		return "**" + prose.Escape(agent) + "** is answering you now. The automatic assistant no longer takes part in this conversation."
	},
	resolved: func(reference string) string {
		return "Your request **" + reference + "** has been resolved. Is it settled? If anything is missing, write it here: it will be reopened."
	},
	handedBack: func() string {
		return "The automatic assistant is answering you again. An adviser still follows your request."
	},
	added: func(reference string) string {
		return "It is noted in this conversation, with your request " + reference + englishIfClosed
	},

	pending: func(reference string) string {
		return "Your request **" + reference + "** has been passed on: the team answers in this conversation, by the time that was given with the reference. To add anything, simply write it here."
	},

	fileReceived:  "I have received your file.",
	fileNoted:     "I have received your file: it will go with your request.",
	fileAbout:     "I have received your file and keep it for the team. What is it about?",
	filePrivately: "To send me a file, write to me in private: here, other people would see it. This one was not kept.",
	fileAdded: func(reference string) string {
		return "I have received your file: it is with your request " + reference + englishIfClosed
	},
	fileCount: func(n int) string {
		if n == 1 {
			return "attached file: 1"
		}
		return fmt.Sprintf("attached files: %d", n)
	},
	labelAbout: func(c Category) string {
		switch c {
		case AttestationCorrection:
			return "Correct a certificate"
		case Claim:
			return "Report a claim"
		case Complaint:
			return "Make a complaint"
		case AttestationCopy:
			return "Ask for another copy"
		}
		return "An adviser"
	},

	crossed:      "The conversation you began on the website goes on here, with the same automatic assistant. An adviser can take over at any time.",
	crossedTopic: "Write your question, or read the last answer again:",
	crossedRequest: func(reference string) string {
		return "The answer to your request **" + reference + "** will arrive here."
	},
	crossedRequests: func(references []string) string {
		return "The answers to your requests **" + strings.Join(references, "**, **") + "** will arrive here."
	},
	crossedAgent: func(name string) string { return name + " is answering you here from now on." },
	crossing: func(channel string) string {
		where := "elsewhere"
		if channel == Telegram {
			where = "on Telegram"
		}
		return "The conversation goes on " + where + ": the answers to your requests will arrive there. You can still ask a question here."
	},

	request:     englishRequest,
	label:       englishLabel,
	example:     englishExample,
	opening:     englishOpening,
	ask:         englishAsk,
	refused:     englishRefused,
	refusedMark: func(v value) string { return "[" + englishLabel(v.Field) + " not valid]" },
	value: func(f Field, kept string) string {
		if f == SubscriptionDate || f == IncidentDate {
			return englishDay(kept)
		}
		return textValue(f, kept)
	},
	line: func(f Field, value string) string { return englishLabel(f) + ": " + value },

	unknown:   "not given",
	goOn:      "I did not recognise this information: your message stays in the conversation, and the team will read it.",
	orWithout: "If you do not have this information, answer “I do not have it”: the request goes on without it.",
	takeTime:  "Take your time.",
	toldMore:  "… [the rest is in the conversation]",
	notGot:    englishNotGot,
	noted:     "Noted.",
	notGuess:  "I did not recognise this information.",

	confirm:     "This is what I am going to pass on:",
	confirmQ:    "Is it correct? Answer “yes” to send it, or write what has to be changed.",
	whichOne:    "What has to be changed? Write the new value, for example “my e-mail is name@example.com”.",
	resume:      "Let us go on with your request.",
	cancelled:   "It is cancelled: nothing was passed on. Ask me another question whenever you like.",
	dropped:     "It is cancelled: nothing was passed on.",
	nothingOpen: "There is nothing to cancel. What is your question?",

	form:     func(label string) string { return "Form: " + label },
	problems: englishProblems,
	recorded: englishRecorded,
	deferred: func(reference string) string {
		return "A technical fault delays its transmission: your request " + reference + " is safely kept and will be passed on to the team as soon as possible. You need not do anything again."
	},

	delay:  englishDelay,
	moment: englishMoment,
	atTime: " at ",
	day:    englishDay,
	open:   englishOpen,
	period: englishPeriod,
	size: func(bytes int64) string {
		return strings.NewReplacer("octets", "bytes", "Ko", "kB", "Mo", "MB", ",", ".").Replace(TextSize(bytes))
	},

	transcript: "Transcript of the conversation",
	assistant:  "Automatic assistant",
	adviser:    ", adviser",
	customer:   "Customer",
	site:       "Site",
	reference:  "Reference",
	made:       "Made on",
	file:       "File",
	source:     "Source",
	citation: func(c Citation) string {
		text := c.Document
		if c.Section != "" {
			text += ", " + c.Section
		}
		if c.Checked != "" {
			text += " (checked on " + englishDay(c.Checked) + ")"
		}
		return text
	},

	acknowledgementMail: acknowledgementEN,
	replyMail:           replyEN,
	copyMail:            copyEN,

	masks: strings.NewReplacer(maskedCard, "[card number hidden]", maskedCode, "[code hidden]", maskedIBAN, "[IBAN hidden]", maskedSecret, "[secret hidden]"),
}

const englishIfClosed = ". If it is closed already, ask for an adviser: a new request will be opened."
