package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"guichet/bot"
	"guichet/connectors/postgres"
	"guichet/knowledge"
)

type kbExportCommand struct {
	databaseFlags
	Format    string `help:"jsonl prints {id, collection, title, text, alts} a line; files writes the Markdown files below --out." enum:"jsonl,files" default:"jsonl"`
	Out       string `help:"With --format files: the folder, which must not have such files yet." placeholder:"DIR"`
	Dir       string `help:"Export this folder instead of the shipped knowledge." type:"existingdir" placeholder:"DIR" xor:"from"`
	Published bool   `help:"Export what was published last." xor:"from"`
	Edition   int64  `help:"Export what was published under this number." placeholder:"N" xor:"from"`
}

type exportLine struct {
	ID         string   `json:"id"`
	Collection string   `json:"collection"`
	Title      string   `json:"title"`
	Text       string   `json:"text"`
	Alts       []string `json:"alts"`
}

// Run prints the topics or writes the files. Only what was published needs the database.
func (k *kbExportCommand) Run(ctx context.Context, c console) error {
	if (k.Format == "files") != (k.Out != "") {
		return errors.New("--format files and --out DIR go together")
	}
	tree := treeOf(k.Dir)
	if k.Published || k.Edition != 0 {
		err := k.use(ctx, func(db *postgres.DB) (err error) {
			tree, err = publishedTree(ctx, db, k.Edition)
			return err
		})
		if err != nil {
			return err
		}
	}
	if k.Format == "files" {
		return writeTree(c, tree, k.Out)
	}
	return printTopics(c, tree)
}

// publishedTree is the folder of contents of an edition; 0 is the newest.
func publishedTree(ctx context.Context, editions bot.Editions, number int64) (fs.FS, error) {
	e, err := editions.Edition(ctx, number)
	switch {
	case errors.Is(err, bot.ErrNotFound) && number == 0:
		return nil, errors.New("nothing was published yet: the servers answer from the shipped knowledge")
	case errors.Is(err, bot.ErrNotFound):
		return nil, fmt.Errorf("there is no edition %d: guichet kb editions lists them", number)
	case err != nil:
		return nil, err
	}
	return knowledge.Unpack(e.Files)
}

func printTopics(c console, tree fs.FS) error {
	contents, _, err := readContents(tree)
	if err != nil {
		return err
	}
	out := json.NewEncoder(c.out)
	for _, t := range contents.Topics {
		line := exportLine{ID: t.ID, Collection: t.Collection, Title: t.Title, Text: t.Body, Alts: []string{}}
		for _, p := range t.Asked {
			line.Alts = append(line.Alts, p.Text)
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// writeTree writes the files of a folder of contents below dir, and none over another.
func writeTree(c console, tree fs.FS, dir string) error {
	files := 0
	err := knowledge.Walk(tree, func(name string, data []byte) error {
		if !filepath.IsLocal(name) {
			return fmt.Errorf("%s is no name of a file of contents", name)
		}
		place := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			return err
		}
		file, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s exists already: name a new folder", place)
		}
		if err != nil {
			return err
		}
		files++
		_, err = file.Write(data)
		return errors.Join(err, file.Close())
	})
	if err == nil {
		fmt.Fprintf(c.out, "%d files in %s\n", files, dir)
	}
	return err
}
