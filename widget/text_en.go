package widget

import (
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

// english is all that the chat itself says in English, besides the script.
var english = words{
	errorText: errorEN,
	day: func(day time.Time) string {
		if day.IsZero() {
			return ""
		}
		return day.Format("2 January 2006")
	},
	pages: pageWords{
		Tag: "en", Chat: "Chat", ChatWith: "Chat with", Error: "Error", Assistant: "Automatic assistant",
		Legend: "What is still needed", Submit: "Send these details", Message: "Your message", Send: "Send",
		Others: "Show new answers", Or: "or write to", Source: "Source:",
		Kept:      keptEN() + " To have them erased, ask for an adviser. Keep this page open: it alone gives access to the conversation.",
		MailLabel: "Receive the conversation by e-mail", MailSend: "Send to this address",
		ResumeTitle: "Resume the conversation", Resume: "Resume the conversation", ResumeHere: "Resume the conversation here?",
		ResumeWhat: "It will open in this browser, as it stands now. The link will not work again afterwards.", Yours: "Your conversation",
		Gone: "Link expired", GoneTitle: "This link was used already, or its time is over.", Open: "Open a conversation",
		GoneWhat:   "If you resumed the conversation in another browser, it is still there. If not, write to us again and give the reference of your request.",
		OwnedTitle: "It opens when you are signed in.", OwnedOr: "You can also write to",
		OwnedWhat: "Sign in on the site where you began it, then open the chat: the adviser’s answer is there.",
		Later:     "One moment", LaterTitle: "The conversation cannot be opened for now.", LaterWhat: "Your link remains good. Try again in a minute.", Again: "Try again",
		NoPage: "Page not found", NoPageTitle: "This page does not exist.", NoPageWhat: "The address may have been copied wrongly, or the page was taken away.",
		NoPassage: "Passage not found", NoPassageTitle: "This passage no longer exists.",
		NoPassageWhat: "The document has probably been updated since you were given the answer. Ask your question again: the answer will quote the text in force.",
		Home:          "Back to the start", Ask: "Ask a question",
	},
	erased: erasedEN,
	mailed: func(resumes bool) string {
		link := ""
		if resumes {
			link = ", with a link to resume it on another device"
		}
		return "It is asked for: the conversation leaves for this address within a minute" + link +
			". If it does not arrive, look among the unwanted mail, or download it."
	},
	greeting:  "Hello. I am an **automatic assistant**: I answer from the insurer’s documents, which are in French, and I name my source. An adviser can take over at any time.",
	person:    "Talk to an adviser",
	privacy:   keptEN() + " To erase them: menu ⋮, “Erase my data”.",
	mail:      "Receive the conversation by e-mail",
	mailTo:    "Your e-mail address",
	files:     filesEN,
	again:     "Your message could not be recorded. It is kept below: send it again in a moment.",
	unshown:   "This message cannot be shown. Ask your question again, or ask for an adviser.",
	you:       "You",
	assistant: "Automatic assistant",
}

// keptEN says for how long messages are kept.
func keptEN() string {
	conversation, request := bot.KeptPeriods(bot.English)
	return "Your messages are kept for " + conversation + ", or " + request + " after a request is closed."
}

func errorEN(code string) string {
	switch code {
	case notJSON:
		return "The server did not understand this message. Reload the page and try again."
	case notText:
		return "This message is not text. Reload the page and try again."
	case notUTF8:
		return "This message has unreadable characters. Type it again, or reload the page."
	case unknownType:
		return "This page is newer than the server. Reload it in a moment."
	case badVersion:
		return "This page is out of date. Reload it to go on."
	case unknownSite:
		return "There is no such chat here. Write to your adviser by e-mail or telephone them."
	case badOrigin:
		return "This chat is not open on this site. Write to your adviser by e-mail or telephone them."
	case badToken:
		return "The previous conversation could not be opened again. Here is a new one; your text is kept."
	case badIdentity:
		return "Your session on this site has expired. Reload the page to find your conversation again."
	case notDone:
		return "This could not be recorded. Try again in a moment."
	case helloMissing:
		return "The conversation is not open yet. Your message will be sent again."
	case helloRepeated:
		return "The conversation is open already. You can write."
	case badID:
		return "This message could not be identified. Reload the page and try again."
	case badChoice:
		return "This choice is no longer offered. Write your question."
	case emptyText:
		return "Your message is empty. Write your question, even in a few words."
	case tooLong:
		return "Your message has more than 4,000 characters. Shorten it, or send it in two parts."
	case tooFast:
		return "You are sending many messages. This one is kept and will leave in a moment."
	case notElsewhere:
		return "The conversation cannot go on elsewhere for now. Go on here, or try again in a moment."
	case noMail:
		return "The conversation cannot be sent by e-mail here. Download it instead."
	case badAddress:
		return "This e-mail address is not valid: it needs an @ and a domain, for example name@example.com."
	case busy:
		return "Many requests at the moment. Your message is kept here and will leave in an instant."
	case badFile:
		return "Your file is no longer there. Choose it again."
	case mailedOften:
		return "This conversation was sent several times already. Try again in a few hours, or download it."
	case nothingSaid:
		return "Nothing has been said yet. Write your question first."
	case noRoom:
		return "Your message is not recorded: nothing can be kept for now. Keep it and try again in a few minutes, or reach your adviser by e-mail or telephone."
	case notRecorded:
		return "Your message could not be recorded, it will be sent again by itself."
	}
	return "Something went wrong on our side. Your message is kept: try again, or ask for an adviser." // failed
}

func erasedEN(kept []string) string {
	if len(kept) == 0 {
		return "Your conversation is erased. Nothing of it is kept."
	}
	return "Your conversation is erased. We have to keep what is about your request " + strings.Join(kept, ", ") +
		": its contents and what was said about it, to handle it and then as evidence. The team will answer you by e-mail or telephone if you gave them."
}

var filesEN = fileWords{
	kind:    "This kind of file is not accepted. Send a photo (JPEG, PNG, WebP, HEIC) or a PDF.",
	many:    "You have sent many files. Try again later, or write to your adviser by e-mail.",
	noRoom:  "The server has no room left for this file. Keep it and try again in a few minutes, or write to your adviser by e-mail.",
	later:   "This file could not be kept just now. Try again in a minute.",
	unknown: "This upload is not known here. Start it again.",
	choose:  "Choose your files again, too.",
	large: func(limit int64) string {
		return "This file is too large: the limit is " + strconv.FormatInt(limit>>20, 10) + " MB. Send a lighter version of it."
	},
	sent: "File received, to be sent with your message:",
	attach: func(megabytes int64) string {
		return "Attach files (photos or PDF, " + strconv.FormatInt(megabytes, 10) + " MB at most in all)"
	},
}
