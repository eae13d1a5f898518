package knowledge

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
)

// learnedVersion names the form of what is learned: change it with the analysis, the features or the training.
const learnedVersion = "6"

// learned is what training gives, as kept on disk.
type learned struct {
	Labels   []label
	Concepts map[string][]string // the lexicon, by stems
	Features [channels]string    // by number, one a line
	Rarity   []float32
	Bias     []float32
	Weights  []byte // float32, little endian
}

// Open builds a base like Build, but keeps what was learned and the index in a folder, and reads them back when the
// contents are the same, which takes milliseconds. A damaged or unwritable folder only costs the time to build again.
func Open(dir string, contents Contents, examples []Example) (*Base, error) {
	if dir == "" {
		return Build(contents, examples)
	}
	b, err := newBase(contents)
	if err != nil {
		return nil, err
	}
	name := digest(contents, examples)
	file := filepath.Join(dir, "learned-"+name+".gob")
	if err := b.load(file); err != nil {
		b.stemmer = newStemmer()
		b.learn(examples)
		b.keep(file)
	}
	b.ranker = newRanker(contents.Topics, b.stemmer)
	folder := filepath.Join(dir, "index-"+name)
	if b.index, err = openIndex(folder, b.ranker.words); err != nil {
		b.index, err = b.keepIndex(folder)
	}
	return b, err
}

// keepIndex builds the index beside its place and moves it there. Where that fails the index lives in memory.
func (b *Base) keepIndex(folder string) (*index, error) {
	if os.MkdirAll(filepath.Dir(folder), 0o750) == nil {
		if temporary, err := os.MkdirTemp(filepath.Dir(folder), "index-*.new"); err == nil {
			defer func() { _ = os.RemoveAll(temporary) }()
			place := filepath.Join(temporary, "index")
			if built, err := buildIndex(place, b.contents.Topics, b.stemmer, b.ranker.words); err == nil && built.bleve.Close() == nil {
				_ = os.RemoveAll(folder) // damaged, or it would have opened
				if os.Rename(place, folder) == nil {
					if opened, err := openIndex(folder, b.ranker.words); err == nil {
						return opened, nil
					}
				}
			}
		}
	}
	return buildIndex("", b.contents.Topics, b.stemmer, b.ranker.words)
}

// digest names the contents: any change of a phrase, a label or the form of what is kept gives another.
func digest(contents Contents, examples []Example) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %q\n", learnedVersion, lexiconText)
	for _, t := range contents.Topics {
		fmt.Fprintf(h, "%q %q %q %q\n", t.ID, t.Title, t.Citation.Section, t.Body)
		for _, p := range t.Asked {
			fmt.Fprintf(h, "%q\n", p.Text)
		}
	}
	for _, c := range contents.Collections {
		fmt.Fprintf(h, "%q %q %q\n", c.ID, c.Name, c.Aliases)
		for _, p := range c.Outside {
			fmt.Fprintf(h, "%q\n", p.Text)
		}
	}
	for _, e := range examples {
		fmt.Fprintf(h, "%q %q\n", e.Label, e.Text)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

func (b *Base) load(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	sum, body := data[:min(len(data), sha256.Size)], data[min(len(data), sha256.Size):]
	if want := sha256.Sum256(body); !bytes.Equal(sum, want[:]) {
		return fmt.Errorf("%s is damaged", file)
	}
	var l learned
	if err := gob.NewDecoder(bytes.NewReader(body)).Decode(&l); err != nil {
		return err
	}
	b.labels = l.Labels
	b.stemmer = stemmer{fr.NewFrenchLightStemmerFilter(), newLexicon(l.Concepts)}
	b.vectorizer = &vectorizer{rarity: l.Rarity}
	number := int32(0)
	for c := range channels {
		names := strings.Split(l.Features[c], "\n")
		b.vectorizer.number[c] = make(map[string]int32, len(names))
		for _, name := range names {
			if name != "" {
				b.vectorizer.number[c][name] = number
				number++
			}
		}
	}
	weights := make([]float32, len(l.Weights)/4)
	for i := range weights {
		weights[i] = math.Float32frombits(binary.LittleEndian.Uint32(l.Weights[4*i:]))
	}
	b.classifier = &classifier{labels: len(l.Labels), weights: weights, bias: l.Bias}
	b.numberLabels()
	return nil
}

// keep writes what was learned beside its place and moves it there, so that a reader never sees half a file. A failure
// is nobody's problem: the next start learns again.
func (b *Base) keep(file string) {
	l := learned{Labels: b.labels, Concepts: b.stemmer.lexicon.concepts, Rarity: b.vectorizer.rarity, Bias: b.classifier.bias}
	for c := range channels {
		names := make([]string, 0, len(b.vectorizer.number[c]))
		for name := range b.vectorizer.number[c] {
			names = append(names, name)
		}
		sort.Slice(names, func(i, j int) bool { return b.vectorizer.number[c][names[i]] < b.vectorizer.number[c][names[j]] })
		l.Features[c] = strings.Join(names, "\n")
	}
	l.Weights = make([]byte, 4*len(b.classifier.weights))
	for i, w := range b.classifier.weights {
		binary.LittleEndian.PutUint32(l.Weights[4*i:], math.Float32bits(w))
	}
	var body bytes.Buffer
	if gob.NewEncoder(&body).Encode(l) != nil || os.MkdirAll(filepath.Dir(file), 0o755) != nil {
		return
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), "learned-*")
	if err != nil {
		return
	}
	sum := sha256.Sum256(body.Bytes())
	_, err = temporary.Write(append(sum[:], body.Bytes()...))
	if closed := temporary.Close(); err != nil || closed != nil || os.Rename(temporary.Name(), file) != nil {
		_ = os.Remove(temporary.Name())
	}
}
