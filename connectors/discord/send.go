package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/prose"
)

// posted is a message as it is created. The nonce tells Discord that a repetition is one: after a crash the message that
// was on its way does not come twice.
type posted struct {
	*discordgo.MessageSend
	Nonce string `json:"nonce,omitempty"`
	Once  bool   `json:"enforce_nonce,omitempty"`

	file        *bot.Attachment // that goes with it; nil for none
	Attachments []described     `json:"attachments,omitempty"`
}

// edited is a message that takes the place of another.
type edited struct {
	Content    string                            `json:"content"`
	Embeds     []*discordgo.MessageEmbed         `json:"embeds"`
	Components []discordgo.MessageComponent      `json:"components"`
	Mentions   *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Flags      discordgo.MessageFlags            `json:"flags,omitempty"`
}

// errNoPlace: a conversation's key that is none of ours.
var errNoPlace = errors.New("its conversation is no place on Discord")

// send sends the next part of a message: as the answer to an interaction while its token is good, else as a message.
func (s *Server) send(ctx context.Context, d bot.Delivery) courier.Attempt {
	user, channel, ok := placeOf(d.Key)
	if !ok {
		return courier.Attempt{Result: courier.Unreadable, Err: errNoPlace}
	}
	ctx = context.WithoutCancel(ctx) // not cut short when the program stops: it would not be known whether it arrived
	t, err := s.callback(ctx, d.Answers)
	if err != nil && !isNotFound(err) {
		return courier.Attempt{Result: courier.Troubled, Err: err}
	}
	answers := err == nil && d.Answers != "" && d.Message.From != bot.FromAgent // an agent is not seen by one moment only
	reply := s.worded(d, answers && t.Guild)
	if err := s.shorten(ctx, &reply); err != nil {
		return courier.Attempt{Result: courier.Troubled, Err: err}
	}
	parts := inParts(Render(reply, s.options.SourceBase), d.Message.Attachments)
	if d.Parts >= len(parts) {
		return courier.Attempt{Result: courier.Left, Parts: d.Parts}
	}
	part := parts[d.Parts]
	if answers {
		err := s.answer(ctx, t, part.MessageSend, d.Parts)
		if t.early(err) {
			return courier.Attempt{Result: courier.Waiting, After: acknowledgeLook}
		}
		if !expired(err) {
			return attempted(err, d.Parts+1, len(parts))
		}
	}
	body := part
	body.Nonce, body.Once = nonce(d), true
	if channel == "" {
		return attempted(s.sendDirect(ctx, d, user, body), d.Parts+1, len(parts))
	}
	if private(reply) {
		return s.sendPrivately(ctx, d, user, channel, body, len(parts))
	}
	if isID(d.Answers) {
		may := false
		part.Reference = &discordgo.MessageReference{MessageID: d.Answers, ChannelID: channel, FailIfNotExists: &may}
	}
	return attempted(s.post(ctx, channel, body), d.Parts+1, len(parts))
}

// nonce names one part of one message.
func nonce(d bot.Delivery) string {
	return strconv.FormatInt(d.Conversation, 36) + "." + strconv.FormatInt(d.Message.Seq, 36) + "." + strconv.FormatInt(int64(d.Parts), 36)
}

// private tells whether a reply in a public channel is for one person only: that a message said something personal.
func private(r bot.Reply) bool { return r.Kind == bot.Escalate || r.Kind == bot.Warn }

// worded is what a delivery says. only tells that nobody else in a server sees it.
func (s *Server) worded(d bot.Delivery, only bool) bot.Reply {
	reply := bot.Reply{Text: d.Message.Text}
	if d.Message.Reply != nil {
		reply = *d.Message.Reply
	}
	if d.Message.From == bot.FromAgent {
		reply.Text = "**" + prose.Escape(d.Message.Agent) + "**\n\n" + reply.Text
	}
	if first := d.Message.Seq <= 2 && d.Message.From == bot.FromBot; first && !strings.Contains(reply.Text, introduced) {
		reply.Text = bot.Typeset(courier.TextFirst()) + "\n\n" + reply.Text
	}
	// In a server nothing can be typed that only the bot sees, except in a form.
	if only && reply.Kind == bot.Escalate && formFields(reply.Ticket) != nil && reply.Reference == "" && !offers(reply, formChoice) {
		reply.Choices = append([]bot.Choice{{Label: labelForm, Value: formChoice + string(reply.Ticket)}}, reply.Choices...)
	}
	return reply
}

func offers(r bot.Reply, beginning string) bool {
	for _, c := range r.Choices {
		if strings.HasPrefix(c.Value, beginning) || c.Value == "intake:confirm" {
			return true
		}
	}
	return false
}

// longChoice begins what stands in a custom id for a value that is too long for one.
const longChoice = "#"

