package widget

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/bot"

	"github.com/gorilla/websocket"
)

// read handles frames one at a time until the peer is gone, says something no client of ours says, or the server stops.
func (k *socket) read() {
	unsubscribe := func() {}
	defer func() { unsubscribe(); close(k.ended) }()
	k.conn.SetReadLimit(maxFrame)
	k.conn.SetPongHandler(func(string) error { k.extend(); return nil })
	_ = k.conn.SetReadDeadline(time.Now().Add(k.server.pace.silence))
	k.extend()
	for {
		kind, data, err := k.conn.ReadMessage()
		switch {
		case errors.Is(err, websocket.ErrReadLimit):
			k.code = websocket.CloseMessageTooBig
			return
		case err != nil:
			if k.server.isClosing() {
				k.code = websocket.CloseServiceRestart
			}
			return
		case kind != websocket.TextMessage:
			k.refuse(notText, "")
			k.code = websocket.CloseUnsupportedData
			return
		case !utf8.Valid(data): // RFC 6455, 8.1: the connection must not go on
			k.refuse(notUTF8, "")
			k.code = websocket.CloseInvalidFramePayloadData
			return
		}
		if stop := k.handle(data); stop != nil {
			unsubscribe = stop
		}
		k.extend()
	}
}

// handle handles one frame. A hello that opens a conversation returns the end of its subscription.
func (k *socket) handle(data []byte) (unsubscribe func()) {
	var f clientFrame
	err := json.Unmarshal(data, &f)
	id := ""
	if clientID.MatchString(f.ID) {
		id = f.ID
	}
	switch {
	case !k.limiter.AllowN(k.server.now(), 1):
		k.refuse(tooFast, id)
	case err != nil:
		k.refuse(notJSON, "")
	case f.Type == "ping":
		k.push(outgoing{frame: pongFrame{Type: "pong"}})
	case f.Type == "hello":
		return k.hello(f)
	case f.Type == "message":
		k.message(f, id)
	case f.Type == "elsewhere":
		k.leave(f, id)
	default:
		k.refuse(unknownType, id)
	}
	return nil
}

// hello opens the conversation: the one of the token, or a new one that is stored nowhere before its first message.
func (k *socket) hello(f clientFrame) (unsubscribe func()) {
	one := k.server.sites[f.Site]
	key, known := "", true
	if one != nil && f.Token != "" {
		key, known = readToken(k.server.secret, f.Site, f.Token)
	}
	switch {
	case k.site != nil:
		k.refuse(helloRepeated, "")
	case f.V != protocolVersion:
		k.refuse(badVersion, "")
	case one == nil:
		k.refuse(unknownSite, "")
	case !one.allows(k.origin):
		k.refuse(badOrigin, "")
	case !known:
		k.refuse(badToken, "")
	default:
		return k.open(one, key, max(0, f.After))
	}
	return nil
}

func (k *socket) open(one *site, key string, after int64) (unsubscribe func()) {
	isNew := key == ""
	if isNew {
		key, after = newKey(), 0
	}
	// The subscription comes first: what arrives while the transcript is read leaves a signal.
	changes, unsubscribe := k.server.changes.Subscribe(channel, key)
	k.site, k.key = one, key
	welcome := k.server.welcome(one, key)
	following := &follow{key: key, after: after, changes: changes}
	if !isNew {
		messages, from, err := k.history(after)
		if err != nil { // the writer will read them as soon as the store answers
			k.server.log.Warn("read a transcript at hello", "error", err)
			from = after
		}
		following.after = from
		for _, m := range messages {
			welcome.Messages = append(welcome.Messages, k.server.framed(m, key))
			following.after = m.Seq
		}
		after = from
	}
	welcome.After = after
	k.push(outgoing{frame: welcome, follow: following})
	return unsubscribe
}

// history reads what comes after a number. When the conversation has no message of that number (it was erased, and has
// begun anew), or its messages have other numbers now, it is read from its start, and from is 0.
func (k *socket) history(after int64) (messages []bot.Message, from int64, err error) {
	if after == 0 {
		messages, err = k.server.store.Transcript(k.ctx, channel, k.key, 0)
		return messages, 0, err
	}
	messages, err = k.server.store.Transcript(k.ctx, channel, k.key, after-1) // numbers have no gap: it begins with after
	if errors.Is(err, bot.ErrRenumbered) {
		messages, err = nil, nil
	}
	if err != nil || len(messages) > 0 {
		return messages[min(1, len(messages)):], after, err
	}
	messages, err = k.server.store.Transcript(k.ctx, channel, k.key, 0)
	return messages, 0, err
}

// message checks a message and has it handled. What comes of it leaves with the transcript.
func (k *socket) message(f clientFrame, id string) {
	text := f.said()
	switch {
	case k.site == nil:
		k.refuse(helloMissing, id)
	case id == "":
		k.refuse(badID, "")
	case strings.TrimSpace(text) == "":
		k.refuse(emptyText, id)
	case utf8.RuneCountInString(text) > maxText:
		k.refuse(tooLong, id)
	case len(f.Choice) > maxChoice:
		k.refuse(badChoice, id)
	default:
		in := bot.Inbound{
			Channel: channel, Key: k.key, ExternalID: k.key + ":" + id, Site: k.site.ID, Text: text, Choice: f.Choice,
		}
		if code := k.receive(in); code != "" {
			k.refuse(code, id)
			return
		}
		select {
		case k.wake <- struct{}{}:
		default: // the writer is about to look anyway
		}
	}
}

// receive returns the code of what went wrong, "" when the message and its reply are recorded.
func (k *socket) receive(in bot.Inbound) (code string) {
	defer func() {
		if p := recover(); p != nil {
			// The value may hold what the person wrote; a stack holds addresses only.
			what := fmt.Sprintf("%T", p)
			if err, ok := p.(runtime.Error); ok {
				what = err.Error()
			}
			k.server.log.Error("panic while a message was handled", "site", in.Site, "panic", what, "stack", string(debug.Stack()))
			code = failed
		}
	}()
	_, err := k.server.counter.Receive(k.ctx, in)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return unknownSite
	case errors.Is(err, bot.ErrFull): // the store says so once, aloud
		return noRoom
	case err != nil:
		k.server.log.Error("record a message", "site", in.Site, "error", err)
		return notRecorded
	}
	return ""
}

// personChoice is the button that asks for a person.
const personChoice = bot.ChoiceRequest + string(bot.Human)

// welcome is the first screen of a site; a starter whose topic is gone is left out.
func (s *Server) welcome(one *site, key string) welcomeFrame {
	greeting := one.Greeting
	if greeting == "" {
		greeting = textGreeting
	}
	w := welcomeFrame{
		Type: "welcome", Token: signToken(s.secret, one.ID, key), Greeting: string(s.renderer.HTML(greeting)),
		Messages: []messageFrame{}, Starters: []choiceFrame{}, Person: choiceFrame{textPerson, personChoice},
		Site: siteFrame{Name: one.Name, Colour: one.palette.Fill}, Elsewhere: s.elsewhere(one),
	}
	base := s.counter.Engine().Base()
	for _, id := range one.Starters {
		if topic, ok := base.Topic(id); ok {
			w.Starters = append(w.Starters, choiceFrame{bot.Typeset(topic.Title), bot.ChoiceTopic + id})
		}
	}
	return w
}
