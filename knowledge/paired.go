package knowledge

import "math/bits"

// paired tells in how many passages a pair stands, by its last bits: more where several pairs meet. Where few slots are in use, as
// with some hundreds of passages, only those are kept.
type paired struct {
	all []uint16 // by slot; nil where only those in use are kept

	used   []uint64 // a bit for each slot
	before []uint32 // how many slots are in use before each word of used
	counts []uint16 // of those, in order
}

// newPaired takes the counts of all the slots.
func newPaired(all []uint16) paired {
	inUse := 0
	for _, n := range all {
		if n > 0 {
			inUse++
		}
	}
	if inUse > len(all)/3 {
		return paired{all: all}
	}
	p := paired{used: make([]uint64, (len(all)+63)/64), before: make([]uint32, (len(all)+63)/64), counts: make([]uint16, 0, inUse)}
	for slot, n := range all {
		if slot%64 == 0 {
			p.before[slot/64] = uint32(len(p.counts))
		}
		if n > 0 {
			p.used[slot/64] |= 1 << (slot % 64)
			p.counts = append(p.counts, n)
		}
	}
	return p
}

func (p *paired) count(pair uint32) int {
	slot := pair % pairSlots
	if p.all != nil {
		return int(p.all[slot])
	}
	word, bit := p.used[slot/64], uint64(1)<<(slot%64)
	if word&bit == 0 {
		return 0
	}
	return int(p.counts[p.before[slot/64]+uint32(bits.OnesCount64(word&(bit-1)))])
}
