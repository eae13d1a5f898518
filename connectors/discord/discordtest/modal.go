package discordtest

// Modal is a form that a bot has opened for a user.
type Modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`
}

// Inputs are the text inputs and menus of the modal, in order.
func (m Modal) Inputs() []Component {
	var list []Component
	for _, row := range m.Components {
		list = append(list, row.all()[1:]...)
	}
	return list
}

// Submit lets the user send the modal that the bot opened in answer to an interaction, once. Values are by custom id;
// an input without one is sent as it was shown. What the modal would not let the user send is an error: a required
// input left empty, a text too short or too long, a choice that is not there.
func (u *User) Submit(opened *Interaction, values map[string]string) (*Interaction, error) {
	s := u.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if opened.modal == nil || opened.user != u || opened.submitted {
		return nil, errCannot
	}
	known := map[string]bool{}
	rows := []any{}
	for _, row := range opened.modal.Components {
		filled, ok := row.filled(values)
		if !ok {
			return nil, errCannot
		}
		rows = append(rows, filled)
		for _, c := range row.all() {
			known[c.CustomID] = true
		}
	}
	for id := range values {
		if !known[id] {
			return nil, errCannot
		}
	}
	opened.submitted = true
	i := s.newInteraction(u, opened.channel, modalInteraction, map[string]any{
		"custom_id": opened.modal.CustomID, "components": rows,
	})
	i.message = opened.message
	s.interact(i)
	return i, nil
}

// filled is a component as the bot gets it back (docs: interactions, component interaction response structures).
func (c Component) filled(values map[string]string) (map[string]any, bool) {
	o := map[string]any{"type": c.Type, "id": c.ID}
	switch c.Type {
	case ActionRow:
		child, ok := c.Components[0].filled(values)
		o["components"] = []any{child}
		return o, ok
	case Label:
		child, ok := c.Component.filled(values)
		o["component"] = child
		return o, ok
	}
	value, given := values[c.CustomID]
	o["custom_id"] = c.CustomID
	required := c.Required == nil || *c.Required
	if c.Type == StringSelect {
		chosen := []string{}
		for _, option := range c.Options {
			if given && option.Value == value || !given && option.Default {
				chosen = append(chosen, option.Value)
			}
		}
		o["values"] = chosen
		return o, (len(chosen) > 0 || !required && value == "")
	}
	if !given {
		value = c.Value
	}
	o["value"] = value
	n := units(value)
	if n == 0 {
		return o, !required
	}
	return o, n >= c.MinLength && (c.MaxLength == 0 || n <= c.MaxLength) && n <= 4000
}
