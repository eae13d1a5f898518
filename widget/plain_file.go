package widget

import (
	"errors"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"guichet/bot"
)

// Without JavaScript a file comes in one piece with its message, through the same checks. Should the message not be
// recorded, the next page holds a receipt, so that the file need not be sent again.

const (
	// plainMemory is how much of a form is held in memory; the rest waits on disk.
	plainMemory = 1 << 20

	// plainPatience is for a whole form with its files.
	plainPatience = 20 * time.Minute
)

// sentFile is a file that has come with a message that has not been recorded.
type sentFile struct{ Name, Receipt string }

// readPlain reads a form, with files or without; it returns what is wrong with it, in words.
func (s *Server) readPlain(w http.ResponseWriter, r *http.Request, one *site) (status int, problem string) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	size := int64(maxPlain)
	if large := r.ContentLength > maxPlain; s.uploads != nil && kind == "multipart/form-data" && large {
		address := one.ID + " " + addressOf(r.RemoteAddr)
		switch {
		case r.ContentLength > one.limit()+maxPlain:
			return http.StatusRequestEntityTooLarge, french.files.large(one.limit())
		case s.uploads.room() < 2*r.ContentLength+roomLeft:
			return http.StatusInsufficientStorage, french.files.noRoom
		case !s.uploads.quota.take("plain "+address, address, r.ContentLength, one.limit(), s.now()):
			return http.StatusTooManyRequests, french.files.many
		}
		size = one.limit() + maxPlain
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(plainPatience))
	r.Body = http.MaxBytesReader(w, r.Body, size)
	var err error
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(plainMemory) //nolint:gosec // the body is bounded above
	} else {
		err = r.ParseForm()
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	if err != nil {
		return http.StatusRequestEntityTooLarge, errorText(tooLong)
	}
	return 0, ""
}

// plainFiles are the files of a form: those it brings, and those of its receipts. With a problem, which is said in words,
// the ones before it are there.
func (s *Server) plainFiles(r *http.Request, one *site, key, language string) (all []bot.Attachment, problem string) {
	if s.uploads == nil {
		return nil, ""
	}
	words := wordsOf(language)
	for _, receipt := range r.PostForm["sent"] {
		if a, err := s.received(r.Context(), key, receipt); err == nil {
			all = append(all, a)
		} else {
			problem = words.errorText(badFile)
		}
	}
	if r.MultipartForm == nil {
		return all, problem
	}
	for _, given := range r.MultipartForm.File["file"] {
		if given.Filename == "" && given.Size == 0 {
			continue // none was chosen
		}
		a, err := s.plainFile(r, given)
		switch {
		case err == nil:
			all = append(all, a)
		case errors.Is(err, bot.ErrFileType):
			s.log.Warn("refused a file", "site", one.ID, "why", "not a kind that is taken")
			problem = words.files.kind
		case errors.Is(err, bot.ErrFileTooLarge):
			problem = words.files.large(one.limit())
		default:
			s.log.Error("keep a file", "error", err)
			problem = words.files.later
		}
	}
	return all, problem
}

func (s *Server) plainFile(r *http.Request, given *multipart.FileHeader) (a bot.Attachment, err error) {
	content, err := given.Open()
	if err != nil {
		return a, err
	}
	defer content.Close()
	return s.files.Put(r.Context(), given.Filename, content)
}

// sent are the receipts of files for the next page.
func (s *Server) sent(key string, all []bot.Attachment) (list []sentFile) {
	for _, a := range all {
		if receipt, err := s.receipt(key, a); err == nil {
			list = append(list, sentFile{a.Name, receipt})
		}
	}
	return list
}
