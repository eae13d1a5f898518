package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// refusal is what Telegram answered instead of yes, without the token and without what was sent.
type refusal struct {
	code  int // as Telegram's error_code; 0 when it gave no usable answer
	what  string
	after time.Duration // with 429: how long to wait
}

// Error implements error.
func (r *refusal) Error() string {
	if r.code == 0 {
		return "Telegram does not answer: " + r.what
	}
	return fmt.Sprintf("Telegram answers %d: %s", r.code, r.what)
}

// Pause implements courier.Away.
func (r *refusal) Pause() time.Duration { return r.after }

// api calls Telegram: the library, and getUpdates by ourselves.
type api struct {
	bot    *tg.Bot
	client *client
	base   string // holds the token: for requests only
	files  string // as base, of the files that people send
}

// client is the HTTP client of both. A request ends with its context.
type client struct{ http.Client }

func newAPI(token Secret, server string) (*api, error) {
	if server == "" {
		server = PublicAPI
	}
	server = strings.TrimRight(server, "/")
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("telegram: the API is no web address")
	}
	if strings.ContainsAny(string(token), "/?#% \t\r\n") {
		return nil, errors.New("telegram: the token is malformed: it should read 123456:letters, as @BotFather gave it")
	}
	c := &client{}
	b, err := tg.New(string(token), tg.WithSkipGetMe(), tg.WithServerURL(server), tg.WithHTTPClient(callLimit, c),
		tg.WithErrorsHandler(func(error) {}), tg.WithDebugHandler(func(string, ...any) {})) // neither may log what was sent
	if err != nil {
		return nil, errors.New("telegram: the token is malformed")
	}
	return &api{bot: b, client: c, base: server + "/bot" + string(token) + "/", files: server + "/file/bot" + string(token) + "/"}, nil
}

// do runs one call of the library within the limit, and translates its error.
func do[T any](ctx context.Context, call func(ctx context.Context) (T, error)) (T, error) {
	return doWithin(ctx, callLimit, call)
}

// doWithin is do with a limit of its own.
func doWithin[T any](ctx context.Context, limit time.Duration, call func(ctx context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	v, err := call(ctx)
	if r := judge(err); r != nil {
		return v, r
	}
	return v, nil
}

func (a *api) me(ctx context.Context) (*models.User, error) { return do(ctx, a.bot.GetMe) }

func (a *api) sendMessage(ctx context.Context, m *tg.SendMessageParams) error {
	_, err := do(ctx, func(ctx context.Context) (*models.Message, error) { return a.bot.SendMessage(ctx, m) })
	return err
}

// judge turns the library's error into a refusal, nil for none. Its texts may hold what was sent: only what stands
// before the first quotation is kept.
func judge(err error) *refusal {
	var tooMany *tg.TooManyRequestsError
	var moved *tg.MigrateError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooMany):
		return &refusal{http.StatusTooManyRequests, "too many requests", time.Duration(max(1, tooMany.RetryAfter)) * time.Second}
	case errors.As(err, &moved):
		return &refusal{code: http.StatusBadRequest, what: "the group has become a supergroup"}
	case errors.Is(err, context.DeadlineExceeded):
		return &refusal{what: "no answer in time"}
	case strings.Contains(err.Error(), "error decode response result"):
		return nil // Telegram said yes, and with it something that the library does not know
	}
	for code, kind := range map[int]error{
		http.StatusBadRequest: tg.ErrorBadRequest, http.StatusUnauthorized: tg.ErrorUnauthorized, http.StatusForbidden: tg.ErrorForbidden,
		http.StatusNotFound: tg.ErrorNotFound, http.StatusConflict: tg.ErrorConflict,
	} {
		if errors.Is(err, kind) {
			return &refusal{code: code, what: described(err.Error())}
		}
	}
	if m := ownError.FindStringSubmatch(err.Error()); m != nil {
		code, _ := strconv.Atoi(m[1]) // three digits
		return &refusal{code: code, what: "an error of its own"}
	}
	return &refusal{what: unusable(err)}
}

// ownError is how the library words an error code that it does not know.
var ownError = regexp.MustCompile(`^error response from telegram for method \w+, (\d{3})\b`)

// described is Telegram's description in an error of the library ("bad request, Bad Request: chat not found").
func described(text string) string {
	_, text, _ = strings.Cut(text, ", ")
	if _, after, found := strings.Cut(text, ": "); found {
		text = after
	}
	if end := strings.IndexAny(text, ":\"'<"); end > 0 && !strings.HasPrefix(text, "can't") {
		text = text[:end]
	}
	if strings.HasPrefix(text, misread) {
		text = misread
	}
	return strings.TrimSpace(text)
}

// unusable says in a few words why there is no answer, and never with an address: it would hold the token.
func unusable(err error) string {
	var failed *url.Error
	if errors.As(err, &failed) {
		if failed.Timeout() {
			return "no answer in time"
		}
		return "no connection"
	}
	return "the answer is none of the Bot API's"
}

// getUpdates asks for what lies at an offset or after it, 0 for all, and holds the request open for a while when there
// is nothing. What lies before the offset is confirmed: Telegram forgets it.
func (a *api) getUpdates(ctx context.Context, offset int64, hold time.Duration) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, hold+callLimit)
	defer cancel()
	body, err := json.Marshal(map[string]any{
		"offset": offset, "timeout": int(hold / time.Second), "limit": 100, "allowed_updates": allowedUpdates(),
	})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+"getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("telegram: the API is no web address")
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := a.client.Do(request)
	if err != nil {
		return nil, &refusal{what: unusable(err)}
	}
	defer response.Body.Close()
	var answer struct {
		OK          bool              `json:"ok"`
		Result      []json.RawMessage `json:"result"`
		Code        int               `json:"error_code"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, largestAnswer)).Decode(&answer); err != nil {
		return nil, &refusal{what: fmt.Sprintf("the answer, of status %d, is none of the Bot API's", response.StatusCode)}
	}
	if !answer.OK {
		return nil, &refusal{
			answer.Code, described(", " + answer.Description), time.Duration(answer.Parameters.RetryAfter) * time.Second,
		}
	}
	return answer.Result, nil
}

// largestAnswer bounds what is read of an answer to getUpdates: a hundred updates are far smaller.
const largestAnswer = 64 << 20

// allowedUpdates are the kinds that Telegram is to send.
func allowedUpdates() []string { return []string{"message", "edited_message", "callback_query"} }

// answerQuery ends the spinning of a button.
func (a *api) answerQuery(ctx context.Context, id string) error {
	_, err := do(ctx, func(ctx context.Context) (bool, error) {
		return a.bot.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: id})
	})
	return err
}

// answerQueryWith answers a press with a notice over the chat, which has to be closed when it warns.
func (a *api) answerQueryWith(ctx context.Context, id, text string, warns bool) error {
	_, err := do(ctx, func(ctx context.Context) (bool, error) {
		return a.bot.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: id, Text: text, ShowAlert: warns})
	})
	return err
}

// removeKeyboard takes the buttons from a message.
func (a *api) removeKeyboard(ctx context.Context, chatID, messageID int64) error {
	_, err := do(ctx, func(ctx context.Context) (*models.Message, error) {
		return a.bot.EditMessageReplyMarkup(ctx, &tg.EditMessageReplyMarkupParams{ChatID: chatID, MessageID: int(messageID)})
	})
	return err
}
