package bot

import "time"

// Inbound is one message of a customer, as a connector received it.
type Inbound struct {
	Channel    string           // Web, Telegram, Discord
	Key        string           // names the conversation on its channel: a visitor's id, a chat id
	ExternalID string           // unique on the channel: a redelivered message changes nothing and gets the same reply
	Site       string           // the site whose collections answer
	Text       string           // as typed, before masking
	Choice     string           // the value of the button pressed; empty when the person typed
	Values     map[Field]string // what a form was filled in with, Choice being ChoiceForm; an empty value: not at hand
	Language   string           // of the person's screen, as KnownLanguage takes it; "" when nobody knows
	Known      map[Field]string // who the person is, vouched for by the site
	Public     bool             // others read along: nothing personal is asked for, kept or prepared

	// Attachments are in Files already. In public they have a name only: they are not fetched, and declined.
	Attachments []Attachment
	Together    string // names an album on its channel: the files of one album get one answer
}

// Author tells who wrote a message of a transcript.
type Author string

// The authors of a transcript.
const (
	FromCustomer Author = "customer"
	FromBot      Author = "bot"
	FromAgent    Author = "agent"
)

// Message is one line of a transcript, as kept: masked, numbered from 1 without a gap within its conversation.
type Message struct {
	Seq        int64
	From       Author
	Text       string // Markdown for the bot and agents, plain text for a customer
	Reply      *Reply // what the bot decided; nil unless From is FromBot
	Agent      string // the agent's name, as it was shown; empty unless From is FromAgent
	By         string // the agent's e-mail, for the team alone; empty otherwise, and where only the name was kept
	ExternalID string // the customer's message id; empty otherwise
	At         time.Time

	Attachments []Attachment // from the customer or an agent
}

// Wrote tells whether an account wrote the message. Of an old one only the name is known, which two may share.
func (m Message) Wrote(user User) bool {
	return m.From == FromAgent && isAccount(user, m.By, m.Agent)
}

// isAccount tells whether an account is the one with an e-mail, or, where none was kept, with a name.
func isAccount(user User, email, name string) bool {
	if email != "" {
		return email == user.Email
	}
	return name == user.ShownName()
}

// Kind is what a reply is. The names are those of the evaluation and of the public JSON.
type Kind string

// The kinds of reply. Silent is never shown: an agent has the conversation and the bot says nothing.
const (
	Answer    Kind = "answer"
	Clarify   Kind = "clarify"
	Escalate  Kind = "escalate"
	Abstain   Kind = "abstain"
	Smalltalk Kind = "smalltalk"
	Cancel    Kind = "cancel"
	Warn      Kind = "warn"
	Feedback  Kind = "feedback"
	Silent    Kind = "silent"
)

// Reply is what the bot says in one turn.
type Reply struct {
	Kind       Kind        `json:"kind"`
	Text       string      `json:"text"`            // Markdown
	Topic      string      `json:"topic,omitempty"` // the first answer's topic id
	Also       []string    `json:"also,omitempty"`  // topics of further answers in the same reply
	Confidence float64     `json:"confidence"`      // probability that Topic is right, 0 to 1
	Citations  []Citation  `json:"citations,omitempty"`
	Choices    []Choice    `json:"choices,omitempty"` // shown as buttons
	Form       []FormField `json:"form,omitempty"`    // what a request still needs, where a form can be shown
	Ticket     Category    `json:"ticket,omitempty"`  // the request being prepared or just opened
	Reference  string      `json:"reference,omitempty"`
	Deferred   bool        `json:"deferred,omitempty"` // kept beside a database that was away when it was said
	Language   string      `json:"language,omitempty"` // of what the bot itself says in it, as State.Language
	Resolved   string      `json:"resolved,omitempty"` // reference of the request that it says is resolved
	Why        *Why        `json:"why,omitempty"`      // how it was decided; nil when the message was part of an intake or a button
}

// Citation is where an answer comes from.
type Citation struct {
	Topic    string `json:"topic"` // the passage's page is /source/<topic>
	Document string `json:"document"`
	Section  string `json:"section"`
	URL      string `json:"url"`     // the original, empty when it has no public address
	Checked  string `json:"checked"` // ISO date of the last comparison with the source
}

// Choice is a button under a reply. Value comes back as Inbound.Choice.
type Choice struct {
	Label      string `json:"label"`
	Value      string `json:"value"`
	Topic      string `json:"topic,omitempty"`
	Collection string `json:"collection,omitempty"`
}
