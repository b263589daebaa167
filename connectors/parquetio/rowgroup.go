package parquetio

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/metadata"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// rowGroups writes records of flat columns into row groups. It is what
// pqarrow.FileWriter does, to the byte, without what nesting asks of that one: it
// gives each column of each record a buffer as large as a page, which is cleared
// behind it.
type rowGroups struct {
	schema *arrow.Schema
	pq     *file.Writer
	ctx    context.Context // in which pqarrow keeps what it works with
	group  file.BufferedRowGroupWriter
	rows   int64 // of group
	levels []int16
	texts  []parquet.ByteArray
}

func newRowGroups(schema *arrow.Schema, w io.Writer, props *parquet.WriterProperties) (*rowGroups, error) {
	for _, f := range schema.Fields() {
		if arrow.IsNested(f.Type.ID()) || f.Type.ID() == arrow.DICTIONARY {
			return nil, fmt.Errorf("column %s: a %s is not flat", f.Name, f.Type)
		}
	}
	as := pqarrow.DefaultWriterProps()
	pqschema, err := pqarrow.ToParquet(schema, props, as)
	if err != nil {
		return nil, err
	}
	return &rowGroups{
		schema: schema,
		pq:     file.NewParquetWriter(w, pqschema.Root(), file.WithWriterProps(props), file.WithWriteMetadata(metadata.KeyValueMetadata{})),
		ctx:    pqarrow.NewArrowWriteContext(context.Background(), &as),
	}, nil
}

// write appends a record.
func (g *rowGroups) write(rec arrow.Record) error {
	if !rec.Schema().Equal(g.schema) {
		return fmt.Errorf("a record of %s does not have the file's schema %s", rec.Schema(), g.schema)
	}
	for from := int64(0); from < rec.NumRows(); {
		if g.group == nil || g.rows == rowGroupRows || g.group.TotalCompressedBytes() >= rowGroupBytes {
			if err := g.next(); err != nil {
				return err
			}
		}
		to := min(rec.NumRows(), from+rowGroupRows-g.rows)
		for i, values := range rec.Columns() {
			if err := g.column(i, values, from, to); err != nil {
				return fmt.Errorf("column %s: %w", g.schema.Field(i).Name, err)
			}
		}
		g.rows += to - from
		from = to
	}
	return nil
}

// next ends the row group, if there is one, and begins another.
func (g *rowGroups) next() error {
	if g.group != nil {
		if err := g.group.Close(); err != nil {
			return err
		}
	}
	g.group, g.rows = g.pq.AppendBufferedRowGroup(), 0
	return nil
}

// column appends the rows from … to of a column to the row group.
func (g *rowGroups) column(i int, values arrow.Array, from, to int64) error {
	chunk, err := g.group.Column(i)
	if err != nil {
		return err
	}
	values = array.NewSlice(values, from, to)
	defer values.Release()
	nullable := g.schema.Field(i).Nullable
	var levels []int16
	if nullable {
		levels = g.levelsOf(values)
	}
	texts, ok := values.(*array.String)
	if !ok {
		return pqarrow.WriteArrowToColumn(g.ctx, chunk, values, levels, nil, nullable)
	}
	_, err = chunk.(*file.ByteArrayColumnChunkWriter).WriteBatch(g.textsOf(texts), levels, nil)
	return err
}

// levelsOf returns the definition levels of nullable values: 1 where there is a
// value, 0 where there is none. They hold until the next call.
func (g *rowGroups) levelsOf(values arrow.Array) []int16 {
	g.levels = g.levels[:0]
	gaps := values.NullN() > 0
	for i := range values.Len() {
		level := int16(1)
		if gaps && values.IsNull(i) {
			level = 0
		}
		g.levels = append(g.levels, level)
	}
	return g.levels
}

// textsOf returns the texts that there are, without nulls. They hold until the
// next call.
func (g *rowGroups) textsOf(values *array.String) []parquet.ByteArray {
	g.texts = g.texts[:0]
	var text []byte
	if buffer := values.Data().Buffers()[2]; buffer != nil {
		text = buffer.Bytes()
	}
	offsets := values.ValueOffsets()
	for i := range values.Len() {
		if values.IsValid(i) {
			g.texts = append(g.texts, text[offsets[i]:offsets[i+1]])
		}
	}
	return g.texts
}

func (g *rowGroups) close() error {
	if g.group != nil {
		if err := g.group.Close(); err != nil {
			return err
		}
	}
	return g.pq.Close()
}
