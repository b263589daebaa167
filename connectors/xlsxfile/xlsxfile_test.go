package xlsxfile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/schemas/option"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{LargeRows: 60_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
		dir := t.TempDir()
		s, err := New(connectors.Project{Dir: dir, Temp: dir}, []string{"part-*.xlsx"}, defaults())
		if err != nil {
			t.Fatal(err)
		}
		s.Memory = mem
		name := func(n int) string { return filepath.Join(dir, fmt.Sprintf("part-%d.xlsx", n)) }
		return connectortest.Place{Source: s,
			Put:    func(n, rows int) { write(t, name(n), sample(t, rows)) },
			Vanish: func() { os.Remove(name(1)) }}
	}})
}

// TestLarge reads sheets of a million rows: one whose texts stand in the cells, as
// exporters write them, and one whose cells refer to a list of texts, as Excel
// writes them, most of which occur once.
func TestLarge(t *testing.T) {
	const rows = 1_000_000
	for _, test := range []struct {
		name     string
		write    func(t testing.TB, w io.Writer, rows int)
		resident int64
	}{
		{"texts in cells", writeSample, 64 << 20},
		{"shared texts", writeShared, 320 << 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			connectortest.Large{Rows: rows, Resident: test.resident,
				Make: func(t testing.TB) string {
					return connectortest.LargeFile(t, "large.xlsx", func(w io.Writer) { test.write(t, w, rows) })
				},
				Source: func(t testing.TB, dir string) connectors.Source {
					s, err := New(connectors.Project{Dir: dir, Temp: dir}, []string{"large.xlsx"}, defaults())
					check(t, err)
					return s
				}}.Run(t)
		})
	}
}

// writeShared writes a workbook of 4 columns whose texts are shared, two of each
// row's in no other.
func writeShared(t testing.TB, w io.Writer, rows int) {
	t.Helper()
	like := book(t, func(f *excelize.File) { put(t, f, "Sheet1", 1, "id") })
	in, err := zip.NewReader(bytes.NewReader(like), int64(len(like)))
	check(t, err)
	out := zip.NewWriter(w)
	for _, f := range in.File {
		if f.Name != sheet1 && f.Name != sharedPart {
			check(t, out.Copy(f))
		}
	}
	texts, err := out.Create(sharedPart)
	check(t, err)
	fmt.Fprint(texts, `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>id</t></si><si><t>name</t></si><si><t>email</t></si><si><t>city</t></si><si><t>Gent</t></si>`)
	for i := range rows {
		fmt.Fprintf(texts, "<si><t>Janssens %d</t></si><si><t>klant%d@example.com</t></si>", i, i)
	}
	fmt.Fprint(texts, "</sst>")
	cells, err := out.Create(sheet1)
	check(t, err)
	fmt.Fprint(cells, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`,
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>`)
	for i := range rows {
		fmt.Fprintf(cells, `<row r="%d"><c r="A%[1]d"><v>%[2]d</v></c><c r="B%[1]d" t="s"><v>%[3]d</v></c><c r="C%[1]d" t="s"><v>%[4]d</v></c><c r="D%[1]d" t="s"><v>4</v></c></row>`,
			i+2, i, 2*i+5, 2*i+6)
	}
	fmt.Fprint(cells, "</sheetData></worksheet>")
	check(t, out.Close())
}

func defaults() Options {
	var o Options
	o.Spec()
	return o
}

