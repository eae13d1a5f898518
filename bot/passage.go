package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// Passages let a person go on with a conversation on another channel, with a token that is good once. Only the hash of a
// token is kept. Implementations are safe for concurrent use.
type Passages interface {
	// NewPassage keeps a token's hash for a conversation, for so long by the store's clock. ErrNotFound: there is no such
	// conversation yet. Of one conversation the three newest are good.
	NewPassage(ctx context.Context, channel, key string, tokenHash []byte, life time.Duration) error

	// TakePassage is Store.Turn for the message that brings a token. In one transaction it uses the token up, puts the
	// messages of the conversation left before in's, moves its tickets (an event "carried" of those that are not closed,
	// the new channel as its detail), and commits what decide works out. The messages stay where they were, too. A
	// message handled before gives the first outcome; ErrNotFound: the token is unknown, expired or used.
	TakePassage(ctx context.Context, tokenHash []byte, in Inbound, decide func(left, taken Conversation) (Crossing, error)) (Outcome, error)
}

// Crossing is what a passage causes in both conversations.
type Crossing struct {
	Turn          // of the conversation that goes on
	Left    State // of the one that was left
	Goodbye Reply // said there
}

// passageLife is how long a token is good.
const passageLife = 10 * time.Minute

func passageHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// OfferPassage makes a token by which a conversation goes on elsewhere: 26 of A-Z 2-7, for ten minutes and once.
// ErrNotFound: the conversation has no message yet, and so nothing to go on with.
func (c *Counter) OfferPassage(ctx context.Context, passages Passages, channel, key string) (token string, err error) {
	token = rand.Text()
	if err := passages.NewPassage(ctx, channel, key, passageHash(token), passageLife); err != nil {
		return "", fmt.Errorf("offer a passage from %s: %w", channel, err)
	}
	return token, nil
}

// TakePassage handles the message that brings a token. ErrNotFound: it is unknown, expired or used.
func (c *Counter) TakePassage(ctx context.Context, passages Passages, in Inbound, token string) (Outcome, error) {
	site, ok := c.sites[in.Site]
	if !ok {
		return Outcome{}, fmt.Errorf("take a passage to site %q: %w", in.Site, ErrNotFound)
	}
	out, err := passages.TakePassage(ctx, passageHash(token), in, func(left, taken Conversation) (Crossing, error) {
		return c.Engine().Cross(left.State, taken.State, site, in, c.now()), nil
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("take a passage to %s: %w", in.Channel, err)
	}
	return out, nil
}

// Cross works out how a conversation goes on elsewhere: a request in preparation at the question it was at, requests that
// were opened, an agent who answers. It is as pure as Next.
func (e *Engine) Cross(left, taken State, site Site, in Inbound, now time.Time) Crossing {
	state := left.clone().speaking(in.Language)
	if state.Intake == nil {
		state.Intake = taken.Intake.clone()
	}
	if state.Agent == "" {
		state.Agent = taken.Agent
	}
	state.References = append(append([]string{}, taken.References...), state.References...)
	state.Files += taken.Files
	state.Greeted, state.Lost = true, 0
	t := &turn{base: e.base, voice: voiceOf(state.Language), site: site, now: now, state: state}
	opening := []string{t.voice.crossed}
	switch n := len(left.References); {
	case n == 1:
		opening = append(opening, t.voice.crossedRequest(left.References[0]))
	case n > 1:
		opening = append(opening, t.voice.crossedRequests(left.References))
	}
	if state.Agent != "" {
		opening = append(opening, t.voice.crossedAgent(quoteMarkdown(state.Agent)))
	}
	said := strings.Join(opening, "\n\n")
	topic, known := e.base.Topic(state.Topic)
	switch {
	case state.Intake != nil && state.Agent == "":
		t.askNext(said + "\n\n" + t.voice.resume)
		t.reply.Ticket = state.Intake.Category
	case known && state.Agent == "" && t.serves(topic.Collection):
		t.say(Smalltalk, said+"\n\n"+t.voice.crossedTopic)
		t.offer(topic, topic.Title)
		t.offerAgent()
	default:
		t.say(Smalltalk, said)
	}
	t.reply.Kind = Smalltalk // nothing was said that would reopen a request
	for i := range t.reply.Choices {
		t.reply.Choices[i].Label = Typeset(t.reply.Choices[i].Label)
	}
	t.reply.Text, t.reply.Language, t.state.Offered = Typeset(t.reply.Text), state.Language, t.reply.Choices
	return Crossing{
		Turn:    Turn{Text: strings.TrimSpace(in.Text), Reply: t.reply, State: t.state},
		Left:    State{Topic: left.Topic, Collection: left.Collection, Question: left.Question, Greeted: left.Greeted, Language: left.Language},
		Goodbye: Reply{Kind: Smalltalk, Text: Typeset(voiceOf(left.Language).crossing(in.Channel)), Language: left.Language},
	}
}
