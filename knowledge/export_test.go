package knowledge

import (
	"strings"

	"github.com/blevesearch/bleve/v2"
)

// BareQuery asks the index the words of a text as they are, without anything of ours: the floor that the benchmarks
// compare with.
func (b *Base) BareQuery(text string) (int, error) {
	var q []string
	for _, w := range Words(text) {
		q = append(q, b.stemmer.stem(w))
	}
	match := bleve.NewMatchQuery(strings.Join(q, " "))
	match.SetField("stems")
	found, err := b.index.bleve.Search(bleve.NewSearchRequestOptions(match, 10, 0, false))
	if err != nil {
		return 0, err
	}
	return len(found.Hits), nil
}
