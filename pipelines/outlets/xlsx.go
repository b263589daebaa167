package outlets

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/xuri/excelize/v2"

	"clientele/connectors"
	"clientele/schemas"
)

// limits are what a sheet can hold: rows with its header, and bytes of its XML.
type limits struct {
	rows  int
	bytes int64
}

// excel has the limits of Excel: the rows of a sheet, and the size of a part
// that needs no ZIP64, of which Excel is particular.
var excel = limits{rows: excelize.TotalRows, bytes: math.MaxUint32}

// XLSX replaces the Excel workbook path by one with a sheet per table, in the
// order of tables. A table with more rows than a sheet can have goes on in
// "<table> (2)". Names of sheets are cut to the 31 characters that Excel allows.
//
// Numbers, truth values, dates and timestamps (UTC, shown to the second) are
// cells of their types. A number of more than 15 digits, which Excel would
// round, and a time before March 1900, which it would miscount, are texts. Texts
// are stored as such, in the format Text: they keep their zeros, and none is
// ever run as a formula, also after somebody edits the cell; so they need no
// apostrophe. One beyond the 32,767 characters that a cell can hold is cut and
// ends in "…".
func XLSX(ctx context.Context, r connectors.Reader, q Query, tables []schemas.Table, path string) error {
	return xlsx(ctx, r, q, tables, path, excel)
}

func xlsx(ctx context.Context, r connectors.Reader, q Query, tables []schemas.Table, path string, most limits) error {
	if !strings.EqualFold(filepath.Ext(path), ".xlsx") {
		return connectors.Errorf(connectors.KindConfig, "extension", "give it a name that ends in .xlsx", "%s is no name for an Excel workbook", path)
	}
	if len(tables) == 0 {
		return connectors.Errorf(connectors.KindConfig, "no_tables", "name one table at least", "a workbook without sheets can't be")
	}
	return replaceFile(path, func(file string) error {
		b, err := createWorkbook(file, most)
		if err != nil {
			return err
		}
		defer b.abort()
		for _, t := range tables {
			if err := b.add(ctx, r, q, t); err != nil {
				return fmt.Errorf("workbook: table %s: %w", t.Name, err)
			}
		}
		return b.close()
	})
}

// workbook writes one XLSX file. excelize makes its parts, but would keep every
// sheet until the end and then the whole file in memory. So each sheet comes
// from an excelize file of its own, of which only the sheet is passed on; what
// binds them comes last, from the file index, which has the sheets' names.
type workbook struct {
	file  *os.File
	zip   *zip.Writer
	index *excelize.File
	names map[string]bool // of sheets, in lower case
	max   limits
}

func createWorkbook(path string, most limits) (*workbook, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, privateFile)
	if err != nil {
		return nil, err
	}
	b := &workbook{file: file, zip: zip.NewWriter(file), index: newExcelize(path), names: make(map[string]bool), max: most}
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	if _, err := newStyles(b.index); err != nil { // the sheets refer to them
		return nil, errors.Join(err, b.abort())
	}
	return b, nil
}

// newExcelize returns an empty excelize file that keeps what it can't hold
// beside path.
func newExcelize(path string) *excelize.File {
	return excelize.NewFile(excelize.Options{TmpDir: filepath.Dir(path)})
}

// add writes the sheets of a table: as many as its rows need, one at least.
func (b *workbook) add(ctx context.Context, r connectors.Reader, q Query, t schemas.Table) error {
	s, err := b.newSheet(t)
	if err != nil {
		return err
	}
	defer func() { _ = s.abort() }() // the last one's
	err = read(ctx, r, q, t, func(rec arrow.Record) error {
		for row := range int(rec.NumRows()) {
			if s.rows == b.max.rows {
				if err := b.finish(s); err != nil {
					return err
				}
				if s, err = b.newSheet(t); err != nil {
					return err
				}
			}
			if err := s.addRow(rec, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.finish(s)
}

// newSheet starts a sheet for rows of a table.
func (b *workbook) newSheet(t schemas.Table) (*sheet, error) {
	name := b.sheetName(t.Name)
	number := len(b.names)
	if number == 1 {
		if err := b.index.SetSheetName(b.index.GetSheetName(0), name); err != nil {
			return nil, err
		}
	} else if _, err := b.index.NewSheet(name); err != nil {
		return nil, err
	}
	return newSheet(b.file.Name(), t, name, number)
}

// sheetName returns a name for a sheet that no sheet has yet, whatever the case
// of its letters.
func (b *workbook) sheetName(table string) string {
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = fmt.Sprintf(" (%d)", n)
		}
		name := table[:min(len(table), excelize.MaxSheetNameLength-len(suffix))] + suffix
		if key := strings.ToLower(name); !b.names[key] {
			b.names[key] = true
			return name
		}
	}
}

// finish writes a sheet into the workbook.
func (b *workbook) finish(s *sheet) error {
	defer func() { _ = s.abort() }()
	filtered, err := s.finish()
	if err != nil {
		return err
	}
	if err := b.index.AutoFilter(s.name, filtered, nil); err != nil {
		return err
	}
	part := fmt.Sprintf("xl/worksheets/sheet%d.xml", s.number)
	size, err := b.pass(s.excelize, func(name string) (string, bool) { return part, name == streamedPart })
	if err == nil && size > b.max.bytes {
		err = connectors.Errorf(connectors.KindConfig, "too_large", "write it as CSV or Parquet", "sheet %s is more than Excel can open", s.name)
	}
	return err
}

// pass writes parts of an excelize file into the workbook, those that rename
// gives a name, and returns how many bytes they have.
func (b *workbook) pass(from *excelize.File, rename func(string) (string, bool)) (int64, error) {
	var size counter
	from.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		return parts{Writer: b.zip, rename: rename, size: &size}
	})
	err := from.Write(io.Discard) // what excelize thinks it has written
	return int64(size), err
}

// close finishes the file.
func (b *workbook) close() error {
	_, err := b.pass(b.index, func(name string) (string, bool) {
		return name, !strings.HasPrefix(name, "xl/worksheets/")
	})
	if err != nil {
		return err
	}
	if err := b.zip.Close(); err != nil {
		return err
	}
	return b.abort()
}

// abort closes what is open.
func (b *workbook) abort() error {
	return errors.Join(b.index.Close(), b.file.Close())
}

// parts hands an excelize file a ZIP file that others write into, too.
type parts struct {
	*zip.Writer
	rename func(string) (string, bool)
	size   *counter
}

// Create starts a part, or drops it.
func (p parts) Create(name string) (io.Writer, error) {
	name, wanted := p.rename(name)
	if !wanted {
		return io.Discard, nil
	}
	w, err := p.Writer.Create(name)
	return io.MultiWriter(w, p.size), err
}

// Close leaves the ZIP file open.
func (p parts) Close() error { return nil }

// counter counts the bytes written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
