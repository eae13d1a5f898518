package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/goccy/go-yaml"

	"guichet/bot"
	"guichet/knowledge"
	"guichet/widget"
)

//go:embed sites.yaml
var shippedSites []byte

// siteList is a file of sites.
type siteList struct {
	Sites []bot.Site `yaml:"sites"`

	file string
	text []byte
}

// readSites reads a file of sites, the shipped one without a name, and checks their settings.
func readSites(file string) (siteList, error) {
	list := siteList{file: "sites.yaml", text: shippedSites}
	if file != "" {
		var err error
		if list.text, err = os.ReadFile(file); err != nil {
			return list, fmt.Errorf("read the sites: %w", err)
		}
		list.file = file
	}
	if err := yaml.UnmarshalWithOptions(list.text, &list, yaml.Strict()); err != nil {
		return list, fmt.Errorf("%s: %s", list.file, yaml.FormatError(err, false, true))
	}
	return list, list.check()
}

// siteName is what a site's id may be: it stands in addresses.
var siteName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check finds the first mistake in the settings, by file and line.
func (l siteList) check() error {
	if len(l.Sites) == 0 {
		return fmt.Errorf("%s: there is no site in it", l.file)
	}
	seen := map[string]bool{}
	for i, s := range l.Sites {
		switch {
		case !siteName.MatchString(s.ID):
			return fmt.Errorf("%s: site %d: the id is %q: lower-case letters, digits and hyphens between them", l.line(i), i+1, s.ID)
		case seen[s.ID]:
			return fmt.Errorf("%s: site %q: an earlier one has this id", l.line(i, "id"), s.ID)
		}
		seen[s.ID] = true
		for _, check := range []func(bot.Site) error{bot.CheckSite, widget.CheckSite} {
			if err := check(s); err != nil {
				return fmt.Errorf("%s: site %q: %w", l.settingLine(i, err), s.ID, err)
			}
		}
	}
	return nil
}

// fit tells what of the sites and of the knowledge that they are to answer from does not go together.
func (l siteList) fit(contents knowledge.Contents) error {
	for _, c := range contents.Collections {
		if _, err := bot.ReadTerm(c.Complaint); err != nil {
			return fmt.Errorf("%s: complaint: %w", c.File, err)
		}
	}
	for i, s := range l.Sites {
		for _, c := range s.Collections {
			if _, err := bot.ScopeOf(contents, c); err != nil {
				return fmt.Errorf("%s: site %q: %w", l.line(i, "collections"), s.ID, err)
			}
		}
		for _, id := range s.Starters {
			if _, known := contents.Topic(id); !known {
				return fmt.Errorf("%s: site %q: starters: there is no topic %q", l.line(i, "starters"), s.ID, id)
			}
		}
	}
	return nil
}

// settingLine is FILE:LINE of a mistake in the settings of the nth site; the file alone when the setting stands nowhere.
func (l siteList) settingLine(n int, err error) string {
	var setting *bot.SettingError
	if !errors.As(err, &setting) {
		return l.file
	}
	return l.line(n, setting.Path...)
}

// line is FILE:LINE of a setting of the nth site.
func (l siteList) line(n int, setting ...string) string {
	path := new(yaml.PathBuilder).Root().Child("sites").Index(uint(n))
	for _, key := range setting {
		path = path.Child(key)
	}
	node, err := path.Build().ReadNode(bytes.NewReader(l.text))
	if err != nil {
		return l.file
	}
	return fmt.Sprintf("%s:%d", l.file, node.GetToken().Position.Line)
}
