package telegramtest

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // known to image.DecodeConfig, as the next
	_ "image/png"
	"net/http"
	"strings"
	"time"
)

// File is a file that a person or the bot has sent.
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

// serveFile gives a file. Trouble is asked about it as about a method called "file".
func (s *Server) serveFile(w http.ResponseWriter, token, path string) {
	if refused := s.admit(token); refused != nil {
		answer(w, nil, refused)
		return
	}
	call := Call{Method: "file", At: time.Now(), Code: 200}
	s.mu.Lock()
	s.calls[call.Method]++
	var failure *Failure
	if s.trouble != nil {
		failure = s.trouble(call)
	}
	s.mu.Unlock()
	if failure != nil && !failure.Cut {
		s.fail(w, call, *failure)
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
	if failure != nil { // cut in the middle
		w.Header().Set("Content-Length", fmt.Sprint(len(f.Data)))
		_, _ = w.Write(f.Data[:len(f.Data)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(f.Data)
}

// Limits of what a bot sends.
const (
	largestDocument = 50 << 20
	largestPhoto    = 10 << 20
	longestCaption  = 1024
	widestPhoto     = 10_000 // width and height together
)

func (s *Server) sendDocument(given fields) (any, *apiError) {
	f := given.upload("document")
	switch {
	case f == nil:
		return nil, badRequest("there is no document in the request")
	case f.Size == 0:
		return nil, badRequest("file must be non-empty")
	case f.Size > largestDocument:
		return nil, &apiError{code: 413, description: "Request Entity Too Large"}
	}
	return s.sendFile(given, f, false)
}

func (s *Server) sendPhoto(given fields) (any, *apiError) {
	f := given.upload("photo")
	if f == nil {
		return nil, badRequest("there is no photo in the request")
	}
	picture, _, err := image.DecodeConfig(bytes.NewReader(f.Data))
	switch {
	case f.Size > largestPhoto:
		return nil, badRequest("file is too big")
	case err != nil:
		return nil, badRequest("IMAGE_PROCESS_FAILED")
	case picture.Width+picture.Height > widestPhoto, picture.Width > 20*picture.Height, picture.Height > 20*picture.Width:
		return nil, badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	return s.sendFile(given, f, true)
}

func (s *Server) sendFile(given fields, f *File, photo bool) (any, *apiError) {
	c, refused := s.chatOf(given)
	if refused != nil {
		return nil, refused
	}
	if length(given["caption"]) > longestCaption {
		return nil, badRequest("message caption is too long")
	}
	m := &Message{ID: s.id(), ChatID: c.id, FromBot: true, Text: given["caption"], File: f, Photo: photo, At: time.Now()}
	c.messages = append(c.messages, m)
	return s.messageJSON(c, m), nil
}
