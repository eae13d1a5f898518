package widget

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"guichet/bot"

	"golang.org/x/time/rate"
)

// session is one client's standing with the server, whatever carries its frames: a socket for as long as it is open,
// or one request where sockets are blocked. It is used by one goroutine at a time.
type session struct {
	server  *Server
	origin  string // of the page, "" when it is ours
	address string // whose limits it shares, "" for nobody's
	site    *site  // nil before hello
	key     string // "" before hello
	known   map[bot.Field]string
	locale  string // of the visitor's screen, as they said it
	limiter *rate.Limiter
	ctx     context.Context   // of the calls to the store
	push    func(outgoing)    // hands a frame over to be written
	grown   func(bot.Outcome) // the transcript has grown by this
	asking  func(bool)        // a message is being handled, or no longer; nil where nobody needs to know
	fell    bool              // a frame could not be handled: no other is

	// subscribe has the client told of a conversation's changes; it is called once, when one is opened.
	subscribe func(key string, following *follow) (unsubscribe func())
}

func (k *session) refuse(code, id string) { k.push(outgoing{frame: k.refusal(code, id)}) }

func (k *session) refusal(code, id string) errorFrame {
	return errorFrame{Type: "error", Code: code, Text: wordsOf(k.language()).errorText(code), ID: id}
}

// language is that of what the visitor reads.
func (k *session) language() string { return bot.KnownLanguage(k.locale) }

// handle handles one frame. A hello that opens a conversation returns the end of its subscription.
func (k *session) handle(data []byte) (unsubscribe func()) {
	if k.fell {
		return nil
	}
	var f clientFrame
	id := ""
	defer func() {
		if p := recover(); p != nil {
			k.fall(f.Type, id, p)
		}
	}()
	err := json.Unmarshal(data, &f)
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
	case slices.Contains(spoken, f.Type):
		k.speak(f, id)
	default:
		k.refuse(unknownType, id)
	}
	return nil
}

// spoken are the types of frames that need an open conversation.
var spoken = []string{"message", "check", "rate", "erase", "elsewhere", "typing", "mail"}

// speak handles what needs an open conversation.
func (k *session) speak(f clientFrame, id string) {
	switch {
	case k.site == nil:
		k.refuse(helloMissing, id)
	case f.Type == "elsewhere":
		k.leave(f, id)
	case f.Type == "typing":
		k.writes()
	case id == "":
		k.refuse(badID, "")
	case f.Type == "message":
		k.message(f, id)
	case f.Type == "check":
		k.check(f, id)
	case f.Type == "rate":
		k.rate(f, id)
	case f.Type == "mail":
		k.mail(f, id)
	default:
		k.erase(id)
	}
}

// hello opens the conversation: the one of the token or of the identity, or a new one that is stored nowhere before its
// first message.
func (k *session) hello(f clientFrame) (unsubscribe func()) {
	if k.site != nil {
		k.refuse(helloRepeated, "")
		return nil
	}
	if code := k.admit(f); code != "" {
		k.refuse(code, "")
		return nil
	}
	return k.open(max(0, f.After))
}

// admit finds out whose conversation a frame is about; it returns the code of what is wrong with it.
func (k *session) admit(f clientFrame) (code string) {
	one := k.server.sites[f.Site]
	k.locale = f.Locale
	switch {
	case f.V != protocolVersion:
		return badVersion
	case one == nil:
		return unknownSite
	case !one.allows(k.origin):
		return badOrigin
	}
	key, known := "", map[bot.Field]string(nil)
	if f.Token != "" {
		var ok bool
		if key, ok = readToken(k.server.secret, f.Site, f.Token); !ok {
			return badToken
		}
	}
	if f.Identity != nil {
		if !one.vouches(*f.Identity, k.server.now()) {
			return badIdentity
		}
		// The person's conversation, wherever they write from; a token of another one gives way.
		key, known = identityKey(k.server.secret, f.Site, f.Identity.ID), f.Identity.fields()
	} else if one.needsIdentity(key) {
		return badToken // a person's conversation opens with their identity only, which ends
	}
	k.site, k.key, k.known = one, key, known
	return ""
}

