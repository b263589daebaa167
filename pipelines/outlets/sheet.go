package outlets

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf16"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/xuri/excelize/v2"

	"clientele/schemas"
)

// A sheet is streamed as the second of its excelize file: the first is selected,
// and a workbook in which all sheets are selected is edited in all at once.
const (
	streamedSheet = "Rows"
	streamedPart  = "xl/worksheets/sheet2.xml"
)

// sheet writes one sheet of a workbook.
type sheet struct {
	name     string
	number   int // in the workbook, from 1
	excelize *excelize.File
	stream   *excelize.StreamWriter
	rows     int // with the header
	columns  []schemas.Column
	styles   styles
	cells    []excelize.Cell
	values   []any // a *excelize.Cell or nil
}

// newSheet starts a sheet with its header. What it can't hold in memory goes
// beside path.
func newSheet(path string, t schemas.Table, name string, number int) (*sheet, error) {
	s := &sheet{
		name: name, number: number, columns: t.Columns, excelize: newExcelize(path),
		cells: make([]excelize.Cell, len(t.Columns)), values: make([]any, len(t.Columns)),
	}
	if err := s.start(); err != nil {
		_ = s.abort()
		return nil, err
	}
	return s, nil
}

func (s *sheet) start() (err error) {
	if s.styles, err = newStyles(s.excelize); err != nil {
		return err
	}
	if _, err = s.excelize.NewSheet(streamedSheet); err != nil {
		return err
	}
	if s.stream, err = s.excelize.NewStreamWriter(streamedSheet); err != nil {
		return err
	}
	top := excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := s.stream.SetPanes(&top); err != nil {
		return err
	}
	// excelize puts each width before those it has; in the file they must ascend.
	for i, c := range slices.Backward(s.columns) {
		if err := s.stream.SetColWidth(i+1, i+1, width(c)); err != nil {
			return err
		}
	}
	for i, c := range s.columns {
		s.cells[i] = excelize.Cell{StyleID: s.styles.header, Value: c.Name}
		s.values[i] = &s.cells[i]
	}
	return s.writeRow()
}

// addRow appends a row of a record.
func (s *sheet) addRow(rec arrow.Record, row int) error {
	for i := range s.columns {
		s.values[i] = nil
		if values := rec.Column(i); !values.IsNull(row) {
			s.cells[i] = s.styles.cell(values, row)
			s.values[i] = &s.cells[i]
		}
	}
	return s.writeRow()
}

func (s *sheet) writeRow() error {
	s.rows++
	return s.stream.SetRow(fmt.Sprint("A", s.rows), s.values)
}

// finish completes the sheet and returns the range that its filter covers.
func (s *sheet) finish() (filtered string, err error) {
	last, err := excelize.CoordinatesToCellName(len(s.columns), s.rows)
	if err != nil {
		return "", err
	}
	filtered = "A1:" + last
	if err := s.excelize.AutoFilter(streamedSheet, filtered, nil); err != nil {
		return "", err
	}
	return filtered, s.stream.Flush()
}

// abort frees what the sheet holds.
func (s *sheet) abort() error { return s.excelize.Close() }

// width returns the width of a column, in digits of the standard font: room for
// its values and for its name beside the button of the filter.
func width(c schemas.Column) float64 {
	values := 0
	switch c.Type {
	case schemas.Bool:
		values = 8
	case schemas.Date, schemas.Int:
		values = 12
	case schemas.Decimal, schemas.Float:
		values = 14
	case schemas.String, schemas.Timestamp:
		values = 20
	}
	const button = 4
	return float64(min(max(values, len(c.Name)+button), 40))
}

// styles are the ids of the styles of cells, equal in every file that they were
// made for.
type styles struct {
	header, text, number, decimal, date, instant int
}

func newStyles(f *excelize.File) (s styles, err error) {
	format := func(code string) *excelize.Style { return &excelize.Style{CustomNumFmt: &code} }
	for _, style := range []struct {
		id *int
		is *excelize.Style
	}{
		{&s.header, &excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: formatText}},
		{&s.text, &excelize.Style{NumFmt: formatText}},
		{&s.number, &excelize.Style{}},
		{&s.decimal, format("#,##0.00##")},
		{&s.date, format("yyyy-mm-dd")},
		{&s.instant, format("yyyy-mm-dd hh:mm:ss")},
	} {
		if *style.id, err = f.NewStyle(style.is); err != nil {
			return styles{}, err
		}
	}
	return s, nil
}

// formatText is the built-in number format Text (ECMA-376 part 1, 18.8.30).
const formatText = 49

// maxExact is the first integer of more than 15 digits, the digits that Excel
// keeps.
const maxExact = 1_000_000_000_000_000

// cell returns the cell of a value that is not null.
func (s *styles) cell(values arrow.Array, row int) excelize.Cell {
	switch v := values.(type) {
	case *array.String:
		return excelize.Cell{StyleID: s.text, Value: fitting(v.Value(row))}
	case *array.Int64:
		if n := v.Value(row); n > -maxExact && n < maxExact {
			return excelize.Cell{StyleID: s.number, Value: n}
		}
	case *array.Float64:
		return excelize.Cell{StyleID: s.number, Value: v.Value(row)}
	case *array.Boolean:
		return excelize.Cell{StyleID: s.number, Value: v.Value(row)}
	case *array.Decimal128:
		if units := unscaled(v.Value(row)); units > -maxExact && units < maxExact {
			return excelize.Cell{StyleID: s.decimal, Value: float64(units) / float64(one)}
		}
	case *array.Date32:
		if days := int64(v.Value(row)) + unixDay; days >= firstDay && days <= lastDay {
			return excelize.Cell{StyleID: s.date, Value: days}
		}
	case *array.Timestamp:
		const day = int64(24 * time.Hour / time.Microsecond)
		if at := int64(v.Value(row)); at >= (firstDay-unixDay)*day && at < (lastDay+1-unixDay)*day {
			return excelize.Cell{StyleID: s.instant, Value: float64(at)/float64(day) + unixDay}
		}
	}
	return excelize.Cell{StyleID: s.text, Value: string(appendValue(nil, values, row))}
}

// Excel's serial numbers of days. It counts 29 February 1900, which never was:
// they are days since 30 December 1899 from 1 March 1900 on.
const (
	firstDay = 61      // 1 March 1900
	unixDay  = 25569   // 1 January 1970
	lastDay  = 2958465 // 31 December 9999
)

// fitting returns a text, cut to what a cell can hold. Excel counts UTF-16.
func fitting(s string) string {
	const most = excelize.TotalCellChars
	if len(s) <= most {
		return s
	}
	units, end := 0, 0 // end leaves room for the sign of the cut
	for i, r := range s {
		if units < most {
			end = i
		}
		if units += utf16.RuneLen(r); units > most {
			return s[:end] + "…"
		}
	}
	return s
}
