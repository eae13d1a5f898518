package discordtest

import (
	"fmt"
	"strconv"
	"strings"
)

// Types of components (docs: components reference, component object).
const (
	ActionRow         = 1
	Button            = 2
	StringSelect      = 3
	TextInput         = 4
	UserSelect        = 5
	RoleSelect        = 6
	MentionableSelect = 7
	ChannelSelect     = 8
	Label             = 18
)

const linkButton = 5

var (
	customID = text(1, 100)
	emoji    = object(fields{"id": snowflake, "name": text(0, 100), "animated": boolean})
	kind     = fields{"type!": anything, "id": whole(0, 1<<31-1)} // of every component
)

var buttonForm = object(kind.with(fields{
	"style!": oneOf(1, 2, 3, 4, linkButton), "label": text(0, 80), "emoji": emoji, "custom_id": customID,
	"url": text(1, 512), "disabled": boolean,
}))

var optionForm = object(fields{
	"label!": text(1, 100), "value!": text(1, 100), "description": text(0, 100), "emoji": emoji, "default": boolean,
})

var menu = kind.with(fields{
	"custom_id!": customID, "placeholder": text(0, 150), "min_values": whole(0, 25), "max_values": whole(1, 25),
	"disabled": boolean, "required": boolean,
})

var (
	stringSelectForm = object(menu.with(fields{"options!": list(1, 25, optionForm)}))
	otherSelectForm  = object(menu.with(fields{"default_values": anything, "channel_types": anything}))
)

var inputFields = kind.with(fields{
	"custom_id!": customID, "style!": oneOf(1, 2), "min_length": whole(0, 4000), "max_length": whole(1, 4000),
	"required": boolean, "value": text(0, 4000), "placeholder": text(0, 100),
})

var (
	rowInputForm   = object(inputFields.with(fields{"label!": text(1, 45)})) // in an action row, as before there were labels
	labelInputForm = object(inputFields.with(fields{"label": oneOf("")}))
)

// messageComponents are the rows under a message: at most five, each of up to five buttons or one menu.
func messageComponents(f *form, path []string, value any) {
	list(0, 5, object(kind.with(fields{"type!": oneOf(ActionRow), "components!": list(1, 5, messageComponent)})))(f, path, value)
	rows, _ := value.([]any)
	for i, row := range rows {
		menus, children := 0, inside(row)
		for _, child := range children {
			if typeOf(child) != Button {
				menus++
			}
		}
		if menus > 1 || menus == 1 && len(children) > 1 {
			f.wrong(under(path, strconv.Itoa(i)), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
		}
	}
	distinct(f, path, rows)
}

func messageComponent(f *form, path []string, value any) {
	switch typeOf(value) {
	case Button:
		buttonForm(f, path, value)
		button, _ := value.(map[string]any)
		style, _ := integer(button["style"])
		id, link := button["custom_id"] != nil, button["url"] != nil
		if link != (style == linkButton) {
			f.wrong(under(path, "url"), "BUTTON_COMPONENT_INVALID_URL", "A link button, and no other, must have a url")
		}
		if id == (style == linkButton) {
			f.wrong(under(path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required, except for a link button, which has none")
		}
		if length(button, "label") == 0 && button["emoji"] == nil {
			f.wrong(under(path, "label"), "BASE_TYPE_REQUIRED", "This field is required")
		}
	case StringSelect:
		stringSelectForm(f, path, value)
		options(f, path, value)
	case UserSelect, RoleSelect, MentionableSelect, ChannelSelect:
		otherSelectForm(f, path, value)
	default:
		f.wrong(under(path, "type"), "BASE_TYPE_CHOICES", "Value must be one of (2, 3, 5, 6, 7, 8).")
	}
}

// options checks what a menu's options are to each other.
func options(f *form, path []string, value any) {
	menu, _ := value.(map[string]any)
	list, _ := menu["options"].([]any)
	seen := map[any]bool{}
	for i, option := range list {
		o, _ := option.(map[string]any)
		if seen[o["value"]] {
			f.wrong(under(under(under(path, "options"), strconv.Itoa(i)), "value"),
				"SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[o["value"]] = true
	}
	if most, ok := integer(menu["max_values"]); ok && int(most) > len(list) {
		f.wrong(under(path, "max_values"), "NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", len(list)))
	}
}

// modalForm is what opens a modal. Client libraries send the empty fields of a message with it.
var modalForm = object(fields{
	"custom_id!": customID, "title!": text(1, 45), "components!": modalComponents,
	"content": oneOf(""), "tts": oneOf(false), "embeds": list(0, 0, anything), "flags": anything,
})

func modalComponents(f *form, path []string, value any) {
	list(1, 5, modalComponent)(f, path, value)
	rows, _ := value.([]any)
	distinct(f, path, rows)
}

func modalComponent(f *form, path []string, value any) {
	switch typeOf(value) {
	case ActionRow:
		object(kind.with(fields{"components!": list(1, 1, func(f *form, path []string, value any) {
			if typeOf(value) != TextInput {
				f.wrong(under(path, "type"), "BASE_TYPE_CHOICES", "Value must be one of (4,).")
				return
			}
			input(f, path, value, rowInputForm)
		})}))(f, path, value)
	case Label:
		object(kind.with(fields{"label!": text(1, 45), "description": text(0, 100), "component!": func(f *form, path []string, value any) {
			switch typeOf(value) {
			case TextInput:
				input(f, path, value, labelInputForm)
			case StringSelect:
				stringSelectForm(f, path, value)
				options(f, path, value)
			default:
				f.wrong(under(path, "type"), "BASE_TYPE_CHOICES", "Value must be one of (3, 4).")
			}
		}}))(f, path, value)
	default:
		f.wrong(under(path, "type"), "BASE_TYPE_CHOICES", "Value must be one of (1, 18).")
	}
}

func input(f *form, path []string, value any, r rule) {
	r(f, path, value)
	o, _ := value.(map[string]any)
	least, _ := integer(o["min_length"])
	if most, ok := integer(o["max_length"]); ok && least > most {
		f.wrong(under(path, "min_length"), "TEXT_INPUT_COMPONENT_INVALID_LENGTH", "The minimum is greater than the maximum")
	}
	// How a value beyond these limits is taken is not documented; Discord's modal would open with what cannot be sent.
	if most, ok := integer(o["max_length"]); ok && int64(length(o, "value")) > most {
		f.wrong(under(path, "value"), "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
	}
}

func typeOf(component any) int {
	o, _ := component.(map[string]any)
	n, _ := integer(o["type"])
	return int(n)
}

// inside are the components within a row or a label.
func inside(component any) []any {
	o, _ := component.(map[string]any)
	if one := o["component"]; one != nil {
		return []any{one}
	}
	children, _ := o["components"].([]any)
	return children
}

// distinct refuses the same custom id twice in one message or modal.
func distinct(f *form, path []string, rows []any) {
	seen := map[string]bool{}
	for i, row := range rows {
		for j, child := range inside(row) {
			o, _ := child.(map[string]any)
			id, _ := o["custom_id"].(string)
			if id = strings.TrimSpace(id); id != "" && seen[id] {
				at := under(under(under(under(path, strconv.Itoa(i)), "components"), strconv.Itoa(j)), "custom_id")
				f.wrong(at, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
			}
			seen[id] = true
		}
	}
}
