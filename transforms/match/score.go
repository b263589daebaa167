package match

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"clientele/transforms/match/model"
)

// score compares the pairs of all blocks, each once, on all cores, and keeps those
// that weigh at least so many bits.
func (m *Matching) score(ctx context.Context, linkOnly bool, least float64, scorer *model.Scorer) error {
	var next, compared atomic.Int64
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			var found []ScoredPair
			n := int64(0)
			for ctx.Err() == nil {
				from := int(next.Add(blocksAtATime)) - blocksAtATime
				if from >= m.Blocks.Len() {
					break
				}
				for b := from; b < min(from+blocksAtATime, m.Blocks.Len()); b++ {
					members := m.Blocks.Members(b)
					for x, i := range members {
						for _, j := range members[x+1:] {
							if linkOnly && m.Records.Source(i) == m.Records.Source(j) || !m.Blocks.First(uint32(b), i, j) {
								continue
							}
							n++
							if bits, _ := scorer.Score(i, j); bits >= least {
								found = append(found, ScoredPair{A: i, B: j, Bits: float32(bits), Rule: m.Blocks.Rule[b]})
							}
						}
					}
				}
			}
			compared.Add(n)
			mu.Lock()
			m.Pairs = append(m.Pairs, found...)
			mu.Unlock()
		})
	}
	wait.Wait()
	m.Compared = compared.Load()
	slices.SortFunc(m.Pairs, func(x, y ScoredPair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return ctx.Err()
}

// blocksAtATime is the number of blocks that a core takes at a time.
const blocksAtATime = 256
