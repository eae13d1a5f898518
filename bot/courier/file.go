package courier

import (
	"context"
	"errors"
	"fmt"
	"io"

	"guichet/bot"
)

// ErrBroken: a file of a platform stopped coming.
var ErrBroken = errors.New("the file stopped coming")

// Keep keeps a file that a platform gives, of at most so many bytes, whatever was said of its size. bot.ErrFileTooLarge
// and bot.ErrFileType are about the file, ErrBroken about the platform; with bot.ErrUnavailable files cannot be kept now.
func Keep(ctx context.Context, files bot.Files, name string, from io.Reader, most int64) (bot.Attachment, error) {
	content := &counted{from: from, left: most}
	a, err := files.Put(ctx, name, content)
	switch {
	case err == nil, errors.Is(err, bot.ErrFileTooLarge), errors.Is(err, bot.ErrFileType):
		return a, err
	case content.broken:
		return bot.Attachment{}, ErrBroken
	}
	return bot.Attachment{}, fmt.Errorf("%w: keep a file: %w", bot.ErrUnavailable, err)
}

// counted stops a file that is longer than it may be, and remembers that it broke off.
type counted struct {
	from   io.Reader
	left   int64
	broken bool
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, bot.ErrFileTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.broken = true
		err = ErrBroken // the client's own error names the address, by which anybody gets the file
	}
	return n, err
}
