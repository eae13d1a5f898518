package bot

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"guichet/faq"
	"guichet/knowledge"
)

// phrases holds how people make requests and small talk: one file a request category with a heading per collection
// ('*' for any), and smalltalk.md with a heading per kind.
//
//go:embed phrases
var phrases embed.FS

// smalltalkPrefix begins the label of a small-talk example; a request's label is its category.
const smalltalkPrefix = "smalltalk."

// Examples returns what teaches a knowledge base to tell requests and small talk from questions.
func Examples() ([]knowledge.Example, error) {
	files, err := phrases.ReadDir("phrases")
	if err != nil {
		return nil, fmt.Errorf("read phrases: %w", err)
	}
	var examples []knowledge.Example
	for _, f := range files {
		data, err := phrases.ReadFile("phrases/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read phrases: %w", err)
		}
		name := strings.TrimSuffix(path.Base(f.Name()), ".md")
		label := name
		for i, line := range strings.Split(string(data), "\n") {
			if level, heading := faq.Heading(line); level == 2 && name == "smalltalk" {
				label = smalltalkPrefix + heading
			}
			for _, p := range faq.Bullets(faq.Body{Lines: []string{line}, First: i + 1}) {
				examples = append(examples, knowledge.Example{Label: label, Text: p.Text})
			}
		}
	}
	return examples, nil
}
