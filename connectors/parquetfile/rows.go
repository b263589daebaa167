package parquetfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"clientele/connectors"
	"clientele/connectors/localfiles"
	"clientele/connectors/textrows"
)

// rows streams one file.
type rows struct {
	name    string
	file    *os.File
	mem     memory.Allocator
	records pqarrow.RecordReader // nil for a file without rows
	schema  *arrow.Schema
	stop    context.CancelFunc
	row     int64
	err     error // what ended the rows
}

func open(f *os.File, name string, o Options, mem memory.Allocator) (r *rows, err error) {
	if mem == nil {
		mem = memory.DefaultAllocator
	}
	r = &rows{name: name, file: f, mem: mem, stop: func() {}}
	defer r.guard(&err)
	if info, statErr := f.Stat(); statErr == nil && info.Size() == 0 {
		return nil, connectors.Errorf(connectors.KindData, "empty_file", "ask for the file again", "%s is empty", name)
	}
	props := parquet.NewReaderProperties(mem)
	props.BufferedStreamEnabled = true // a page at a time, whatever the row group
	// The Parquet reader would close a file that it knows to be one.
	footer, err := file.NewParquetReader(struct{ parquet.ReaderAtSeeker }{f}, file.WithReadProps(props))
	if err != nil {
		return nil, r.broken(err)
	}
	reader, err := pqarrow.NewFileReader(footer, pqarrow.ArrowReadProperties{BatchSize: batchRows(footer)}, mem)
	if err != nil {
		return nil, r.broken(err)
	}
	schema, err := reader.Schema()
	if err != nil {
		return nil, r.broken(err)
	}
	leaves, chosen, err := r.choose(schema, o.Columns)
	if err != nil {
		return nil, err
	}
	names, fields := make([]string, len(chosen)), connectors.LineageFields()
	for i, f := range chosen {
		names[i] = f.Name
	}
	for i, name := range textrows.Columns(names) {
		fields = append(fields, arrow.Field{Name: name, Type: landed(chosen[i].Type), Nullable: true})
	}
	r.schema = arrow.NewSchema(fields, nil)
	if footer.NumRows() == 0 {
		return r, nil
	}
	// The context of Open is not that of reading.
	life, stop := context.WithCancel(context.Background())
	r.stop = stop
	if r.records, err = reader.GetRecordReader(life, leaves, nil); err != nil {
		stop()
		return nil, r.broken(err)
	}
	return r, nil
}

// batchRows is how many rows make a batch, by what they have on average.
func batchRows(footer *file.Reader) int64 {
	var bytes int64
	for i := range footer.NumRowGroups() {
		bytes += footer.RowGroup(i).ByteSize()
	}
	average := bytes/max(1, footer.NumRows()) + 1
	return min(textrows.MaxRows, max(1, textrows.MaxBytes/average))
}

// choose returns the places of the leaves to read, and of their columns. A column
// that is no list, map or struct has one leaf.
func (r *rows) choose(schema *arrow.Schema, columns []string) (leaves []int, fields []arrow.Field, err error) {
	leaf := 0
	for _, f := range schema.Fields() {
		wanted := columns == nil || slices.Contains(columns, f.Name)
		if nested, ok := f.Type.(arrow.NestedType); ok {
			if wanted {
				return nil, nil, connectors.Errorf(connectors.KindConfig, "nested_column", "leave it out: name the columns to read by the option columns",
					"%s: the column %q is a %s, which has no place in a row", r.name, f.Name, f.Type.Name())
			}
			leaf += leavesOf(nested)
			continue
		}
		if wanted {
			leaves, fields = append(leaves, leaf), append(fields, f)
		}
		leaf++
	}
	for _, name := range columns {
		if !schema.HasField(name) {
			return nil, nil, connectors.Errorf(connectors.KindData, "missing_column", "correct the option columns", "%s has no column %q", r.name, name)
		}
	}
	return leaves, fields, nil
}

