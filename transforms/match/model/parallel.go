package model

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// chunk is the number of pairs that a core takes at a time.
const chunk = 8192

// parallelPairs runs do over the ranges of n pairs on all cores.
func parallelPairs(ctx context.Context, n int, do func(from, to int)) error {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(chunk)) - chunk
				if from >= n {
					return
				}
				do(from, min(from+chunk, n))
			}
		})
	}
	wait.Wait()
	return ctx.Err()
}

// parallelItems runs do for 0 … n−1 on all cores.
func parallelItems(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}