// shorten keeps the values that are too long for a button, so that it works on any replica and after a restart.
func (s *Server) shorten(ctx context.Context, r *bot.Reply) error {
	choices := append([]bot.Choice{}, r.Choices...)
	for i, c := range choices {
		if units(Version+c.Value) <= longestID {
			continue
		}
		sum := sha256.Sum256([]byte(c.Value))
		digest := hex.EncodeToString(sum[:16])
		if err := s.store.KeepNote(ctx, bot.Discord, noteChoice+digest, []byte(c.Value), lifeChoice); err != nil {
			return err
		}
		choices[i].Value = longChoice + digest
	}
	r.Choices = choices
	return nil
}

// answer answers an interaction: the first part takes the place of the sign that it would come.
func (s *Server) answer(ctx context.Context, t callback, part *discordgo.MessageSend, n int) error {
	if n == 0 {
		body := edited{part.Content, part.Embeds, part.Components, part.AllowedMentions, part.Flags}
		if body.Embeds == nil {
			body.Embeds = []*discordgo.MessageEmbed{}
		}
		if body.Components == nil {
			body.Components = []discordgo.MessageComponent{}
		}
		return s.api.callInteraction(ctx, http.MethodPatch, t.path()+"/messages/@original", body, nil)
	}
	if t.Guild {
		part.Flags |= flagEphemeral
	}
	err := s.api.callInteraction(ctx, http.MethodPost, t.path(), part, nil)
	part.Flags &^= flagEphemeral
	return err
}

// expired tells whether an interaction can no longer be answered, or never was acknowledged.
func expired(err error) bool {
	r := refused(err)
	return r.status == http.StatusNotFound || r.status == http.StatusUnauthorized || r.code == invalidToken || r.code == unknownWebhook
}

// sendDirect sends to one person: in the thread where they wrote, in that of their newest case when nobody asked, or as a
// direct message.
func (s *Server) sendDirect(ctx context.Context, d bot.Delivery, user string, body posted) error {
	thread, ok := threadOf(d.Answers)
	if !ok && s.options.Cases != "" && !isID(d.Answers) {
		value, err := s.store.Note(ctx, bot.Discord, noteCase+user)
		if err != nil && !isNotFound(err) {
			return err
		}
		thread, ok = string(value), err == nil
	}
	if ok {
		err := s.post(ctx, thread, body)
		if r := refused(err); r.status != http.StatusNotFound && r.status != http.StatusForbidden {
			return err
		}
		if err := s.store.DropNote(ctx, bot.Discord, noteCase+user); err != nil {
			return err
		}
	}
	return s.postDirect(ctx, user, body)
}

// postDirect sends a direct message. What its channel is is remembered.
func (s *Server) postDirect(ctx context.Context, user string, body posted) error {
	channel, known := s.directs.get(user)
	if !known {
		if wait := s.api.wait(bucket(http.MethodPost, "/users/@me/channels")); wait > 0 {
			return errWait(wait)
		}
		var err error
		if channel, err = s.api.direct(ctx, user); err != nil {
			return err
		}
		s.directs.put(user, channel)
		s.know(ctx, channel)
	}
	return s.post(ctx, channel, body)
}

// sendPrivately answers in private what was said in public. Who takes no direct messages is told in the channel how to go
// on, without a word of what it is about.
func (s *Server) sendPrivately(ctx context.Context, d bot.Delivery, user, channel string, body posted, parts int) courier.Attempt {
	err := s.postDirect(ctx, user, body)
	if r := refused(err); r.status != http.StatusForbidden {
		return attempted(err, d.Parts+1, parts)
	}
	how := plain(bot.Typeset(textInChannel))
	how.Components = components([]bot.Choice{{Label: labelHow, Value: howChoice}})
	if isID(d.Answers) {
		may := false
		how.Reference = &discordgo.MessageReference{MessageID: d.Answers, ChannelID: channel, FailIfNotExists: &may}
	}
	return attempted(s.post(ctx, channel, posted{MessageSend: how, Nonce: nonce(d), Once: true}), 1, 1)
}

// howChoice is the button that says how to go on in private.
const howChoice = "how"

// plain is a message of plain words.
func plain(words string) *discordgo.MessageSend {
	m := outgoing()
	m.Content = words
	return m
}

// post creates a message, when the channel's limit lets it.
func (s *Server) post(ctx context.Context, channel string, body posted) error {
	path := "/channels/" + channel + "/messages"
	if wait := s.api.wait(bucket(http.MethodPost, path)); wait > 0 {
		return errWait(wait)
	}
	if body.file != nil {
		return s.upload(ctx, path, body)
	}
	return s.api.call(ctx, http.MethodPost, path, body, nil)
}
