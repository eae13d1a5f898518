// Package telegramtest is a Telegram for tests, in the manner of net/http/httptest: a server that follows the published
// Bot API (core.telegram.org/bots/api) and the error texts of its open server (tdlib/telegram-bot-api), and the people
// who write to the bot.
//
//	person: Write, Press, Edit, Block ... -> updates -> getUpdates or the webhook -> the bot
//	the bot: sendMessage ...              -> refused as Telegram refuses, or logged: Messages, Calls, Rate
//
// It is strict where Telegram is lenient: a field or a method that the Bot API does not name is refused, so that a
// misspelt one does not go unnoticed. It knows the methods that Guichet uses and no others.
package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// The bot that every server has.
const (
	BotID       = 5000000001
	BotUsername = "guichet_test_bot"
)

// patience is how long Wait waits. It is only ever used up by a failure.
const patience = time.Minute

// Server is a running Telegram. It is safe for concurrent use.
type Server struct {
	URL   string // where it listens, as GUICHET_TELEGRAM_API
	Token string // of the bot; another is refused

	http *httptest.Server

	mu        sync.Mutex
	changed   chan struct{} // closed and replaced at each change
	closed    chan struct{}
	updates   queue
	hook      webhook
	chats     map[int64]*chat
	languages map[int64]string // of people
	queries   map[string]bool  // callback queries, and whether they have been answered
	files     map[string]File
	commands  map[string][]Command // by scope and language
	calls     map[string]int
	log       []Call
	trouble   func(Call) *Failure
	number    int64 // the last id given out
}

// Call is one request the bot made, also one that was refused.
type Call struct {
	Method string
	ChatID int64 // 0 when the method has none
	Fields map[string]string
	At     time.Time
	Code   int // of the answer: 200, 400, 429 ...
}

// Failure is what a request gets instead of its answer.
type Failure struct {
	Code        int // 429, 500, 502 ...; 0 with Cut
	Description string
	RetryAfter  int    // seconds, for 429
	Body        string // sent as it is instead of JSON, as a proxy in between does
	Cut         bool   // the request is carried out, and the connection is cut before its answer
}

// NewServer starts a server. Close ends it.
func NewServer() *Server {
	s := &Server{
		Token: "5000000001:TEST-token_of-the_fake-35characters", changed: make(chan struct{}), closed: make(chan struct{}),
		chats: map[int64]*chat{}, languages: map[int64]string{}, queries: map[string]bool{}, files: map[string]File{}, commands: map[string][]Command{},
		calls: map[string]int{}, number: 100,
	}
	s.updates.next = 1000
	s.hook.retry = 20 * time.Millisecond
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.http.URL
	return s
}

// Close ends the polls and the webhook, then the server.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
	s.hook.stop()
	s.mu.Unlock()
	s.hook.running.Wait()
	s.http.CloseClientConnections()
	s.http.Close()
}

// Trouble has decide look at each request of the bot from now on: what it returns is answered instead. Nil ends it.
// decide must not call the server.
func (s *Server) Trouble(decide func(Call) *Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = decide
}

// Calls counts the requests for a method, the refused ones with them.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Log is every request but getUpdates so far, in the order of arrival.
func (s *Server) Log() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.log...)
}

// Rate is the most messages that were asked to be sent to a chat within any span of that length, refused ones with
// them; of all chats when chatID is 0.
func (s *Server) Rate(chatID int64, span time.Duration) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var times []time.Time
	most := 0
	for _, c := range s.log {
		if !strings.HasPrefix(c.Method, "send") || c.Method == "sendChatAction" || chatID != 0 && c.ChatID != chatID {
			continue
		}
		times = append(times, c.At)
		for times[len(times)-1].Sub(times[0]) >= span {
			times = times[1:]
		}
		most = max(most, len(times))
	}
	return most
}

// Wait waits until a condition is true, looking at each change, and fails the test otherwise. The condition may use the
// server's methods.
func (s *Server) Wait(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if condition() {
			return
		}
		select {
		case <-changed:
		case <-time.After(50 * time.Millisecond): // it may depend on more than this server
		case <-deadline:
			t.Fatalf("it never came: %s", what)
		}
	}
}

// signal tells whoever waits that something has changed. The caller holds the lock.
func (s *Server) signal() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// id gives out the next number. The caller holds the lock.
func (s *Server) id() int64 {
	s.number++
	return s.number
}

// apiError is a refusal as Telegram words it.
type apiError struct {
	code        int
	description string
	retryAfter  int
}

