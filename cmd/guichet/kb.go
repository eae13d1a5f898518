package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/faq"
	"guichet/knowledge"
)

type kbCommand struct {
	Check     kbCheckCommand     `cmd:"" help:"Check every rule of the knowledge; each problem with its file and line."`
	Import    kbImportCommand    `cmd:"" help:"Turn a raw document (.txt, .md, .html, .pdf) into drafts."`
	Export    kbExportCommand    `cmd:"" help:"Print the knowledge, a topic a line."`
	Calibrate kbCalibrateCommand `cmd:"" help:"Find by cross-validation how much each part of the answering counts, and how sure it may be."`
	Learn     kbLearnCommand     `cmd:"" help:"Learn the knowledge now, so that the next start is fast."`
}

type kbCheckCommand struct {
	Topics string `help:"A file of the topic ids that must be answered, first column, tab-separated." type:"existingfile" placeholder:"FILE"`
	Dir    string `help:"Check a folder with faq/content and knowledge/content instead of the shipped knowledge." type:"existingdir" placeholder:"DIR"`
}

// Run prints the problems; any makes the command fail.
func (k *kbCheckCommand) Run(c console) error {
	contents, problems, err := k.load()
	if err != nil {
		return err
	}
	problems = append(problems, knowledge.Check(contents, time.Now())...)
	if k.Topics != "" {
		wanted, err := readTopics(k.Topics)
		if err != nil {
			return err
		}
		problems = append(problems, knowledge.CheckTopics(contents, k.Topics, wanted)...)
	}
	for _, p := range problems {
		fmt.Fprintln(c.out, p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems in the knowledge", len(problems))
	}
	phrases := 0
	for _, t := range contents.Topics {
		phrases += len(t.Asked)
	}
	fmt.Fprintf(c.out, "%d collections, %d topics, %d ways to ask: no problem\n", len(contents.Collections), len(contents.Topics), phrases)
	return nil
}

func (k *kbCheckCommand) load() (knowledge.Contents, []faq.Problem, error) {
	if k.Dir == "" {
		return knowledge.Shipped()
	}
	entries, documents := filepath.Join(k.Dir, "faq", "content"), filepath.Join(k.Dir, "knowledge", "content")
	return knowledge.Load(folder(entries), folder(documents))
}

// folder is a folder's files; one that does not exist has none.
func folder(dir string) fs.FS {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return emptyFS{}
	}
	return os.DirFS(dir)
}

type emptyFS struct{}

func (emptyFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (emptyFS) ReadDir(string) ([]fs.DirEntry, error) { return nil, nil }

func readTopics(file string) ([]faq.Phrase, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var wanted []faq.Phrase
	for i, line := range strings.Split(string(data), "\n") {
		id, _, _ := strings.Cut(line, "\t")
		if id != "" && !strings.HasPrefix(id, "#") {
			wanted = append(wanted, faq.Phrase{Text: id, Line: i + 1})
		}
	}
	return wanted, nil
}

type kbImportCommand struct {
	As         string `help:"What the document is; guessed when not given." enum:",faq,contract,guide" default:""`
	Collection string `help:"The collection of the drafts." required:"" placeholder:"ID"`
	Out        string `help:"Folder that the drafts are written to." default:"drafts" placeholder:"DIR"`
	File       string `arg:"" help:"The document." type:"existingfile"`
}

// Run writes drafts and lists what it could not place.
func (k *kbImportCommand) Run(c console) error {
	data, err := os.ReadFile(k.File)
	if err != nil {
		return err
	}
	draft, err := knowledge.ImportDocument(filepath.Base(k.File), data, k.As)
	if err != nil {
		return fmt.Errorf("import %s: %w", k.File, err)
	}
	files, err := knowledge.WriteDrafts(k.Out, k.Collection, draft)
	if err != nil {
		return err
	}
	for _, f := range files {
		fmt.Fprintln(c.out, "draft", f)
	}
	for _, u := range draft.Unplaced {
		fmt.Fprintf(c.out, "%s:%d: not placed (%s): %s\n", k.File, u.Line, u.Reason, shorten(u.Text, 100))
	}
	fmt.Fprintf(c.out, "%d questions, %d sections, %d lines not placed\n", len(draft.FAQ), len(draft.Sections), len(draft.Unplaced))
	return nil
}

type kbExportCommand struct {
	Format string `help:"The form of the output." enum:"jsonl" default:"jsonl"`
}

type exportLine struct {
	ID         string   `json:"id"`
	Collection string   `json:"collection"`
	Title      string   `json:"title"`
	Text       string   `json:"text"`
	Alts       []string `json:"alts"`
}

// Run prints {id, collection, title, text, alts} a line.
func (k *kbExportCommand) Run(c console) error {
	contents, problems, err := knowledge.Shipped()
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return errors.New(problems[0].String())
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

type kbLearnCommand struct {
	Cache string `help:"Folder that keeps what was learned between runs." default:"${cache}" env:"GUICHET_CACHE"`
}

// Run builds the engine, which keeps what it learned.
func (k *kbLearnCommand) Run() error {
	_, err := openEngine(k.Cache)
	return err
}
