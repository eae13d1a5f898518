package discordtest

import (
	"fmt"
	"maps"
	"slices"
)

// Types of commands' options that have a value (docs: application commands, option type).
const (
	stringOption  = 3
	integerOption = 4
	booleanOption = 5
	numberOption  = 10
)

// Command is a slash command as the bot registered it.
type Command struct {
	ID            string          `json:"id"`
	ApplicationID string          `json:"application_id"`
	GuildID       string          `json:"guild_id,omitempty"`
	Version       string          `json:"version"`
	Type          int             `json:"type"`
	Name          string          `json:"name"`
	Description   string          `json:"description"`
	Options       []CommandOption `json:"options,omitempty"`

	NameLocalizations        map[string]string `json:"name_localizations"`
	DescriptionLocalizations map[string]string `json:"description_localizations"`
	DefaultMemberPermissions *string           `json:"default_member_permissions"`
	DMPermission             *bool             `json:"dm_permission,omitempty"`
	Contexts                 []int             `json:"contexts,omitempty"`
	IntegrationTypes         []int             `json:"integration_types,omitempty"`
	NSFW                     bool              `json:"nsfw"`
}

type command = Command

// CommandOption is a parameter of a command.
type CommandOption struct {
	Type        int             `json:"type"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Required    bool            `json:"required,omitempty"`
	Choices     []CommandChoice `json:"choices,omitempty"`
	MinLength   int             `json:"min_length,omitempty"`
	MaxLength   int             `json:"max_length,omitempty"`
	MinValue    *float64        `json:"min_value,omitempty"`
	MaxValue    *float64        `json:"max_value,omitempty"`

	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	ChannelTypes             []int             `json:"channel_types,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
}

// CommandChoice is a value that an option offers.
type CommandChoice struct {
	Name              string            `json:"name"`
	Value             any               `json:"value"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
}

// Commands are those registered for everywhere, or for a guild when one is given.
func (s *Server) Commands(g *Guild) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := ""
	if g != nil {
		id = g.ID
	}
	var list []Command
	for _, c := range s.commands[id] {
		list = append(list, *c)
	}
	return list
}

// Command lets the user run a slash command in a channel. Options are by name; a value that Discord's client would not
// take is an error. A command of the guild comes before a global one of the same name.
func (u *User) Command(c *Channel, name string, options map[string]any) (*Interaction, error) {
	s := u.server
	s.mu.Lock()
	defer s.mu.Unlock()
	command := c.command(name)
	if command == nil || !c.seenBy(u) || c.archived {
		return nil, errCannot
	}
	data := map[string]any{"id": command.ID, "name": command.Name, "type": command.Type}
	if command.GuildID != "" {
		data["guild_id"] = command.GuildID
	}
	filled, left := []any{}, maps.Clone(options)
	for _, o := range command.Options {
		value, given := options[o.Name]
		delete(left, o.Name)
		if !given && !o.Required {
			continue
		}
		if !o.takes(value) {
			return nil, fmt.Errorf("%w: option %s", errCannot, o.Name)
		}
		filled = append(filled, map[string]any{"name": o.Name, "type": o.Type, "value": value})
	}
	if len(left) > 0 {
		return nil, errCannot
	}
	if len(filled) > 0 {
		data["options"] = filled
	}
	i := s.newInteraction(u, c, commandInteraction, data)
	s.interact(i)
	return i, nil
}

// command finds the slash command that a user of the channel is offered under a name.
func (c *Channel) command(name string) *command {
	named := func(command *command) bool {
		here := command.GuildID != "" || command.Contexts == nil || slices.Contains(command.Contexts, 0)
		if c.guild == nil {
			here = command.GuildID == "" && (command.DMPermission == nil || *command.DMPermission) &&
				(command.Contexts == nil || slices.Contains(command.Contexts, 1))
		}
		return command.Name == name && command.Type == 1 && here
	}
	scopes := []string{""}
	if c.guild != nil {
		scopes = []string{c.guild.ID, ""}
	}
	for _, scope := range scopes {
		if i := slices.IndexFunc(c.server.commands[scope], named); i >= 0 {
			return c.server.commands[scope][i]
		}
	}
	return nil
}

// takes tells whether the client lets a user give an option this value.
func (o CommandOption) takes(value any) bool {
	if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c CommandChoice) bool { return fmt.Sprint(c.Value) == fmt.Sprint(value) }) {
		return false
	}
	switch v := value.(type) {
	case string:
		n := units(v)
		return o.Type == stringOption && n >= max(o.MinLength, 1) && n <= 6000 && (o.MaxLength == 0 || n <= o.MaxLength)
	case bool:
		return o.Type == booleanOption
	case int:
		return (o.Type == integerOption || o.Type == numberOption) && o.between(float64(v))
	case float64:
		return o.Type == numberOption && o.between(v)
	}
	return false
}

func (o CommandOption) between(v float64) bool {
	return (o.MinValue == nil || v >= *o.MinValue) && (o.MaxValue == nil || v <= *o.MaxValue)
}

// scope is where the commands of a request are: a guild, or everywhere.
func (c *call) scope() (string, error) {
	if c.request.PathValue("application") != c.AppID {
		return "", refuse(unknownApplication)
	}
	if c.request.PathValue("guild") == "" {
		return "", nil
	}
	g, err := c.guild()
	if err != nil {
		return "", err
	}
	return g.ID, nil
}

func (c *call) getCommands() (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	list := []Command{}
	for _, command := range c.commands[scope] {
		shown := *command
		if c.query("with_localizations") != "true" {
			shown.NameLocalizations, shown.DescriptionLocalizations = nil, nil
		}
		list = append(list, shown)
	}
	return list, nil
}

// putCommands replaces all commands of a scope; one of the same name keeps its id.
func (c *call) putCommands() (any, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	if err := c.readForm(commandList); err != nil {
		return nil, err
	}
	old := c.commands[scope]
	list := []*command{}
	for _, made := range decode[[]*command](c.form) {
		made.ID, made.ApplicationID, made.GuildID, made.Version = c.newID(), c.AppID, scope, c.newID()
		made.Type = max(made.Type, 1)
		if i := slices.IndexFunc(old, func(o *command) bool { return o.Name == made.Name }); i >= 0 {
			made.ID = old[i].ID
		}
		list = append(list, made)
	}
	c.commands[scope] = list
	return list, nil
}
