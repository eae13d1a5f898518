package desk

import (
	"time"

	"guichet/bot"
)

// EnglishOf is the catalogue.
func EnglishOf() map[string]string {
	catalogue, err := readCatalogue(english)
	if err != nil {
		panic(err)
	}
	return catalogue
}

// Plain is a French text as the catalogue has it.
func Plain(text string) string { return plain(text) }

// FrenchWords are those by which a text is taken for French.
var FrenchWords = frenchWords

// Routes are the patterns of the table, each with the least role it asks for; "" for nobody.
func Routes() map[string]bot.Role {
	all := map[string]bot.Role{}
	for _, r := range (&desk{}).routes() {
		all[r.pattern] = r.least
	}
	return all
}

// KindName is a kind of events as the audit log names it, in French.
func KindName(kind bot.EventKind) string { return string(kindName(kind)) }

// Sentence tells an event in a ticket's history, in French.
func Sentence(e bot.Event) string {
	return (&desk{clock: newClock(time.Now)}).sentence(e, people{}, bot.Claim)
}
