package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"guichet/bot"
	"guichet/knowledge"
)

// defaultCache is where what was learned from the knowledge is kept between runs.
func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "guichet")
}

// contentsFlags say what is answered from.
type contentsFlags struct {
	Dir   string `help:"Answer from a folder with faq/content and knowledge/content instead of the shipped knowledge." type:"existingdir" placeholder:"DIR"`
	Cache string `help:"Folder that keeps what was learned between runs." default:"${cache}" env:"GUICHET_CACHE"`
}

// tree is the folder of contents.
func (f contentsFlags) tree() fs.FS { return treeOf(f.Dir) }

// engine answers from it.
func (f contentsFlags) engine() (*bot.Engine, error) { return openEngine(f.Cache, f.tree()) }

// treeOf is a folder of contents, the shipped one without a name.
func treeOf(dir string) fs.FS {
	if dir == "" {
		return knowledge.ShippedTree()
	}
	return os.DirFS(dir)
}

// readContents reads a folder of contents, and what teaches to tell requests and small talk from questions.
func readContents(tree fs.FS) (knowledge.Contents, []knowledge.Example, error) {
	contents, problems, err := knowledge.LoadTree(tree)
	if err != nil {
		return contents, nil, err
	}
	if len(problems) > 0 {
		return contents, nil, fmt.Errorf("the knowledge has %d problems, the first: %s", len(problems), problems[0])
	}
	examples, err := bot.Examples()
	return contents, examples, err
}

// openEngine is the engine of a folder of contents.
func openEngine(cache string, tree fs.FS) (*bot.Engine, error) {
	contents, examples, err := readContents(tree)
	if err != nil {
		return nil, err
	}
	return learn(cache, contents, examples)
}

// learn builds the engine of contents, or loads what an earlier run learned from the same.
func learn(cache string, contents knowledge.Contents, examples []knowledge.Example) (*bot.Engine, error) {
	base, err := knowledge.Open(cache, contents, examples)
	if err != nil {
		return nil, err
	}
	return bot.NewEngine(base), nil
}
