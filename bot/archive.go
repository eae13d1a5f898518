package bot

import (
	"context"
	"time"
)

// ConversationFilter narrows a list of conversations. Zero fields do not narrow.
type ConversationFilter struct {
	Channel string
	Site    string
	Since   time.Time // used at this moment or later
	Before  int64     // the ID of the last conversation of the page before
	Limit   int       // at most this many, newest first; 0 means 100
}

// ConversationFile is a conversation with all that was said and the tickets it led to.
type ConversationFile struct {
	Conversation
	Transcript []Message
	Tickets    []string // references, the oldest first
}

// Archive reads conversations, for those who do not take part in them.
type Archive interface {
	// Conversations lists them by their ID, the newest first.
	Conversations(ctx context.Context, filter ConversationFilter) ([]Conversation, error)
	// Conversation is ErrNotFound for an unknown id.
	Conversation(ctx context.Context, id int64) (ConversationFile, error)
}
