package widget

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"guichet/bot"
)

// protocolVersion is what a client says in its hello.
const protocolVersion = 1

// Limits of what a client sends.
const (
	maxText   = 4000     // characters of a message
	maxChoice = 200      // bytes of a choice's value
	maxValues = 20       // fields of a form
	maxFrame  = 32 << 10 // bytes of a frame: 4 000 characters fit however they are written
)

// clientFrame is any frame of a client; unknown fields are ignored, so that a newer client may say more.
type clientFrame struct {
	Type   string `json:"type"`
	V      int    `json:"v"`
	Site   string `json:"site"`
	Token  string `json:"token"`
	Locale string `json:"locale"` // of the visitor's screen
	After  int64  `json:"after"`
	ID     string `json:"id"`
	Text   string `json:"text"`
	Choice string `json:"choice"`
	Label  string `json:"label"`

	Channel string `json:"channel"` // to go on elsewhere

	File     string           `json:"file"` // the receipt of a file that the message brings
	attached []bot.Attachment // of a form, which brings the files themselves
	counted  bool             // of a form: the limits that visitors share have been asked, before its files were kept
	Together string           `json:"together"` // names files that were chosen together: they get one answer

	Values   map[bot.Field]string `json:"values"` // of a form
	Category bot.Category         `json:"category"`
	Field    bot.Field            `json:"field"` // to check, with Value
	Value    string               `json:"value"`
	Score    int                  `json:"score"`
	Identity *identity            `json:"identity"`
	Frame    json.RawMessage      `json:"frame"` // the one that POST /send carries
}

// size is how many characters a form's values have.
func (f clientFrame) size() (n int) {
	for _, v := range f.Values {
		n += utf8.RuneCountInString(v)
	}
	return n
}

// clientID is what a client may name a message; a UUID is one.
var clientID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// said is the text of a message as the transcript shows it: the label of the button, when one was pressed.
func (f clientFrame) said() string {
	if f.Choice != "" {
		return f.Label
	}
	return f.Text
}

type siteFrame struct {
	Name   string `json:"name"`
	Colour string `json:"colour"`
}

type choiceFrame struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Lang  string `json:"lang,omitempty"` // of the label, where the conversation is not in French
}

type welcomeFrame struct {
	Type     string         `json:"type"` // welcome
	Token    string         `json:"token"`
	After    int64          `json:"after"` // the number that Messages follow; below the client's when it must start over
	Messages []messageFrame `json:"messages"`
	Greeting string         `json:"greeting"` // HTML
	Privacy  string         `json:"privacy"`  // for how long what is written is kept, and where it is erased
	Starters []choiceFrame  `json:"starters"`
	Person   choiceFrame    `json:"person"` // the button that asks for a person
	Site     siteFrame      `json:"site"`
	Mail     string         `json:"mail,omitempty"`  // the button that asks for the conversation by e-mail; absent when none leaves
	Rated    bool           `json:"rated,omitempty"` // the person has said how it went, and is not asked again

	Upload    int64    `json:"upload,omitempty"`    // bytes that a file may have; absent where none are taken
	Elsewhere []string `json:"elsewhere,omitempty"` // channels on which the conversation can go on
}

type messageFrame struct {
	Type      string         `json:"type"` // message
	Seq       int64          `json:"seq"`
	From      bot.Author     `json:"from"`
	Agent     string         `json:"agent,omitempty"`
	ID        string         `json:"id,omitempty"` // the client's, of a customer's message
	At        string         `json:"at"`
	Text      string         `json:"text,omitempty"` // of a customer, plain
	Lang      string         `json:"lang,omitempty"` // of html, French when absent; what is in another language says so within
	HTML      string         `json:"html,omitempty"` // of the bot or an agent, sanitised
	Kind      bot.Kind       `json:"kind,omitempty"`
	Choices   []choiceFrame  `json:"choices,omitempty"`
	Citations []bot.Citation `json:"citations,omitempty"`
	Reference string         `json:"reference,omitempty"`
	Ticket    bot.Category   `json:"ticket,omitempty"`
	Form      []fieldFrame   `json:"form,omitempty"` // what the request still needs, for those who prefer a form

	Deferred    bool              `json:"deferred,omitempty"` // kept while the database was away: the team will see it later
	Attachments []attachmentFrame `json:"attachments,omitempty"`
}

// fieldFrame is one field of an inline form.
type fieldFrame struct {
	Name  bot.Field `json:"name"`
	Label string    `json:"label"`
	Hint  string    `json:"hint,omitempty"` // an example
	Value string    `json:"value,omitempty"`
	Long  bool      `json:"long,omitempty"` // several lines
	Skip  bool      `json:"skip,omitempty"` // "Je ne l’ai pas" is an answer
}

