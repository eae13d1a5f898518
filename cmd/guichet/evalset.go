package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"guichet/faq"
	"guichet/knowledge"
)

// setDocument is a line of a set's corpus.jsonl, as "kb export --format jsonl" prints it.
type setDocument struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Text  string   `json:"text"`
	Alts  []string `json:"alts"`
}

// setQuery is a line of a set's queries.jsonl.
type setQuery struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// setCollection is the one collection of a set.
const setCollection = "set"

// warmUp is how many queries are asked before the clock runs.
const warmUp = 20

// runSet asks the queries of a folder of the documents in it, as if they were a knowledge base, and writes what was found
// and how long each query took.
func runSet(dir, out string) error {
	if out == "" {
		return errors.New("--set needs --out, the folder to write guichet.run.tsv and guichet.lat to")
	}
	contents, err := readSet(filepath.Join(dir, "corpus.jsonl"))
	if err != nil {
		return err
	}
	var queries []setQuery
	file := filepath.Join(dir, "queries.jsonl")
	if err := readLines(file, func(line []byte) error {
		var q setQuery
		if err := json.Unmarshal(line, &q); err != nil {
			return fmt.Errorf("not a query: %w", err)
		}
		queries = append(queries, q)
		return nil
	}); err != nil {
		return err
	}
	base, err := knowledge.Build(contents, nil)
	if err != nil {
		return err
	}
	for _, q := range queries[:min(warmUp, len(queries))] {
		if _, err := base.Find(knowledge.Query{Text: q.Text}); err != nil {
			return err
		}
	}
	return writeRun(base, queries, out)
}

// readSet reads the documents.
func readSet(file string) (knowledge.Contents, error) {
	contents := knowledge.Contents{Collections: []knowledge.Collection{{ID: setCollection, Name: setCollection}}}
	err := readLines(file, func(line []byte) error {
		var d setDocument
		if err := json.Unmarshal(line, &d); err != nil {
			return fmt.Errorf("not a document: %w", err)
		}
		t := knowledge.Topic{ID: d.ID, Collection: setCollection, Title: d.Title, Body: d.Text, Citation: faq.Citation{Section: d.Title}}
		for _, alt := range d.Alts {
			t.Asked = append(t.Asked, faq.Phrase{Text: alt})
		}
		contents.Topics = append(contents.Topics, t)
		return nil
	})
	return contents, err
}

// readLines calls do with each line of a JSON Lines file.
func readLines(name string, do func([]byte) error) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return eachLine(file, name, do)
}

// writeRun asks each query and writes the ten best documents with their probability, and the milliseconds it took.
func writeRun(base *knowledge.Base, queries []setQuery, out string) error {
	if err := os.MkdirAll(out, 0o750); err != nil {
		return err
	}
	run, err := os.Create(filepath.Join(out, "guichet.run.tsv"))
	if err != nil {
		return err
	}
	defer run.Close()
	lat, err := os.Create(filepath.Join(out, "guichet.lat"))
	if err != nil {
		return err
	}
	defer lat.Close()
	runs, lats := bufio.NewWriter(run), bufio.NewWriter(lat)
	for _, q := range queries {
		start := time.Now()
		found, err := base.Find(knowledge.Query{Text: q.Text})
		if err != nil {
			return fmt.Errorf("query %s: %w", q.ID, err)
		}
		fmt.Fprintf(lats, "%.3f\n", float64(time.Since(start).Microseconds())/1000)
		for i, h := range found.Hits {
			// The first is as probable as it is sure; the others share what they are to it.
			p := found.Sure * h.Probability / max(found.Hits[0].Probability, 1e-12)
			fmt.Fprintf(runs, "%s\t%s\t%d\t%.6f\n", q.ID, h.Topic.ID, i+1, p)
		}
	}
	return errors.Join(runs.Flush(), lats.Flush())
}
