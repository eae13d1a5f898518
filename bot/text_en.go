package bot

import (
	"fmt"
	"strings"
	"time"

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
	clarify:      "The answer depends on the insurer. Which one is it about?",
	empty:        "Your message is empty. Write your question, even in a few words.",
	feedback:     "I am sorry that this does not answer. Can you put your question differently, in one sentence? An adviser can answer you too.",
	feedbackNext: "I am sorry that this does not answer. Is your question about one of these topics? If not, put it differently or ask for an adviser.",
	card:         "Never give your bank card number in this conversation: I have hidden it and it is not kept. You only pay on the bank’s secure page.",
	password:     "Keep your password to yourself, even here: I have hidden it and it is not kept. Change it if others may have read it.",
	privately:    "For this request, write to me in private: here, other people read what you write. Give no number, address or telephone here.",

	labelAgent:     "An adviser",
	labelHelpful:   "This answers it",
	labelUnhelpful: "Not really",
	labelMissing:   "I do not have it",
	labelCancel:    "Cancel",
	labelConfirm:   "All is correct",
	labelChange:    "Correct something",
	labelForm:      "Correct the form",

	elsewhere: func(insurer string) string {
		return fmt.Sprintf("Your question is about %s, for whom I do not answer here. I would rather not state anything: an adviser can tell you where to turn.", insurer)
	},
	takenOver: func(agent string) string {
		return "**" + prose.Escape(agent) + "** is answering you now. The automatic assistant no longer takes part in this conversation."
	},
	handedBack: func() string {
		return "The automatic assistant is answering you again. An adviser still follows your request."
	},
	added: func(reference string) string {
		return "It is noted in this conversation, with your request " + reference + englishIfClosed
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

	unknown:  "not given",
	notGot:   "Never mind, the team will find you another way.",
	noted:    "Noted.",
	notGuess: "I did not recognise this information.",

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

func englishRequest(c Category) string {
	switch c {
	case AttestationCorrection:
		return "correction of a certificate"
	case AttestationCopy:
		return "another copy of a certificate"
	case Claim:
		return "claim"
	case Complaint:
		return "complaint"
	case Human:
		return "request for an adviser"
	}
	return string(c)
}

func englishLabel(f Field) string {
	switch f {
	case AttestationNumber:
		return "certificate number"
	case ContractNumber:
		return "contract number"
	case Siren:
		return "SIREN number"
	case Siret:
		return "SIRET number"
	case SubscriptionDate:
		return "date of subscription"
	case IncidentDate:
		return "date of the events"
	case Correction:
		return "correction wanted"
	case Name:
		return "name"
	case Email:
		return "e-mail address"
	case Phone:
		return "telephone"
	case Place:
		return "place"
	case Description:
		return "description"
	}
	return string(f)
}

func englishExample(f Field) string {
	switch f {
	case Correction:
		return "“Dupond” instead of “Dupont”"
	case Email:
		return "name@example.com"
	}
	return f.Example()
}

func englishOpening(c Category) string {
	switch c {
	case AttestationCorrection:
		return "I am preparing your request to correct a certificate for our team."
	case AttestationCopy:
		return "I am preparing your request for another copy of your certificate for our team."
	case Claim:
		return "I am preparing your claim for our team. If anybody is in danger, call 112 first."
	case Complaint:
		return "I am sorry about this situation. I am preparing your complaint: our team will read it."
	}
	return "I am passing your request on to an adviser."
}

func englishAsk(f Field, c Category) string {
	switch f {
	case AttestationNumber:
		if c == Claim {
			return "What is your **certificate or contract number**? It stands on your certificate (for example 20417) and lets us find your file."
		}
		return "What is your **certificate number**? It stands at the top of the document (for example 20417) and lets us find your file."
	case ContractNumber:
		return "What is your **contract or certificate number**? It lets us find your file."
	case Siren:
		return "What is the exact **SIREN number**? It has 9 digits, for example 732 829 320. It will be compared with the SIREN register."
	case SubscriptionDate:
		return "**When did you subscribe**? For example 3 February 2026."
	case IncidentDate:
		return "**When** did it happen? For example 3 February 2026, or “yesterday”."
	case Correction:
		return "**What has to be corrected**, and what is the right value? For example: “Dupond instead of Dupont”."
	case Email:
		return "At which **e-mail address** can the team answer you? For example name@example.com."
	case Description:
		switch c {
		case Claim:
			return "**What happened**, and where? A few words are enough."
		case Complaint:
			return "**What is your complaint about**? A few words are enough."
		}
		return "**What is it about**? A few words are enough for the adviser to know your case already."
	}
	return "Can you give your " + englishLabel(f) + "?"
}

func englishRefused(v value) string {
	switch v.Refused {
	case badSIREN:
		if n := len(digitsOf(v.Raw)); n != 9 {
			return fmt.Sprintf("This SIREN number is not valid: it has 9 digits, I read %d. Can you check it?", n)
		}
		return "This SIREN number is not valid: it has 9 digits and the last one is a check digit. Can you check it?"
	case badSIRET:
		return "This SIRET number is not valid: it has 14 digits and the last one is a check digit. Can you check it?"
	case badEmail:
		return "This e-mail address is not valid: it needs an @ and a domain, for example name@example.com. Can you check it?"
	case futureDate:
		return "This date is in the future: it has to be past. Can you check the day, the month and the year?"
	case unreadableDate:
		return "This date does not exist. Write it for example 3 February 2026 or 03/02/2026, the day first. Can you check it?"
	case refusal(Phone):
		return "This telephone number is not valid: it has 10 digits, for example 06 12 34 56 78. Can you check it?"
	case refusal(SubscriptionDate), refusal(IncidentDate):
		return "I cannot read this date. Write it for example 3 February 2026 or 03/02/2026, the day first."
	case badAttestation:
		return "This is no certificate number: it has at least one digit, for example 20417. Can you check it?"
	}
	return "This value is not valid. Can you check it?"
}

func englishProblems(problems []Problem) string {
	var b strings.Builder
	b.WriteString("Nothing has been passed on yet. In the form:\n")
	for _, p := range problems {
		fmt.Fprintf(&b, "\n- **%s**: %s", englishLabel(p.Field), p.Says)
	}
	b.WriteString("\n\nWhat you wrote is kept: you can correct it.")
	return b.String()
}

func englishRecorded(label, reference, delay, email string) string {
	text := fmt.Sprintf("Your request is recorded (%s).\n\n**Reference: %s**\n\nThe answer will arrive in this conversation", label, reference)
	if delay != "" {
		text += ", " + delay
	}
	text += "."
	if email != "" {
		text += " The team also has your address " + email + "."
	}
	return text + " To add something, just write it here."
}

// englishDelay leaves out the site's own words, which are French: it says the first deadline.
func englishDelay(_ string, clock Clock) string {
	d := clock.Next()
	switch {
	case d.Due.IsZero():
		return ""
	case d.Term.Unit == OpeningHours:
		return "by " + englishMoment(d.Due)
	}
	return fmt.Sprintf("within %s (by %s)", englishTerm(d.Term), englishDay(d.Due.Format(time.DateOnly)))
}

func englishTerm(t Term) string {
	unit := map[Unit]string{OpeningHours: "opening hour", BusinessDays: "business day", WorkingDays: "working day", Months: "month"}[t.Unit]
	if t.N != 1 {
		unit += "s"
	}
	return fmt.Sprint(t.N, " ", unit)
}

// englishMoment writes an instant as it is read in Paris: Tuesday 3 February 2026 at 15:04.
func englishMoment(at time.Time) string { return inParis(at).Format("Monday 2 January 2006 at 15:04") }

// englishDay writes a date: 3 February 2026.
func englishDay(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return day.Format("2 January 2006")
}

func englishOpen(h Hours, now time.Time) string {
	open, next := h.Change(now)
	switch {
	case open && next.IsZero():
		return "Our advisers answer at any hour."
	case open:
		return "Our advisers are answering now, until " + englishUpcoming(next, now, "midnight") + "."
	case next.IsZero():
		return "Our advisers are away for now. The assistant answers at any hour."
	}
	return "Our advisers are away: they answer from " + englishUpcoming(next, now, "00:00") + ". The assistant answers at any hour."
}

func englishUpcoming(at, now time.Time, midnight string) string {
	day, clock, apart := upcoming(at, now, midnight)
	switch {
	case apart == 0:
		return clock
	case apart == 1:
		return "tomorrow at " + clock
	case apart < 7:
		return day.Format("Monday") + " at " + clock
	}
	return day.Format("Monday 2 January 2006") + " at " + clock
}
