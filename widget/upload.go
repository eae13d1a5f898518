package widget

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"guichet/bot"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog" // tusd's, of before log/slog
)

// Visitors send files by the tus protocol (tus.io, version 1.0.0, with creation and termination), which goes on where a
// cut ended it. tusd reads the bodies and counts; who may send what, and what becomes of it, is decided here.
//
//	POST /upload/ -> bytes in the folder of uploads <- PATCH, after any number of cuts
//	                   └ all there: what is it? -> bot.Files -> a receipt, by which a message names the file
//
// A message is sent as any other. So nothing of a file reaches a conversation by itself, and its message is kept once and
// in order like all messages, with or without the database.

const (
	uploadPath = "/upload/"

	// usualUpload is the limit of a file in MB where a site says nothing.
	usualUpload = 50

	// uploadSilence is how long a client may say nothing in the middle of a file.
	uploadSilence = 30 * time.Second

	// finishLimit is for checking and keeping a file that has arrived.
	finishLimit = 2 * time.Minute

	// unfinishedAtOnce is how many files a visitor may have on their way.
	unfinishedAtOnce = 10

	// roomLeft is what a file must leave free where it goes, in bytes: the database may be on the same disk.
	roomLeft = 256 << 20

	// longestSentName is of a file's name as sent, in bytes.
	longestSentName = 1000

	receiptHeader = "Guichet-Receipt"
)

// uploads are the files on their way.
type uploads struct {
	*Server
	dir   string
	root  *os.Root // of the same
	store filestore.FileStore
	locks *uploadLocker
	tus   http.Handler
	quota quota
	free  func(dir string) (int64, error) // bytes
}

// visitor is who sends, in the context of a request.
type visitor struct {
	site     *site
	key      string
	owner    string // what the ids of the visitor's uploads begin with
	address  string
	language string
}

type visitorKey struct{}

func (s *Server) openUploads(dir string) (*uploads, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("widget: make the folder of uploads: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("widget: open the folder of uploads: %w", err)
	}
	u := &uploads{
		Server: s, dir: dir, root: root, store: filestore.FileStore{Path: dir, DirModePerm: 0o700, FileModePerm: 0o600},
		locks: newUploadLocker(dir, s.log), free: freeSpace,
	}
	composer, store := handler.NewStoreComposer(), uploadStore{u.store, s.log}
	composer.UseCore(store)
	composer.UseTerminater(store)
	composer.UseLocker(u.locks)
	tus, err := handler.NewHandler(handler.Config{
		StoreComposer: composer, BasePath: uploadPath, DisableDownload: true, NetworkTimeout: uploadSilence,
		Cors: &handler.CorsConfig{Disable: true}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		PreUploadCreateCallback: u.begin, PreFinishResponseCallback: u.finished,
	})
	if err != nil {
		return nil, fmt.Errorf("widget: uploads: %w", err)
	}
	u.tus = http.StripPrefix(uploadPath, tus)
	return u, nil
}

// limit is how many bytes a file of the site may have.
func (s *site) limit() int64 {
	if s.UploadMB > 0 {
		return int64(s.UploadMB) << 20
	}
	return usualUpload << 20
}

// serve answers a request about an upload.
func (u *uploads) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Origin")
	if !u.anyoneAllows(r) {
		http.Error(w, errorText(badOrigin), http.StatusForbidden)
		return
	}
	origin, _ := foreignOrigin(r)
	if origin != "" {
		h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		h.Set("Access-Control-Expose-Headers", "Location, Tus-Resumable, Upload-Offset, Upload-Length, "+receiptHeader)
	}
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "POST, HEAD, PATCH, DELETE")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset")
		h.Set("Access-Control-Max-Age", "86400")
		h.Set("Tus-Version", "1.0.0")
		h.Set("Tus-Extension", "creation,creation-with-upload,termination")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if !u.enter() {
		http.Error(w, textRestart, http.StatusServiceUnavailable)
		return
	}
	defer u.running.Done()
	who, code := u.visitor(r, origin)
	if code != "" {
		u.log.Warn("refused a file", "why", code)
		http.Error(w, errorText(code), http.StatusForbidden)
		return
	}
	u.answer(w, r, who)
}

