package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
)

const (
	// largestFile is as on Telegram, so that a person is told the same everywhere. Discord lets people send more.
	largestFile = 20 << 20

	// fileLimit is for fetching the files of one message.
	fileLimit = 80 * time.Second

	// fileTrouble is how long a file that Discord does not give is asked for. What its person writes meanwhile waits.
	fileTrouble = 10 * time.Minute
)

// file is a file of a message (discord.com/developers/docs/resources/message, attachment object).
type file struct {
	Name string `json:"filename"`
	Size int64  `json:"size"`
	URL  string `json:"url"` // signed: whoever has it has the file, for a day
}

// files are the files of a message. One that cannot be read has no address.
func (m *message) files() (all []file) {
	for _, raw := range m.Attachments {
		var f file
		if json.Unmarshal(raw, &f) != nil {
			f = file{}
		}
		all = append(all, f)
	}
	return all
}

// sent is when a message was written.
func (m *message) sent() time.Time { return timeOf(m.ID) }

// brought gets the files of a message; says is why some of them are not taken, empty when all are. While Discord is away
// the update waits; after a while, or when Discord no longer has a file, each attempt counts.
func (s *Server) brought(ctx context.Context, m *message) (kept []bot.Attachment, says string, err error) {
	ctx, cancel := context.WithTimeout(ctx, fileLimit)
	defer cancel()
	for _, f := range m.files() {
		a, err := s.fetch(ctx, f, m.sent())
		why := ""
		switch {
		case errors.Is(err, bot.ErrFileTooLarge):
			why = textFileLarge
		case errors.Is(err, bot.ErrFileType):
			why = textFileType
		case err != nil:
			return nil, "", err
		default:
			kept = append(kept, a)
		}
		if !strings.Contains(says, why) {
			says = strings.TrimSpace(says + "\n\n" + why)
		}
	}
	return kept, says, nil
}

// named are the files of a message by their names only.
func (m *message) named() (all []bot.Attachment) {
	for _, f := range m.files() {
		all = append(all, bot.Attachment{Name: f.Name})
	}
	return all
}

// fetch takes a file from Discord and keeps it.
func (s *Server) fetch(ctx context.Context, f file, sent time.Time) (bot.Attachment, error) {
	switch {
	case f.Size > largestFile:
		return bot.Attachment{}, bot.ErrFileTooLarge
	case f.URL == "":
		return bot.Attachment{}, bot.ErrFileType
	}
	a, err := s.download(ctx, f)
	if r := refused(err); r.what != "" && (r.status == http.StatusForbidden || r.status == http.StatusNotFound || time.Since(sent) > fileTrouble) {
		return a, fmt.Errorf("fetch a file: %s", r.Error()) // no longer a refusal, which would not count
	}
	return a, err
}

func (s *Server) download(ctx context.Context, f file) (bot.Attachment, error) {
	body, err := s.api.file(ctx, f.URL)
	if err != nil {
		return bot.Attachment{}, err
	}
	defer body.Close()
	a, err := courier.Keep(ctx, s.options.Files, f.Name, body, largestFile)
	switch {
	case errors.Is(err, courier.ErrBroken):
		return a, &refusal{what: "the file stopped coming"}
	case errors.Is(err, bot.ErrUnavailable):
		s.log.Error("keep a file: its message waits until files can be kept", "error", err)
	}
	return a, err
}

// file begins to fetch a file, without the token. No error names its address.
func (a *api) file(ctx context.Context, address string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil || request.URL.Scheme != "https" && request.URL.Scheme != "http" {
		return nil, &refusal{status: http.StatusNotFound, what: "the file has no address"}
	}
	response, err := a.files.Do(request)
	if err != nil {
		return nil, &refusal{what: unusable(err)}
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, &refusal{status: response.StatusCode, what: "no file"}
	}
	return response.Body, nil
}
