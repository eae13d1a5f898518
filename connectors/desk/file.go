package desk

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/bot"
)

const (
	// uploadLimit bounds a reply with its files: somebody who sends more sends twice.
	uploadLimit = 120 << 20

	// filesMost is how many files a reply takes.
	filesMost = 10

	// inMemory is how much of an upload is held in memory; the rest waits in a temporary file.
	inMemory = 1 << 20
)

// shownFile is a file of a message on a page.
type shownFile struct {
	ID    string
	Href  string
	Name  string
	Size  string // "1,2 Mo"
	Shown bool   // as a picture
}

func (l language) shownFiles(all []bot.Attachment) []shownFile {
	var shown []shownFile
	for _, a := range all {
		shown = append(shown, shownFile{ID: a.ID, Href: "/desk/files/" + a.ID, Name: a.Name, Size: l.size(a.Size), Shown: a.Shown()})
	}
	return shown
}

// serveFile gives a file that a message holds to somebody of the desk. It is what its content said when it came, is never
// taken for anything else, and runs nothing.
func (d *desk) serveFile(w http.ResponseWriter, r *http.Request, _ bot.User) {
	if d.files == nil {
		d.notFound(w, r)
		return
	}
	a, err := d.attachments.Attachment(r.Context(), r.PathValue("id"))
	if err != nil {
		d.broken(w, r, "find a file", err)
		return
	}
	content, err := d.files.Open(r.Context(), a.ID)
	if err != nil {
		d.broken(w, r, "open a file", err)
		return
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Content-Disposition", a.Disposition())
	h.Set("Content-Security-Policy", bot.FilePolicy)
	http.ServeContent(w, r, "", time.Time{}, content)
}

// takes are the kinds of files for the form, by type and by ending: some systems know HEIC by its ending only.
func (d *desk) takes() string {
	if d.files == nil {
		return ""
	}
	kinds := []string{".jpeg"}
	for kind, ending := range bot.FileTypes() {
		kinds = append(kinds, kind, ending)
	}
	slices.Sort(kinds)
	return strings.Join(kinds, ",")
}

// widen lets a request of somebody who is signed in bring files.
func widen(w http.ResponseWriter, r *http.Request) {
	if whole, ok := r.Context().Value(wholeBody{}).(io.ReadCloser); ok && isMultipart(r) {
		r.Body = http.MaxBytesReader(w, whole, uploadLimit)
	}
}

// removeUploads deletes the temporary files of a form. net/http does so for the request that it made itself, and a form is
// read from a copy of that.
func removeUploads(r *http.Request) {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll() // what could not be deleted is the system's to clear
	}
}

func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// received puts the files of a reply's form where files are, and adds those that an earlier try of the same form brought.
// problem says what was not taken; the others are kept for the next try.
func (d *desk) received(r *http.Request, once string) (all []bot.Attachment, problem string, err error) {
	if d.files == nil || r.MultipartForm == nil {
		return nil, "", nil
	}
	for _, a := range d.keptFiles(r, once) {
		if slices.Contains(r.PostForm["kept"], a.ID) {
			all = append(all, a)
		}
	}
	for _, sent := range r.MultipartForm.File["file"] {
		if sent.Filename == "" && sent.Size == 0 {
			continue // no file was chosen
		}
		if len(all) == filesMost {
			return all, d.say(sayFilesMany), nil
		}
		a, err := d.put(r, sent)
		switch {
		case errors.Is(err, bot.ErrFileType):
			problem = d.sayFileType(sent.Filename)
		case errors.Is(err, bot.ErrFileTooLarge):
			problem = d.sayFileLarge(sent.Filename)
		case err != nil:
			return all, "", err
		default:
			all = append(all, a)
		}
	}
	return all, problem, nil
}

func (d *desk) put(r *http.Request, sent *multipart.FileHeader) (bot.Attachment, error) {
	content, err := sent.Open()
	if err != nil {
		return bot.Attachment{}, err
	}
	defer content.Close()
	return d.files.Put(r.Context(), sent.Filename, content)
}

// A browser does not fill in a file again, so what came with a form that was refused waits in the session, by the form.

func (d *desk) keepFiles(r *http.Request, once string, all []bot.Attachment) {
	if len(all) == 0 {
		d.sessions.Remove(r.Context(), "files "+once)
		return
	}
	if data, err := json.Marshal(all); err == nil {
		d.sessions.Put(r.Context(), "files "+once, data)
	}
}

func (d *desk) keptFiles(r *http.Request, once string) (all []bot.Attachment) {
	_ = json.Unmarshal(d.sessions.GetBytes(r.Context(), "files "+once), &all) // none
	return all
}

// redeliver sends a message that did not arrive again.
func (d *desk) redeliver(w http.ResponseWriter, r *http.Request, user bot.User) {
	seq, err := strconv.ParseInt(r.PostFormValue("seq"), 10, 64)
	if err != nil || seq <= 0 || d.outbox == nil {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	reference := r.PathValue("reference")
	err = d.outbox.Redeliver(r.Context(), reference, user, seq)
	if errors.Is(err, bot.ErrNotFound) {
		if _, err = d.tickets.Ticket(r.Context(), reference); err == nil {
			done(w, r, reference, "resent")
			return
		}
	}
	if err != nil {
		d.broken(w, r, "send a message again", err)
		return
	}
	done(w, r, reference, "resend")
}
