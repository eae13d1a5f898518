package postgres

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzEncode: whatever the text, the JSON is valid, holds no NUL, and says what clean would have kept.
func FuzzEncode(f *testing.F) {
	for _, seed := range []string{"", "é", "\x00", `\u0000`, "\\\x00", `\\u0000`, "\\\\\x00\x00u0000", "\xff\x00", "\"\x00\n<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		data, err := encode(map[string]string{"k": text})
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("%q is encoded as %s: %v", text, data, err)
		}
		// encoding/json puts one replacement for each bad byte, clean one for each run of them.
		want := strings.ReplaceAll(string([]rune(text)), "\x00", "")
		if !reflect.DeepEqual(back, map[string]string{"k": want}) {
			t.Errorf("%q becomes %q, want %q", text, back["k"], want)
		}
		if kept := clean(text); !utf8.ValidString(kept) || strings.Contains(kept, "\x00") {
			t.Errorf("%q is cleaned to %q", text, kept)
		}
		if folded := fold(text); !utf8.ValidString(folded) || strings.Contains(folded, "\x00") {
			t.Errorf("%q is folded to %q", text, folded)
		}
	})
}

func TestOldServersAreRefused(t *testing.T) {
	t.Parallel()
	for number, accepted := range map[string]bool{"130014": false, "90603": false, "140000": true, "180001": true, "x": false} {
		if err := checkVersion(number); (err == nil) != accepted {
			t.Errorf("version %s: %v", number, err)
		}
	}
}
