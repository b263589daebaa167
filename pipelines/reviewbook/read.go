package reviewbook

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"clientele/connectors"
)

// Line is a line of a workbook that came back.
type Line struct {
	Sheet string
	Line  int // of the sheet
	A, B  connectors.RecordKey
	// Verdict is what was decided, "" for nothing, or later.
	Verdict connectors.Verdict
	Why     string
	// Refused says why the line can't be taken, "" when it can.
	Refused string
}

func joined(values []string) string { return strings.Join(values, ", ") }

// Read reads a workbook that Write made and people filled in: every sheet that has its
// columns, in whatever order.
func Read(path, temp string) (lines []Line, err error) {
	f, err := excelize.OpenFile(path, excelize.Options{TmpDir: temp})
	if errors.Is(err, os.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_file", "name the workbook that came back", "there is no file %s", path)
	}
	if err != nil {
		return nil, connectors.Errorf(connectors.KindData, "corrupt_workbook", "save it as .xlsx again", "%s is not a workbook that can be read: %w", path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	ours := false
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		if len(rows) == 0 {
			continue
		}
		s, ok := places(rows[0])
		if !ok {
			continue
		}
		ours = true
		s.file, s.name = f, name
		for i, row := range rows[1:] {
			if strings.TrimSpace(strings.Join(row, "")) != "" {
				lines = append(lines, s.line(row, i+2))
			}
		}
	}
	if !ours {
		return nil, connectors.Errorf(connectors.KindData, "not_a_reviewbook", "export one with `clientele match review export`", "%s has no sheet with the columns %s", path, strings.Join(needed, ", "))
	}
	return lines, nil
}

// needed are the columns without which a sheet can't be read.
var needed = []string{columnDecision, columnSourceA, columnRecordA, columnSourceB, columnRecordB, columnCheck}

// filled is a sheet that came back, and where its columns stand.
type filled struct {
	file *excelize.File
	name string
	at   map[string]int
}

func places(header []string) (filled, bool) {
	s := filled{at: map[string]int{}}
	for i, column := range header {
		if _, twice := s.at[column]; !twice {
			s.at[column] = i
		}
	}
	for _, column := range needed {
		if _, ok := s.at[column]; !ok {
			return s, false
		}
	}
	return s, true
}

func (s *filled) line(row []string, number int) Line {
	cell := func(column string) string {
		if i, ok := s.at[column]; ok && i < len(row) {
			return row[i]
		}
		return ""
	}
	l := Line{Sheet: s.name, Line: number, Why: strings.TrimSpace(cell(columnWhy)),
		A: connectors.RecordKey{Source: cell(columnSourceA), Record: cell(columnRecordA)},
		B: connectors.RecordKey{Source: cell(columnSourceB), Record: cell(columnRecordB)}}
	for _, column := range append([]string{columnWhy}, needed...) {
		at, ok := s.at[column]
		if !ok {
			continue
		}
		name, err := excelize.CoordinatesToCellName(at+1, number)
		if err == nil {
			var formula string
			if formula, err = s.file.GetCellFormula(s.name, name); err == nil && formula != "" {
				l.Refused = "cell " + name + " is a formula: type what it should say"
				return l
			}
		}
		if err != nil {
			l.Refused = fmt.Sprintf("cell %s can't be read", name)
			return l
		}
	}
	switch decision := strings.ToLower(strings.TrimSpace(cell(columnDecision))); decision {
	case Same, Different:
		l.Verdict = connectors.Verdict(decision)
	case "", Later:
		return l
	default:
		l.Refused = "a decision is same, different or later"
		return l
	}
	if check(l.A, l.B) != cell(columnCheck) {
		l.Refused = "the records of the line were edited: leave the columns that begin with _ as they were"
	}
	return l
}
