package knowledge

import (
	"runtime"
	"strings"

	"github.com/blevesearch/bleve/v2"
)

// BareQuery asks the index the words of a text and does nothing with what it finds: the floor that benchmarks compare with.
// It returns how many of the ten best there are.
func (b *Base) BareQuery(text string) (int, error) {
	match := bleve.NewMatchQuery(strings.Join(b.stemmer.understand(text).stems, " "))
	match.SetField("stems")
	found, err := b.index.bleve.Search(bleve.NewSearchRequestOptions(match, 10, 0, false))
	runtime.KeepAlive(b) // see index.closeUnused
	if err != nil {
		return 0, err
	}
	return len(found.Hits), nil
}
