package parquetio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"clientele/connectors"
)

// batchRows is how many rows a record read has at most.
const batchRows = 16_384

// Reader streams the rows of one Parquet file. It is used by one goroutine.
type Reader struct {
	path    string
	file    *os.File
	pq      *pqarrow.FileReader
	records pqarrow.RecordReader // nil before the first Next
	schema  *arrow.Schema
	rows    int64
}

// Open opens the Parquet file path.
func Open(path string) (*Reader, error) { return open(path, nil) }

// OpenEncrypted opens a file that was written Encrypted.
func OpenEncrypted(path string, p *parquet.FileDecryptionProperties) (*Reader, error) {
	return open(path, p)
}

func open(path string, p *parquet.FileDecryptionProperties) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	r := &Reader{path: path, file: f}
	if err := r.readFooter(p); err != nil {
		_ = f.Close()
		return nil, connectors.SystemError(fmt.Errorf("read %s: %w", path, err))
	}
	return r, nil
}

func (r *Reader) readFooter(p *parquet.FileDecryptionProperties) error {
	props := parquet.NewReaderProperties(memory.DefaultAllocator)
	props.FileDecryptProps = p
	// The Parquet reader would close a file that it knows to be one.
	source := struct{ parquet.ReaderAtSeeker }{r.file}
	footer, err := file.NewParquetReader(source, file.WithReadProps(props))
	if err != nil {
		return err
	}
	r.rows = footer.NumRows()
	// The columns of an encrypted file share one decryptor, which keeps the
	// page that it is at: they are read one after the other.
	reading := pqarrow.ArrowReadProperties{BatchSize: batchRows, Parallel: p == nil}
	r.pq, err = pqarrow.NewFileReader(footer, reading, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	schema, err := r.pq.Schema()
	if err != nil {
		return err
	}
	// Field ids that the writer gave would make equal schemas unequal.
	fields := schema.Fields()
	for i := range fields {
		fields[i].Metadata = arrow.Metadata{}
	}
	r.schema = arrow.NewSchema(fields, nil)
	return nil
}

// Schema returns the schema of the records.
func (r *Reader) Schema() *arrow.Schema { return r.schema }

// Rows returns how many rows the file has.
func (r *Reader) Rows() int64 { return r.rows }

// Next returns the next record, which the caller releases, or io.EOF.
func (r *Reader) Next(ctx context.Context) (arrow.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.rows == 0 {
		return nil, io.EOF
	}
	if r.records == nil {
		records, err := r.pq.GetRecordReader(context.WithoutCancel(ctx), nil, nil)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", r.path, err)
		}
		r.records = records
	}
	rec, err := r.records.Read()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r.path, err)
	}
	return array.NewRecord(r.schema, rec.Columns(), rec.NumRows()), nil
}

// Close closes the file. Closing again does nothing.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	if r.records != nil {
		r.records.Release()
		r.records = nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}
