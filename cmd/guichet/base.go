package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"

	"guichet/bot"
	"guichet/knowledge"
)

//go:embed sites.yaml
var shippedSites []byte

// defaultCache is where what was learned from the knowledge is kept between runs.
func defaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "guichet")
}

// shipped reads the shipped knowledge and what teaches to tell requests and small talk from questions.
func shipped() (knowledge.Contents, []knowledge.Example, error) {
	contents, problems, err := knowledge.Shipped()
	if err != nil {
		return contents, nil, err
	}
	if len(problems) > 0 {
		return contents, nil, fmt.Errorf("the knowledge has %d problems, the first: %s", len(problems), problems[0])
	}
	examples, err := bot.Examples()
	return contents, examples, err
}

// openEngine builds the engine from the shipped knowledge, or loads what an earlier run learned from the same.
func openEngine(cache string) (*bot.Engine, error) {
	contents, examples, err := shipped()
	if err != nil {
		return nil, err
	}
	base, err := knowledge.Open(cache, contents, examples)
	if err != nil {
		return nil, err
	}
	return bot.NewEngine(base), nil
}

// openSites reads the sites of a YAML file, or the shipped ones when file is empty.
func openSites(file string, engine *bot.Engine) ([]bot.Site, error) {
	sites, name, data, err := readSites(file)
	if err != nil {
		return nil, err
	}
	for _, c := range engine.Base().Contents().Collections {
		if _, err := bot.ReadTerm(c.Complaint); err != nil {
			return nil, fmt.Errorf("%s: complaint: %w", c.File, err)
		}
	}
	for i, s := range sites {
		if err := bot.CheckSite(s); err != nil {
			return nil, fmt.Errorf("%s: site %q: %w", settingLine(name, data, i, err), s.ID, err)
		}
		for _, c := range s.Collections {
			if _, err := engine.Scope(c); err != nil {
				return nil, fmt.Errorf("%s: site %q: %w", name, s.ID, err)
			}
		}
	}
	return sites, nil
}

// readSites reads what openSites checks, with the name and the text of the file.
func readSites(file string) (sites []bot.Site, name string, data []byte, err error) {
	name, data = "sites.yaml", shippedSites
	if file != "" {
		name = file
		if data, err = os.ReadFile(file); err != nil {
			return nil, "", nil, fmt.Errorf("read the sites: %w", err)
		}
	}
	var list struct {
		Sites []bot.Site `yaml:"sites"`
	}
	if err := yaml.UnmarshalWithOptions(data, &list, yaml.Strict()); err != nil {
		return nil, "", nil, fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, true))
	}
	return list.Sites, name, data, nil
}

// settingLine is FILE:LINE of a mistake in the settings of the nth site; the file alone when the setting stands nowhere.
func settingLine(file string, data []byte, n int, err error) string {
	var setting *bot.SettingError
	if !errors.As(err, &setting) {
		return file
	}
	path := new(yaml.PathBuilder).Root().Child("sites").Index(uint(n))
	for _, key := range setting.Path {
		path = path.Child(key)
	}
	node, err := path.Build().ReadNode(bytes.NewReader(data))
	if err != nil {
		return file
	}
	return fmt.Sprintf("%s:%d", file, node.GetToken().Position.Line)
}
