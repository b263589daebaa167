package demo

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"
)

// maxRows is how many data rows one workbook holds; the next ones go to
// another file, as spreadsheets of a million rows help nobody.
const maxRows = 200_000

// workbook writes rows to an XLSX file, and to a second and third file when
// the first is full.
type workbook struct {
	dir, stem string // stem is the path without -2 and .xlsx
	begin     func(w *workbook) error
	finish    func(w *workbook) error

	file    *excelize.File
	stream  *excelize.StreamWriter
	row     int // the next row, from 1
	rows    int // rows of data in the open file
	written []FileRows
}

// path of the file that is open.
func (w *workbook) path() string {
	if n := len(w.written); n > 0 {
		return fmt.Sprintf("%s-%d.xlsx", w.stem, n+1)
	}
	return w.stem + ".xlsx"
}

// line writes one row of cells as it is.
func (w *workbook) line(cells []any, opts ...excelize.RowOpts) error {
	cell, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return fmt.Errorf("write %s: %w", w.path(), err)
	}
	if err := w.stream.SetRow(cell, cells, opts...); err != nil {
		return fmt.Errorf("write %s: %w", w.path(), err)
	}
	w.row++
	return nil
}

// room makes sure that a file is open that has room for a row; a full one is
// saved and the next one begun.
func (w *workbook) room() error {
	if w.rows == maxRows {
		if err := w.save(); err != nil {
			return err
		}
	}
	if w.file == nil {
		return w.open()
	}
	return nil
}

// add writes one row of data; room comes before it.
func (w *workbook) add(cells []any) error {
	w.rows++
	return w.line(cells)
}

func (w *workbook) open() (err error) {
	w.file, w.row = excelize.NewFile(), 1
	if w.stream, err = w.file.NewStreamWriter("Sheet1"); err != nil {
		return fmt.Errorf("write %s: %w", w.path(), err)
	}
	return w.begin(w)
}

// discard lets go of a file that was not saved.
func (w *workbook) discard() error {
	if w.file == nil {
		return nil
	}
	return w.file.Close()
}

// save finishes the open file, also one without any row of data.
func (w *workbook) save() error {
	if w.file == nil {
		if err := w.open(); err != nil {
			return err
		}
	}
	if err := w.finish(w); err != nil {
		return err
	}
	path := w.path()
	if err := w.stream.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	full := filepath.Join(w.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return fmt.Errorf("create folder of %s: %w", path, err)
	}
	if err := w.file.SaveAs(full); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("close %s: %w", path, err)
	}
	w.written = append(w.written, FileRows{path, w.rows})
	w.file, w.stream, w.rows = nil, nil, 0
	return nil
}
