package knowledge

import (
	"math/rand/v2"
	"testing"
)

func TestPairsAreCountedTheSameHoweverTheyAreKept(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for _, inUse := range []int{0, 1, 50_000, pairSlots} {
		all := make([]uint16, pairSlots)
		for range inUse {
			all[random.IntN(pairSlots)] = uint16(1 + random.IntN(700))
		}
		all[0], all[63], all[64], all[pairSlots-1] = 0, 3, 4, 5
		p := newPaired(all)
		if kept := p.all != nil; kept != (inUse == pairSlots) {
			t.Errorf("with %d slots in use, whether all are kept: %v", inUse, kept)
		}
		for slot, n := range all {
			if got := p.count(uint32(slot) + 7*pairSlots); got != int(n) {
				t.Fatalf("with %d slots in use, %d of slot %d, want %d", inUse, got, slot, n)
			}
		}
	}
}
