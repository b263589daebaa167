package matching

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/outlets"
	"clientele/transforms/match/model"
)

// The files of a match's folder.
const (
	clustersFile = "clusters.csv"
	pairsFile    = "pairs.parquet"
	modelFile    = "model.json"
	summaryFile  = "summary.json"
)

// Write writes an outcome as the folder dir, whole or not at all. Only its owner
// may read what it holds: ids of records.
func (o *Outcome) Write(ctx context.Context, dir string, s *Summary) error {
	dir, err := filepath.Abs(dir) // it is renamed into its place
	if err != nil {
		return err
	}
	return outlets.Folder(dir, []string{clustersFile, pairsFile, modelFile, summaryFile}, func(dir string) error {
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return o.writeClusters(filepath.Join(dir, clustersFile)) })
		group.Go(func() error { return o.writePairs(ctx, filepath.Join(dir, pairsFile)) })
		if err := group.Wait(); err != nil {
			return err
		}
		for name, v := range map[string]any{modelFile: o.Model, summaryFile: s} {
			text, err := encode(v)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
				return connectors.SystemError(err)
			}
		}
		return nil
	})
}

// Numbers numbers the clusters from 1, in the order of files and rows, and returns
// that of every record.
func (o *Outcome) Numbers() []int32 { return number(o.Roster, o.Cluster) }

func number(roster *Roster, cluster []int32) []int32 {
	out := make([]int32, len(cluster))
	of := make([]int32, len(cluster)) // by root
	last := int32(0)
	for _, i := range roster.Order() {
		root := cluster[i]
		if of[root] == 0 {
			last++
			of[root] = last
		}
		out[i] = of[root]
	}
	return out
}

// writeClusters writes file, record_id, cluster_id of every record, in the order of
// files and rows.
func (o *Outcome) writeClusters(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return connectors.SystemError(err)
	}
	defer file.Close() // again, when all went well
	out := bufio.NewWriterSize(file, 1<<18)
	if _, err := out.WriteString("file,record_id,cluster_id\n"); err != nil {
		return connectors.SystemError(err)
	}
	numbers := o.Numbers()
	var line []byte
	for _, i := range o.Roster.Order() {
		line = appendKey(line[:0], o.Roster.Key(i))
		line = strconv.AppendInt(append(line, ','), int64(numbers[i]), 10)
		if _, err := out.Write(append(line, '\n')); err != nil {
			return connectors.SystemError(err)
		}
	}
	if err := out.Flush(); err != nil {
		return connectors.SystemError(err)
	}
	return connectors.SystemError(file.Close())
}

// appendKey appends a key as the first two fields of a line.
func appendKey(line []byte, k Key) []byte {
	return outlets.AppendText(append(outlets.AppendText(line, k.File), ','), k.ID)
}

// pairsSchema is that of pairs.parquet: the two records, the probability, the weight
// in bits, the blocking rule that found them first, and a column level_… per
// comparison: 0 where a side has no value, else the place of its level in the model,
// from 1.
func pairsSchema(m *model.Model) *arrow.Schema {
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64
	fields := []arrow.Field{{Name: "file_a", Type: text}, {Name: "record_id_a", Type: text}, {Name: "file_b", Type: text}, {Name: "record_id_b", Type: text},
		{Name: "probability", Type: number}, {Name: "weight", Type: number}, {Name: "rule", Type: text}}
	for _, c := range m.Comparisons {
		fields = append(fields, arrow.Field{Name: "level_" + c.Column, Type: arrow.PrimitiveTypes.Int32})
	}
	return arrow.NewSchema(fields, nil)
}

// fixed is the number of columns of pairs.parquet before those of levels.
const fixed = 7

// pairsAtATime is the number of pairs of one record of pairs.parquet.
const pairsAtATime = 16_384

func (o *Outcome) writePairs(ctx context.Context, path string) error {
	schema := pairsSchema(o.Model)
	w, err := parquetio.Create(path, schema)
	if err != nil {
		return err
	}
	defer func() { _ = w.Abort() }() // nothing after Close
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	flush := func() error {
		rec := b.NewRecord()
		defer rec.Release()
		return w.Write(rec)
	}
	text := func(at int, s string) { b.Field(at).(*array.StringBuilder).Append(s) }
	number := func(at int, v float64) { b.Field(at).(*array.Float64Builder).Append(v) }
	n := 0
	for _, p := range o.Pairs {
		if class(o.Config, float64(p.Bits)) == Different {
			continue
		}
		if n++; n%pairsAtATime == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := flush(); err != nil {
				return err
			}
		}
		a, z := o.Roster.Key(p.A), o.Roster.Key(p.B)
		text(0, a.File)
		text(1, a.ID)
		text(2, z.File)
		text(3, z.ID)
		number(4, model.Probability(float64(p.Bits)))
		number(5, float64(p.Bits))
		text(6, o.Model.Plan.Rules[p.Rule].Name)
		_, levels := o.Scorer.Score(p.A, p.B)
		for at := range o.Model.Comparisons {
			b.Field(fixed + at).(*array.Int32Builder).Append(int32(levels[at]))
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return w.Close()
}
