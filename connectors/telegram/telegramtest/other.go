package telegramtest

import (
	"net/http"
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

// File is a file that a person has sent.
type File struct {
	Name string
	Data []byte
	Size int64 // said to the bot; the length of Data when 0
}

// largestFile is what a bot may fetch.
const largestFile = 20 << 20

// Upload makes a file known and gives its file_id, to stand in a photo or a document of a delivered message.
func (s *Server) Upload(f File) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Size == 0 {
		f.Size = int64(len(f.Data))
	}
	id := "file-" + f.Name
	s.files[id] = f
	return id
}

func (s *Server) getFile(given fields) (any, *apiError) {
	f, known := s.files[given["file_id"]]
	switch {
	case !known:
		return nil, badRequest("invalid file_id")
	case f.Size > largestFile:
		return nil, badRequest("file is too big")
	}
	return map[string]any{
		"file_id": given["file_id"], "file_unique_id": "u-" + given["file_id"], "file_size": f.Size, "file_path": "documents/" + given["file_id"],
	}, nil
}

func (s *Server) serveFile(w http.ResponseWriter, token, path string) {
	if refused := s.admit(token); refused != nil {
		answer(w, nil, refused)
		return
	}
	s.mu.Lock()
	f, known := s.files[strings.TrimPrefix(path, "documents/")]
	s.mu.Unlock()
	if !known {
		answer(w, nil, &apiError{code: 404, description: "Not Found"})
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(f.Data)
}
