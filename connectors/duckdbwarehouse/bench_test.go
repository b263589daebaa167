package duckdbwarehouse

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/schemas"
)

const (
	benchRows  = 1_000_000
	benchBatch = 16_384
)

// wide has 20 columns: 14 of text, and one or two of each other type.
func wide() schemas.Table {
	t := schemas.Table{Name: "wide", Key: []string{"id"}, Columns: []schemas.Column{
		{Name: "id", Type: schemas.Int}, {Name: "amount", Type: schemas.Decimal}, {Name: "ratio", Type: schemas.Float},
		{Name: "good", Type: schemas.Bool}, {Name: "day", Type: schemas.Date}, {Name: "at", Type: schemas.Timestamp},
	}}
	for i := range 14 {
		t.Columns = append(t.Columns, schemas.Column{Name: fmt.Sprint("text_", i), Type: schemas.String})
	}
	return t
}

// wideRecord has benchBatch rows like a customer's: of the texts, five are all
// but unique, three have 50,000 values, four have 50, two are null half the
// time.
func wideRecord(t schemas.Table, first int64, r *rand.Rand) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.Arrow())
	defer b.Release()
	for row := range int64(benchBatch) {
		b.Field(0).(*array.Int64Builder).Append(first + row)
		b.Field(1).(*array.Decimal128Builder).Append(decimal128.FromI64(r.Int64N(1e9)))
		b.Field(2).(*array.Float64Builder).Append(r.Float64())
		b.Field(3).(*array.BooleanBuilder).Append(r.IntN(2) == 0)
		b.Field(4).(*array.Date32Builder).Append(arrow.Date32(r.IntN(20_000)))
		b.Field(5).(*array.TimestampBuilder).Append(arrow.Timestamp(r.Int64N(1e15)))
		for i := range 14 {
			text := b.Field(6 + i).(*array.StringBuilder)
			switch {
			case i < 5:
				text.Append(fmt.Sprint("value-", i, "-", r.IntN(2_000_000)))
			case i < 8:
				text.Append(fmt.Sprint("name ", r.IntN(50_000)))
			case i < 12:
				text.Append(fmt.Sprint("c", r.IntN(50)))
			case r.IntN(2) == 0:
				text.AppendNull()
			default:
				text.Append(fmt.Sprint("person", r.IntN(1_000_000), "@example", r.IntN(1000), ".org"))
			}
		}
	}
	return b.NewRecord()
}

// BenchmarkMillion takes a million rows of 20 columns through a night: one
// benchmark a step, each on what the one before it left.
func BenchmarkMillion(b *testing.B) {
	ctx := context.Background()
	table := wide()
	var recs []arrow.Record
	r := rand.New(rand.NewPCG(1, 2))
	for first := int64(0); first < benchRows; first += benchBatch {
		recs = append(recs, wideRecord(table, first, r))
	}
	dir := b.TempDir()
	w, err := Open(ctx, Options{Base: filepath.Join(dir, "base.duckdb"), Published: filepath.Join(dir, "published.duckdb")})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	file := filepath.Join(dir, "wide.parquet")
	step := func(name, path string, do func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
			if info, err := os.Stat(path); err == nil {
				b.ReportMetric(float64(info.Size())/(1<<20), "file-MB")
			}
		})
	}
	step("write", file, func() error {
		out, err := parquetio.Create(file, table.Arrow())
		if err != nil {
			return err
		}
		defer out.Abort()
		for _, rec := range recs {
			if err := out.Write(rec); err != nil {
				return err
			}
		}
		return out.Close()
	})
	recs = nil
	step("load", w.opts.Base, func() error {
		tx, err := w.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Close()
		if err := tx.Create(ctx, []schemas.Table{table}); err != nil {
			return err
		}
		if err := tx.Stage(ctx, "staged", table, []string{file}); err != nil {
			return err
		}
		for _, s := range []string{"DELETE FROM " + w.Base("wide"), "INSERT INTO " + w.Base("wide") + " BY NAME SELECT * FROM staged"} {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return tx.Commit(ctx)
	})
	ignore := func(arrow.Record) error { return nil }
	step("read", "", func() error {
		tx, err := w.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Close()
		return tx.Read(ctx, "SELECT * FROM "+w.Base("wide")+" ORDER BY id", ignore)
	})
	step("publish", w.opts.Published, func() error {
		return w.Publish(ctx, connectors.Publication{Run: "r", Tables: []schemas.Table{table}})
	})
	step("read-published", "", func() error {
		r, err := w.Published(ctx)
		if err != nil {
			return err
		}
		defer r.Close()
		return r.Read(ctx, "SELECT * FROM wide ORDER BY id", ignore)
	})
	step("rewrite", w.opts.Base, func() error { return w.Rewrite(ctx) })
}