// leavesOf counts the columns that a file keeps a nested one in.
func leavesOf(t arrow.NestedType) (n int) {
	for _, f := range t.Fields() {
		if nested, ok := f.Type.(arrow.NestedType); ok {
			n += leavesOf(nested)
		} else {
			n++
		}
	}
	return n
}

// landed is the type that a column is read as: its own, or text where the steps
// that follow know nothing of it.
func landed(t arrow.DataType) arrow.DataType {
	switch t.ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64,
		arrow.FLOAT32, arrow.FLOAT64, arrow.BOOL, arrow.DATE32, arrow.TIMESTAMP, arrow.DECIMAL128, arrow.STRING, arrow.BINARY:
		return t
	}
	return arrow.BinaryTypes.String
}

// Schema is that of every batch.
func (r *rows) Schema() *arrow.Schema { return r.schema }

// Next returns the next batch, or io.EOF.
func (r *rows) Next(ctx context.Context) (rec arrow.Record, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	defer r.guard(&err)
	if r.err == nil && r.records == nil {
		r.err = io.EOF
	}
	if r.err != nil {
		return nil, r.err
	}
	read, err := r.records.Read()
	if errors.Is(err, io.EOF) {
		r.err = io.EOF
		return nil, io.EOF
	}
	if err != nil {
		r.err = r.broken(err)
		return nil, r.err
	}
	return r.record(read), nil
}

// record puts the lineage before the columns of a batch.
func (r *rows) record(read arrow.Record) arrow.Record {
	n := int(read.NumRows())
	ordinals := array.NewInt64Builder(r.mem)
	defer ordinals.Release()
	ordinals.Reserve(n)
	for range n {
		r.row++
		ordinals.UnsafeAppend(r.row)
	}
	absent := array.NewStringBuilder(r.mem)
	defer absent.Release()
	columns := []arrow.Array{ordinals.NewArray()}
	for range 2 {
		absent.AppendNulls(n)
		columns = append(columns, absent.NewArray())
	}
	for i, col := range read.Columns() {
		if want := r.schema.Field(3 + i).Type; !arrow.TypeEqual(want, col.DataType()) {
			columns = append(columns, r.texts(col))
			continue
		}
		col.Retain()
		columns = append(columns, col)
	}
	rec := array.NewRecord(r.schema, columns, int64(n))
	for _, col := range columns {
		col.Release()
	}
	return rec
}

// texts writes the values of a column as text.
func (r *rows) texts(col arrow.Array) arrow.Array {
	b := array.NewStringBuilder(r.mem)
	defer b.Release()
	categories, _ := col.(*array.Dictionary)
	for i := range col.Len() {
		switch {
		case col.IsNull(i):
			b.AppendNull()
		case categories != nil:
			b.Append(categories.Dictionary().ValueStr(categories.GetValueIndex(i)))
		default:
			b.Append(col.ValueStr(i))
		}
	}
	return b.NewArray()
}

// Close closes the file. It may be called more than once.
func (r *rows) Close() error {
	if r.file == nil {
		return nil
	}
	r.stop()
	if r.records != nil {
		r.records.Release()
		r.records = nil
	}
	err := r.file.Close()
	r.file = nil
	r.err = connectors.Errorf(connectors.KindEnvironment, "closed", "", "%s: read after it was closed", r.name)
	return err
}

// broken is the error of a file that can't be read.
func (r *rows) broken(err error) error {
	var system *os.PathError
	if errors.As(err, &system) {
		return localfiles.Failure(r.name, err)
	}
	what := "it is no Parquet file, or was cut off"
	if strings.Contains(err.Error(), "unsupported") || strings.Contains(err.Error(), "not implemented") || strings.Contains(err.Error(), "encrypted") {
		what = "it is written in a way that is not known here, or encrypted"
	}
	return connectors.Errorf(connectors.KindData, "not_parquet", "ask for the file again", "%s can't be read: %s", r.name, what)
}

// guard makes an error of a panic: the library indexes into what damaged files
// say of themselves.
func (r *rows) guard(err *error) {
	if p := recover(); p != nil {
		r.err = r.broken(fmt.Errorf("%v", p))
		*err = r.err
	}
}
