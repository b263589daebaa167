package pipelines

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors/parquetio"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/match"
	"clientele/transforms/match/blocking"
)

// matchKeeper writes what is kept of a matching to files, from which the base is filled when
// the night has matched.
type matchKeeper struct {
	temp func(name string) string

	mu     sync.Mutex
	blocks []string // files of base_blocks
	pairs  []string // files of base_pairs
	// anew are, by kind, the parties of which the base forgets what it kept; nil where all
	// parties were matched.
	anew map[string][]int32
}

// newKeeper returns a keeper of a matching of all parties, or of what changed.
func (n *nightTx) newKeeper(changes bool) *matchKeeper {
	k := &matchKeeper{temp: n.project.temp}
	if changes {
		k.anew = map[string][]int32{}
	}
	n.keeper = k
	return k
}

// Anew remembers parties of which nothing that was kept holds.
func (k *matchKeeper) Anew(kind string, parties []int32) error {
	k.anew[kind] = parties
	return nil
}

// Parts writes rows of base_blocks: a file a call, as several rules come at once.
func (k *matchKeeper) Parts(kind string, parts []blocking.Part) error {
	if len(parts) == 0 {
		return nil
	}
	k.mu.Lock()
	file := k.temp(fmt.Sprintf("kept_blocks.%d.parquet", len(k.blocks)))
	k.blocks = append(k.blocks, file)
	k.mu.Unlock()
	table, _ := schemas.Lookup("base_blocks")
	return k.write(file, table, len(parts), func(b *array.RecordBuilder, from, to int) {
		kinds, blocks := b.Field(0).(*array.StringBuilder), b.Field(1).(*array.Int64Builder)
		of, numbers := b.Field(2).(*array.Int64Builder), b.Field(3).(*array.Int64Builder)
		for _, p := range parts[from:to] {
			kinds.Append(kind)
			blocks.Append(int64(p.Block))
			if p.Of == 0 {
				of.AppendNull()
			} else {
				of.Append(int64(p.Of))
			}
			numbers.Append(int64(p.Record))
		}
	})
}

// Pairs writes rows of base_pairs.
func (k *matchKeeper) Pairs(kind string, pairs []match.KeptPair) error {
	if len(pairs) == 0 {
		return nil
	}
	file := k.temp(fmt.Sprintf("kept_pairs.%d.parquet", len(k.pairs)))
	k.pairs = append(k.pairs, file)
	table, _ := schemas.Lookup("base_pairs")
	return k.write(file, table, len(pairs), func(b *array.RecordBuilder, from, to int) {
		kinds, weights := b.Field(0).(*array.StringBuilder), b.Field(3).(*array.Float64Builder)
		a, other, rules := b.Field(1).(*array.Int64Builder), b.Field(2).(*array.Int64Builder), b.Field(4).(*array.Int64Builder)
		for _, p := range pairs[from:to] {
			kinds.Append(kind)
			a.Append(int64(p.A))
			other.Append(int64(p.B))
			weights.Append(float64(p.Bits))
			rules.Append(int64(p.Rule))
		}
	})
}

// write writes n rows to a file, some at a time.
func (k *matchKeeper) write(file string, table schemas.Table, n int, add func(b *array.RecordBuilder, from, to int)) error {
	w, err := parquetio.Create(file, table.Arrow())
	if err != nil {
		return err
	}
	defer func() { _ = w.Abort() }() // after Close it does nothing
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	const atATime = 1 << 16
	for from := 0; from < n; from += atATime {
		add(b, from, min(from+atATime, n))
		rec := b.NewRecord()
		err := w.Write(rec)
		rec.Release()
		if err != nil {
			return err
		}
	}
	return w.Close()
}

// keepMatching brings into the base what the next night goes on from. An engine that keeps
// nothing leaves nothing there.
func (n *nightTx) keepMatching(ctx context.Context) error {
	k := n.keeper
	if k == nil {
		if n.confined { // by an engine that keeps nothing, on a base that holds nothing
			return nil
		}
		k = &matchKeeper{}
	}
	tables := []string{"base_blocks", "base_pairs"}
	for i, columns := range [][]string{{"number"}, {"number_a", "number_b"}} {
		table, _ := schemas.Lookup(tables[i])
		if err := n.forgetKept(ctx, table.Name, columns, k.anew); err != nil {
			return err
		}
		if files := [][]string{k.blocks, k.pairs}[i]; len(files) > 0 {
			if err := n.insertFiles(ctx, table, files); err != nil {
				return err
			}
		}
	}
	return n.keepDecisions(ctx)
}

// forgetKept empties a table of what was kept, or takes out what concerns parties by kind.
func (n *nightTx) forgetKept(ctx context.Context, table string, columns []string, anew map[string][]int32) error {
	if anew == nil {
		return n.exec(ctx, dialect.Statement{Name: "empty " + table, SQL: "DELETE FROM " + n.table(table) + " WHERE TRUE"})
	}
	for _, kind := range []string{match.KindOrganisation, match.KindPerson, match.KindContact} {
		if len(anew[kind]) == 0 {
			continue
		}
		numbers, err := n.stageNumbers(ctx, anew[kind])
		if err != nil {
			return err
		}
		which := ""
		for i, c := range columns {
			if i > 0 {
				which += " OR "
			}
			which += c + " IN (SELECT number FROM " + numbers + ")"
		}
		sql := fmt.Sprintf("DELETE FROM %s WHERE kind = %s AND (%s)", n.table(table), n.d.String(kind), which)
		if err := n.exec(ctx, dialect.Statement{Name: "forget in " + table, SQL: sql}); err != nil {
			return err
		}
	}
	return nil
}

// keepDecisions writes down what people decided and the night heeded.
func (n *nightTx) keepDecisions(ctx context.Context) error {
	was, err := n.decisionsBefore(ctx)
	if err != nil {
		return err
	}
	var is []keptDecision
	if n.keeper != nil {
		is = decisionSet(n.decided.Match())
	}
	if len(was) == len(is) && !slices.ContainsFunc(was, func(d keptDecision) bool { return !slices.Contains(is, d) }) {
		return nil
	}
	return n.replace(ctx, "base_decisions", func(add func(...any) error) error {
		for _, d := range is {
			if err := add(d.A.Source, d.A.ID, d.B.Source, d.B.ID, d.same); err != nil {
				return err
			}
		}
		return nil
	})
}
