package outlets

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"clientele/connectors"
	"clientele/schemas"
)

// workbookOf writes tables and opens the workbook.
func workbookOf(t *testing.T, r *memoryReader, most limits, tables ...schemas.Table) *excelize.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "base.xlsx")
	if err := xlsx(t.Context(), r, byName, tables, path, most); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func rowsOf(t *testing.T, f *excelize.File, sheet string, opts ...excelize.Options) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestXLSX(t *testing.T) {
	f := workbookOf(t, reader(), excel, people, empty)
	if diff := cmp.Diff([]string{"people", "empty"}, f.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	header := people.ColumnNames()
	want := [][]string{
		header,
		{"0123", "+32475123456", "3", "1.2345", "0.1", "TRUE", "1979-12-31", "2024-02-29 23:59:58"},
		nil,
		{"=1+1", "+1+1", "-7", "-5.00", "-2.5", "FALSE", "1899-05-04", "1900-02-28T23:00:00Z"},
		{`a,"b"`, "@x", "1000000000000000", "100000000000.0001", "0", "TRUE", "1900-03-01", "1900-03-01 00:00:00"},
	}
	got := rowsOf(t, f, "people")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{header}, rowsOf(t, f, "empty")); diff != "" {
		t.Error(diff)
	}
	raw := rowsOf(t, f, "people", excelize.Options{RawCellValue: true})
	if diff := cmp.Diff([]string{"0123", "+32475123456", "3", "1.2345", "0.1", "1", "29220"}, raw[1][:7]); diff != "" {
		t.Error(diff)
	}

	text, number, truth := excelize.CellTypeInlineString, excelize.CellTypeUnset, excelize.CellTypeBool
	for row, types := range map[int][]excelize.CellType{
		1: {text, text, text, text, text, text, text, text},
		2: {text, text, number, number, number, truth, number, number},
		4: {text, text, number, number, number, truth, text, text},
		5: {text, text, text, text, number, truth, number, number},
	} {
		for i, want := range types {
			cell := fmt.Sprint(string(rune('A'+i)), row)
			got, err := f.GetCellType("people", cell)
			if err != nil || got != want {
				t.Errorf("%s has type %d, want %d, %v", cell, got, want, err)
			}
			if formula, _ := f.GetCellFormula("people", cell); formula != "" {
				t.Errorf("%s is a formula", cell)
			}
			style, err := f.GetCellStyle("people", cell)
			if err != nil {
				t.Fatal(err)
			}
			s, err := f.GetStyle(style)
			if err != nil {
				t.Fatal(err)
			}
			if want == text && s.NumFmt != formatText {
				t.Errorf("%s is a text of format %d", cell, s.NumFmt)
			}
			if bold := s.Font != nil && s.Font.Bold; bold != (row == 1) {
				t.Errorf("%s: bold is %v", cell, bold)
			}
		}
	}
}

func TestSheetsAreFrozenAndFiltered(t *testing.T) {
	f := workbookOf(t, reader(), excel, people, empty)
	names := map[string]string{}
	for _, d := range f.GetDefinedName() {
		names[d.Scope] = d.RefersTo
	}
	for sheet, filtered := range map[string]string{"people": "'people'!$A$1:$H$5", "empty": "'empty'!$A$1:$H$1"} {
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
			t.Errorf("%s has panes %+v, %v", sheet, panes, err)
		}
		if names[sheet] != filtered {
			t.Errorf("%s has the filter %s", sheet, names[sheet])
		}
		if w, err := f.GetColWidth(sheet, "H"); err != nil || w != 20 {
			t.Errorf("%s: width %v, %v", sheet, w, err)
		}
	}
	sheets := 0
	for _, part := range parted(t, f.Path) {
		name, xml, _ := strings.Cut(part, "\n")
		if !strings.HasPrefix(name, "xl/worksheets/sheet") {
			continue
		}
		sheets++
		if strings.Count(xml, "<autoFilter ") != 1 {
			t.Errorf("%s has no filter", name)
		}
		if strings.Contains(xml, "tabSelected") {
			t.Errorf("%s is selected", name)
		}
		for rest, i := xml, 1; i <= len(people.Columns); i++ {
			var found bool
			if _, rest, found = strings.Cut(rest, fmt.Sprintf(`<col min="%d"`, i)); !found {
				t.Errorf("%s: the width of column %d is out of order", name, i)
			}
		}
	}
	if sheets != 2 {
		t.Errorf("%d sheets", sheets)
	}
}

// parted returns the parts of a workbook, each after a line with its name.
func parted(t *testing.T, path string) []string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var out []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		xml, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f.Name+"\n"+string(xml))
	}
	return out
}

