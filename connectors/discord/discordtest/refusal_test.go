package discordtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guichet/connectors/discord/discordtest"
)

// fast is a rate that no test here reaches.
var fast = discordtest.Rate{Requests: 10000, Per: time.Second}

// repeated is n times a text, with commas between.
func repeated(n int, text string) string { return strings.TrimSuffix(strings.Repeat(text+",", n), ",") }

// buttons are n different ones.
func buttons(first, n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"type":2,"style":1,"label":"b","custom_id":"b%d"}`, first+i))
	}
	return `{"type":1,"components":[` + strings.Join(list, ",") + `]}`
}

func options(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`{"label":"o","value":"%d"}`, i))
	}
	return strings.Join(list, ",")
}

func TestMessagesThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Route: fast, Global: fast})
	help := s.Guild("Marché").Channel("aide")
	x := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct {
		body string
		code int    // 0: it is taken
		path string // of the field at fault
	}{
		"nothing":                   {`{}`, 50006, ""},
		"white space":               {`{"content":" \n"}`, 50006, ""},
		"2000 characters":           {`{"content":"` + x(2000) + `"}`, 0, ""},
		"2001 characters":           {`{"content":"` + x(2001) + `"}`, 50035, "content"},
		"1001 wide characters":      {`{"content":"` + strings.Repeat("🧾", 1001) + `"}`, 50035, "content"},
		"a number for content":      {`{"content":1}`, 50035, "content"},
		"an unknown field":          {`{"content":"a","contents":"b"}`, 50035, "contents"},
		"no JSON":                   {`{"content"`, 50109, ""},
		"two values":                {`{"content":"a"} {}`, 50109, ""},
		"a list":                    {`[]`, 50035, ""},
		"ephemeral":                 {`{"content":"a","flags":64}`, 50035, "flags"},
		"nulls":                     {`{"content":"a","embeds":null,"components":null,"sticker_ids":null}`, 0, ""},
		"a long nonce":              {`{"content":"a","nonce":"` + x(26) + `"}`, 50035, "nonce"},
		"an unknown reference":      {`{"content":"a","message_reference":{"message_id":"1"}}`, 50035, "message_reference"},
		"a reference not needed":    {`{"content":"a","message_reference":{"message_id":"1","fail_if_not_exists":false}}`, 0, ""},
		"a title of 256":            {`{"embeds":[{"title":"` + x(256) + `"}]}`, 0, ""},
		"a title of 257":            {`{"embeds":[{"title":"` + x(257) + `"}]}`, 50035, "embeds.0.title"},
		"a description of 4097":     {`{"embeds":[{"description":"` + x(4097) + `"}]}`, 50035, "embeds.0.description"},
		"an embed of nothing":       {`{"embeds":[{}]}`, 50035, "embeds.0.description"},
		"25 fields":                 {`{"embeds":[{"fields":[` + repeated(25, `{"name":"a","value":"b"}`) + `]}]}`, 0, ""},
		"26 fields":                 {`{"embeds":[{"fields":[` + repeated(26, `{"name":"a","value":"b"}`) + `]}]}`, 50035, "embeds.0.fields"},
		"a field without value":     {`{"embeds":[{"fields":[{"name":"a","value":""}]}]}`, 50035, "embeds.0.fields.0.value"},
		"a field of 1025":           {`{"embeds":[{"fields":[{"name":"a","value":"` + x(1025) + `"}]}]}`, 50035, "embeds.0.fields.0.value"},
		"a field named by 257":      {`{"embeds":[{"fields":[{"name":"` + x(257) + `","value":"a"}]}]}`, 50035, "embeds.0.fields.0.name"},
		"a footer of 2049":          {`{"embeds":[{"footer":{"text":"` + x(2049) + `"}}]}`, 50035, "embeds.0.footer.text"},
		"6000 in all":               {`{"embeds":[{"description":"` + x(3000) + `"},{"description":"` + x(3000) + `"}]}`, 0, ""},
		"6001 in all":               {`{"embeds":[{"description":"` + x(3000) + `"},{"description":"` + x(3001) + `"}]}`, 50035, "embeds"},
		"eleven embeds":             {`{"embeds":[` + repeated(11, `{"title":"a"}`) + `]}`, 50035, "embeds"},
		"a link of another scheme":  {`{"embeds":[{"title":"a","url":"javascript://a"}]}`, 50035, "embeds.0.url"},
		"an unknown field of embed": {`{"embeds":[{"title":"a","text":"b"}]}`, 50035, "embeds.0.text"},
		"five rows of five":         {`{"content":"a","components":[` + buttons(0, 5) + "," + buttons(5, 5) + "," + buttons(10, 5) + "," + buttons(15, 5) + "," + buttons(20, 5) + `]}`, 0, ""},
		"six rows":                  {`{"content":"a","components":[` + buttons(0, 1) + "," + buttons(1, 1) + "," + buttons(2, 1) + "," + buttons(3, 1) + "," + buttons(4, 1) + "," + buttons(5, 1) + `]}`, 50035, "components"},
		"six buttons":               {`{"content":"a","components":[` + buttons(0, 6) + `]}`, 50035, "components.0.components"},
		"an empty row":              {`{"content":"a","components":[` + buttons(0, 0) + `]}`, 50035, "components.0.components"},
		"twice the same custom id":  {`{"content":"a","components":[` + buttons(0, 1) + "," + buttons(0, 1) + `]}`, 50035, "components.1.components.0.custom_id"},
		"a custom id of 101":        {`{"content":"a","components":[{"type":1,"components":[{"type":2,"style":1,"label":"a","custom_id":"` + x(101) + `"}]}]}`, 50035, "components.0.components.0.custom_id"},
		"a label of 81":             {`{"content":"a","components":[{"type":1,"components":[{"type":2,"style":1,"label":"` + x(81) + `","custom_id":"a"}]}]}`, 50035, "components.0.components.0.label"},
		"a button without a label":  {`{"content":"a","components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":"a"}]}]}`, 50035, "components.0.components.0.label"},
		"a button without an id":    {`{"content":"a","components":[{"type":1,"components":[{"type":2,"style":1,"label":"a"}]}]}`, 50035, "components.0.components.0.custom_id"},
		"a link":                    {`{"content":"a","components":[{"type":1,"components":[{"type":2,"style":5,"label":"a","url":"https://a.example"}]}]}`, 0, ""},
		"a link with an id":         {`{"content":"a","components":[{"type":1,"components":[{"type":2,"style":5,"label":"a","url":"https://a.example","custom_id":"a"}]}]}`, 50035, "components.0.components.0.custom_id"},
		"a button outside a row":    {`{"content":"a","components":[{"type":2,"style":1,"label":"a","custom_id":"a"}]}`, 50035, "components.0.type"},
		"a text input":              {`{"content":"a","components":[{"type":1,"components":[{"type":4,"style":1,"label":"a","custom_id":"a"}]}]}`, 50035, "components.0.components.0.type"},
		"25 options":                {`{"content":"a","components":[{"type":1,"components":[{"type":3,"custom_id":"a","options":[` + options(25) + `]}]}]}`, 0, ""},
		"26 options":                {`{"content":"a","components":[{"type":1,"components":[{"type":3,"custom_id":"a","options":[` + options(26) + `]}]}]}`, 50035, "components.0.components.0.options"},
		"twice the same option":     {`{"content":"a","components":[{"type":1,"components":[{"type":3,"custom_id":"a","options":[` + options(1) + "," + options(1) + `]}]}]}`, 50035, "components.0.components.0.options.1.value"},
		"a menu beside a button":    {`{"content":"a","components":[{"type":1,"components":[{"type":3,"custom_id":"a","options":[` + options(1) + `]},{"type":2,"style":1,"label":"a","custom_id":"b"}]}]}`, 50035, "components.0"},
		"an unknown mention":        {`{"content":"a","allowed_mentions":{"parse":["all"]}}`, 50035, "allowed_mentions.parse.0"},
		"users parsed and listed":   {`{"content":"a","allowed_mentions":{"parse":["users"],"users":["1"]}}`, 50035, "allowed_mentions"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, code, answer := call(t, s, "POST", "/channels/"+help.ID+"/messages", c.body)
			if code != c.code || (status == http.StatusOK) != (c.code == 0) {
				t.Fatalf("status %d, %s", status, answer)
			}
			if c.path != "" && len(faults(t, answer, c.path)) == 0 {
				t.Errorf("%s is not at fault in %s", c.path, answer)
			}
		})
	}
}

// faults are the errors that an answer tells of the field at a path.
func faults(t *testing.T, answer, path string) []any {
	t.Helper()
	var body struct{ Errors map[string]any }
	if err := json.Unmarshal([]byte(answer), &body); err != nil {
		t.Fatal(err)
	}
	at := body.Errors
	for name := range strings.SplitSeq(path, ".") {
		at, _ = at[name].(map[string]any)
	}
	list, _ := at["_errors"].([]any)
	return list
}

func TestAnErrorSaysWhatAndWhereAsDiscordDoes(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	help := s.Guild("Marché").Channel("aide")
	_, _, answer := call(t, s, "POST", "/channels/"+help.ID+"/messages", `{"content":"`+strings.Repeat("x", 2001)+`"}`)
	want := `{"code":50035,"errors":{"content":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 2000 or fewer in length."}]}},"message":"Invalid Form Body"}`
	if answer != want {
		t.Errorf("answered %s", answer)
	}
}

func TestWhoeverIsNotTheBotIsRefused(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	for name, c := range map[string]struct {
		path, token, agent, kind string
		status, code             int
	}{
		"the bot":            {"/api/v9/users/@me", "Bot token", "DiscordBot (a, 1)", "", 200, 0},
		"a wrong token":      {"/api/v9/users/@me", "Bot other", "DiscordBot (a, 1)", "", 401, 40001},
		"no Bot":             {"/api/v9/users/@me", "token", "DiscordBot (a, 1)", "", 401, 40001},
		"no token":           {"/api/v9/users/@me", "", "DiscordBot (a, 1)", "", 401, 40001},
		"no user agent":      {"/api/v9/users/@me", "Bot token", "curl/8", "", 403, 0},
		"another version":    {"/api/v6/users/@me", "Bot token", "DiscordBot (a, 1)", "", 400, 50041},
		"no such route":      {"/api/v9/nothing", "Bot token", "DiscordBot (a, 1)", "", 404, 0},
		"an id that is none": {"/api/v9/channels/undefined", "Bot token", "DiscordBot (a, 1)", "", 400, 50035},
		"an unknown channel": {"/api/v9/channels/1", "Bot token", "DiscordBot (a, 1)", "", 404, 10003},
	} {
		request := must(http.NewRequestWithContext(soon(t), http.MethodGet, s.URL+c.path, nil))
		request.Header.Set("User-Agent", c.agent)
		if c.token != "" {
			request.Header.Set("Authorization", c.token)
		}
		response := must((&http.Client{Transport: s.Transport()}).Do(request))
		var refusal struct{ Code int }
		if err := json.NewDecoder(response.Body).Decode(&refusal); err != nil {
			t.Error(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != c.status || refusal.Code != c.code {
			t.Errorf("%s: %d, code %d", name, response.StatusCode, refusal.Code)
		}
	}
}

func TestABodyNeedsItsContentType(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	help := s.Guild("Marché").Channel("aide")
	request := must(http.NewRequestWithContext(soon(t), http.MethodPost, s.URL+"/api/v9/channels/"+help.ID+"/messages", strings.NewReader(`{"content":"a"}`)))
	request.Header.Set("User-Agent", "DiscordBot (a, 1)")
	request.Header.Set("Authorization", "Bot token")
	response := must((&http.Client{Transport: s.Transport()}).Do(request))
	_ = response.Body.Close()
	if response.StatusCode != http.StatusBadRequest || s.Counts().Codes[50035] != 1 {
		t.Errorf("status %d", response.StatusCode)
	}
}