// answer answers a visitor.
func (u *uploads) answer(w http.ResponseWriter, r *http.Request, who visitor) {
	control := http.NewResponseController(w)
	ctx, cancel := context.WithCancel(context.WithValue(r.Context(), visitorKey{}, who))
	defer cancel()
	var body *uploadBody
	if r.Body != nil && r.Body != http.NoBody {
		body = &uploadBody{ReadCloser: r.Body, control: control}
		ctx = context.WithValue(ctx, uploadBodyKey{}, body)
	}
	go func() {
		select {
		case <-u.closing: // what has arrived is kept, and the client goes on elsewhere
			if body != nil {
				body.end(handler.ErrServerShutdown)
			}
			cancel()
		case <-ctx.Done():
		}
	}()
	if id := strings.TrimPrefix(r.URL.Path, uploadPath); id != "" {
		if !strings.HasPrefix(id, who.owner) || !uploadID.MatchString(id) {
			http.Error(w, wordsOf(who.language).files.unknown, http.StatusNotFound)
			return
		}
		if u.settled(ctx, w, r, id) {
			return
		}
	}
	r = r.WithContext(ctx)
	if body != nil {
		r.Body = body
		defer body.leave()
	}
	u.tus.ServeHTTP(&relative{ResponseWriter: w}, r)
	// tusd leaves its deadlines on the connection, and the next request may be a stream.
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
}

// visitor finds out who sends: the Authorization header holds a hello, as the other ways do.
func (u *uploads) visitor(r *http.Request, origin string) (who visitor, code string) {
	given, found := strings.CutPrefix(r.Header.Get("Authorization"), "Guichet ")
	data, err := encoding.DecodeString(given)
	k := &session{server: u.Server, origin: origin}
	var hello clientFrame
	if !found || err != nil || json.Unmarshal(data, &hello) != nil {
		return who, badToken
	}
	if code := k.admit(hello); code != "" {
		return who, code
	}
	if k.key == "" {
		return who, badToken
	}
	return visitor{k.site, k.key, u.owner(k.key), bot.Network(r.RemoteAddr), k.language()}, ""
}

// begin decides whether a file may come, before a byte of it has.
func (u *uploads) begin(hook handler.HookEvent) (handler.HTTPResponse, handler.FileInfoChanges, error) {
	who, _ := hook.Context.Value(visitorKey{}).(visitor)
	var none handler.FileInfoChanges
	size := hook.Upload.Size
	words := wordsOf(who.language).files
	switch unfinished, free := u.unfinished(who.owner), u.room(); {
	case size <= 0:
		return handler.HTTPResponse{}, none, u.refuse(who.site, "empty", http.StatusUnsupportedMediaType, words.kind)
	case size > who.site.limit():
		return handler.HTTPResponse{}, none, u.refuse(who.site, "too large", http.StatusRequestEntityTooLarge, words.large(who.site.limit()))
	case unfinished >= unfinishedAtOnce:
		return handler.HTTPResponse{}, none, u.refuse(who.site, "too many on their way", http.StatusTooManyRequests, words.many)
	case free < 2*size+roomLeft: // on its way and kept, for a moment both
		return handler.HTTPResponse{}, none, u.refuse(who.site, "the disk is nearly full", http.StatusInsufficientStorage, words.noRoom)
	case !u.quota.take(who.key, who.site.ID+" "+who.address, 1, size, who.site.limit(), u.now()):
		return handler.HTTPResponse{}, none, u.refuse(who.site, "too many in a day", http.StatusTooManyRequests, words.many)
	}
	name := hook.Upload.MetaData["filename"]
	return handler.HTTPResponse{}, handler.FileInfoChanges{
		ID: who.owner + newKey(), MetaData: handler.MetaData{"filename": name[:min(len(name), longestSentName)]},
	}, nil
}

// refuse logs why a file is refused, and answers with what its sender may do.
func (u *uploads) refuse(one *site, why string, status int, text string) error {
	u.log.Warn("refused a file", "site", one.ID, "why", why)
	return sentence(status, text)
}

// sentence is an answer for a person.
func sentence(status int, text string) handler.Error {
	return handler.Error{ErrorCode: http.StatusText(status), HTTPResponse: handler.HTTPResponse{
		StatusCode: status, Body: text, Header: handler.HTTPHeader{"Content-Type": "text/plain; charset=utf-8"},
	}}
}

// relative keeps the address of a new upload free of a scheme and a host, which are the proxy's to know.
type relative struct{ http.ResponseWriter }

func (w *relative) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *relative) WriteHeader(status int) {
	if _, id, found := strings.Cut(w.Header().Get("Location"), uploadPath); found {
		w.Header().Set("Location", uploadPath+id)
	}
	w.ResponseWriter.WriteHeader(status)
}
