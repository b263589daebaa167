// Package textrows builds what sources of texts yield: record batches of
// bounded size with the lineage columns first and a string column for each of
// the source's own, null where a value is absent.
package textrows

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
)

// A batch is full at this many rows, or at this many bytes of text.
const (
	MaxRows  = 8192
	MaxBytes = 4 << 20
)

// Builder gathers rows into a batch. A row is begun by Begin, filled by Set and
// closed by the next Begin or Flush; columns that were not set are null.
type Builder struct {
	mem     memory.Allocator
	schema  *arrow.Schema
	row     *array.Int64Builder
	part    column
	fault   column
	columns []column
	rows    int
	bytes   int
}

// NewBuilder returns a builder of batches with the given columns. mem may be
// nil for Go's own.
func NewBuilder(mem memory.Allocator, columns []string) *Builder {
	if mem == nil {
		mem = memory.DefaultAllocator
	}
	return &Builder{
		mem:     mem,
		schema:  connectors.TextSchema(columns),
		row:     array.NewInt64Builder(mem),
		columns: make([]column, len(columns)),
	}
}

// Schema is that of every batch.
func (b *Builder) Schema() *arrow.Schema { return b.schema }

// Width is the number of the source's own columns.
func (b *Builder) Width() int { return len(b.columns) }

// Begin begins the row that stands at row of part; part "" means that there is
// only one.
func (b *Builder) Begin(row int64, part string) {
	b.rows++
	b.row.Append(row)
	if part != "" {
		b.part.fill(b.rows - 1)
		b.part.add([]byte(part))
	}
}

// Fault says why the row as a whole can't be used; the first reason stays.
func (b *Builder) Fault(why string) {
	if b.fault.len() < b.rows {
		b.fault.fill(b.rows - 1)
		b.fault.add([]byte(why))
		b.bytes += len(why)
	}
}

// Set sets a column of the row, once per row. An empty text is absent.
func (b *Builder) Set(column int, value []byte) {
	if len(value) == 0 {
		return
	}
	c := &b.columns[column]
	c.fill(b.rows - 1)
	c.add(value)
	b.bytes += len(value)
}

// Full reports whether the batch is to be flushed before the next row.
func (b *Builder) Full() bool { return b.rows >= MaxRows || b.bytes >= MaxBytes }

// Len is the number of rows begun since the last Flush.
func (b *Builder) Len() int { return b.rows }

// Flush returns the rows gathered since the last one, which the caller
// releases, and starts afresh. Columns catch up here, so that a sparse row
// costs only what it holds.
func (b *Builder) Flush() arrow.Record {
	arrays := make([]arrow.Array, 0, 3+len(b.columns))
	arrays = append(arrays, b.row.NewArray(), b.part.flush(b.mem, b.rows), b.fault.flush(b.mem, b.rows))
	for i := range b.columns {
		arrays = append(arrays, b.columns[i].flush(b.mem, b.rows))
	}
	record := array.NewRecord(b.schema, arrays, int64(b.rows))
	for _, a := range arrays {
		a.Release()
	}
	b.rows, b.bytes = 0, 0
	return record
}

// Release frees what the builder holds. It may be called more than once.
func (b *Builder) Release() {
	if b.row == nil {
		return
	}
	b.row.Release()
	b.row = nil
}
