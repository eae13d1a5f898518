package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
)

// uploadLimit is for sending one file; it stays below the lease of a message.
const uploadLimit = 100 * time.Second

// inParts puts the files of a message behind its words, each a message of its own.
func inParts(texts []*discordgo.MessageSend, files []bot.Attachment) []posted {
	var all []posted
	for _, t := range texts {
		all = append(all, posted{MessageSend: t})
	}
	for i := range files {
		all = append(all, posted{MessageSend: outgoing(), file: &files[i]})
	}
	return all
}

// upload creates a message with the file of body (discord.com/developers/docs/reference, uploading files). How large it
// may be is Discord's to say: 10 MB, more in a server that pays.
func (s *Server) upload(ctx context.Context, path string, body posted) error {
	from, err := s.options.Files.Open(ctx, body.file.ID)
	if errors.Is(err, bot.ErrNotFound) {
		return &refusal{status: http.StatusBadRequest, what: "the file is no longer kept"}
	}
	if err != nil {
		return &refusal{what: "the file cannot be read from where files are kept"}
	}
	defer from.Close()
	sent, err := enclosed(body, from)
	if err != nil {
		return err
	}
	return s.api.callWith(ctx, bucket(http.MethodPost, path), http.MethodPost, path, sent, nil)
}

// enclosed is a message with a file as a request's body. It goes as it is read: a file is not held in memory.
func enclosed(body posted, from io.Reader) (content, error) {
	body.Attachments = []described{{Number: 0, Name: body.file.Name}}
	message, err := json.Marshal(body)
	if err != nil {
		return content{}, errors.New("a request to Discord cannot be written")
	}
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	for _, part := range []struct {
		disposition, kind string
		data              []byte
	}{
		{`form-data; name="payload_json"`, "application/json", message},
		{`form-data; name="files[0]"; filename="` + quoted.Replace(body.file.Name) + `"`, body.file.Type, nil},
	} {
		w, err := parts.CreatePart(textproto.MIMEHeader{"Content-Disposition": {part.disposition}, "Content-Type": {part.kind}})
		if err == nil {
			_, err = w.Write(part.data)
		}
		if err != nil {
			return content{}, errors.New("a request to Discord cannot be written")
		}
	}
	end := "\r\n--" + parts.Boundary() + "--\r\n"
	return content{
		kind: parts.FormDataContentType(), size: int64(form.Len()) + body.file.Size + int64(len(end)),
		from: io.MultiReader(&form, from, strings.NewReader(end)), limit: uploadLimit,
	}, nil
}

// quoted makes a name safe within quotes, as browsers do.
var quoted = strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A", `\`, `\\`)

// described tells of a file what its part of the request does not.
type described struct {
	Number int    `json:"id"`
	Name   string `json:"filename"`
}
