package bot

import "context"

// BestScore is the best a person may say about a conversation; 1 is the worst.
const BestScore = 5

// Visitors is what happens around a conversation besides its messages. Implementations are safe for concurrent use.
type Visitors interface {
	// EraseConversation deletes a conversation for its person. Without a ticket nothing is left. With tickets, whatever
	// their status, they stay with their fields, and of the messages those about a request and those to and from an
	// agent, as evidence; the questions and answers around them are deleted, the tickets get a note that says so, and
	// the conversation's key is replaced, so that what opened it opens an empty one. kept are the tickets' references,
	// oldest first. ErrNotFound: there is no such conversation.
	EraseConversation(ctx context.Context, channel, key string) (kept []string, err error)

	// RateConversation keeps how the person found it, 1 to BestScore. The first stays: a further one is ErrExists.
	// ErrNotFound: there is no such conversation.
	RateConversation(ctx context.Context, channel, key string, score int) error

	// Rated tells whether a conversation has been rated. An unknown one has not.
	Rated(ctx context.Context, channel, key string) (bool, error)

	// AgentTypes wakes whoever shows the ticket's conversation to its person, on any replica (Changes.SubscribeTyping).
	// ErrNotFound: there is no such ticket.
	AgentTypes(ctx context.Context, reference string) error

	// CustomerTypes wakes whoever shows a ticket of the conversation that is not closed, on any replica
	// (Changes.SubscribeWriting). Where there is none it does nothing, and that is no error.
	CustomerTypes(ctx context.Context, channel, key string) error
}
