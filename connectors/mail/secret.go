package mail

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that is shown to nobody: printed, logged or encoded in any way it is "***".
type Secret string

const hidden = "***"

// Format implements fmt.Formatter, so that no verb shows the text.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, hidden) }

// String implements fmt.Stringer.
func (s Secret) String() string { return hidden }

// MarshalText implements encoding.TextMarshaler, for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
