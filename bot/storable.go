package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// What every store can hold, said once: what is kept beside the database while it is away has to go there later.

// The longest names of a conversation and of a message, in characters. They bound what an index and a notification hold.
const (
	MaxChannel    = 50
	MaxKey        = 200
	MaxExternalID = 200
)

// CheckNames refuses names that cannot be kept as they are: an empty channel or key, one that is too long, one with a NUL or
// with invalid UTF-8. Unlike text they are not cleaned: two names that differ only by what was dropped would share a conversation.
// The error says which name, and not what it is: a key may be a person's chat id.
func (in Inbound) CheckNames() error {
	for _, name := range []struct {
		what, value string
		limit       int
		needed      bool
	}{
		{"channel", in.Channel, MaxChannel, true},
		{"conversation key", in.Key, MaxKey, true},
		{"external id", in.ExternalID, MaxExternalID, false},
	} {
		switch {
		case name.value == "" && name.needed:
			return fmt.Errorf("the %s is empty", name.what)
		case Storable(name.value) != name.value:
			return fmt.Errorf("the %s is not valid text", name.what)
		case utf8.RuneCountInString(name.value) > name.limit:
			return fmt.Errorf("the %s has more than %d characters", name.what, name.limit)
		}
	}
	return nil
}

// Storable is text as a store can hold it. NUL cannot be stored at all and invalid UTF-8 is refused; a message with either
// must still be kept.
func Storable(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

// StorableJSON is v as JSON that a store can hold: encoding/json replaces invalid UTF-8 by itself, but writes NUL as \u0000,
// which PostgreSQL's jsonb refuses.
func StorableJSON(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	escaped := []byte(`\u0000`)
	if !bytes.Contains(data, escaped) {
		return data, nil
	}
	cleaned := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if bytes.HasPrefix(data[i:], escaped) {
			i += len(escaped) - 1
			continue
		}
		cleaned = append(cleaned, data[i])
		if data[i] == '\\' { // what follows belongs to this escape: \\u0000 is a backslash and the text u0000
			i++
			cleaned = append(cleaned, data[i])
		}
	}
	return cleaned, nil
}
