package knowledge

import (
	"fmt"
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
type index struct{ bleve bleve.Index }

// indexed is what Bleve sees of a topic: terms parted by spaces.
type indexed struct {
	Collection string `json:"collection"`
	Stems      string `json:"stems"`
	Pieces     string `json:"pieces"`
}

// openIndex opens an index that buildIndex left in a folder. Any number of processes may have it open.
func openIndex(dir string) (*index, error) {
	b, err := bleve.OpenUsing(dir, map[string]any{"read_only": true, "bolt_timeout": "1s"})
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	return &index{b}, nil
}

// buildIndex makes an index in a folder, or in memory when dir is empty.
func buildIndex(dir string, topics []Topic, stems stemmer) (*index, error) {
	m, err := indexMapping()
	if err != nil {
		return nil, err
	}
	// NewUsing and not NewMemOnly: the latter is another engine that ignores the scoring model.
	b, err := bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("make the index: %w", err)
	}
	batch := b.NewBatch() // one batch, one segment: scores depend on the segments
	for _, t := range topics {
		q := stems.understand(topicText(t))
		doc := indexed{t.Collection, strings.Join(q.stems, " "), strings.Join(q.features(charChannel), " ")}
		if err := batch.Index(t.ID, doc); err != nil {
			return nil, fmt.Errorf("index topic %s: %w", t.ID, err)
		}
	}
	if err := b.Batch(batch); err != nil {
		return nil, fmt.Errorf("index topics: %w", err)
	}
	return &index{b}, nil
}

// topicText is all that a topic may be found by.
func topicText(t Topic) string {
	var b strings.Builder
	b.WriteString(t.Title + "\n" + t.Citation.Section + "\n" + t.Body)
	for _, p := range t.Asked {
		b.WriteString("\n" + p.Text)
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
	for field, analyzer := range map[string]string{"collection": keyword.Name, "stems": "terms", "pieces": "terms"} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = analyzer, false, false, false, false
		m.DefaultMapping.AddFieldMappingsAt(field, f)
	}
	return m, nil
}

// search returns the ids of the best candidates among the collections (all when empty), best first.
func (x *index) search(q question, collections []string) ([]string, error) {
	should := termQueries("stems", q.stems)
	should = append(should, termQueries("pieces", q.features(charChannel))...)
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
	if err != nil {
		return nil, fmt.Errorf("search the index: %w", err)
	}
	ids := make([]string, len(found.Hits))
	for i, hit := range found.Hits {
		ids[i] = hit.ID
	}
	return ids, nil
}

// maxTerms bounds the work of one search, however long the message.
const maxTerms = 400

func termQueries(field string, terms []string) []query.Query {
	seen := map[string]bool{}
	var queries []query.Query
	for _, term := range terms {
		if seen[term] || len(queries) == maxTerms {
			continue
		}
		seen[term] = true
		q := bleve.NewTermQuery(term)
		q.SetField(field)
		queries = append(queries, q)
	}
	return queries
}
