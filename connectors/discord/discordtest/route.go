package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const prefix = "/api/v9"

// call is one request of the bot while it is carried out.
type call struct {
	*Server
	request *http.Request
	query   func(name string) string
	form    any // the JSON of the body, with json.Number for numbers; nil when there was none
	body    []byte
	files   []File
	err     error // what is wrong with the body itself
}

// handler carries a call out, with the server locked. It returns what is to be sent as JSON (nil for 204, no content),
// or a *refusal.
type handler func(*call) (any, error)

// route is one of the API. An open one needs no token of the bot; one apart has no part in the global rate, and its
// secret is in its path.
type route struct {
	open, apart bool
	do          handler
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, r := range map[string]route{
		"GET /gateway":                             {open: true, do: (*call).getGateway},
		"GET /gateway/bot":                         {do: (*call).getGatewayBot},
		"GET /users/@me":                           {do: (*call).getMe},
		"GET /users/{user}":                        {do: (*call).getUser},
		"GET /applications/@me":                    {do: (*call).getApplication},
		"GET /oauth2/applications/@me":             {do: (*call).getApplication},
		"GET /users/@me/guilds":                    {do: (*call).getGuilds},
		"GET /guilds/{guild}/channels":             {do: (*call).getGuildChannels},
		"GET /guilds/{guild}/roles":                {do: (*call).getRoles},
		"GET /guilds/{guild}/members/{user}":       {do: (*call).getMember},
		"POST /users/@me/channels":                 {do: (*call).createDirect},
		"GET /channels/{channel}":                  {do: (*call).getChannel},
		"PATCH /channels/{channel}":                {do: (*call).editThread},
		"POST /channels/{channel}/typing":          {do: (*call).typing},
		"GET /channels/{channel}/messages":         {do: (*call).getMessages},
		"POST /channels/{channel}/messages":        {do: (*call).createMessage},
		"GET /channels/{channel}/messages/{id}":    {do: (*call).getMessage},
		"PATCH /channels/{channel}/messages/{id}":  {do: (*call).editMessage},
		"DELETE /channels/{channel}/messages/{id}": {do: (*call).deleteMessage},

		"PUT /channels/{channel}/messages/{id}/reactions/{emoji}/@me": {do: (*call).react},

		"POST /channels/{channel}/threads":                   {do: (*call).startThread},
		"POST /channels/{channel}/messages/{id}/threads":     {do: (*call).startThreadFromMessage},
		"GET /channels/{channel}/thread-members":             {do: (*call).getThreadMembers},
		"PUT /channels/{channel}/thread-members/{member}":    {do: (*call).addThreadMember},
		"DELETE /channels/{channel}/thread-members/{member}": {do: (*call).removeThreadMember},

		"GET /applications/{application}/commands":                {do: (*call).getCommands},
		"PUT /applications/{application}/commands":                {do: (*call).putCommands},
		"GET /applications/{application}/guilds/{guild}/commands": {do: (*call).getCommands},
		"PUT /applications/{application}/guilds/{guild}/commands": {do: (*call).putCommands},

		"POST /interactions/{interaction}/{token}/callback":         {open: true, apart: true, do: (*call).answer},
		"POST /webhooks/{application}/{token}":                      {open: true, apart: true, do: (*call).followUp},
		"GET /webhooks/{application}/{token}/messages/{message}":    {open: true, apart: true, do: (*call).getAnswer},
		"PATCH /webhooks/{application}/{token}/messages/{message}":  {open: true, apart: true, do: (*call).editAnswer},
		"DELETE /webhooks/{application}/{token}/messages/{message}": {open: true, apart: true, do: (*call).deleteAnswer},
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+prefix+path, func(w http.ResponseWriter, q *http.Request) { s.serve(w, q, method+" "+path, r) })
	}
	mux.HandleFunc(prefix+"/", func(w http.ResponseWriter, q *http.Request) { s.serve(w, q, q.Method+" /", route{do: notHere}) })
	mux.HandleFunc("/api/", func(w http.ResponseWriter, q *http.Request) {
		s.serve(w, q, q.Method+" /", route{open: true, do: func(*call) (any, error) { return nil, refuse(invalidVersion) }})
	})
	mux.HandleFunc("GET /attachments/{channel}/{id}/{name}", s.download)
	mux.HandleFunc("GET /{$}", s.gateway)
	mux.HandleFunc("GET /resume/{$}", s.gateway)
	mux.HandleFunc("GET /resume", s.gateway)
	return mux
}

func notHere(*call) (any, error) { return nil, notFound() }

