package knowledge

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
)

// vocabulary is the words of a base, as stems, numbered in order, with how rare each is and which are like one another.
type vocabulary struct {
	stems  []string
	number map[string]int32
	rarity []float32          // inverse document frequency over passages, by number
	pieces map[uint32][]int32 // three neighbouring bytes of "<stem>" -> the stems that have them
	length []uint8            // distinct pieces of each stem, at most 255
	sounds map[string][]int32 // how it sounds -> stems
	seen   *nearCache

	literal bool // a word stands for itself only
}

// near is a word of the base that a word of a question may stand for, and how well it does, 0 to 1.
type near struct {
	term int32
	fit  float32
}

// How well a word stands for another. What is spelt alike counts by the share of pieces it has in common; a known word
// is rarely meant for another, but "payer" and "paiement" speak of one thing. Values were compared on the shipped phrases.
const (
	fitTypo   = 0.6 // one slip of the keyboard away, two in a word of eight letters or more
	fitSound  = 0.6 // sounds the same
	fitKnown  = 0.5 // of the likeness of two words that are both known
	leastLike = 0.6 // share of pieces in common below which words are not alike
	mostNear  = 6   // words of the base that one word may stand for
	leastLong = 4   // letters below which a word is only itself
)

// newVocabulary numbers the stems of passages; count says in how many of the passages each stands.
func newVocabulary(count map[string]int, passages int) *vocabulary {
	v := &vocabulary{stems: slices.Sorted(maps.Keys(count))}
	for _, stem := range v.stems {
		v.rarity = append(v.rarity, rarityOf(count[stem], passages))
	}
	v.index()
	return v
}

// index makes the stems be found, and what is like them.
func (v *vocabulary) index() {
	v.number, v.seen = make(map[string]int32, len(v.stems)), &nearCache{}
	v.pieces, v.sounds = map[uint32][]int32{}, make(map[string][]int32, len(v.stems))
	v.length = make([]uint8, len(v.stems))
	for i, stem := range v.stems {
		n := int32(i)
		v.number[stem] = n
		if len(stem) < leastLong || isNumber(stem) {
			continue
		}
		pieces := piecesOf(stem)
		for _, p := range pieces {
			v.pieces[p] = append(v.pieces[p], n)
		}
		v.length[i] = uint8(min(len(pieces), 255))
		key := soundKey(stem)
		v.sounds[key] = append(v.sounds[key], n)
	}
}

// rarityOf is the inverse document frequency of what stands in count of n passages, as BM25 has it.
func rarityOf(count, n int) float32 {
	return float32(math.Log(1 + (float64(n-count)+0.5)/(float64(count)+0.5)))
}

// near lists what a stem may stand for in the base: itself first when it is known, then what is spelt or sounds alike,
// best first.
func (v *vocabulary) near(stem string) []near {
	n, known := v.number[stem]
	if v.literal || len(stem) < leastLong || isNumber(stem) {
		if known {
			return []near{{n, 1}}
		}
		return nil
	}
	if list, ok := v.seen.get(stem); ok {
		return list
	}
	var list []near
	for term, fit := range v.alike(stem, known) {
		if !known || term != n {
			list = append(list, near{term, fit})
		}
	}
	slices.SortFunc(list, func(a, b near) int { return cmp.Or(cmp.Compare(b.fit, a.fit), cmp.Compare(a.term, b.term)) })
	list = slices.Clip(list[:min(len(list), mostNear)])
	if known {
		list = slices.Insert(list, 0, near{n, 1})
	}
	v.seen.put(stem, list)
	return list
}

// alike finds the stems that share pieces or the sound with one.
func (v *vocabulary) alike(stem string, known bool) map[int32]float32 {
	pieces := piecesOf(stem)
	common := map[int32]int{}
	for _, p := range pieces {
		for _, n := range v.pieces[p] {
			common[n]++
		}
	}
	fits := map[int32]float32{}
	slips := 1
	if len(stem) >= 8 {
		slips = 2
	}
	for n, c := range common {
		like := 2 * float32(c) / float32(len(pieces)+int(v.length[n]))
		switch {
		case like >= leastLike && known:
			fits[n] = like * fitKnown
		case like >= leastLike:
			fits[n] = like
		}
		if !known && like >= 0.2 && slipsBetween(stem, v.stems[n], slips) {
			fits[n] = max(fits[n], fitTypo)
		}
	}
	if !known {
		for _, n := range v.sounds[soundKey(stem)] {
			fits[n] = max(fits[n], fitSound)
		}
	}
	return fits
}

// piecesOf lists the distinct runs of three bytes of "<stem>", each packed into a number.
func piecesOf(stem string) []uint32 {
	out := make([]uint32, 0, len(stem))
	a, b := uint32('<'), uint32(stem[0])
	for i := 1; i <= len(stem); i++ {
		c := uint32('>')
		if i < len(stem) {
			c = uint32(stem[i])
		}
		out = append(out, a<<16|b<<8|c)
		a, b = b, c
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func isNumber(word string) bool { return word[0] >= '0' && word[0] <= '9' }

// longestWord is from how many bytes on words are not compared for slips: nobody types such a word.
const longestWord = 40

// slipsBetween tells whether at most so many slips of the keyboard (a letter left out, added, replaced, or two swapped:
// the optimal string alignment distance) part two words.
func slipsBetween(a, b string, most int) bool {
	if d := len(a) - len(b); d > most || -d > most || len(a) > longestWord || len(b) > longestWord {
		return false
	}
	var rows [3][longestWord + 1]uint8
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		least := row[0]
		for j := 1; j <= len(b); j++ {
			differ := uint8(1)
			if a[i-1] == b[j-1] {
				differ = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if int(least) > most+1 {
			return false
		}
		before, last, row = last, row, before
	}
	return int(last[len(b)]) <= most
}

// mostRemembered bounds the words whose neighbours are kept: customers use the same few thousand over and over.
const mostRemembered = 20_000

// nearCache remembers what words stand for. It is safe for concurrent use.
type nearCache struct {
	mu    sync.RWMutex
	lists map[string][]near
}

func (c *nearCache) get(stem string) ([]near, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	list, ok := c.lists[stem]
	return list, ok
}

func (c *nearCache) put(stem string, list []near) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lists == nil || len(c.lists) >= mostRemembered {
		c.lists = map[string][]near{}
	}
	c.lists[stem] = list
}
