package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot"
	"guichet/bot/courier"
)

const (
	// largestFile is what Telegram lets a bot fetch (getFile).
	largestFile = 20 << 20

	// fileLimit is for fetching one file.
	fileLimit = 80 * time.Second

	// fileTrouble is how long a file that Telegram does not give is asked for. What its person writes meanwhile waits.
	fileTrouble = 10 * time.Minute
)

// file is a photo or a document of a message.
type file struct {
	id, name string
	size     int64 // as Telegram says; 0 when it does not
}

// file is the file of a message; false when it has none that can be read. Of a photo, the largest of its sizes.
func (m *message) file() (file, bool) {
	type described struct {
		ID    string `json:"file_id"`
		Name  string `json:"file_name"`
		Size  int64  `json:"file_size"`
		Width int64  `json:"width"`
	}
	if m.Animation != nil { // it comes with a document, for clients that do not know it
		return file{}, false
	}
	var document described
	if json.Unmarshal(m.Document, &document) == nil && document.ID != "" {
		return file{document.ID, document.Name, document.Size}, true
	}
	var sizes []described
	if json.Unmarshal(m.Photo, &sizes) != nil || len(sizes) == 0 {
		return file{}, false
	}
	largest := sizes[0]
	for _, s := range sizes {
		if s.Width >= largest.Width {
			largest = s
		}
	}
	return file{largest.ID, "photo.jpg", largest.Size}, largest.ID != ""
}

// words are what a message says: its text, or the caption of its file.
func (m *message) words() string {
	if m.Text != "" {
		return m.Text
	}
	return m.Caption
}

// broughtFile handles a message with a file: fetched and kept, then the counter answers; declined where others read along,
// or when it is nothing that is taken.
func (s *Server) broughtFile(ctx context.Context, in bot.Inbound, m *message, f file) error {
	if m.Album != "" {
		in.Together = fmt.Sprintf("%d:%s", m.Chat.ID, m.Album)
	}
	if in.Public {
		in.Attachments = []bot.Attachment{{Name: f.name}}
		return s.ask(ctx, in)
	}
	a, err := s.fetch(ctx, f, time.Unix(m.Date, 0))
	switch {
	case errors.Is(err, bot.ErrFileTooLarge):
		return s.declineFile(ctx, in, textFileLarge)
	case errors.Is(err, bot.ErrFileType):
		return s.declineFile(ctx, in, textFileType)
	case err != nil:
		return err
	}
	in.Attachments = []bot.Attachment{a}
	return s.ask(ctx, in)
}

// declineFile says why a file was not kept, and keeps the words that came with it.
func (s *Server) declineFile(ctx context.Context, in bot.Inbound, says string) error {
	in.Text = strings.TrimSpace(keptFile + " " + in.Text)
	return s.say(ctx, in, bot.Reply{Kind: bot.Abstain, Text: says, Choices: []bot.Choice{personChoice}})
}

// fetch takes a file from Telegram and keeps it. While Telegram is away the update waits; after a while, or when Telegram
// no longer has the file, each attempt counts.
func (s *Server) fetch(ctx context.Context, f file, sent time.Time) (bot.Attachment, error) {
	if f.size > largestFile {
		return bot.Attachment{}, bot.ErrFileTooLarge
	}
	ctx, cancel := context.WithTimeout(ctx, fileLimit)
	defer cancel()
	a, err := s.download(ctx, f)
	var away *refusal
	if errors.As(err, &away) && (away.code == http.StatusBadRequest || away.code == http.StatusNotFound || time.Since(sent) > fileTrouble) {
		return a, fmt.Errorf("fetch a file: %s", away.Error()) // no longer a refusal, which would not count
	}
	return a, err
}

func (s *Server) download(ctx context.Context, f file) (bot.Attachment, error) {
	found, err := do(ctx, func(ctx context.Context) (*models.File, error) {
		return s.api.bot.GetFile(ctx, &tg.GetFileParams{FileID: f.id})
	})
	if err != nil {
		var r *refusal
		if errors.As(err, &r) && strings.Contains(r.what, "too big") {
			return bot.Attachment{}, bot.ErrFileTooLarge
		}
		return bot.Attachment{}, err
	}
	body, err := s.api.file(ctx, found.FilePath)
	if err != nil {
		return bot.Attachment{}, err
	}
	defer body.Close()
	name := f.name
	if name == "" {
		name = path.Base(found.FilePath)
	}
	a, err := courier.Keep(ctx, s.options.Files, name, body, largestFile)
	switch {
	case errors.Is(err, courier.ErrBroken):
		return a, &refusal{what: "the file stopped coming"}
	case errors.Is(err, bot.ErrUnavailable):
		s.log.Error("keep a file: its message waits until files can be kept", "error", err)
	}
	return a, err
}

// file begins to fetch a file. Its address holds the token: no error names it.
func (a *api) file(ctx context.Context, at string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.files+strings.TrimPrefix(at, "/"), nil)
	if err != nil {
		return nil, &refusal{code: http.StatusNotFound, what: "the file has no address"}
	}
	response, err := a.client.Do(request)
	if err != nil {
		return nil, &refusal{what: unusable(err)}
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, &refusal{code: response.StatusCode, what: "no file"}
	}
	return response.Body, nil
}
