package match

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/model"
)

// A core takes rows of blocks until they make so many pairs.
const pairsAtATime = 1 << 14

// compare compares the pairs of all blocks, each once, on all cores, and keeps those that weigh
// at least so much.
func (m *Matching) compare(ctx context.Context, least float64) error {
	var mu sync.Mutex
	var compared atomic.Int64
	var wait sync.WaitGroup
	next := cursor{m: m}
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			var found []ScoredPair
			var others []int32
			var alike []model.Weighed
			n := int64(0)
			for ctx.Err() == nil {
				rows, ok := next.take()
				if !ok {
					break
				}
				for _, r := range rows {
					members := m.Blocks.Members(r.block)
					i, rest := members[r.row], members[r.row+1:]
					if m.pairing.Lookup() {
						rest = m.pairing.Register(m.Records, members)
					}
					others = others[:0]
					for _, j := range rest {
						if m.pairing.Counts(m.Records, i, j) && m.Blocks.First(uint32(r.block), i, j) {
							others = append(others, j)
						}
					}
					n += int64(len(others))
					alike = m.Scorer.Alike(alike[:0], i, others, least)
					for _, w := range alike {
						found = append(found, ScoredPair{A: min(i, w.Record), B: max(i, w.Record), Own: float32(w.Bits), Bits: float32(w.Bits), Rule: m.Blocks.Rule[r.block]})
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
	m.sortPairs()
	return ctx.Err()
}

// meet compares the pairs that a change brought together, on all cores, and keeps those that
// may be asked about.
func (m *Matching) meet(ctx context.Context, pairs []blocking.Meeting) error {
	var mu sync.Mutex
	var next, compared atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			var found []ScoredPair
			n := int64(0)
			for ctx.Err() == nil {
				to := int(next.Add(pairsAtATime))
				from := to - pairsAtATime
				if from >= len(pairs) {
					break
				}
				for _, p := range pairs[from:min(to, len(pairs))] {
					if !m.pairing.Counts(m.Records, p.A, p.B) {
						continue
					}
					n++
					if bits, ok := m.Scorer.AtLeast(p.A, p.B, m.review); ok {
						found = append(found, ScoredPair{A: p.A, B: p.B, Own: float32(bits), Bits: float32(bits), Rule: p.Rule})
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
	m.sortPairs()
	return ctx.Err()
}

func (m *Matching) sortPairs() {
	slices.SortFunc(m.Pairs, func(x, y ScoredPair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
}

// blockRow is a record of a block with all that stand behind it, or that are of the register.
type blockRow struct{ block, row int }

// cursor hands out the rows of all blocks.
type cursor struct {
	m     *Matching
	mu    sync.Mutex
	block int
	row   int
}

// take returns some rows, none when all were taken.
func (c *cursor) take() ([]blockRow, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var rows []blockRow
	for pairs := 0; pairs < pairsAtATime && c.block < c.m.Blocks.Len(); {
		members := c.m.Blocks.Members(c.block)
		n := len(members)
		last := n - 1 // which has none behind it
		if c.m.pairing.Lookup() {
			last = n
		}
		switch {
		case c.row >= last:
			c.block, c.row = c.block+1, 0
			continue
		case !c.m.pairing.Lookup():
			pairs += n - 1 - c.row
		case c.m.pairing.Registered(c.m.Records, members[c.row]):
			c.row++
			continue
		default:
			pairs += n
		}
		rows = append(rows, blockRow{c.block, c.row})
		c.row++
	}
	return rows, len(rows) > 0
}
