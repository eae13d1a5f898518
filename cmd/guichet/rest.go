package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	restEvery = 30 * time.Second
	afterward = 2 * time.Second // what the start used is given back after so long
	atRest    = 16 << 20        // bytes allocated in restEvery below which a server has little to do
	worthIt   = 4 << 20         // bytes allocated since memory was last given back
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
	}
}

// allocated is how many bytes the program has ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
