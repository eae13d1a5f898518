package knowledge

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
)

// candidates is how many topics Bleve hands to the ranking.
const candidates = 50

// index finds candidate topics with Bleve. Its texts are analysed here, by the same French analysis as questions, and
// handed over as ready terms.
type index struct {
	bleve bleve.Index
	words *vocabulary
}

// indexed is what Bleve sees of a topic: terms parted by spaces. Its id is the topic's number.
type indexed struct {
	Collection string `json:"collection"`
	Stems      string `json:"stems"`
}

// closeUnused has the index closed when nothing refers to it any more: a base that another has replaced is asked until its last
// question is answered, and nobody knows which that is.
func (x *index) closeUnused() {
	runtime.AddCleanup(x, func(b bleve.Index) { _ = b.Close() }, x.bleve)
}

// openIndex opens an index that buildIndex left in a folder. Any number of processes may have it open.
func openIndex(dir string, words *vocabulary) (*index, error) {
	b, err := bleve.OpenUsing(dir, map[string]any{"read_only": true, "bolt_timeout": "1s"})
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	return &index{b, words}, nil
}

// buildIndex makes an index in a folder, or in memory when dir is empty.
func buildIndex(dir string, topics []Topic, stems stemmer, words *vocabulary) (*index, error) {
	m, err := indexMapping()
	if err != nil {
		return nil, err
	}
	if dir != "" && len(topics) > batchSize {
		return buildLarge(dir, m, topics, stems, words)
	}
	// NewUsing and not NewMemOnly: the latter is another engine that ignores the scoring model.
	b, err := bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("make the index: %w", err)
	}
	batch := b.NewBatch()
	for i, t := range topics {
		if batch.Size() == batchSize {
			if err := b.Batch(batch); err != nil {
				return nil, fmt.Errorf("index topics: %w", err)
			}
			batch.Reset()
		}
		if err := batch.Index(strconv.Itoa(i), indexed{t.Collection, stemsOf(t, stems)}); err != nil {
			return nil, fmt.Errorf("index topic %s: %w", t.ID, err)
		}
	}
	if err := b.Batch(batch); err != nil {
		return nil, fmt.Errorf("index topics: %w", err)
	}
	return &index{b, words}, nil
}

// batchSize is how many topics are indexed at once. Up to there an index has one segment, on which its scores depend.
const batchSize = 10_000

// buildLarge makes an index of many topics at one go, which leaves one segment too: half as long to search as twenty.
func buildLarge(dir string, m mapping.IndexMapping, topics []Topic, stems stemmer, words *vocabulary) (*index, error) {
	builder, err := bleve.NewBuilder(dir, m, map[string]any{"buildPathPrefix": filepath.Dir(dir), "batchSize": batchSize})
	if err != nil {
		return nil, fmt.Errorf("make the index: %w", err)
	}
	for i, t := range topics {
		if err := builder.Index(strconv.Itoa(i), indexed{t.Collection, stemsOf(t, stems)}); err != nil {
			return nil, errors.Join(fmt.Errorf("index topic %s: %w", t.ID, err), builder.Close())
		}
	}
	if err := builder.Close(); err != nil {
		return nil, fmt.Errorf("index topics: %w", err)
	}
	return openIndex(dir, words)
}

// stemsOf are the stems of all that a topic may be found by, stop words left out.
func stemsOf(t Topic, stems stemmer) string {
	var b strings.Builder
	d := readTopic(t, true, stems)
	for _, list := range [][]question{d.asked, d.text} {
		for _, q := range list {
			for i, s := range q.stems {
				if !stopWords[q.words[i]] {
					b.WriteString(s)
					b.WriteByte(' ')
				}
			}
		}
	}
	return b.String()
}

func indexMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	if err := m.AddCustomAnalyzer("terms", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, fmt.Errorf("prepare the index: %w", err)
	}
	m.ScoringModel = "bm25"
	m.DefaultMapping.Dynamic = false
	for field, analyzer := range map[string]string{"collection": keyword.Name, "stems": "terms"} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = analyzer, false, false, false, false
		m.DefaultMapping.AddFieldMappingsAt(field, f)
	}
	return m, nil
}

// search returns the numbers of the best candidates among the collections (all when empty), best first.
func (x *index) search(w wanted, collections []string) ([]int32, error) {
	should := x.terms(w)
	if len(should) == 0 {
		return nil, nil
	}
	var find query.Query = bleve.NewDisjunctionQuery(should...)
	if len(collections) > 0 {
		var in []query.Query
		for _, c := range collections {
			term := bleve.NewTermQuery(c)
			term.SetField("collection")
			in = append(in, term)
		}
		both := bleve.NewBooleanQuery()
		both.AddMust(find)
		both.AddFilter(bleve.NewDisjunctionQuery(in...))
		find = both
	}
	found, err := x.bleve.Search(bleve.NewSearchRequestOptions(find, candidates, 0, false))
	runtime.KeepAlive(x) // see closeUnused
	if err != nil {
		return nil, fmt.Errorf("search the index: %w", err)
	}
	numbers := make([]int32, 0, len(found.Hits))
	for _, hit := range found.Hits {
		n, err := strconv.ParseInt(hit.ID, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("the index has an entry %q that is no topic", hit.ID)
		}
		numbers = append(numbers, int32(n))
	}
	return numbers, nil
}

// mostCorrections is how many words of the base are looked up for one that is misspelt.
const mostCorrections = 3

// terms are the words to look up: each as it is where the base knows it, else what it may stand for.
func (x *index) terms(w wanted) []query.Query {
	var queries []query.Query
	add := func(term int32, boost float64) {
		q := bleve.NewTermQuery(x.words.stems[term])
		q.SetField("stems")
		if boost != 1 {
			q.SetBoost(boost)
		}
		queries = append(queries, q)
	}
	for _, word := range w.words {
		if len(word.near) > 0 && word.near[0].fit == 1 {
			add(word.near[0].term, 1)
			continue
		}
		for _, n := range word.near[:min(len(word.near), mostCorrections)] {
			add(n.term, float64(n.fit))
		}
	}
	return queries
}
