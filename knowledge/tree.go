package knowledge

import (
	"archive/zip"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"guichet/faq"
)

// Where the contents stand in a folder of theirs.
const (
	entriesFolder   = "faq/content"
	documentsFolder = "knowledge/content"
)

// LoadTree reads a folder of contents as editors have it, with entries in faq/content and documents in knowledge/content,
// like Load; one of the two may be missing.
func LoadTree(tree fs.FS) (Contents, []faq.Problem, error) {
	entries, noEntries := subfolder(tree, entriesFolder)
	documents, noDocuments := subfolder(tree, documentsFolder)
	if noEntries != nil && noDocuments != nil {
		return Contents{}, nil, fmt.Errorf("there is neither %s nor %s in it", entriesFolder, documentsFolder)
	}
	return Load(entries, documents)
}

// subfolder is a folder of a tree; one without files beside the error when it is not there.
func subfolder(tree fs.FS, name string) (fs.FS, error) {
	info, err := fs.Stat(tree, name)
	if err == nil && !info.IsDir() {
		err = errors.New("no folder")
	}
	if err != nil {
		return embed.FS{}, err
	}
	return fs.Sub(tree, name)
}

// ShippedTree is the folder of the contents that are part of the program.
func ShippedTree() fs.FS { return shippedTree{} }

type shippedTree struct{}

// Open implements fs.FS below the two folders.
func (shippedTree) Open(name string) (fs.File, error) {
	if rest, ok := strings.CutPrefix(name, "faq/"); ok {
		return faq.Content.Open(rest)
	}
	if rest, ok := strings.CutPrefix(name, "knowledge/"); ok {
		return Content.Open(rest)
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Walk calls visit with each file of a folder of contents, in the order of their names. Other files are none of theirs.
func Walk(tree fs.FS, visit func(name string, data []byte) error) error {
	for _, folder := range []string{entriesFolder, documentsFolder} {
		if _, err := subfolder(tree, folder); err != nil {
			continue
		}
		err := fs.WalkDir(tree, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".md" {
				return err
			}
			data, err := fs.ReadFile(tree, name)
			if err != nil {
				return err
			}
			return visit(name, data)
		})
		if err != nil {
			return fmt.Errorf("read the contents: %w", err)
		}
	}
	return nil
}

// Pack puts the files of a folder of contents into a zip archive: the same files give the same bytes.
func Pack(tree fs.FS) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	err := Walk(tree, func(name string, data []byte) error {
		file, err := archive.Create(name)
		if err != nil {
			return err
		}
		_, err = file.Write(data)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("pack the contents: %w", err)
	}
	return out.Bytes(), nil
}

// Unpack is the folder that Pack packed.
func Unpack(packed []byte) (fs.FS, error) {
	tree, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("unpack the contents: %w", err)
	}
	return tree, nil
}

// Replace is a folder of contents with one file in the place of its namesake, or beside the others; without data the file is gone.
func Replace(tree fs.FS, name string, data []byte) (fs.FS, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	add := func(name string, data []byte) error {
		file, err := archive.Create(name)
		if err != nil {
			return err
		}
		_, err = file.Write(data)
		return err
	}
	err := Walk(tree, func(other string, data []byte) error {
		if other == name {
			return nil
		}
		return add(other, data)
	})
	if err == nil && data != nil {
		err = add(name, data)
	}
	if err := errors.Join(err, archive.Close()); err != nil {
		return nil, fmt.Errorf("replace a file of the contents: %w", err)
	}
	return Unpack(out.Bytes())
}

// Place is where a topic's file stands in a folder of contents.
func (t Topic) Place() string {
	if t.Kind == KindFAQ {
		return path.Join(entriesFolder, t.File)
	}
	return path.Join(documentsFolder, t.File)
}

// FileName is what the file of an entry, a document or a collection is called in a folder of contents:
// faq/content/<collection>/<slug>.md and knowledge/content/<collection>/<slug>.md.
var FileName = regexp.MustCompile(`^(?:faq|knowledge)/content/[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*\.md$`)
