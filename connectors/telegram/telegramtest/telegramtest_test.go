package telegramtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/connectors/telegram/telegramtest"
)

func start(t *testing.T) *telegramtest.Server {
	t.Helper()
	s := telegramtest.NewServer()
	t.Cleanup(s.Close)
	return s
}

type reply struct {
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

// call is one request with JSON, as the bot makes it.
func call(t *testing.T, s *telegramtest.Server, method string, given map[string]any) reply {
	t.Helper()
	return callAs(t, s, s.Token, method, given)
}

func callAs(t *testing.T, s *telegramtest.Server, token, method string, given map[string]any) reply {
	t.Helper()
	body, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(s.URL+"/bot"+token+"/"+method, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var r reply
	if err := json.NewDecoder(response.Body).Decode(&r); err != nil {
		t.Fatal(err)
	}
	if !r.OK && r.Code != response.StatusCode {
		t.Errorf("status %d over error code %d", response.StatusCode, r.Code)
	}
	return r
}

type update struct {
	ID      int64 `json:"update_id"`
	Message struct {
		ID   int64  `json:"message_id"`
		Text string `json:"text"`
	} `json:"message"`
}

func poll(t *testing.T, s *telegramtest.Server, given map[string]any) []update {
	t.Helper()
	r := call(t, s, "getUpdates", given)
	var updates []update
	if err := json.Unmarshal(r.Result, &updates); err != nil {
		t.Errorf("getUpdates: %+v, %v", r, err)
	}
	return updates
}

const ana = 42

func TestWhatTelegramRefusesIsRefusedInItsWords(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Open(ana)
	s.Open(13)
	s.Block(13)
	s.Group(-100, "Équipe", false)
	message := func(text string, more ...any) map[string]any {
		given := map[string]any{"chat_id": ana, "text": text}
		for i := 0; i < len(more); i += 2 {
			given[more[i].(string)] = more[i+1]
		}
		return given
	}
	button := func(b map[string]any) map[string]any {
		return message("a", "reply_markup", map[string]any{"inline_keyboard": []any{[]any{b}}})
	}
	for name, c := range map[string]struct {
		method string
		given  map[string]any
		code   int
		says   string
	}{
		"an unknown method":          {"sendMesage", message("a"), 404, "Not Found: method not found"},
		"an unknown field":           {"sendMessage", message("a", "reply_to", 3), 400, `Bad Request: unknown field "reply_to"`},
		"no chat":                    {"sendMessage", map[string]any{"text": "a"}, 400, "Bad Request: chat_id is empty"},
		"a chat nobody opened":       {"sendMessage", map[string]any{"chat_id": 1, "text": "a"}, 400, "Bad Request: chat not found"},
		"a bot that was blocked":     {"sendMessage", map[string]any{"chat_id": 13, "text": "a"}, 403, "Forbidden: bot was blocked by the user"},
		"no text":                    {"sendMessage", message(" \n"), 400, "Bad Request: message text is empty"},
		"tags without a word":        {"sendMessage", message("<b> </b>", "parse_mode", "HTML"), 400, "Bad Request: message text is empty"},
		"a long text":                {"sendMessage", message(strings.Repeat("😀", 2049)), 400, "Bad Request: message is too long"},
		"a tag Telegram knows not":   {"sendMessage", message("a<p>b</p>", "parse_mode", "HTML"), 400, `Bad Request: can't parse entities: Unsupported start tag "p" at byte offset 1`},
		"a tag left open":            {"sendMessage", message("<b>a", "parse_mode", "HTML"), 400, `Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`},
		"tags that cross":            {"sendMessage", message("<b><i>a</b></i>", "parse_mode", "HTML"), 400, `Bad Request: can't parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`},
		"an end without a start":     {"sendMessage", message("a</b>", "parse_mode", "HTML"), 400, "Bad Request: can't parse entities: Unexpected end tag at byte offset 1"},
		"a bare sign":                {"sendMessage", message("3 < 4", "parse_mode", "HTML"), 400, `Bad Request: can't parse entities: Unsupported start tag "" at byte offset 2`},
		"an unknown parse mode":      {"sendMessage", message("a", "parse_mode", "Markup"), 400, "Bad Request: unsupported parse_mode"},
		"data that is too long":      {"sendMessage", button(map[string]any{"text": "a", "callback_data": strings.Repeat("é", 33)}), 400, "Bad Request: BUTTON_DATA_INVALID"},
		"a button that does nothing": {"sendMessage", button(map[string]any{"text": "a"}), 400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		"an empty copied text":       {"sendMessage", button(map[string]any{"text": "a", "callback_data": "b", "copy_text": map[string]any{"text": ""}}), 400, "Bad Request: BUTTON_COPY_TEXT_INVALID"},
		"a keyboard that is null":    {"sendMessage", message("a", "reply_markup", "null"), 400, "Bad Request: can't parse reply keyboard markup JSON object"},
		"an unknown topic":           {"sendMessage", message("a", "message_thread_id", 3), 400, "Bad Request: message thread not found"},
		"a reply to nothing":         {"sendMessage", message("a", "reply_parameters", map[string]any{"message_id": 9}), 400, "Bad Request: message to be replied not found"},
		"an unknown query":           {"answerCallbackQuery", map[string]any{"callback_query_id": "1"}, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid"},
		"editing nothing":            {"editMessageText", message("a", "message_id", 3), 400, "Bad Request: message to edit not found"},
		"a topic in no forum":        {"createForumTopic", map[string]any{"chat_id": -100, "name": "a"}, 400, "Bad Request: the chat is not a forum"},
		"a command in capitals":      {"setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "Aide", "description": "a"}}}, 400, "Bad Request: BOT_COMMAND_INVALID"},
		"an unknown file":            {"getFile", map[string]any{"file_id": "x"}, 400, "Bad Request: invalid file_id"},
		"an unknown action":          {"sendChatAction", map[string]any{"chat_id": ana, "action": "sleeping"}, 400, "Bad Request: wrong parameter action in request"},
		"a webhook without TLS":      {"setWebhook", map[string]any{"url": "http://guichet.example/x"}, 400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"},
		"a secret with a space":      {"setWebhook", map[string]any{"url": "https://guichet.example/x", "secret_token": "a b"}, 400, "Bad Request: secret token contains unallowed characters"},
	} {
		if r := call(t, s, c.method, c.given); r.OK || r.Code != c.code || r.Description != c.says {
			t.Errorf("%s: %d %q, want %d %q", name, r.Code, r.Description, c.code, c.says)
		}
	}
	if said := s.Said(ana); len(said) != 0 {
		t.Errorf("what was refused was said: %+v", said)
	}
	if r := callAs(t, s, "1:other", "getMe", nil); r.Code != 401 || r.Description != "Unauthorized" {
		t.Errorf("another bot's token gives %+v", r)
	}
	if r := callAs(t, s, "no-token", "getMe", nil); r.Code != 404 || r.Description != "Not Found" {
		t.Errorf("no token gives %+v", r)
	}
}

func TestAMessageIsReadAsAPersonReadsIt(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Open(ana)
	html := `<b>Délais &amp; <i>prix</i></b> : 3 &lt; 4, <a href="https://e.fr/?a=1&amp;b=2">lien</a> &copy; &#233;`
	r := call(t, s, "sendMessage", map[string]any{"chat_id": ana, "text": html, "parse_mode": "HTML"})
	if !r.OK {
		t.Fatalf("%+v", r)
	}
	said := s.Said(ana)[0]
	if want := "Délais & prix : 3 < 4, lien &copy; é"; said.Text != want || said.HTML != html {
		t.Errorf("read as %q, want %q", said.Text, want)
	}
	if r := call(t, s, "sendMessage", map[string]any{"chat_id": ana, "text": strings.Repeat("é", 4096)}); !r.OK {
		t.Errorf("the longest message is refused: %+v", r)
	}
}

func TestAButtonIsPressedAnsweredAndRemoved(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Open(ana)
	keyboard := map[string]any{"inline_keyboard": []any{[]any{map[string]any{"text": "Oui", "callback_data": "yes"}}}}
	call(t, s, "sendMessage", map[string]any{"chat_id": ana, "text": "Oui ?", "reply_markup": keyboard})
	m := s.Said(ana)[0]
	s.Press(ana, ana, m.ID, "yes")
	if s.Unanswered() != 1 {
		t.Error("the button does not spin")
	}
	r := call(t, s, "getUpdates", nil)
	var updates []struct {
		Query struct {
			ID      string `json:"id"`
			Data    string `json:"data"`
			Message struct {
				ID int64 `json:"message_id"`
			} `json:"message"`
		} `json:"callback_query"`
	}
	if err := json.Unmarshal(r.Result, &updates); err != nil || len(updates) != 1 {
		t.Fatalf("%s, %v", r.Result, err)
	}
	q := updates[0].Query
	if q.Data != "yes" || q.Message.ID != m.ID {
		t.Errorf("query %+v", q)
	}
	if r := call(t, s, "answerCallbackQuery", map[string]any{"callback_query_id": q.ID}); !r.OK || s.Unanswered() != 0 {
		t.Errorf("answered: %+v", r)
	}
	if r := call(t, s, "answerCallbackQuery", map[string]any{"callback_query_id": q.ID}); r.OK {
		t.Error("a query is answered twice")
	}
	edit := map[string]any{"chat_id": ana, "message_id": m.ID}
	if r := call(t, s, "editMessageReplyMarkup", edit); !r.OK || s.Said(ana)[0].Keyboard != nil {
		t.Errorf("removed: %+v", r)
	}
	if r := call(t, s, "editMessageReplyMarkup", edit); !strings.Contains(r.Description, "message is not modified") {
		t.Errorf("removed again: %+v", r)
	}
}

func TestAnOffsetConfirmsWhatLiesBefore(t *testing.T) {
	t.Parallel()
	s := start(t)
	for i := range 5 {
		s.Write(ana, fmt.Sprint(i))
	}
	first := poll(t, s, map[string]any{"limit": 2})
	if len(first) != 2 || first[1].Message.Text != "1" {
		t.Fatalf("first %+v", first)
	}
	if again := poll(t, s, map[string]any{"limit": 1}); len(again) != 1 || again[0].ID != first[0].ID {
		t.Errorf("what is not confirmed comes again, not %+v", again)
	}
	rest := poll(t, s, map[string]any{"offset": first[1].ID + 1})
	if len(rest) != 3 || rest[0].Message.Text != "2" || s.Pending() != 3 {
		t.Errorf("then %+v", rest)
	}
	if last := poll(t, s, map[string]any{"offset": -1}); len(last) != 1 || last[0].Message.Text != "4" {
		t.Errorf("from the end %+v", last)
	}
	if none := poll(t, s, map[string]any{"offset": rest[2].ID + 1}); len(none) != 0 {
		t.Errorf("after all %+v", none)
	}
	s.Repeat(rest[2].ID)
	if again := poll(t, s, nil); len(again) != 1 || again[0].ID != rest[2].ID {
		t.Errorf("repeated: %+v", again)
	}
}

func TestOnlyTheKindsThatWereAskedForCome(t *testing.T) {
	t.Parallel()
	s := start(t)
	poll(t, s, map[string]any{"allowed_updates": []string{"callback_query"}})
	if s.Write(ana, "a") != 0 || s.Pending() != 0 {
		t.Error("a message comes that was not asked for")
	}
	poll(t, s, map[string]any{"allowed_updates": []string{"message"}})
	if s.Write(ana, "a") == 0 {
		t.Error("a message that was asked for does not come")
	}
}

func TestALongPollWaitsAndASecondPollerEndsTheFirst(t *testing.T) {
	t.Parallel()
	s := start(t)
	first, second := make(chan reply, 1), make(chan reply, 1)
	go func() { first <- call(t, s, "getUpdates", map[string]any{"timeout": 50}) }()
	s.Wait(t, "the first poll", func() bool { return s.Calls("getUpdates") == 1 })
	go func() { second <- call(t, s, "getUpdates", map[string]any{"timeout": 50}) }()
	if r := <-first; r.Code != 409 || !strings.HasPrefix(r.Description, "Conflict: terminated by other getUpdates request") {
		t.Errorf("the first poller gets %+v", r)
	}
	s.Write(ana, "a")
	if r := <-second; !r.OK || !bytes.Contains(r.Result, []byte(`"text":"a"`)) {
		t.Errorf("the second poller gets %+v", r)
	}
}

func TestAWebhookGetsEachUpdateUntilItSaysYes(t *testing.T) {
	t.Parallel()
	s := start(t)
	var refuse atomic.Int32
	refuse.Store(2)
	got := make(chan string, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.Header.Get("X-Telegram-Bot-Api-Secret-Token") + " " + string(body)
		if refuse.Add(-1) >= 0 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer hook.Close()
	if r := call(t, s, "setWebhook", map[string]any{"url": hook.URL + "/in", "secret_token": "s-1", "max_connections": 1}); !r.OK {
		t.Fatalf("%+v", r)
	}
	if r := call(t, s, "getUpdates", nil); r.Code != 409 || !strings.Contains(r.Description, "webhook is active") {
		t.Errorf("polling beside a webhook gives %+v", r)
	}
	s.Write(ana, "a")
	s.Write(ana, "b")
	for i, want := range []string{"a", "a", "a", "b"} {
		if g := <-got; !strings.HasPrefix(g, "s-1 ") || !strings.Contains(g, `"text":"`+want+`"`) {
			t.Errorf("post %d is %s", i, g)
		}
	}
	s.Wait(t, "the end of the queue", func() bool { return s.Pending() == 0 })
	info := call(t, s, "getWebhookInfo", nil)
	if !bytes.Contains(info.Result, []byte(`"last_error_message":"Wrong response from the webhook: 500`)) {
		t.Errorf("info %s", info.Result)
	}
	call(t, s, "deleteWebhook", nil)
	s.Write(ana, "c")
	if left := poll(t, s, nil); len(left) != 1 {
		t.Errorf("after the webhook %d updates are polled", len(left))
	}
}

func TestTroubleIsAnsweredInsteadAndCounted(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Open(ana)
	failures := []*telegramtest.Failure{{Code: 429, RetryAfter: 3}, {Code: 502, Body: "<html>"}, {Cut: true}, nil}
	s.Trouble(func(telegramtest.Call) *telegramtest.Failure {
		f := failures[0]
		failures = failures[1:]
		return f
	})
	send := map[string]any{"chat_id": ana, "text": "a"}
	if r := call(t, s, "sendMessage", send); r.Code != 429 || r.Parameters.RetryAfter != 3 || r.Description != "Too Many Requests: retry after 3" {
		t.Errorf("%+v", r)
	}
	response, err := http.Post(s.URL+"/bot"+s.Token+"/sendMessage", "application/json", strings.NewReader(`{}`))
	if err != nil || response.StatusCode != 502 {
		t.Errorf("%v, %v", response, err)
	}
	if _, err := http.Post(s.URL+"/bot"+s.Token+"/sendMessage", "application/json", strings.NewReader(`{"chat_id":42,"text":"cut"}`)); err == nil {
		t.Error("the connection is not cut")
	}
	if r := call(t, s, "sendMessage", send); !r.OK {
		t.Errorf("%+v", r)
	}
	if said := s.Said(ana); len(said) != 2 || said[0].Text != "cut" {
		t.Errorf("said %+v", said)
	}
	if n := s.Calls("sendMessage"); n != 4 {
		t.Errorf("%d calls", n)
	}
	if n := s.Rate(ana, time.Hour); n != 3 { // the 502 named no chat
		t.Errorf("%d a chat and hour", n)
	}
	if n := s.Rate(0, time.Nanosecond); n != 1 {
		t.Errorf("%d at once", n)
	}
}

func TestAFileIsFetchedWithTheTokenOnly(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.Upload(telegramtest.File{Name: "a.pdf", Data: []byte("%PDF")})
	r := call(t, s, "getFile", map[string]any{"file_id": id})
	var file struct {
		Path string `json:"file_path"`
	}
	if err := json.Unmarshal(r.Result, &file); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]int{s.Token: 200, "1:x": 401} {
		response, err := http.Get(s.URL + "/file/bot" + token + "/" + file.Path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != want || want == 200 && string(body) != "%PDF" {
			t.Errorf("%d %s", response.StatusCode, body)
		}
	}
	big := s.Upload(telegramtest.File{Name: "b", Size: 20<<20 + 1})
	if r := call(t, s, "getFile", map[string]any{"file_id": big}); r.Description != "Bad Request: file is too big" {
		t.Errorf("%+v", r)
	}
}

func TestGroupsAndCommands(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Group(-100, "Équipe", true)
	if r := call(t, s, "sendMessage", map[string]any{"chat_id": -100, "text": "a"}); !r.OK {
		t.Errorf("%+v", r)
	}
	if s.WriteIn(-100, ana, "entre nous", 0) != 0 {
		t.Error("the bot hears what is not addressed to it")
	}
	if s.WriteIn(-100, ana, "@"+telegramtest.BotUsername+" une question", 0) == 0 || s.WriteIn(-100, ana, "oui", s.Said(-100)[0].ID) == 0 {
		t.Error("the bot does not hear what is addressed to it")
	}
	s.Block(-100)
	if r := call(t, s, "sendMessage", map[string]any{"chat_id": -100, "text": "a"}); r.Code != 403 {
		t.Errorf("%+v", r)
	}
	menu := []telegramtest.Command{{Command: "aide", Description: "Aide"}}
	call(t, s, "setMyCommands", map[string]any{"commands": menu, "language_code": "fr"})
	if got := s.Commands("fr"); len(got) != 1 || got[0] != menu[0] || len(s.Commands("")) != 0 {
		t.Errorf("menu %+v", got)
	}
}
