package bot

import "time"

// Conversation is one person's thread on one channel.
type Conversation struct {
	ID        int64
	Channel   string
	Key       string
	Site      string
	State     State
	LastSeq   int64 // number of the newest message, 0 when there is none
	CreatedAt time.Time
	UpdatedAt time.Time
}

// State is what the engine remembers between two turns. It is stored as JSON with the conversation.
type State struct {
	Intake     *Intake  `json:"intake,omitempty"`     // the request being prepared
	Offered    []Choice `json:"offered,omitempty"`    // the choices of the last reply
	Topic      string   `json:"topic,omitempty"`      // the last topic answered
	Collection string   `json:"collection,omitempty"` // the collection talked about
	Question   string   `json:"question,omitempty"`   // the last question understood, as typed, masked
	Unanswered string   `json:"unanswered,omitempty"` // the last messages without an answer, masked: what a request that follows is about
	Rejected   []string `json:"rejected,omitempty"`   // topics the person said do not answer
	Lost       int      `json:"lost,omitempty"`       // abstentions in a row
	Greeted    bool     `json:"greeted,omitempty"`
	References []string `json:"references,omitempty"` // tickets opened in this conversation
	Files      int      `json:"files,omitempty"`      // received and not yet with a request
	Together   string   `json:"together,omitempty"`   // the album that was answered last
	Language   string   `json:"language,omitempty"`   // in which the bot speaks: English, or French when empty
	Agent      string   `json:"agent,omitempty"`      // the agent who answers; the bot is silent meanwhile
}
