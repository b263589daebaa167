// Package rowbook is the workbook in which the owner of a source corrects rows
// that could not be used: one line per row, with what is wrong and its values as
// cells to be edited.
package rowbook

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"clientele/connectors"
)

// Row is one row of the workbook.
type Row struct {
	Delivery string
	Part     string // sheet or member, "" for none
	Row      int64  // line of the file
	Code     string
	Column   string // columns that are wrong, separated by "; "
	Message  string
	Values   []string // per column of the workbook
}

// lineage are the columns before the row's own. They say which row it is, and
// are left alone.
var lineage = []string{"_delivery", "_part", "_row", "_code", "_column", "_message"}

const sheet = "Rows"

// What a sheet holds.
const (
	maxRows    = 1_048_576
	maxColumns = 16_384
	maxText    = 32_767 // UTF-16 units of a cell
)

// Write writes a workbook. Every cell is text, and formatted as such, so that a
// spreadsheet neither computes it nor turns it into a date or a number. What
// does not fit in memory goes to the folder temp.
func Write(w io.Writer, temp string, columns []string, rows []Row) (err error) {
	if len(rows)+1 > maxRows || len(lineage)+len(columns) > maxColumns {
		return connectors.Errorf(connectors.KindConfig, "too_many_rows", "export a single delivery with --delivery",
			"%d rows of %d columns do not fit in a sheet", len(rows), len(columns))
	}
	f := excelize.NewFile(excelize.Options{TmpDir: temp})
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	const textFormat = 49 // "@" among the built-in formats
	head, err1 := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: textFormat})
	told, err2 := f.NewStyle(&excelize.Style{Font: &excelize.Font{Color: "808080"}, NumFmt: textFormat})
	plain, err3 := f.NewStyle(&excelize.Style{NumFmt: textFormat})
	wrong, err4 := f.NewStyle(&excelize.Style{NumFmt: textFormat, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}})
	s, err5 := f.NewStreamWriter(sheet)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	cells := make([]any, 0, len(lineage)+len(columns))
	add := func(style int, texts ...string) {
		for _, text := range texts {
			cells = append(cells, excelize.Cell{StyleID: style, Value: Cell(text)})
		}
	}
	add(head, lineage...)
	add(head, columns...)
	if err := s.SetRow("A1", cells); err != nil {
		return err
	}
	for i, r := range rows {
		cells = cells[:0]
		add(told, r.Delivery, r.Part, strconv.FormatInt(r.Row, 10), r.Code, r.Column, r.Message)
		for c, text := range r.Values {
			style := plain
			if strings.Contains("; "+r.Column+"; ", "; "+columns[c]+"; ") {
				style = wrong
			}
			add(style, text)
		}
		if err := s.SetRow("A"+strconv.Itoa(i+2), cells); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

// Cell returns a text as a cell holds it: line breaks in one form, without
// characters that a workbook can't hold, cut where it is too long. A value whose
// Cell is in the workbook was not edited.
func Cell(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r < ' ' && r != '\t' && r != '\n', r == '\ufffe', r == '\uffff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	units := 0
	for i, r := range text {
		if units += utf16.RuneLen(r); units > maxText {
			return text[:i]
		}
	}
	return text
}

// Edited is one row of a workbook that came back.
type Edited struct {
	Line     int // of the workbook
	Delivery string
	Part     string
	Row      int64
	Values   map[string]string // by column
	// Refused says why the row can't be taken, "" when it can.
	Refused string
}

// Read reads a workbook that Write made and someone edited, the sheet of that
// name or the first.
func Read(path, temp string) (rows []Edited, err error) {
	f, err := excelize.OpenFile(path, excelize.Options{TmpDir: temp})
	if errors.Is(err, os.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_file", "name the workbook that came back", "there is no file %s", path)
	}
	if err != nil {
		return nil, connectors.Errorf(connectors.KindData, "corrupt_workbook", "save it as .xlsx again", "%s is not a workbook that can be read: %w", path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	name := sheet
	if i, err := f.GetSheetIndex(name); err != nil || i < 0 {
		name = f.GetSheetName(0)
	}
	lines, err := f.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(lines) == 0 {
		return nil, notOurs(path, lineage[0])
	}
	header := lines[0]
	places := map[string]int{}
	for i, column := range header {
		if _, twice := places[column]; twice {
			return nil, connectors.Errorf(connectors.KindData, "not_a_rowbook", "give the columns back the names that they were exported with", "%s has two columns of one name", path)
		}
		places[column] = i
	}
	for _, column := range []string{"_delivery", "_part", "_row"} {
		if _, ok := places[column]; !ok {
			return nil, notOurs(path, column)
		}
	}
	for i, line := range lines[1:] {
		if strings.TrimSpace(strings.Join(line, "")) == "" {
			continue
		}
		rows = append(rows, edited(f, name, header, places, line, i+2))
	}
	return rows, nil
}

func notOurs(path, column string) error {
	return connectors.Errorf(connectors.KindData, "not_a_rowbook", "export one with `clientele quarantine export`", "%s has no column %s", path, column)
}

func edited(f *excelize.File, sheet string, header []string, places map[string]int, line []string, number int) Edited {
	at := func(column string) string {
		if i := places[column]; i < len(line) {
			return line[i]
		}
		return ""
	}
	e := Edited{Line: number, Delivery: at("_delivery"), Part: at("_part"), Values: map[string]string{}}
	var err error
	if e.Row, err = strconv.ParseInt(at("_row"), 10, 64); err != nil || e.Row < 1 {
		e.Refused = "_row is not a number: leave it as it was"
		return e
	}
	for i, column := range header {
		if column == "" || slices.Contains(lineage, column) {
			continue
		}
		text := ""
		if i < len(line) {
			text = line[i]
		}
		e.Values[column] = strings.ReplaceAll(text, "\r\n", "\n")
		if e.Refused != "" {
			continue
		}
		cell, _ := excelize.CoordinatesToCellName(i+1, number)
		kind, err := f.GetCellType(sheet, cell)
		formula, ferr := f.GetCellFormula(sheet, cell)
		switch {
		case err != nil || ferr != nil:
			e.Refused = "cell " + cell + " can't be read"
		case formula != "", text != "" && kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString:
			e.Refused = "cell " + cell + " is not text: format it as text and type the value again, so that no date or number is misread"
		}
	}
	return e
}