func badRequest(format string, args ...any) *apiError {
	return &apiError{code: 400, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// method is one method of the Bot API: the fields it takes, and what it does while the lock is held.
type method struct {
	fields string
	do     func(*Server, fields) (any, *apiError)
}

var methods = map[string]method{
	"getMe":                  {"", (*Server).getMe},
	"setWebhook":             {"url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token", (*Server).setWebhook},
	"deleteWebhook":          {"drop_pending_updates", (*Server).deleteWebhook},
	"getWebhookInfo":         {"", (*Server).getWebhookInfo},
	"sendMessage":            {sendFields, (*Server).sendMessage},
	"editMessageText":        {editFields + " text parse_mode entities link_preview_options", (*Server).editMessageText},
	"editMessageReplyMarkup": {editFields, (*Server).editMessageReplyMarkup},
	"answerCallbackQuery":    {"callback_query_id text show_alert url cache_time", (*Server).answerCallbackQuery},
	"setMyCommands":          {"commands scope language_code", (*Server).setMyCommands},
	"getMyCommands":          {"scope language_code", (*Server).getMyCommands},
	"sendChatAction":         {"business_connection_id chat_id message_thread_id action", (*Server).sendChatAction},
	"getFile":                {"file_id", (*Server).getFile},
	"sendDocument":           {uploadFields + " document thumbnail disable_content_type_detection", (*Server).sendDocument},
	"sendPhoto":              {uploadFields + " photo has_spoiler show_caption_above_media", (*Server).sendPhoto},
	"createForumTopic":       {"chat_id name icon_color icon_custom_emoji_id", (*Server).createForumTopic},
	"closeForumTopic":        {"chat_id message_thread_id", (*Server).closeForumTopic},
	"reopenForumTopic":       {"chat_id message_thread_id", (*Server).reopenForumTopic},
	"setMessageReaction":     {"chat_id message_id reaction is_big", (*Server).setMessageReaction},
	"getChat":                {"chat_id", (*Server).getChat},
	"getChatMember":          {"chat_id user_id", (*Server).getChatMember},
}

const (
	pollFields = "offset limit timeout allowed_updates"
	sendFields = "business_connection_id chat_id message_thread_id direct_messages_topic_id text parse_mode entities " +
		"link_preview_options disable_notification protect_content allow_paid_broadcast message_effect_id " +
		"suggested_post_parameters reply_parameters reply_markup"
	uploadFields = "business_connection_id chat_id message_thread_id direct_messages_topic_id caption parse_mode caption_entities " +
		"disable_notification protect_content allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
	editFields = "business_connection_id chat_id message_id inline_message_id reply_markup"
)

var (
	requestPath = regexp.MustCompile(`^/bot([^/]*)/(\w+)$`)
	filePath    = regexp.MustCompile(`^/file/bot([^/]*)/(.+)$`)
	tokenShape  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
)

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if m := filePath.FindStringSubmatch(r.URL.Path); m != nil {
		s.serveFile(w, m[1], m[2])
		return
	}
	m := requestPath.FindStringSubmatch(r.URL.Path)
	if m == nil {
		answer(w, nil, &apiError{code: 404, description: "Not Found"})
		return
	}
	if err := s.admit(m[1]); err != nil {
		answer(w, nil, err)
		return
	}
	given, err := readFields(r)
	if err != nil {
		answer(w, nil, err)
		return
	}
	call := Call{Method: m[2], ChatID: given.number("chat_id"), Fields: given, At: time.Now(), Code: 200}
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
	result, refused := s.carryOut(r.Context(), call, given)
	if failure != nil { // cut
		panic(http.ErrAbortHandler)
	}
	answer(w, result, refused)
}

// admit checks a token. One of the wrong shape is a wrong address, to Telegram.
func (s *Server) admit(token string) *apiError {
	switch {
	case token == s.Token:
		return nil
	case !tokenShape.MatchString(token):
		return &apiError{code: 404, description: "Not Found"}
	}
	return &apiError{code: 401, description: "Unauthorized"}
}

func (s *Server) carryOut(ctx context.Context, call Call, given fields) (result any, refused *apiError) {
	m, known := methods[call.Method]
	if call.Method == "getUpdates" {
		if refused := given.only(pollFields); refused != nil {
			return nil, refused
		}
		return s.getUpdates(ctx, given)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	defer func() {
		if refused != nil {
			call.Code = refused.code
		}
		s.log = append(s.log, call)
	}()
	if !known {
		return nil, &apiError{code: 404, description: "Not Found: method not found"}
	}
	if refused := given.only(m.fields); refused != nil {
		return nil, refused
	}
	return m.do(s, given)
}

func (s *Server) fail(w http.ResponseWriter, call Call, f Failure) {
	s.mu.Lock()
	call.Code = f.Code
	if call.Method != "getUpdates" {
		s.log = append(s.log, call)
	}
	s.signal()
	s.mu.Unlock()
	if f.Body != "" {
		w.WriteHeader(f.Code)
		_, _ = w.Write([]byte(f.Body))
		return
	}
	refused := &apiError{code: f.Code, description: f.Description, retryAfter: f.RetryAfter}
	if f.Code == 429 && f.Description == "" {
		refused.description = fmt.Sprintf("Too Many Requests: retry after %d", f.RetryAfter)
	}
	answer(w, nil, refused)
}

// answer writes Telegram's envelope.
func answer(w http.ResponseWriter, result any, refused *apiError) {
	w.Header().Set("Content-Type", "application/json")
	envelope := map[string]any{"ok": refused == nil}
	if refused != nil {
		envelope["error_code"], envelope["description"] = refused.code, refused.description
		if refused.retryAfter > 0 {
			envelope["parameters"] = map[string]any{"retry_after": refused.retryAfter}
			w.Header().Set("Retry-After", fmt.Sprint(refused.retryAfter))
		}
		w.WriteHeader(refused.code)
	} else {
		envelope["result"] = result
	}
	_ = json.NewEncoder(w).Encode(envelope)
}

func (s *Server) getMe(fields) (any, *apiError) {
	return map[string]any{
		"id": BotID, "is_bot": true, "first_name": "Guichet", "username": BotUsername, "can_join_groups": true,
		"can_read_all_group_messages": false, "supports_inline_queries": false,
	}, nil
}

// hidden is an error's text without the token.
func (s *Server) hidden(err error) string { return strings.ReplaceAll(err.Error(), s.Token, "***") }
