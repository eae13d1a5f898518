package widget

import (
	"context"
	"time"

	"guichet/bot"
)

// words are what the chat itself says on the server, in one language. What the script says stands in assets/text.js.
type words struct {
	errorText        func(code string) string   // what a person reads about an error, and may do
	erased           func(kept []string) string // what erasing left, and why
	mailed           func(resumes bool) string  // a conversation is on its way, with a link that resumes it or without
	greeting, person string                     // a site's first words, unless it has its own, and the button that asks for a person
	privacy          string                     // below the first words: for how long what is written is kept, and where it is erased
	mail, mailTo     string                     // the form that asks for an address
	again            string                     // of a plain message that was not recorded
	unshown          string                     // in the place of a message that cannot be rendered
	you, assistant   string                     // who speaks, on the plain page
	day              func(time.Time) string     // a date; that nobody gave is empty
	files            fileWords
	pages            pageWords
}

// fileWords are said of files that visitors send, and tell what to do.
type fileWords struct {
	kind, many, noRoom, later, unknown string
	choose                             string                   // after what went wrong with a plain form: its files were not kept
	large                              func(limit int64) string // in bytes
	sent                               string                   // of the plain form, before the name of a file that has come
	attach                             func(megabytes int64) string
}

// pageWords are those of the pages that the templates make.
type pageWords struct {
	Tag                                   string // of the HTML
	Chat, ChatWith, Error, Assistant      string
	Legend, Submit, Message, Send, Others string // of the plain form
	Or, Kept, MailLabel, MailSend, Source string
	ResumeTitle, Resume, ResumeHere       string // of the page that a link leads to
	ResumeWhat, Yours                     string
	Gone, GoneTitle, GoneWhat, Open       string
	OwnedTitle, OwnedWhat, OwnedOr        string
	Later, LaterTitle, LaterWhat, Again   string
	NoPage, NoPageTitle, NoPageWhat       string // of an address that leads nowhere
	NoPassage, NoPassageTitle             string // and of a citation's
	NoPassageWhat, Home, Ask              string
}

// wordsOf are those of a language, as bot.KnownLanguage names it.
func wordsOf(language string) *words {
	if language == bot.English {
		return &english
	}
	return &french
}

// errorText is what is read about an error where nobody has said a language.
func errorText(code string) string { return french.errorText(code) }

// wordsOfVisitor are those of whoever sends a file in this context.
func wordsOfVisitor(ctx context.Context) *words {
	who, _ := ctx.Value(visitorKey{}).(visitor)
	return wordsOf(who.language)
}
