package knowledge

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"time"

	"guichet/faq"
)

// The kinds of topic.
const (
	KindFAQ      = "faq"
	KindContract = "contract"
	KindGuide    = "guide"
)

// Topic is one thing that can be answered: a curated entry, or a passage of a contract or guide.
type Topic struct {
	ID         string // collection.slug
	Collection string
	Kind       string // KindFAQ, KindContract or KindGuide
	Title      string
	Body       string // Markdown
	Asked      []faq.Phrase
	Next       []string // topics proposed after the answer
	Citation   faq.Citation
	Review     time.Time
	File       string
	Line       int // of the title
	BodyLine   int // of the body's first line
	NextLine   int // where Next is listed
	ReviewLine int // where Review is given
}

// Collection is the body of knowledge of one insurer or product.
type Collection struct {
	ID      string
	Name    string // shown when the person is asked which insurer is meant
	Product string
	Lead    string // how an answer names whose rule it states
	Contact string // where a person is reached; may be empty
	// Complaint is the term that the contract sets for answering a complaint, as bot.ReadTerm reads it: "60 working days".
	// Empty when the contract sets none.
	Complaint string
	Aliases   []string
	Outside   []faq.Phrase // questions in its field that it does not answer
	File      string
}

// Contents is what editors wrote: the input of Build.
type Contents struct {
	Collections []Collection
	Topics      []Topic
}

// Topic returns the topic with an id.
func (c Contents) Topic(id string) (Topic, bool) {
	for _, t := range c.Topics {
		if t.ID == id {
			return t, true
		}
	}
	return Topic{}, false
}

// Shipped reads the contents that are part of the program.
func Shipped() (Contents, []faq.Problem, error) { return LoadTree(ShippedTree()) }

// Load reads entries laid out as <collection>/<slug>.md and documents laid out as <collection>/<document>.md beside
// <collection>/collection.md. What an editor must mend is listed; the error is for the file systems themselves.
// Topics and collections come sorted by id, so that a base does not depend on the order of files.
func Load(entries, documents fs.FS) (Contents, []faq.Problem, error) {
	var c Contents
	list, problems, err := faq.Load(entries)
	if err != nil {
		return c, nil, err
	}
	for _, e := range list {
		c.Topics = append(c.Topics, Topic{
			ID: e.Topic(), Collection: e.Collection, Kind: KindFAQ, Title: e.Title, Body: e.Answer, Asked: e.Asked,
			Next: e.Next, Citation: e.Citation, Review: e.Review, File: e.File, Line: e.TitleLine, BodyLine: e.AnswerLine, NextLine: e.NextLine, ReviewLine: e.ReviewLine,
		})
	}
	err = fs.WalkDir(documents, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".md" {
			return err
		}
		data, err := fs.ReadFile(documents, name)
		if err != nil {
			return err
		}
		var found []faq.Problem
		if path.Base(name) == "collection.md" {
			var collection Collection
			collection, found = ParseCollection(name, data)
			c.Collections = append(c.Collections, collection)
		} else {
			var topics []Topic
			topics, found = ParseDocument(name, data)
			c.Topics = append(c.Topics, topics...)
		}
		problems = append(problems, found...)
		return nil
	})
	if err != nil {
		return c, nil, fmt.Errorf("read documents: %w", err)
	}
	sort.Slice(c.Topics, func(i, j int) bool { return c.Topics[i].ID < c.Topics[j].ID })
	sort.Slice(c.Collections, func(i, j int) bool { return c.Collections[i].ID < c.Collections[j].ID })
	return c, problems, nil
}
