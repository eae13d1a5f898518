package telegramtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Command is one entry of the bot's menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// Commands is the menu for a language; for everybody when language is empty.
func (s *Server) Commands(language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commands[commandsOf(fields{"language_code": language})]
}

func commandsOf(given fields) string {
	scope := struct {
		Type string `json:"type"`
	}{"default"}
	_ = given.parse("scope", &scope)
	return scope.Type + " " + given["language_code"]
}

var commandShape = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) setMyCommands(given fields) (any, *apiError) {
	var commands []Command
	if err := given.parse("commands", &commands); err != nil {
		return nil, badRequest("can't parse commands JSON object")
	}
	if len(commands) > 100 {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, c := range commands {
		if !commandShape.MatchString(c.Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(c.Description); n < 1 || n > 256 {
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.commands[commandsOf(given)] = commands
	return true, nil
}

func (s *Server) getMyCommands(given fields) (any, *apiError) {
	return append([]Command{}, s.commands[commandsOf(given)]...), nil
}

var actions = strings.Fields("typing upload_photo record_video upload_video record_voice upload_voice upload_document " +
	"choose_sticker find_location record_video_note upload_video_note")

func (s *Server) sendChatAction(given fields) (any, *apiError) {
	if _, refused := s.chatOf(given); refused != nil {
		return nil, refused
	}
	if !slices.Contains(actions, given["action"]) {
		return nil, badRequest("wrong parameter action in request")
	}
	return true, nil
}
