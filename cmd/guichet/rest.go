package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	restEvery = 30 * time.Second
	afterward = 2 * time.Second // what the start used is given back after so long
	atRest    = 16 << 20        // bytes allocated in restEvery below which a server has little to do
	worthIt   = 4 << 20         // bytes allocated since memory was last given back
	garbage   = 32 << 20        // bytes allocated between two collections, at least
)

// rest gives memory that is not in use back to the system: after the start, which needs twice of what stays, and whenever
// little is going on. Go keeps it for the next rush, and collects garbage too seldom then to notice that there is none.
func rest(ctx context.Context) {
	freed, last := uint64(0), uint64(0)
	for wait := afterward; sleep(ctx, wait); wait = restEvery {
		now := allocated()
		if now-freed > worthIt && (freed == 0 || now-last < atRest) {
			debug.FreeOSMemory()
			unmap()
			freed = now
		}
		last = now
		pace()
	}
}

// pace has the collector wait for some garbage: what is in use with few visitors is so little that it would otherwise run
// each few hundred questions, which was a tenth of what they cost.
func pace() {
	if os.Getenv("GOGC") == "" { // else the operator has decided
		debug.SetGCPercent(int(max(100, 100*garbage/max(counted("/gc/heap/live:bytes"), 1))))
	}
}

// allocated is how many bytes the program has ever allocated.
func allocated() uint64 { return counted("/gc/heap/allocs:bytes") }

// counted is a figure of the runtime's.
func counted(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