func write(t testing.TB, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// sample is a workbook of 12 columns of texts, numbers and dates.
func sample(t testing.TB, rows int) []byte {
	t.Helper()
	var b bytes.Buffer
	writeSample(t, &b, rows)
	return b.Bytes()
}

func writeSample(t testing.TB, w io.Writer, rows int) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	check(t, err)
	out, err := f.NewStreamWriter("Sheet1")
	check(t, err)
	check(t, out.SetRow("A1", []any{"id", "name", "email", "phone", "street", "number", "postcode", "city", "amount", "ordered on", "paid", "note"}))
	for i := range rows {
		check(t, out.SetRow(fmt.Sprintf("A%d", i+2), []any{i, fmt.Sprintf("Janssens %d", i), fmt.Sprintf("klant%d@example.com", i), 475120000 + i%10000,
			"Kerkstraat", i % 300, fmt.Sprintf("%04d", i%9999), "Gent", float64(i) / 8, excelize.Cell{StyleID: day, Value: 45000 + i%700}, i%2 == 0, nil}))
	}
	check(t, out.Flush())
	check(t, f.Write(w))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func saved(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	b, err := f.WriteToBuffer()
	check(t, err)
	return b.Bytes()
}

// book makes a workbook by calling fill.
func book(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	return saved(t, f)
}

func put(t testing.TB, f *excelize.File, sheet string, row int, values ...any) {
	t.Helper()
	check(t, f.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &values))
}

func sourceOf(t testing.TB, content []byte, o Options) (*Source, connectors.Delivery) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "in.xlsx"), content)
	s, err := New(connectors.Project{Dir: dir, Temp: dir}, []string{"in.xlsx"}, o)
	check(t, err)
	list, err := s.Deliveries(t.Context(), "")
	if err != nil || len(list) != 1 {
		t.Fatalf("Deliveries = %v, %v", list, err)
	}
	return s, list[0]
}

