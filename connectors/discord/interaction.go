package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
	"guichet/bot/courier"
)

// keepLimit is how long keeping an interaction may take: Discord waits three seconds for its first answer.
const keepLimit = 1500 * time.Millisecond

// runPresses keeps interactions and acknowledges them. An interaction is kept first: Discord sends none twice. Who dies
// between the two leaves a person who is told that it failed, and gets the answer as a direct message all the same; who
// dies before leaves one who is told so and does it again.
func (k *keeper) runPresses(ctx context.Context) {
	var group sync.WaitGroup
	defer group.Wait()
	for {
		events := k.presses.some()
		if len(events) == 0 {
			if !k.presses.wait(ctx) {
				return
			}
			continue
		}
		var presses []*press
		var updates []bot.Update
		for _, e := range events {
			p := &press{}
			if json.Unmarshal(e.data, p) != nil || !isID(p.ID) || !isID(p.from()) || !isID(p.Channel) {
				k.log.Warn("an interaction cannot be read and is passed over")
				continue
			}
			if p.opensForm() {
				group.Go(func() { k.openForm(context.WithoutCancel(ctx), p) })
				continue
			}
			kept := envelope{Type: interaction, Bot: k.bot(), Guild: p.Guild, Data: e.data}
			thread := staffThread + p.Channel
			if kept.Staff = p.ofStaff(); !kept.Staff {
				thread = key(p.from(), p.Channel, k.publicly(ctx, p))
			}
			u, err := kept.update("i"+p.ID, thread)
			if err == nil {
				presses, updates = append(presses, p), append(updates, u)
			}
		}
		if len(updates) == 0 {
			continue
		}
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepLimit)
		err := k.store.KeepUpdates(limited, updates)
		cancel()
		if err != nil {
			k.log.Error("keep an interaction: its person is asked to try again", "error", err)
		}
		for _, p := range presses {
			group.Go(func() { k.acknowledge(context.WithoutCancel(ctx), p, err == nil) })
		}
	}
}

// publicly tells whether an interaction belongs to what is said where others read along.
func (s *Server) publicly(ctx context.Context, p *press) bool {
	return p.public() && s.caseOf(ctx, p.Channel) != p.from()
}

// acknowledge says that the answer will come, or that it will not.
func (k *keeper) acknowledge(ctx context.Context, p *press, kept bool) {
	answer := response{Type: int(discordgo.InteractionResponseDeferredChannelMessageWithSource), Data: &responseData{}}
	if !kept {
		answer = response{Type: int(discordgo.InteractionResponseChannelMessageWithSource), Data: &responseData{Content: bot.Typeset(textNotKept)}}
	}
	if p.Guild != "" || !kept {
		answer.Data.Flags = flagEphemeral
	}
	if err := k.respond(ctx, p, answer); err != nil {
		k.log.Warn("acknowledge an interaction: the answer will be a message", "interaction", p.ID, "error", err)
	}
}

// response is the first answer to an interaction.
type response struct {
	Type int           `json:"type"`
	Data *responseData `json:"data,omitempty"`
}

type responseData struct {
	Content    string                       `json:"content,omitempty"`
	Flags      int                          `json:"flags,omitempty"`
	CustomID   string                       `json:"custom_id,omitempty"`
	Title      string                       `json:"title,omitempty"`
	Components []discordgo.MessageComponent `json:"components,omitempty"`
}

func (s *Server) respond(ctx context.Context, p *press, answer response) error {
	return s.api.callInteraction(ctx, http.MethodPost, "/interactions/"+p.ID+"/"+p.Token+"/callback", answer, nil)
}

// callback is what an interaction is answered with, for as long as its token is good.
type callback struct {
	Interaction string `json:"interaction"`
	Application string `json:"application"`
	Token       string `json:"token"`
	Guild       bool   `json:"guild,omitempty"` // the answer is shown to nobody else

	At time.Time `json:"at"` // when it was kept
}

// early tells whether an interaction may not have been acknowledged yet: what is kept can be answered before that.
func (t callback) early(err error) bool {
	return refused(err).code == unknownWebhook && time.Since(t.At) < acknowledgeLimit
}

const (
	acknowledgeLimit = 5 * time.Second        // Discord takes three
	acknowledgeLook  = 100 * time.Millisecond // between two looks whether it was
)

func (p *press) callback() callback {
	return callback{Interaction: p.ID, Application: p.Application, Token: p.Token, Guild: p.Guild != "", At: time.Now()}
}

func (t callback) path() string { return "/webhooks/" + t.Application + "/" + t.Token }

// keepCallback keeps what the answer to a customer's message is sent with. first is false when another interaction, such as
// a second press of the same button, was there before.
func (s *Server) keepCallback(ctx context.Context, p *press, externalID string) (first bool, err error) {
	if old, err := s.callback(ctx, externalID); err == nil {
		return old.Interaction == p.ID, nil
	} else if !isNotFound(err) {
		return false, err
	}
	value, err := json.Marshal(p.callback())
	if err != nil {
		return false, err
	}
	return true, s.store.KeepNote(ctx, bot.Discord, noteToken+externalID, value, lifeToken)
}

func (s *Server) callback(ctx context.Context, externalID string) (t callback, err error) {
	value, err := s.store.Note(ctx, bot.Discord, noteToken+externalID)
	if err != nil {
		return t, err
	}
	if json.Unmarshal(value, &t) != nil {
		return t, errors.New("a note of an interaction cannot be read")
	}
	return t, nil
}

// settle changes the sign that an answer will come by hand, as soon as it stands there.
func (s *Server) settle(ctx context.Context, p *press, method string, body any) {
	t := p.callback()
	for {
		err := s.api.callInteraction(ctx, method, t.path()+"/messages/@original", body, nil)
		if t.early(err) && courier.Rest(ctx, acknowledgeLook) {
			continue
		}
		if err != nil {
			s.log.Debug("settle the answer to an interaction", "error", err) // gone already, or never there
		}
		return
	}
}

// chosen is the value of the button or the option of a menu, as the bot offered it, and its words.
func (s *Server) chosen(ctx context.Context, p *press) (value, label string, err error) {
	id := p.Data.CustomID
	if strings.HasPrefix(id, menuID) && len(p.Data.Values) > 0 {
		id = p.Data.Values[0]
	}
	if p.Message != nil {
		for _, row := range p.Message.Rows {
			for _, c := range row.Controls {
				if c.CustomID == id {
					label = c.Label
				}
				for _, o := range c.Options {
					if o.Value == id {
						label = o.Label
					}
				}
			}
		}
	}
	value, _ = strings.CutPrefix(id, Version)
	digest, long := strings.CutPrefix(value, longChoice)
	if !long {
		return value, label, nil
	}
	kept, err := s.store.Note(ctx, bot.Discord, noteChoice+digest)
	if isNotFound(err) {
		return "", label, nil // its words are then read as if they had been typed
	}
	return string(kept), label, err
}
