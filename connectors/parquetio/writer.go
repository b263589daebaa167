// Package parquetio writes and reads the Parquet files that rows travel in
// between the steps of a night: landed deliveries, staged tables, results of
// queries. Every engine loads the same files.
package parquetio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"

	"clientele/connectors"
)

// A row group is closed at whichever of these it reaches first; it is what a
// Writer holds in memory. 122,880 rows is also the unit in which DuckDB reads
// and stores. Bytes count compressed, as they are held.
const (
	rowGroupRows  = 122_880
	rowGroupBytes = 64 << 20
)

// Unfinished is what the name of a file ends in until it is whole.
const Unfinished = ".tmp"

// Option changes how a file is written.
type Option func(*[]parquet.WriterProperty)

// Encrypted writes the file with Parquet modular encryption.
func Encrypted(p *parquet.FileEncryptionProperties) Option {
	return func(props *[]parquet.WriterProperty) {
		*props = append(*props, parquet.WithEncryptionProperties(p))
	}
}

// Writer writes one Parquet file. Until Close returns nil there is no file
// under its path. A Writer is used by one goroutine.
type Writer struct {
	path   string
	file   *os.File
	buf    *bufio.Writer
	groups *rowGroups
	rows   int64
	err    error // of the first write that failed
}

// Create starts the file path, which only its owner may read, for records of a
// schema of flat columns. The folder must exist. What an earlier, interrupted Writer of the
// same path left behind is overwritten.
func Create(path string, schema *arrow.Schema, opts ...Option) (*Writer, error) {
	file, err := os.OpenFile(path+Unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	props := properties()
	for _, o := range opts {
		o(&props)
	}
	w := &Writer{path: path, file: file, buf: bufio.NewWriterSize(file, 1<<20)}
	// The struct hides the file's Close, which must wait for Sync.
	w.groups, err = newRowGroups(schema, struct{ io.Writer }{w.buf}, parquet.NewWriterProperties(props...))
	if err != nil {
		return nil, errors.Join(connectors.SystemError(fmt.Errorf("write %s: %w", path, err)), w.Abort())
	}
	return w, nil
}

// properties are those of every file. Without dictionaries and statistics arrow
// writes 2.5 times as fast and the compressed file is no larger; nobody prunes
// files that are read whole.
func properties() []parquet.WriterProperty {
	return []parquet.WriterProperty{
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithDictionaryDefault(false),
		parquet.WithStats(false),
		parquet.WithMaxRowGroupLength(rowGroupRows),
		parquet.WithRootRepetition(parquet.Repetitions.Required), // BigQuery refuses other roots
	}
}

// Write appends a record, which must have the schema of the file. After an
// error the file can only be aborted.
func (w *Writer) Write(rec arrow.Record) error {
	if w.err != nil || rec.NumRows() == 0 {
		return w.err
	}
	if err := w.groups.write(rec); err != nil {
		w.err = connectors.SystemError(fmt.Errorf("write %s: %w", w.path, err))
		return w.err
	}
	w.rows += rec.NumRows()
	return nil
}

// Rows returns how many rows were written.
func (w *Writer) Rows() int64 { return w.rows }

// Close finishes the file: it is on the disk, whole, under its path when Close
// returns nil, and not there at all when it returns an error. Closing again
// does nothing.
func (w *Writer) Close() error {
	if w.file == nil {
		return nil
	}
	err := w.err
	for _, step := range []func() error{w.groups.close, w.buf.Flush, w.file.Sync, w.file.Close, w.rename} {
		if err != nil {
			break
		}
		err = step()
	}
	if err != nil {
		return errors.Join(connectors.SystemError(fmt.Errorf("write %s: %w", w.path, err)), w.Abort())
	}
	w.file = nil
	return nil
}

func (w *Writer) rename() error {
	if err := os.Rename(w.file.Name(), w.path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(w.path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// Abort throws away what was written. After Close it does nothing, so that it
// can be deferred.
func (w *Writer) Abort() error {
	if w.file == nil {
		return nil
	}
	name := w.file.Name()
	_ = w.file.Close() // fails only where it is closed already
	w.file = nil
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return connectors.SystemError(err)
	}
	return nil
}
