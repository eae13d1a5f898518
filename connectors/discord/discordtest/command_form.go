package discordtest

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// commandName allows what the documentation's pattern allows, in lower case where there is one.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

func slashName(f *form, path []string, value any) {
	s, _ := value.(string)
	if !commandName.MatchString(s) || strings.ToLower(s) != s {
		f.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
}

// localized are texts by locale, of the documentation's list of locales.
func localized(each rule) rule {
	known := fields{}
	for _, locale := range strings.Fields("id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko") {
		known[locale] = each
	}
	return object(known)
}

func choiceValue(f *form, path []string, value any) {
	if _, number := value.(json.Number); !number {
		text(1, 100)(f, path, value)
	}
}

var description = text(1, 100)

var optionOfCommand = object(fields{
	"type!": oneOf(stringOption, integerOption, booleanOption, 6, 7, 8, 9, numberOption, 11),
	"name!": slashName, "name_localizations": localized(slashName), "description!": description,
	"description_localizations": localized(description), "required": boolean, "options": list(0, 0, anything),
	"choices": list(0, 25, object(fields{
		"name!": text(1, 100), "name_localizations": localized(text(1, 100)), "value!": choiceValue,
	})),
	"channel_types": list(0, 25, whole(0, 20)), "min_value": anything, "max_value": anything,
	"min_length": whole(0, 6000), "max_length": whole(1, 6000), "autocomplete": boolean,
})

var commandForm = object(fields{
	"id": snowflake, "type": oneOf(1), "name!": slashName, "name_localizations": localized(slashName),
	"description!": description, "description_localizations": localized(description), "options": list(0, 25, optionOfCommand),
	"default_member_permissions": snowflake, "dm_permission": boolean, "default_permission": boolean, "nsfw": boolean,
	"contexts": list(1, 3, oneOf(0, 1, 2)), "integration_types": list(1, 2, oneOf(0, 1)),
})

// commandList checks commands to one another: names occur once, required options come first, and all the text of one
// command is no more than 8000 characters.
func commandList(f *form, path []string, value any) {
	list(0, 100, commandForm)(f, path, value)
	elements, _ := value.([]any)
	names := map[any]bool{}
	for i, element := range elements {
		command, _ := element.(map[string]any)
		at := under(path, strconv.Itoa(i))
		if names[command["name"]] {
			f.wrong(under(at, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		names[command["name"]] = true
		options, _ := command["options"].([]any)
		optional, seen := false, map[any]bool{}
		size := length(command, "name") + length(command, "description")
		for j, option := range options {
			o, _ := option.(map[string]any)
			place := under(under(at, "options"), strconv.Itoa(j))
			if o["required"] == true && optional {
				f.wrong(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
			}
			if seen[o["name"]] {
				f.wrong(under(place, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name must be unique")
			}
			optional, seen[o["name"]] = optional || o["required"] != true, true
			size += length(o, "name") + length(o, "description")
			choices, _ := o["choices"].([]any)
			for _, choice := range choices {
				c, _ := choice.(map[string]any)
				size += length(c, "name") + length(c, "value")
			}
		}
		if size > 8000 {
			f.wrong(at, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
		}
	}
}
