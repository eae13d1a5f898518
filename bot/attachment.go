package bot

import (
	"mime"
	"path"
	"strings"
	"unicode"
)

// Attachment is a file that stands with a message. Its bytes are in Files, under its ID.
type Attachment struct {
	ID     string `json:"id"`     // 26 of a-z 2-7, not to be guessed
	Name   string `json:"name"`   // as its sender called it, made safe (CleanFileName)
	Type   string `json:"type"`   // media type, found from the content and never from the name
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // of the content, hexadecimal
}

// FileTypes are the media types that are taken, each with its usual ending.
func FileTypes() map[string]string {
	return map[string]string{
		"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/heic": ".heic", "image/heif": ".heif",
		"application/pdf": ".pdf",
	}
}

// endings are other ways to end the names of those types.
var endings = map[string]string{".jpeg": "image/jpeg", ".jpe": "image/jpeg"}

// Shown tells whether a page may show the file itself. Everything else is only ever offered for download: a PDF may
// hold scripts, and few browsers draw HEIC.
func (a Attachment) Shown() bool {
	return a.Type == "image/png" || a.Type == "image/jpeg" || a.Type == "image/webp"
}

// Disposition is the Content-Disposition under which the file is served: inline for what is shown.
func (a Attachment) Disposition() string {
	kind := "attachment"
	if a.Shown() {
		kind = "inline"
	}
	return mime.FormatMediaType(kind, map[string]string{"filename": a.Name})
}

// FilePolicy is the Content-Security-Policy under which any file is served: should one be taken for a page after all, it
// runs nothing, loads nothing and belongs to no origin.
const FilePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

// longestFileName is in characters, the ending with them.
const longestFileName = 100

// CleanFileName makes of what a sender called a file a name that is safe to show and to save: no folders, no control or
// invisible characters (one can make "gpj.exe" read "exe.jpg"), not too long, and with an ending that tells the type.
func CleanFileName(name, mediaType string) string {
	name = strings.ToValidUTF8(name, "")
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r), strings.ContainsRune(`<>:"|?*`, r):
			return -1
		}
		return r
	}, name)
	name = strings.TrimRight(strings.Join(strings.Fields(name), " "), ". ")
	usual := FileTypes()[mediaType]
	ending := path.Ext(name)
	lower := strings.ToLower(ending)
	stem := strings.TrimSuffix(name, ending)
	if lower != usual && endings[lower] != mediaType {
		stem, ending = name, usual // "facture.exe" that is a picture is called "facture.exe.jpg"
	}
	if letters := []rune(strings.Trim(stem, ". ")); len(letters)+len(ending) > longestFileName {
		stem = string(letters[:longestFileName-len(ending)])
	}
	if stem = strings.Trim(stem, ". "); stem == "" {
		stem = "fichier"
	}
	return stem + ending
}
