package bot

import (
	"fmt"
	"strings"
)

// What is said in English around a request: what is asked for, what is wrong with a value, what was recorded.

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
		if c == Human {
			return "At which **e-mail address** can the team answer you? For example name@example.com. A telephone number will do as well."
		}
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

func englishNotGot(f Field) string {
	switch f {
	case AttestationNumber, ContractNumber:
		return "Never mind, the team will find you another way: a SIREN or telephone number helps, if you want to add it."
	case Email:
		return "Never mind: the answer will arrive in this conversation. A telephone number will do as well, if you want to add it."
	}
	return "Never mind, the team will find you another way."
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
	case longEmail:
		return "This e-mail address is too long: it has 254 characters at most, 64 of them before the @. Can you check it?"
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
	case longReference:
		return "This number is too long: a certificate or contract number has 40 characters at most, for example 20417. Can you check it?"
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