func (k *session) open(after int64) (unsubscribe func()) {
	isNew := k.key == ""
	if isNew {
		k.key, after = newKey(), 0
	}
	// The subscriptions come first: what arrives while the transcript is read leaves a signal.
	following := &follow{key: k.key, after: after}
	stop := k.subscribe(k.key, following)
	defer func() {
		if unsubscribe == nil { // it was not opened, or by a panic: nobody would end it
			stop()
		}
	}()
	welcome := k.server.welcome(k.site, k.key, k.language())
	if !isNew {
		var messages []bot.Message
		var from int64
		err := k.server.readings.read(k.ctx, k.key, k.address, k.server.now(), func() (n int, err error) {
			messages, from, err = k.history(after)
			return len(messages), err
		})
		if errors.Is(err, errOften) { // another hello may come
			k.refuse(busy, "")
			k.site, k.key, k.known = nil, "", nil
			return nil
		}
		if err != nil { // the writer will read them as soon as the store answers
			k.server.log.Warn("read a transcript at hello", "error", err)
			from = after
		}
		following.after = from
		for _, m := range messages {
			welcome.Messages = append(welcome.Messages, k.server.framed(m, k.key))
			following.after = m.Seq
			if m.Agent != "" {
				following.agent = m.Agent
			}
		}
		after = from
		if len(messages) > 0 || from > 0 {
			welcome.Rated = k.rated()
		}
	}
	welcome.After = after
	k.push(outgoing{frame: welcome, follow: following})
	return stop
}

// history reads what comes after a number. When the conversation has no message of that number (it was erased, and has
// begun anew), or its messages have other numbers now, it is read from its start, and from is 0.
func (k *session) history(after int64) (messages []bot.Message, from int64, err error) {
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
func (k *session) message(f clientFrame, id string) {
	text := f.said()
	switch {
	case strings.TrimSpace(text) == "" && len(f.Values) == 0 && f.File == "" && len(f.attached) == 0:
		k.refuse(emptyText, id)
	case utf8.RuneCountInString(text) > maxText || f.size() > maxText:
		k.refuse(tooLong, id)
	case len(f.Choice) > maxChoice || len(f.Values) > maxValues || len(f.Together) > maxChoice:
		k.refuse(badChoice, id)
	default:
		in := bot.Inbound{
			Channel: channel, Key: k.key, ExternalID: k.key + ":" + id, Site: k.site.ID, Text: text, Choice: f.Choice,
			Values: f.Values, Known: k.known, Language: k.locale,
			Attachments: f.attached,
		}
		if f.File != "" {
			a, err := k.server.received(k.ctx, k.key, f.File)
			if err != nil {
				k.refuse(k.noReceipt(err), id)
				return
			}
			in.Attachments = append(in.Attachments, a)
		}
		if f.Together != "" {
			in.Together = k.key + ":" + f.Together
		}
		done, ok := func() {}, true
		if !f.counted {
			done, ok = k.server.crowd.takes(k.address, k.site.ID, k.server.now())
		}
		if !ok {
			k.refuse(busy, id)
			return
		}
		if k.asking != nil {
			k.asking(true)
			defer k.asking(false)
		}
		outcome, code := k.receive(in)
		done()
		if code != "" {
			k.refuse(code, id)
			return
		}
		k.grown(outcome)
	}
}

// noReceipt is the code for a file that a message names and that cannot be found.
func (k *session) noReceipt(err error) (code string) {
	if errors.Is(err, bot.ErrNotFound) {
		return badFile
	}
	k.server.log.Error("look for the file of a message", "site", k.site.ID, "error", err)
	return notRecorded
}

// receive returns the code of what went wrong, "" when the message and its reply are recorded.
func (k *session) receive(in bot.Inbound) (outcome bot.Outcome, code string) {
	defer func() {
		if p := recover(); p != nil {
			k.server.fallen("a message was handled", p, "site", in.Site)
			code = failed
		}
	}()
	outcome, err := k.server.counter.Receive(k.ctx, in)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return outcome, unknownSite
	case errors.Is(err, bot.ErrFull): // the store says so once, aloud
		return outcome, noRoom
	case err != nil:
		k.server.log.Error("record a message", "site", in.Site, "error", err)
		return outcome, notRecorded
	}
	return outcome, ""
}
