package postgres

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzFold: whatever the text, it can be searched.
func FuzzFold(f *testing.F) {
	for _, seed := range []string{"", "Œuvre déjà", "\x00", "\xff\x00", "\"\x00\n<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
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
