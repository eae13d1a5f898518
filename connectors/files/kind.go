package files

import (
	"fmt"
	"image"
	_ "image/jpeg" // known to image.DecodeConfig, as the next two
	_ "image/png"
	"io"
	"os"

	"github.com/gabriel-vasile/mimetype"
	_ "golang.org/x/image/webp"

	"guichet/bot"
)

// mostPixels bounds a picture: a small file can unfold into one that no browser holds.
const mostPixels = 120_000_000

// begins tells whether a file that is at its start begins with a sign.
func begins(f io.Reader, sign string) bool {
	first := make([]byte, len(sign))
	_, err := io.ReadFull(f, first)
	return err == nil && string(first) == sign
}

// kindOf finds what a file is by its content. bot.ErrFileType when it is nothing that is taken, or a picture whose
// description does not make sense.
func kindOf(f *os.File) (string, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("read a file again: %w", err)
	}
	found, err := mimetype.DetectReader(f)
	if err != nil {
		return "", fmt.Errorf("read a file again: %w", err)
	}
	kind := found.String()
	if _, taken := bot.FileTypes()[kind]; !taken {
		return "", bot.ErrFileType
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("read a file again: %w", err)
	}
	if kind == "application/pdf" && !begins(f, "%PDF-") {
		return "", bot.ErrFileType // readers look for the sign in the first kilobyte: behind a page of HTML, say
	}
	if !(bot.Attachment{Type: kind}).Shown() {
		return kind, nil
	}
	picture, format, err := image.DecodeConfig(f)
	if err != nil || "image/"+format != kind || picture.Width < 1 || picture.Height < 1 || picture.Width > mostPixels/picture.Height {
		return "", bot.ErrFileType
	}
	return kind, nil
}