func TestSheets(t *testing.T) {
	several := book(t, func(f *excelize.File) {
		check(t, f.SetSheetName("Sheet1", "2025"))
		for _, name := range []string{"2026", "Notes", "20 empty"} {
			_, err := f.NewSheet(name)
			check(t, err)
		}
		put(t, f, "2025", 1, "id", "name")
		put(t, f, "2025", 2, "007", "An")
		put(t, f, "2025", 4, "008", "Bo") // row 3 is blank
		put(t, f, "2026", 1, "name", "mail")
		put(t, f, "2026", 2, "Cy", "cy@example.com", "stray")
		put(t, f, "Notes", 1, "Prices of May")
		put(t, f, "Notes", 3, "id", nil, "name", "total")
		put(t, f, "Notes", 4, 1, "x", "y")
	})
	grouped := book(t, func(f *excelize.File) {
		put(t, f, "Sheet1", 1, "ID", "Contact", nil, "Order", nil)
		put(t, f, "Sheet1", 2, nil, "Name", "Mail", "Name", "Date")
		put(t, f, "Sheet1", 3, 1, "a", "b", "c", "d")
		check(t, f.MergeCell("Sheet1", "B1", "C1"))
	})
	tests := []struct {
		name    string
		content []byte
		options func(*Options)
		columns string
		rows    []string
	}{
		{"the first", several, func(*Options) {}, "id name", []string{"2 <null> <null> 007 An", "4 <null> <null> 008 Bo"}},
		{"by name before ordinal", several, func(o *Options) { o.Sheet = "2026" }, "name mail", []string{
			"2 <null> ragged: 3 fields, the header has 2 Cy cy@example.com"}},
		{"by ordinal", several, func(o *Options) { o.Sheet, o.HeaderAt = "3", 0 }, "id column_2 name total", []string{"4 <null> <null> 1 x y <null>"}},
		{"by pattern", several, func(o *Options) { o.Sheet = "20*" }, "id name mail", []string{
			"2 2025 <null> 007 An <null>", "4 2025 <null> 008 Bo <null>", "2 2026 ragged: 3 fields, the header has 2 <null> Cy cy@example.com"}},
		{"a header of two rows", grouped, func(o *Options) { o.HeaderRows = 2 }, "ID Contact / Name Contact / Mail Order / Name Order / Date", []string{
			"3 <null> <null> 1 a b c d"}},
		{"given names", several, func(o *Options) { o.Columns = []string{"a", "b"} }, "a b", []string{"2 <null> <null> 007 An", "4 <null> <null> 008 Bo"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := defaults()
			tt.options(&o)
			s, d := sourceOf(t, tt.content, o)
			columns, table := connectortest.Rows(t, s, d)
			if diff := cmp.Diff(tt.columns, strings.Join(columns[3:], " ")); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			var got []string
			for _, row := range table {
				got = append(got, strings.Join(row, " "))
			}
			if diff := cmp.Diff(tt.rows, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCells(t *testing.T) {
	style := func(f *excelize.File, id int, code string) int {
		s := &excelize.Style{NumFmt: id}
		if code != "" {
			s = &excelize.Style{CustomNumFmt: &code}
		}
		n, err := f.NewStyle(s)
		check(t, err)
		return n
	}
	tests := []struct {
		value any
		id    int
		code  string
		want  string
	}{
		{value: 475123456, want: "475123456"},
		{value: 475123456, id: 11, want: "475123456"}, // shown as 4.75E+08
		{value: "0475", want: "0475"},
		{value: "1E3", want: "1E3"},
		{value: 0.30000000000000004, want: "0.30000000000000004"},
		{value: 1e21, want: "1000000000000000000000"},
		{value: 1234.5, id: 4, want: "1234.5"},
		{value: -0.001, want: "-0.001"},
		{value: 45000.5, id: 14, want: "2023-03-15"},
		{value: 45000.5, id: 22, want: "2023-03-15 12:00:00"},
		{value: 45000, code: `dd\.mm\.yyyy;@`, want: "2023-03-15"},
		{value: 45000, code: `[$-813]d mmmm yyyy`, want: "2023-03-15"},
		{value: 45000.999999, code: `yyyy-mm-dd hh:mm`, want: "2023-03-16 00:00:00"},
		{value: 0.75, code: `hh:mm`, want: "18:00:00"},
		{value: 45000.75, code: `hh:mm`, want: "2023-03-15 18:00:00"},
		{value: 1.5, code: `[h]:mm:ss`, want: "36:00:00"},
		{value: 12, code: `0 "dozen"`, want: "12"},
		{value: 12, code: `[Red]#,##0.00\d`, want: "12"},
		{value: "45000", id: 14, want: "45000"}, // a text, though its cell looks like a date
		{value: -5, id: 14, want: "-5"},
		{value: 59, id: 14, want: "1900-02-28"},
		{value: 61, id: 14, want: "1900-03-01"},
		{value: true, want: "true"},
		{value: false, want: "false"},
		{value: "TRUE", want: "TRUE"},
		{value: "a & <b>\nc", want: "a & <b>\nc"},
		{value: []excelize.RichTextRun{{Text: "rich "}, {Text: "text", Font: &excelize.Font{Bold: true}}}, want: "rich text"},
		{value: time.Date(2026, 5, 1, 9, 30, 0, 0, time.UTC), code: "dd/mm/yyyy hh:mm", want: "2026-05-01 09:30:00"},
		{value: excelize.Cell{Formula: "NA()"}, want: "<null>"},
	}
	content := book(t, func(f *excelize.File) {
		for i, tt := range tests {
			cell := fmt.Sprintf("A%d", i+2)
			switch v := tt.value.(type) {
			case []excelize.RichTextRun:
				check(t, f.SetCellRichText("Sheet1", cell, v))
			case excelize.Cell:
				check(t, f.SetCellFormula("Sheet1", cell, v.Formula))
			default:
				check(t, f.SetCellValue("Sheet1", cell, v))
			}
			if tt.id != 0 || tt.code != "" {
				s := style(f, tt.id, tt.code)
				check(t, f.SetCellStyle("Sheet1", cell, cell, s))
			}
			check(t, f.SetCellValue("Sheet1", fmt.Sprintf("B%d", i+2), "end"))
		}
		put(t, f, "Sheet1", 1, "a", "b")
	})
	s, d := sourceOf(t, content, defaults())
	_, table := connectortest.Rows(t, s, d)
	if len(table) != len(tests) {
		t.Fatalf("got %d rows, want %d", len(table), len(tests))
	}
	for i, tt := range tests {
		if got := table[i][3]; got != tt.want {
			t.Errorf("%v with the format %d %q is %q, want %q", tt.value, tt.id, tt.code, got, tt.want)
		}
	}
}

func TestEpoch1904(t *testing.T) {
	content := book(t, func(f *excelize.File) {
		on := true
		check(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &on}))
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		check(t, err)
		put(t, f, "Sheet1", 1, "on")
		put(t, f, "Sheet1", 2, 0.5)
		put(t, f, "Sheet1", 3, 43538)
		check(t, f.SetCellStyle("Sheet1", "A2", "A3", day))
	})
	s, d := sourceOf(t, content, defaults())
	_, table := connectortest.Rows(t, s, d)
	if len(table) != 2 || table[0][3] != "1904-01-01" || table[1][3] != "2023-03-15" {
		t.Errorf("got %v", table)
	}
}

// rewritten returns the workbook with one part changed.
func rewritten(t testing.TB, content []byte, part string, change func([]byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	check(t, err)
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		check(t, err)
		text, err := io.ReadAll(r)
		check(t, err)
		if f.Name == part {
			text = change(text)
		}
		w, err := out.Create(f.Name)
		check(t, err)
		_, err = w.Write(text)
		check(t, err)
	}
	check(t, out.Close())
	return b.Bytes()
}

const (
	sheet1     = "xl/worksheets/sheet1.xml"
	sharedPart = "xl/sharedStrings.xml"
)

func TestHandMadeCells(t *testing.T) {
	content := rewritten(t, sample(t, 1), sheet1, func([]byte) []byte {
		return []byte(`<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>` +
			`<x:row><x:c t="str"><x:v>a</x:v></x:c><x:c t="inlineStr"><x:is><x:r><x:t>b</x:t></x:r><x:rPh><x:t>!</x:t></x:rPh></x:is></x:c><x:c/></x:row>` +
			`<x:row r="5"><x:c r="A5"><x:f>1/3</x:f><x:v>1E-3</x:v></x:c><x:c r="B5" t="e"><x:v>#N/A</x:v></x:c></x:row><x:row/>` +
			`<x:row><x:c t="d"><x:v>2026-05-01T09:30:00.000Z</x:v></x:c><x:c t="str"><x:v>x_x000D_y_x</x:v></x:c></x:row>` +
			`</x:sheetData></x:worksheet>`)
	})
	s, d := sourceOf(t, content, defaults())
	columns, table := connectortest.Rows(t, s, d)
	want := [][]string{{"5", "<null>", "<null>", "0.001", "<null>"}, {"7", "<null>", "<null>", "2026-05-01 09:30:00", "x\ry_x"}}
	if diff := cmp.Diff(want, table); diff != "" || strings.Join(columns[3:], " ") != "a b" {
		t.Errorf("columns %v, rows (-want +got):\n%s", columns, diff)
	}
}

func TestErrors(t *testing.T) {
	good := sample(t, 3)
	with := func(change func([]byte) []byte) []byte { return rewritten(t, good, sheet1, change) }
	cut := func(at string) func([]byte) []byte {
		return func(b []byte) []byte { return b[:bytes.Index(b, []byte(at))] }
	}
	locked, err := excelize.Encrypt(good, &excelize.Options{Password: "secret"})
	check(t, err)
	corrupt := bytes.Clone(good)
	archive, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	check(t, err)
	for _, f := range archive.File {
		if f.Name == sheet1 {
			at, err := f.DataOffset()
			check(t, err)
			for i := range 8 {
				corrupt[at+int64(f.CompressedSize64)/2+int64(i)] ^= 0xff
			}
		}
	}
	tests := []struct {
		name    string
		content []byte
		options func(*Options)
		code    string
	}{
		{"empty", nil, nil, "empty_file"},
		{"no archive", []byte("id,name\n"), nil, "broken_workbook"},
		{"cut off", good[:len(good)-30], nil, "broken_workbook"},
		{"encrypted", locked, nil, "broken_workbook"},
		{"no workbook", rewritten(t, good, "xl/workbook.xml", func([]byte) []byte { return []byte("<") }), nil, "broken_workbook"},
		{"no relations", rewritten(t, good, relationsPart, func([]byte) []byte { return nil }), nil, "broken_workbook"},
		{"corrupt sheet", corrupt, nil, "broken_workbook"},
		{"sheet cut off between rows", with(cut(`<row r="3"`)), nil, "broken_workbook"},
		{"sheet cut off in a row", with(cut(`klant1`)), nil, "broken_workbook"},
		{"rows that go back", with(func(b []byte) []byte { return bytes.Replace(b, []byte(`<row r="3"`), []byte(`<row r="2"`), 1) }), nil, "broken_workbook"},
		{"a text that is not there", with(func(b []byte) []byte {
			return bytes.Replace(b, []byte(`<c r="A2"><v>0</v>`), []byte(`<c r="A2" t="s"><v>9</v>`), 1)
		}), nil, "broken_workbook"},
		{"no rows", book(t, func(*excelize.File) {}), nil, "empty_file"},
		{"no header", good, func(o *Options) { o.HeaderAt = 9 }, "missing_header"},
		{"no sheet", good, func(o *Options) { o.Sheet = "Klanten" }, "missing_sheet"},
		{"too large", with(func(b []byte) []byte { return append(b, make([]byte, 2<<20)...) }), func(o *Options) { o.MaxUnzipped = 1 }, "workbook_too_large"},
		{"bomb", with(func(b []byte) []byte { return append(b, make([]byte, minBomb+1)...) }), nil, "workbook_too_large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := defaults()
			if tt.options != nil {
				tt.options(&o)
			}
			s, d := sourceOf(t, tt.content, o)
			_, err := connectortest.Drain(t, s, d)
			if connectors.CodeOf(err) != tt.code || !strings.Contains(err.Error(), "in.xlsx") {
				t.Errorf("got %v (code %q), want the code %q and the file's name", err, connectors.CodeOf(err), tt.code)
			}
		})
	}
}

func TestNothingIsUnpackedToDisk(t *testing.T) {
	s, d := sourceOf(t, sample(t, 2000), defaults())
	rows, err := s.Open(t.Context(), d)
	check(t, err)
	defer rows.Close()
	files, err := os.ReadDir(s.project.Temp)
	check(t, err)
	if len(files) != 1 {
		t.Errorf("%d files in the folder that held the workbook only", len(files))
	}
}

func TestOptions(t *testing.T) {
	var o Options
	doc, findings := option.Open("c.yaml", []byte("sheet: \"2\"\nheader_at: auto\nmax_unzipped: 64\n"), nil)
	findings = append(findings, doc.Parse(o.Spec())...)
	check(t, findings.Err())
	if diff := cmp.Diff(Options{Sheet: "2", HeaderRows: 1, MaxUnzipped: 64}, o); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	o.HeaderRows = 2
	if _, err := New(connectors.Project{}, nil, o); connectors.KindOf(err) != connectors.KindConfig {
		t.Errorf("New with a header of two rows to be found: %v, want an error of the config", err)
	}
}

// FuzzSheet checks that no sheet, however broken, does more than fail.
func FuzzSheet(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c s="1"><v>45000.5</v></c></row></sheetData></worksheet>`))
	f.Add([]byte(`<row><c t="inlineStr"><is><t>_x000D_</t></is></c></row><row r="9"><c r="ZZZ9"/></row></sheetData>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := &sheet{book: &workbook{name: "in.xlsx", texts: &sharedTexts{bytes: []byte("a"), ends: []int{1}}, formats: []format{formatNumber, formatInstant}, epoch: epoch1900},
			part: io.NopCloser(bytes.NewReader(nil)), xml: xml.NewDecoder(bytes.NewReader(text))}
		for last := int64(0); ; last = s.row {
			err := s.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if connectors.CodeOf(err) != "broken_workbook" {
					t.Fatalf("got %v", err)
				}
				return
			}
			if s.row <= last {
				t.Fatalf("row %d follows row %d", s.row, last)
			}
			for i := 1; i < len(s.cells); i++ {
				if s.cells[i].column <= s.cells[i-1].column {
					t.Fatalf("column %d follows column %d", s.cells[i].column, s.cells[i-1].column)
				}
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	const rows = 50_000
	s, d := sourceOf(b, sample(b, rows), defaults())
	for b.Loop() {
		if _, err := connectortest.Drain(b, s, d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