func TestRowsGoOnInAnotherSheet(t *testing.T) {
	r := reader()
	for i := range 5 {
		r.rows["notes"] = append(r.rows["notes"], []any{fmt.Sprint("row ", i)})
	}
	for _, c := range []struct {
		rows   int
		sheets []string
	}{
		{7, []string{"notes", "people"}},
		{6, []string{"notes", "people"}},
		{5, []string{"notes", "notes (2)", "people"}},
		{3, []string{"notes", "notes (2)", "notes (3)", "people", "people (2)"}},
	} {
		f := workbookOf(t, r, limits{rows: c.rows, bytes: math.MaxUint32}, notes, people)
		if diff := cmp.Diff(c.sheets, f.GetSheetList()); diff != "" {
			t.Errorf("%d rows: %s", c.rows, diff)
		}
		var got []string
		for _, name := range c.sheets {
			if strings.HasPrefix(name, "notes") {
				rows := rowsOf(t, f, name)
				if len(rows) > c.rows || rows[0][0] != "text" {
					t.Errorf("%s has %d rows under %q", name, len(rows), rows[0])
				}
				for _, row := range rows[1:] {
					got = append(got, row[0])
				}
			}
		}
		if diff := cmp.Diff([]string{"row 0", "row 1", "row 2", "row 3", "row 4"}, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSheetNames(t *testing.T) {
	long := strings.Repeat("n", 40)
	b := workbook{names: map[string]bool{}}
	for _, c := range []struct{ table, want string }{
		{"notes", "notes"},
		{"Notes", "Notes (2)"},
		{"notes", "notes (3)"},
		{long + "a", long[:31]},
		{long + "b", long[:27] + " (2)"},
	} {
		if got := b.sheetName(c.table); got != c.want {
			t.Errorf("sheet of %s is %s, want %s", c.table, got, c.want)
		}
	}
	for _, table := range schemas.Published() {
		if len(table.Name) > 31 {
			t.Errorf("%s is cut", table.Name)
		}
	}
}

func TestTextsComeBack(t *testing.T) {
	texts := []string{
		"_x0041_", " spaces ", "tab\tand\nline", "<&>\"'", "naïve 日本 😀", "00012", "1E5", "TRUE", "2024-01-01", "'=1", "=cmd|' /C calc'!A0", "\t=1",
	}
	r := reader()
	for _, s := range texts {
		r.rows["notes"] = append(r.rows["notes"], []any{s})
	}
	rows := rowsOf(t, workbookOf(t, r, excel, notes), "notes")
	for i, want := range texts {
		if got := rows[i+1][0]; got != want {
			t.Errorf("%q became %q", want, got)
		}
	}
}

func TestFitting(t *testing.T) {
	const most = excelize.TotalCellChars
	for _, c := range []struct{ name, text, want string }{
		{"short", "text", "text"},
		{"just right", strings.Repeat("é", most), strings.Repeat("é", most)},
		{"one too many", strings.Repeat("é", most+1), strings.Repeat("é", most-1) + "…"},
		{"pairs", strings.Repeat("😀", most), strings.Repeat("😀", most/2) + "…"},
		{"pairs that do not meet the end", "a" + strings.Repeat("😀", most), "a" + strings.Repeat("😀", most/2-1) + "…"},
	} {
		got := fitting(c.text)
		if got != c.want {
			t.Errorf("%s: %d bytes, want %d", c.name, len(got), len(c.want))
		}
		if n := len(utf16.Encode([]rune(got))); n > most {
			t.Errorf("%s: %d characters", c.name, n)
		}
	}
}

func TestWorkbookErrors(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name, path, code string
		max              limits
		tables           []schemas.Table
	}{
		{"no workbook", "base.csv", "extension", excel, []schemas.Table{notes}},
		{"no table", "base.xlsx", "no_tables", excel, nil},
		{"large sheet", "base.xlsx", "too_large", limits{rows: 10, bytes: 10}, []schemas.Table{notes}},
	} {
		err := xlsx(t.Context(), reader(), byName, c.tables, filepath.Join(dir, c.path), c.max)
		if connectors.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if left := list(t, dir); left != "" {
		t.Errorf("left %s", left)
	}
}

// What excelize can't hold in memory goes into the folder that is removed, not
// into that of the system.
func TestTemporaryFilesStayBeside(t *testing.T) {
	system := t.TempDir()
	t.Setenv("TMPDIR", system)
	path := filepath.Join(t.TempDir(), "base.xlsx")
	r := reader()
	long := strings.Repeat("x", 30_000)
	for range 700 { // 21 MB, more than excelize keeps
		r.rows["notes"] = append(r.rows["notes"], []any{long})
	}
	beside := false
	watched := &watchedReader{memoryReader: r, batch: func() {
		beside = beside || strings.Contains(list(t, path+newSuffix), "excelize-")
		if got := list(t, system); got != "" {
			t.Fatalf("%s is in the folder of the system", got)
		}
	}}
	if err := XLSX(t.Context(), watched, byName, []schemas.Table{notes}, path); err != nil {
		t.Fatal(err)
	}
	if !beside {
		t.Error("there was no temporary file")
	}
	if left := list(t, filepath.Dir(path)); left != "base.xlsx" {
		t.Errorf("left %s", left)
	}
}

// watchedReader calls batch after every batch that was taken.
type watchedReader struct {
	*memoryReader
	batch func()
}

func (r *watchedReader) Read(ctx context.Context, sql string, each func(arrow.Record) error) error {
	return r.memoryReader.Read(ctx, sql, func(rec arrow.Record) error {
		err := each(rec)
		r.batch()
		return err
	})
}
