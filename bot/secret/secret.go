// Package secret holds tokens, passwords and keys in a type that nothing prints, so that none of them reaches a log, an
// error or a page by being part of something that is shown. What needs the text converts it: string(s).
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// Text is a text that is shown to nobody: printed, logged or encoded in any way it is "***".
type Text string

const hidden = "***"

// Format implements fmt.Formatter, so that no verb shows the text.
func (s Text) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, hidden) }

// String implements fmt.Stringer.
func (s Text) String() string { return hidden }

// MarshalText implements encoding.TextMarshaler, for JSON and YAML.
func (s Text) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue implements slog.LogValuer.
func (s Text) LogValue() slog.Value { return slog.StringValue(hidden) }
