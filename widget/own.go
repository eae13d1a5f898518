package widget

import (
	"errors"

	"guichet/bot"
)

// What a person may do with their own conversation besides writing: have a field checked, say how it went, erase it.

// check says whether a value of the form would be accepted, by the code that will accept it. Nothing is kept.
func (k *session) check(f clientFrame, id string) {
	if len(f.Value) > maxText {
		k.refuse(tooLong, id)
		return
	}
	problem := bot.CheckField(f.Category, f.Field, f.Value, k.language(), k.server.now())
	k.push(outgoing{frame: checkedFrame{Type: "checked", ID: id, Field: f.Field, Text: problem}})
}

// rate keeps how the person found it. It is asked once: the first answer stays.
func (k *session) rate(f clientFrame, id string) {
	if f.Score < 1 || f.Score > bot.BestScore {
		k.refuse(badChoice, id)
		return
	}
	err := k.server.visitors.RateConversation(k.ctx, channel, k.key, f.Score)
	switch {
	case err == nil || errors.Is(err, bot.ErrExists) || errors.Is(err, bot.ErrNotFound):
		k.push(outgoing{frame: doneFrame{Type: "rated", ID: id}})
	default:
		k.server.log.Error("keep a rating", "site", k.site.ID, "error", err)
		k.refuse(notDone, id)
	}
}

// rated tells whether the person has said how it went. When nobody can tell, they are not asked.
func (k *session) rated() bool {
	rated, err := k.server.visitors.Rated(k.ctx, channel, k.key)
	if err != nil {
		k.server.log.Warn("look for a rating", "error", err)
		return true
	}
	return rated
}

// erase deletes the conversation but for what an open request needs, and tells which.
func (k *session) erase(id string) {
	kept, err := k.server.visitors.EraseConversation(k.ctx, channel, k.key)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		k.server.log.Error("erase a conversation", "site", k.site.ID, "error", err)
		k.refuse(notDone, id)
		return
	}
	k.push(outgoing{frame: erasedFrame{Type: "erased", ID: id, Kept: kept, Text: wordsOf(k.language()).erased(kept)}})
}

// writes tells the agents who look at the conversation's tickets that the person is writing. It is of no consequence when
// it fails, and nothing is kept of it.
func (k *session) writes() {
	if !k.server.typing.of(k.key, k.server.now()).AllowN(k.server.now(), 1) {
		return
	}
	if err := k.server.visitors.CustomerTypes(k.ctx, channel, k.key); err != nil {
		k.server.log.Debug("show that a customer is writing", "error", err)
	}
}