type errorFrame struct {
	Type string `json:"type"` // error
	Code string `json:"code"`
	Text string `json:"text"`
	ID   string `json:"id,omitempty"` // of the message it is about
}

// typingFrame says that an agent is writing. It is good for some seconds.
type typingFrame struct {
	Type  string `json:"type"` // typing
	Agent string `json:"agent,omitempty"`
}

type checkedFrame struct {
	Type  string    `json:"type"` // checked
	ID    string    `json:"id"`
	Field bot.Field `json:"field"`
	Text  string    `json:"text"` // what is wrong; empty when nothing is
}

type doneFrame struct {
	Type string `json:"type"` // rated
	ID   string `json:"id"`
}

type erasedFrame struct {
	Type string   `json:"type"` // erased
	ID   string   `json:"id"`
	Kept []string `json:"kept"` // references of the requests that stay
	Text string   `json:"text"` // says it in words
}

type pongFrame struct {
	Type string `json:"type"` // pong
}

// capitalised begins a text with a capital letter.
func capitalised(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// encode writes a frame. HTML is left as it is: a websocket is not a page.
func encode(frame any) ([]byte, error) { return encodeInto(new(bytes.Buffer), frame) }

// encodeInto is encode with a buffer to use, in which what it returns stands.
func encodeInto(b *bytes.Buffer, frame any) ([]byte, error) {
	b.Reset()
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	err := e.Encode(frame)
	return bytes.TrimSpace(b.Bytes()), err
}

// framed is a message as its visitor gets it, its files with it. One that cannot be rendered says so in its place: it is kept, and
// would else end each connection that reads it, for ever.
func (s *Server) framed(m bot.Message, key string) (f messageFrame) {
	defer func() {
		if p := recover(); p != nil {
			s.fallen("a message was rendered", p, "seq", m.Seq, "at", m.At)
			f = unshown(m, key)
		}
	}()
	f = frameOf(m, key, s.renderer)
	f.Attachments = s.attachments(m.Attachments)
	return f
}

// unshown stands for a message that cannot be rendered.
func unshown(m bot.Message, key string) messageFrame {
	f := messageFrame{Type: "message", Seq: m.Seq, From: m.From, Agent: m.Agent, At: m.At.UTC().Format(time.RFC3339)}
	if m.From == bot.FromCustomer {
		f.Text, f.ID = m.Text, strings.TrimPrefix(m.ExternalID, key+":")
		return f
	}
	if m.Reply != nil {
		f.Lang = m.Reply.Language
	}
	f.HTML = "<p>" + html.EscapeString(wordsOf(f.Lang).unshown) + "</p>"
	return f
}

// frameOf is a message of the transcript as its visitor gets it.
func frameOf(m bot.Message, key string, r *bot.Renderer) messageFrame {
	f := messageFrame{Type: "message", Seq: m.Seq, From: m.From, At: m.At.UTC().Format(time.RFC3339)}
	if m.From == bot.FromCustomer {
		f.Text = m.Text
		f.ID = strings.TrimPrefix(m.ExternalID, key+":")
		return f
	}
	f.Agent, f.HTML = m.Agent, string(r.HTML(m.Text))
	if m.Reply != nil {
		language := m.Reply.Language
		if f.Lang = language; language != "" {
			f.HTML = strings.ReplaceAll(f.HTML, "<blockquote>", `<blockquote lang="fr">`) // what the documents say
		}
		f.Deferred = m.Reply.Deferred
		f.Kind, f.Citations, f.Reference, f.Ticket = m.Reply.Kind, m.Reply.Citations, m.Reply.Reference, m.Reply.Ticket
		for _, c := range m.Reply.Choices {
			f.Choices = append(f.Choices, choiceFrame{bot.Typeset(c.Label), c.Value, choiceLanguage(c.Topic != "", language)})
		}
		for _, one := range m.Reply.Form {
			f.Form = append(f.Form, fieldFrame{
				Name: one.Field, Label: capitalised(one.Field.LabelIn(language)), Hint: one.Field.ExampleIn(language), Value: one.Value,
				Long: one.Field.IsLong(), Skip: one.Field.MayLack(),
			})
		}
	}
	return f
}

// choiceLanguage is that of a button: topics are named as the documents name them, in French.
func choiceLanguage(topic bool, language string) string {
	if topic && language != "" {
		return "fr"
	}
	return language
}
