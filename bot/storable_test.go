package bot_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"guichet/bot"
)

// FuzzStorable: whatever the text, the JSON is valid, holds no NUL, and says what Storable would have kept.
func FuzzStorable(f *testing.F) {
	for _, seed := range []string{"", "é", "\x00", `\u0000`, "\\\x00", `\\u0000`, "\\\\\x00\x00u0000", "\xff\x00", "\"\x00\n<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		data, err := bot.StorableJSON(map[string]string{"k": text})
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%q is encoded as %s: %v", text, data, err)
		}
		// encoding/json puts one replacement for each bad byte, Storable one for each run of them.
		want := strings.ReplaceAll(string([]rune(text)), "\x00", "")
		if !reflect.DeepEqual(back, map[string]string{"k": want}) {
			t.Errorf("%q becomes %q, want %q", text, back["k"], want)
		}
		if kept := bot.Storable(text); !utf8.ValidString(kept) || strings.Contains(kept, "\x00") {
			t.Errorf("%q is cleaned to %q", text, kept)
		}
	})
}

func TestNamesThatNoStoreCanHoldAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 200)
	for name, c := range map[string]struct {
		in bot.Inbound
		ok bool
	}{
		"the longest":         {bot.Inbound{Channel: strings.Repeat("é", 50), Key: long, ExternalID: long}, true},
		"no external id":      {bot.Inbound{Channel: "web", Key: "a"}, true},
		"no channel":          {bot.Inbound{Key: "a"}, false},
		"no key":              {bot.Inbound{Channel: "web"}, false},
		"a long channel":      {bot.Inbound{Channel: strings.Repeat("é", 51), Key: "a"}, false},
		"a long key":          {bot.Inbound{Channel: "web", Key: long + "é"}, false},
		"a long external id":  {bot.Inbound{Channel: "web", Key: "a", ExternalID: long + "é"}, false},
		"a NUL":               {bot.Inbound{Channel: "web", Key: "a\x00"}, false},
		"what is no UTF-8":    {bot.Inbound{Channel: "web", Key: "a", ExternalID: "\xff"}, false},
		"what was no UTF-8":   {bot.Inbound{Channel: "web", Key: "\uFFFD"}, true},
		"the text of a NUL":   {bot.Inbound{Channel: "web", Key: `\u0000`}, true},
		"a name of one space": {bot.Inbound{Channel: "web", Key: " "}, true},
	} {
		err := c.in.CheckNames()
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && c.in.Key != "" && c.in.Key != "a" && strings.Contains(err.Error(), c.in.Key) {
			t.Errorf("%s: the error quotes the name: %v", name, err)
		}
	}
}
