package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/bot"
	"guichet/faq"
	"guichet/knowledge"
)

type kbCommand struct {
	Check     kbCheckCommand     `cmd:"" help:"Check every rule of the knowledge; each problem with its file and line."`
	Import    kbImportCommand    `cmd:"" help:"Turn a raw document (.txt, .md, .html, .pdf) into drafts."`
	Export    kbExportCommand    `cmd:"" help:"Print the knowledge, a topic a line, or write its files."`
	Apply     kbApplyCommand     `cmd:"" help:"Publish the knowledge: every running server answers from it within a second."`
	Editions  kbEditionsCommand  `cmd:"" help:"List what was published, newest first."`
	Calibrate kbCalibrateCommand `cmd:"" help:"Find by cross-validation how much each part of the answering counts, and how sure it may be."`
	Learn     kbLearnCommand     `cmd:"" help:"Learn the knowledge now, so that the next start is fast."`
}

type kbCheckCommand struct {
	Topics string `help:"A file of the topic ids that must be answered, first column, tab-separated." type:"existingfile" placeholder:"FILE"`
	Dir    string `help:"Check a folder with faq/content and knowledge/content instead of the shipped knowledge." type:"existingdir" placeholder:"DIR"`
}

// Run prints the problems; any makes the command fail.
func (k *kbCheckCommand) Run(c console) error {
	contents, problems, err := knowledge.LoadTree(treeOf(k.Dir))
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
	contents, _, err := knowledge.Shipped()
	if err != nil {
		return err
	}
	if _, err := bot.ScopeOf(contents, k.Collection); err != nil {
		fmt.Fprintf(c.out, "%s is no collection that ships with the program: it needs a knowledge/content/%s/collection.md\n", k.Collection, k.Collection)
	}
	return nil
}

type kbLearnCommand struct{ contentsFlags }

// Run builds the engine, which keeps what it learned.
func (k *kbLearnCommand) Run() error {
	_, err := k.engine()
	return err
}
