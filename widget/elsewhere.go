package widget

import (
	"context"
	"errors"

	"guichet/bot"
)

// Elsewhere is a channel on which a conversation of the website can go on.
type Elsewhere struct {
	Serves func(bot.Site) bool                                             // whether the questions of a site are answered there
	Link   func(ctx context.Context, start string) (url string, err error) // leads there; start is a token, or where somebody comes from
}

type elsewhereFrame struct {
	Type    string `json:"type"` // elsewhere
	Channel string `json:"channel"`
	URL     string `json:"url"` // leads there once, for ten minutes
}

// fromSite says where somebody comes from who has not said anything yet.
const fromSite = "site"

// elsewhere lists the channels on which a conversation of a site can go on.
func (s *Server) elsewhere(one *site) []string {
	if s.telegram != nil && s.telegram.Serves(one.Site) {
		return []string{bot.Telegram}
	}
	return nil
}

// leave answers with a link by which the conversation goes on elsewhere.
func (k *session) leave(f clientFrame, id string) {
	if f.Channel != bot.Telegram || len(k.server.elsewhere(k.site)) == 0 {
		k.refuse(notElsewhere, id)
		return
	}
	token, err := k.server.counter.OfferPassage(k.ctx, k.server.passages, channel, k.key)
	if errors.Is(err, bot.ErrNotFound) { // nothing was said yet: there is nothing to go on with
		token, err = fromSite, nil
	}
	var url string
	if err == nil {
		url, err = k.server.telegram.Link(k.ctx, token)
	}
	if err != nil {
		k.server.log.Error("make a link to go on elsewhere", "channel", f.Channel, "error", err)
		k.refuse(notElsewhere, id)
		return
	}
	k.push(outgoing{frame: elsewhereFrame{"elsewhere", f.Channel, url}})
}
