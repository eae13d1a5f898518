package discordtest

import "encoding/json"

// Component is a row, a button, a menu, a text input or a label, under a message or in a modal (docs: components
// reference). Which fields it has depends on its Type.
type Component struct {
	Type        int             `json:"type"`
	ID          int             `json:"id,omitempty"`
	CustomID    string          `json:"custom_id,omitempty"`
	Label       string          `json:"label,omitempty"`
	Description string          `json:"description,omitempty"`
	Style       int             `json:"style,omitempty"`
	URL         string          `json:"url,omitempty"`
	Emoji       json.RawMessage `json:"emoji,omitempty"`
	Disabled    bool            `json:"disabled,omitempty"`
	Placeholder string          `json:"placeholder,omitempty"`
	Options     []Option        `json:"options,omitempty"`
	MinValues   *int            `json:"min_values,omitempty"`
	MaxValues   *int            `json:"max_values,omitempty"`
	Required    *bool           `json:"required,omitempty"`
	MinLength   int             `json:"min_length,omitempty"`
	MaxLength   int             `json:"max_length,omitempty"`
	Value       string          `json:"value,omitempty"`
	Components  []Component     `json:"components,omitempty"` // in a row
	Component   *Component      `json:"component,omitempty"`  // in a label
}

// Option is one choice of a menu.
type Option struct {
	Label       string          `json:"label"`
	Value       string          `json:"value"`
	Description string          `json:"description,omitempty"`
	Emoji       json.RawMessage `json:"emoji,omitempty"`
	Default     bool            `json:"default,omitempty"`
}

// all is this component and those within it.
func (c Component) all() []Component {
	list := []Component{c}
	for _, child := range c.Components {
		list = append(list, child.all()...)
	}
	if c.Component != nil {
		list = append(list, c.Component.all()...)
	}
	return list
}

// Controls are the buttons and menus of the message, in order.
func (m Message) Controls() []Component {
	var list []Component
	for _, row := range m.Components {
		list = append(list, row.all()[1:]...)
	}
	return list
}

// control finds the button or menu with a custom id.
func (m Message) control(customID string) *Component {
	for _, c := range m.Controls() {
		if c.CustomID == customID {
			return &c
		}
	}
	return nil
}

// numbered gives an id to each component that has none, as Discord does. Ids count from 1 within a message.
func numbered(components []Component) []Component {
	used := map[int]bool{}
	for _, row := range components {
		for _, c := range row.all() {
			used[c.ID] = true
		}
	}
	next := 1
	var number func(c *Component)
	number = func(c *Component) {
		for ; c.ID == 0; next++ {
			if !used[next] {
				c.ID = next
			}
		}
		for i := range c.Components {
			number(&c.Components[i])
		}
		if c.Component != nil {
			number(c.Component)
		}
	}
	for i := range components {
		number(&components[i])
	}
	return components
}
