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

// plainMeasure is whose day's measure the files of a form are counted in. A form is read before it is known whose it is: all
// without JavaScript behind an address are one visitor.
func plainMeasure(r *http.Request, one *site) (visitor, address string) {
	address = one.ID + " " + bot.Network(r.RemoteAddr)
	return "plain " + address, address
}

// isLarge tells a form that only files can make so large. Its bytes are counted before it is read.
func isLarge(r *http.Request) bool { return r.ContentLength > maxPlain }

// readPlain reads a form, with files or without; it returns what is wrong with it, in words.
func (s *Server) readPlain(w http.ResponseWriter, r *http.Request, one *site) (status int, problem string) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	size := int64(maxPlain)
	if s.uploads != nil && kind == "multipart/form-data" && isLarge(r) {
		visitor, address := plainMeasure(r, one)
		switch {
		case r.ContentLength > one.limit()+maxPlain:
			return http.StatusRequestEntityTooLarge, french.files.large(one.limit())
		case s.uploads.room() < 2*r.ContentLength+roomLeft:
			return http.StatusInsufficientStorage, french.files.noRoom
		case !s.uploads.quota.take(visitor, address, 0, r.ContentLength, one.limit(), s.now()):
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

// brought are the files of a form.
func brought(r *http.Request) (all []*multipart.FileHeader) {
	if r.MultipartForm == nil {
		return nil
	}
	for _, given := range r.MultipartForm.File["file"] {
		if given.Filename != "" || given.Size > 0 { // else none was chosen
			all = append(all, given)
		}
	}
	return all
}

// measured tells whether the files of a form may be kept, by the room there is and by what came in the last day.
func (s *Server) measured(r *http.Request, one *site, files []*multipart.FileHeader) (status int, problem string) {
	var size int64
	for _, given := range files {
		size += given.Size
	}
	words := wordsOf(bot.KnownLanguage(r.PostForm.Get("lang"))).files
	if s.uploads.room() < size+roomLeft {
		return http.StatusInsufficientStorage, words.noRoom
	}
	if isLarge(r) { // counted already
		size = 0
	}
	if visitor, address := plainMeasure(r, one); !s.uploads.quota.take(visitor, address, len(files), size, one.limit(), s.now()) {
		return http.StatusTooManyRequests, words.many
	}
	return 0, ""
}

// plainFiles are the files of a form: those of its receipts, and those it brings. With a problem, which is said in words,
// the ones before it are there.
func (s *Server) plainFiles(r *http.Request, one *site, key, language string) (all []bot.Attachment, status int, problem string) {
	if s.uploads == nil {
		return nil, http.StatusOK, ""
	}
	words := wordsOf(language)
	for _, receipt := range r.PostForm["sent"] {
		if a, err := s.received(r.Context(), key, receipt); err == nil {
			all = append(all, a)
		} else {
			status, problem = http.StatusUnprocessableEntity, words.errorText(badFile)
		}
	}
	files := brought(r)
	if len(files) == 0 {
		return all, status, problem
	}
	if status, problem := s.measured(r, one, files); problem != "" {
		s.log.Warn("refused a file", "site", one.ID, "why", http.StatusText(status))
		return all, status, problem
	}
	for _, given := range files {
		a, err := s.plainFile(r, given)
		if err == nil {
			all = append(all, a)
			continue
		}
		status = http.StatusUnprocessableEntity
		switch {
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
	return all, status, problem
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
