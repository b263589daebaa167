package rowbook

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"clientele/connectors"
)

func write(t interface {
	Fatal(...any)
}, dir string, columns []string, rows []Row) string {
	var b bytes.Buffer
	if err := Write(&b, dir, columns, rows); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "rows.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRoundTrip holds for any text: what is written comes back as Cell says.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"=1+1", "@x", "+32", "_x0041_", "a\r\nb", " x ", "0012", "<&>"})), 2, 2).Draw(t, "texts")
		path := write(t, dir, []string{"A", "B"}, []Row{{Delivery: "d", Part: "p", Row: 7, Code: "bad_date", Values: texts}})
		got, err := Read(path, dir)
		if err != nil {
			t.Fatal(err)
		}
		want := []Edited{{Line: 2, Delivery: "d", Part: "p", Row: 7, Values: map[string]string{"A": Cell(texts[0]), "B": Cell(texts[1])}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestNothingIsComputed(t *testing.T) {
	path := write(t, t.TempDir(), []string{"A"}, []Row{{Delivery: "d", Row: 1, Values: []string{`=HYPERLINK("http://x","y")`}}})
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	found := false
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found = found || strings.Contains(string(content), "HYPERLINK")
		if strings.Contains(string(content), "<f>") {
			t.Errorf("%s holds a formula", f.Name)
		}
	}
	if !found {
		t.Error("the text is nowhere")
	}
}

func TestEditedCells(t *testing.T) {
	tests := []struct {
		name    string
		edit    func(f *excelize.File) error
		refused string
		value   string
	}{
		{"text", func(f *excelize.File) error { return f.SetCellStr(sheet, "G2", "2026-05-01") }, "", "2026-05-01"},
		{"emptied", func(f *excelize.File) error { return f.SetCellStr(sheet, "G2", "") }, "", ""},
		{"number", func(f *excelize.File) error { return f.SetCellFloat(sheet, "G2", 12.5, -1, 64) }, "cell G2 is not text", "12.5"},
		{"formula", func(f *excelize.File) error { return f.SetCellFormula(sheet, "G2", "1+1") }, "cell G2 is not text", ""},
		{"row overwritten", func(f *excelize.File) error { return f.SetCellStr(sheet, "C2", "x") }, "_row is not a number", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := write(t, dir, []string{"A"}, []Row{{Delivery: "d", Row: 3, Column: "A", Values: []string{"x"}}})
			f, err := excelize.OpenFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.edit(f); err != nil {
				t.Fatal(err)
			}
			if err := f.Save(); err != nil {
				t.Fatal(err)
			}
			got, err := Read(path, dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || !strings.HasPrefix(got[0].Refused, tt.refused) || tt.refused == "" && got[0].Refused != "" {
				t.Fatalf("got %+v, want refused %q", got, tt.refused)
			}
			if got[0].Values["A"] != tt.value {
				t.Errorf("value is %q, want %q", got[0].Values["A"], tt.value)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	dir := t.TempDir()
	other := excelize.NewFile()
	if err := other.SetCellStr("Sheet1", "A1", "Name"); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign.xlsx")
	if err := other.SaveAs(foreign); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(dir, "garbage.xlsx")
	if err := os.WriteFile(garbage, []byte("no zip"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, code := range map[string]string{foreign: "not_a_rowbook", garbage: "corrupt_workbook", filepath.Join(dir, "none.xlsx"): "no_file"} {
		if _, err := Read(path, dir); connectors.CodeOf(err) != code {
			t.Errorf("Read of %s: %v, want code %s", filepath.Base(path), err, code)
		}
	}
}