// serve reads a request, carries it out and answers.
func (s *Server) serve(w http.ResponseWriter, q *http.Request, pattern string, r route) {
	c := &call{Server: s, request: q, query: q.URL.Query().Get}
	c.read()
	headers := w.Header()
	status, data := s.carryOut(c, headers, pattern, r)
	if status == 0 {
		panic(http.ErrAbortHandler) // a fault that cuts the connection
	}
	if headers.Get("Content-Type") == "" && data != nil {
		headers.Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = w.Write(data) //nolint:gosec // JSON, never a page; and a client that is gone is not our concern
}

// carryOut does what a request asks, unless a fault or a limit is before it, and logs it.
func (s *Server) carryOut(c *call, headers http.Header, pattern string, r route) (status int, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	method, path, _ := strings.Cut(pattern, " ")
	s.counts.Requests++
	entry := Request{
		Number: s.counts.Requests, Time: s.config.Now(), Method: method, Route: path, Body: c.body,
		Path: strings.TrimPrefix(c.request.URL.RequestURI(), prefix),
	}
	fault := s.fault(entry)
	if fault == (Fault{}) || fault.Done {
		body, err := s.do(c, headers, pattern, r)
		status, data = answer(body, err)
		if no := (*refusal)(nil); errors.As(err, &no) {
			entry.Code = no.code
			s.counts.Codes[no.code]++
		}
	}
	if fault != (Fault{}) {
		s.counts.Faults++
		status, data = fault.answer(headers)
		entry.Code, entry.Fault = fault.Code, true
	}
	entry.Status = status
	s.log = append(s.log, entry)
	s.notify()
	return status, data
}

func (s *Server) do(c *call, headers http.Header, pattern string, r route) (any, error) {
	if err := s.admit(c, r); err != nil {
		return nil, err
	}
	if err := s.limit(headers, c, pattern, r); err != nil {
		return nil, err
	}
	return r.do(c)
}

// answer is the status and body for what a handler returned.
func answer(body any, err error) (int, []byte) {
	status := http.StatusOK
	var no *refusal
	switch {
	case errors.As(err, &no):
		status, body = no.status, no.body
	case err != nil:
		panic(err) // handlers fail with refusals only
	case body == nil:
		return http.StatusNoContent, nil
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // all that is sent can be marshalled
	}
	return status, data
}

// admit refuses who does not say what it is or has not the token, and paths with ids that are none.
func (s *Server) admit(c *call, r route) error {
	if !strings.HasPrefix(c.request.UserAgent(), "DiscordBot (") { // docs: reference, user agent
		return &refusal{status: http.StatusForbidden, body: map[string]any{"message": "a User-Agent of DiscordBot (url, version) is required", "code": 0}}
	}
	if !r.open && c.request.Header.Get("Authorization") != "Bot "+s.config.Token {
		return refuse(unauthorized)
	}
	f := &form{}
	for _, name := range []string{"channel", "id", "guild", "user", "application", "interaction"} {
		if value := c.request.PathValue(name); value != "" {
			snowflake(f, []string{name + "_id"}, value)
		}
	}
	return f.refused()
}

// read takes the body in: JSON, or an upload of files with JSON beside them.
func (c *call) read() {
	data, err := io.ReadAll(io.LimitReader(c.request.Body, mostBody+1))
	if err != nil || len(data) > mostBody {
		c.err = refuse(tooLarge)
		return
	}
	kind, parameters, _ := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		c.body = data
	case "multipart/form-data":
		if c.err = c.readParts(multipart.NewReader(bytes.NewReader(data), parameters["boundary"])); c.err != nil {
			return
		}
	}
	if len(c.body) == 0 {
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	decoder.UseNumber()
	if decoder.Decode(&c.form) != nil || decoder.More() {
		c.form, c.err = nil, refuse(invalidJSON)
	}
}

func (c *call) readParts(parts *multipart.Reader) error {
	var named []string
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse(invalidForm)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return refuse(invalidForm)
		}
		name := part.FormName()
		number, isFile := strings.CutPrefix(strings.TrimSuffix(name, "]"), "files[")
		_, err = strconv.Atoi(number)
		switch {
		case name == "payload_json":
			c.body = data
		case !isFile || err != nil || part.FileName() == "" || slices.Contains(named, name):
			f := &form{}
			f.wrong([]string{name}, "UNKNOWN_FIELD", "A part is payload_json or files[n], each once, and a file has a name.")
			return f.refused()
		case len(data) > mostFile:
			return refuse(tooLarge)
		default:
			c.files = append(c.files, File{Name: part.FileName(), ContentType: part.Header.Get("Content-Type"), Data: data, number: number})
			named = append(named, name)
		}
	}
}

// decode reads a part of the form that has been checked.
func decode[T any](form any) T {
	var value T
	data, err := json.Marshal(form)
	if err == nil {
		err = json.Unmarshal(data, &value)
	}
	if err != nil {
		panic(err) // the rules let through what cannot be read
	}
	return value
}
