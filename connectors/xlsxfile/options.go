package xlsxfile

import (
	"errors"
	"path"
	"strconv"

	"clientele/connectors/objects"
	"clientele/schemas/option"
)

// Options says which sheets of a workbook are read and where their header is.
type Options struct {
	// Sheet is a name, a pattern of names as package path has them, or the
	// ordinal of a sheet from 1; "" for the first.
	Sheet string
	// HeaderAt is the row of the header, from 1; 0 when it is to be found.
	HeaderAt int
	// HeaderRows is how many rows the header has.
	HeaderRows int
	// Columns are names for the columns, in place of those of the header.
	Columns []string
	// MaxUnzipped is the largest size of an unpacked workbook, in MiB.
	MaxUnzipped int
	// Store says how files elsewhere are reached.
	Store objects.Options
}

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("xlsx", "Sheets of Excel workbooks, one row per record. Numbers, dates and truth values come in one form whatever "+
		"the cells look like: 1234.5, 2026-05-01, 2026-05-01 09:30:00, true; errors like #N/A are absent.")
	s.String(&o.Sheet, "sheet", "", "the sheet to read: its name, its ordinal from 1, or a pattern like 2026-*, which reads several; the first when left out").
		Example("Klanten").Example(`"2"`).Example(`"20*"`)
	o.HeaderAt = 1
	at := s.Func("header_at", "row | auto", "the row of the header; auto takes the first of the first 20 rows that fills more than half as many cells as the fullest of them", o.setHeaderAt)
	at.Default = "1"
	at.Example("auto").Example("4")
	s.Int(&o.HeaderRows, "header_rows", 1, 1, 5, `the number of rows of the header; of two rows the first groups columns, which are then named "Group / Column"`).Example("2")
	s.Strings(&o.Columns, "columns", "names of the columns, in place of those of the header").Example("[id, name, email]")
	s.Int(&o.MaxUnzipped, "max_unzipped", 1024, 1, 1<<20, "the largest size in MiB that a workbook may unpack to")
	o.Store.Spec(s)
	s.Check(o.check)
	return s
}

func (o *Options) setHeaderAt(text string) error {
	if text == "auto" {
		o.HeaderAt = 0
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return errors.New("must be auto or the number of a row from 1")
	}
	o.HeaderAt = n
	return nil
}

func (o *Options) check() error {
	if o.HeaderAt == 0 && o.HeaderRows > 1 {
		return errors.New("header_at: auto can only find a header of one row")
	}
	if o.HeaderRows < 1 || o.MaxUnzipped < 1 {
		return errors.New("header_rows and max_unzipped must be at least 1")
	}
	if _, err := path.Match(o.Sheet, ""); err != nil {
		return errors.New("sheet is not a valid pattern: close every [ by ]")
	}
	return nil
}
