package discordtest

import "slices"

// Types of answers to an interaction (docs: interactions, interaction callback type).
const (
	answerNothing      = 0
	answerMessage      = 4
	answerMessageLater = 5
	answerUpdateLater  = 6
	answerUpdate       = 7
	answerModal        = 9
)

// answers are the types that an interaction takes.
func (i *Interaction) answers() []any {
	switch {
	case i.kind == commandInteraction:
		return []any{answerMessage, answerMessageLater, answerModal}
	case i.kind == componentInteraction:
		return []any{answerMessage, answerMessageLater, answerUpdateLater, answerUpdate, answerModal}
	case i.message != nil:
		return []any{answerMessage, answerMessageLater, answerUpdateLater, answerUpdate}
	}
	return []any{answerMessage, answerMessageLater}
}

// answer is the first answer to an interaction, in time (docs: interactions, create interaction response).
func (c *call) answer() (any, error) {
	i := c.interaction[c.request.PathValue("interaction")]
	switch {
	case i == nil:
		return nil, refuse(unknownInteraction)
	case i.Token != c.request.PathValue("token"):
		return nil, refuse(invalidToken)
	case i.answered != 0:
		return nil, refuse(acknowledged)
	case i.late():
		return nil, refuse(unknownInteraction)
	}
	if err := c.readForm(object(fields{"type!": oneOf(i.answers()...), "data": anything})); err != nil {
		return nil, err
	}
	body := c.form.(map[string]any)
	kind, _ := integer(body["type"])
	data := body["data"]
	inData := func(r rule) error {
		return check(body, object(fields{"type": anything, "data!": r}))
	}
	var err error
	switch int(kind) {
	case answerMessage:
		if err = inData(answerForm); err == nil {
			err = c.answerWith(i, data)
		}
	case answerMessageLater:
		// Only whether it will be ephemeral is taken from a message that is to come; the rest is passed over.
		if data != nil {
			err = inData(object(said.with(fields{"tts": boolean, "flags": flags(Ephemeral)})))
		}
		if err == nil {
			c.answerLater(i, decode[draft](data))
		}
	case answerUpdateLater:
		i.original = i.message
	case answerUpdate:
		if err = inData(updateForm); err == nil {
			err = c.update(i, i.message, data)
			i.original = i.message
		}
	case answerModal:
		if err = inData(modalForm); err == nil {
			modal := decode[Modal](data)
			modal.Components = numbered(modal.Components)
			i.modal = &modal
		}
	}
	if err != nil {
		return nil, err
	}
	i.answered = int(kind)
	if c.query("with_response") != "true" {
		return nil, nil
	}
	made := map[string]any{"id": i.ID, "type": i.kind}
	resource := map[string]any{"type": kind}
	if i.original != nil {
		made["response_message_id"], made["response_message_loading"] = i.original.ID, i.pending
		made["response_message_ephemeral"] = i.original.Flags&Ephemeral != 0
		resource["message"] = *i.original
	}
	return map[string]any{"interaction": made, "resource": resource}, nil
}

// newAnswer is an empty message that answers an interaction.
func (i *Interaction) newAnswer(d draft) *Message {
	m := i.server.blank(i.channel, i.server.Bot)
	m.Type, m.ApplicationID, m.WebhookID, m.Interaction = commandMessage, i.server.AppID, i.server.AppID, i.metadata()
	if i.message != nil {
		m.Type, m.Reference = replyMessage, &Reference{MessageID: i.message.ID, ChannelID: i.channel.ID}
	}
	if d.Flags != nil && *d.Flags&Ephemeral != 0 {
		m.Flags, m.seer = Ephemeral, i.user
	}
	return m
}

func (c *call) answerWith(i *Interaction, data any) error {
	d := decode[draft](data)
	m := i.newAnswer(d)
	m.TTS = d.TTS
	if err := c.put(m, data, d, c.files, usersOnly()); err != nil {
		return err
	}
	i.original = m
	c.post(m)
	return nil
}

func (c *call) answerLater(i *Interaction, d draft) {
	m := i.newAnswer(d)
	m.Flags |= Loading
	i.original, i.pending = m, true
	c.post(m)
}

// update changes a message that belongs to an interaction.
func (c *call) update(i *Interaction, m *Message, data any) error {
	if err := c.put(m, data, decode[draft](data), c.files, usersOnly()); err != nil {
		return err
	}
	if m == i.original {
		i.pending = false
		m.Flags &^= Loading
	}
	c.edited(m)
	return nil
}

// answeredBy is the interaction whose token is in a request's path: an answered one, no older than its token.
func (c *call) answeredBy() (*Interaction, error) {
	i := c.tokens[c.request.PathValue("token")]
	switch {
	case c.request.PathValue("application") != c.AppID:
		return nil, refuse(unknownWebhook)
	case i == nil:
		return nil, refuse(invalidToken)
	case i.answered == answerNothing:
		return nil, refuse(unknownWebhook)
	case i.expired():
		return nil, refuse(invalidToken)
	}
	return i, nil
}

// followUp sends another message after the answer; after one that was put off, it is that answer (docs: interactions,
// create followup message).
func (c *call) followUp() (any, error) {
	i, err := c.answeredBy()
	if err != nil {
		return nil, err
	}
	if err := c.readForm(followUpForm); err != nil {
		return nil, err
	}
	if i.pending {
		if err := c.update(i, i.original, c.form); err != nil {
			return nil, err
		}
		return *i.original, nil
	}
	d := decode[draft](c.form)
	m := i.newAnswer(d)
	m.TTS = d.TTS
	if i.original != nil {
		m.Type, m.Reference = replyMessage, &Reference{MessageID: i.original.ID, ChannelID: i.channel.ID}
	}
	if err := c.put(m, c.form, d, c.files, usersOnly()); err != nil {
		return nil, err
	}
	i.followUps = append(i.followUps, m)
	c.post(m)
	return *m, nil
}

// answerOf is the message of a request's path, among those that answer an interaction.
func (c *call) answerOf() (*Interaction, *Message, error) {
	i, err := c.answeredBy()
	if err != nil {
		return nil, nil, err
	}
	id := c.request.PathValue("message")
	if id == "@original" && i.original != nil {
		id = i.original.ID
	}
	m := i.channel.find(id)
	if m == nil || m != i.original && !slices.Contains(i.followUps, m) {
		return nil, nil, refuse(unknownMessage)
	}
	return i, m, nil
}

func (c *call) getAnswer() (any, error) {
	_, m, err := c.answerOf()
	if err != nil {
		return nil, err
	}
	return *m, nil
}

func (c *call) editAnswer() (any, error) {
	i, m, err := c.answerOf()
	if err != nil {
		return nil, err
	}
	if err := c.readForm(editForm); err != nil {
		return nil, err
	}
	if err := c.update(i, m, c.form); err != nil {
		return nil, err
	}
	return *m, nil
}

func (c *call) deleteAnswer() (any, error) {
	_, m, err := c.answerOf()
	if err != nil {
		return nil, err
	}
	c.remove(m)
	return nil, nil
}
