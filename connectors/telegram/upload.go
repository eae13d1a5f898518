package telegram

import (
	"context"
	"errors"
	"html"
	"net/http"
	"regexp"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot"
)

const (
	// largestPhoto is what Telegram takes as a photo (sendPhoto); a larger picture leaves as a document.
	largestPhoto = 10 << 20

	// uploadLimit is for sending one file; it stays below the lease of a message.
	uploadLimit = 100 * time.Second
)

// part is one of the platform's messages that a message makes: words, or a file.
type part struct {
	chatID int64
	text   *tg.SendMessageParams // nil for a file
	file   bot.Attachment
}

// inParts puts the files of a message behind its words, each a message of its own.
func inParts(chatID int64, texts []*tg.SendMessageParams, files []bot.Attachment) []part {
	var all []part
	for _, t := range texts {
		all = append(all, part{chatID: chatID, text: t})
	}
	for _, f := range files {
		all = append(all, part{chatID: chatID, file: f})
	}
	return all
}

// sendPart sends one part. Words whose markup Telegram does not understand leave as plain words, and a picture that it
// does not take as a photo leaves as a document.
func (s *Server) sendPart(ctx context.Context, p part) error {
	if p.text == nil {
		return s.sendFile(ctx, p)
	}
	err := s.api.sendMessage(ctx, p.text)
	var r *refusal
	if errors.As(err, &r) && r.what == misread && p.text.ParseMode != "" {
		s.log.Error("Telegram does not understand the markup of a message: it leaves as plain words")
		plain := *p.text
		plain.ParseMode, plain.Text = "", plainWords(p.text.Text)
		err = s.api.sendMessage(ctx, &plain)
	}
	return err
}

// misread is how Telegram refuses markup, as described keeps it.
const misread = "can't parse entities"

var tag = regexp.MustCompile(`<[^>]*>`)

// plainWords are the words of our own HTML, in which every < that is no tag's is escaped.
func plainWords(marked string) string { return html.UnescapeString(tag.ReplaceAllString(marked, "")) }

func (s *Server) sendFile(ctx context.Context, p part) error {
	asPhoto := (p.file.Type == "image/jpeg" || p.file.Type == "image/png") && p.file.Size <= largestPhoto
	err := s.upload(ctx, p, asPhoto)
	var r *refusal
	if asPhoto && errors.As(err, &r) && r.code == http.StatusBadRequest && !strings.Contains(r.what, "chat not found") {
		err = s.upload(ctx, p, false) // too wide or too high for a photo
	}
	return err
}

func (s *Server) upload(ctx context.Context, p part, asPhoto bool) error {
	content, err := s.options.Files.Open(ctx, p.file.ID)
	if errors.Is(err, bot.ErrNotFound) {
		return &refusal{code: http.StatusBadRequest, what: "the file is no longer kept"}
	}
	if err != nil {
		return &refusal{what: "the file cannot be read from where files are kept"}
	}
	defer content.Close()
	given := &models.InputFileUpload{Filename: p.file.Name, Data: content}
	_, err = doWithin(ctx, uploadLimit, func(ctx context.Context) (*models.Message, error) {
		if asPhoto {
			return s.api.bot.SendPhoto(ctx, &tg.SendPhotoParams{ChatID: p.chatID, Photo: given})
		}
		return s.api.bot.SendDocument(ctx, &tg.SendDocumentParams{ChatID: p.chatID, Document: given})
	})
	return err
}
