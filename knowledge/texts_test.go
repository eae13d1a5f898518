package knowledge

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestPassagesReadAgainGiveTheSameFeatures compares the two ways to measure, on the shipped contents and on what is found in
// a passage besides.
func TestPassagesReadAgainGiveTheSameFeatures(t *testing.T) {
	t.Parallel()
	contents, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	topics, stems := slices.Concat(contents.Topics, shelf()), newStemmer()
	kept, again := newRankerOf(newTexts(topics, stems), false), newRankerOf(newTexts(topics, stems), true)
	if len(again.passages) != 0 || again.mean != kept.mean {
		t.Errorf("%d passages are kept, the means are %+v and %+v", len(again.passages), again.mean, kept.mean)
	}
	random := rand.New(rand.NewPCG(3, 4))
	fits := 0
	for range 60 {
		from := topics[random.IntN(len(topics))]
		words := strings.Fields(from.Title + " " + from.Body)
		if n := len(from.Asked); n > 0 {
			words = append(words, strings.Fields(from.Asked[random.IntN(n)].Text)...)
		}
		at := random.IntN(len(words))
		text := strings.Join(words[at:min(len(words), at+1+random.IntN(9))], " ")
		passages := make([]int32, 8)
		for i := range passages {
			passages[i] = int32((int(random.IntN(len(topics)/8)) + i*(len(topics)/8)) % len(topics))
		}
		w := kept.want(stems.understand(text))
		one, other := kept.measure(w, passages), again.measure(again.want(stems.understand(text)), passages)
		for i, p := range passages {
			if one[i] != other[i] {
				t.Fatalf("%q in %s: %+v kept, %+v read again", text, topics[p].ID, one[i], other[i])
			}
			if one[i] != (Features{}) {
				fits++
			}
			u, m := kept.absent(w, p)
			if v, n := again.absent(w, p); u != v || m != n {
				t.Fatalf("%q in %s: absent %g %g kept, %g %g read again", text, topics[p].ID, u, m, v, n)
			}
			there, too := kept.holding(p), again.holding(p)
			for _, word := range w.words {
				if there.has(word.stem) != too.has(word.stem) {
					t.Fatalf("whether %s has %q", topics[p].ID, word.stem)
				}
			}
		}
	}
	if fits < 100 {
		t.Errorf("only %d passages had anything of what was asked", fits)
	}
}
