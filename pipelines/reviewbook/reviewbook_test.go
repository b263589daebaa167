package reviewbook_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"clientele/connectors"
	"clientele/pipelines/decisions"
	"clientele/pipelines/reviewbook"
	"clientele/transforms/match/model"
)

func key(record string) connectors.RecordKey {
	return connectors.RecordKey{Source: "shop", Record: record}
}

func pair(a, b string) reviewbook.Pair {
	return reviewbook.Pair{A: key(a), B: key(b), Evidence: model.Explanation{Bits: 3.5, Probability: .92, Columns: []model.Explained{
		{Column: "name", A: []string{"=1+1"}, B: []string{"maas", "maes"}, Level: "similar", Bits: 4.6},
		{Column: "fax"},
		{Column: "town", A: []string{"gent"}, B: []string{"aalst"}, Level: "differs", Bits: -2.1},
		{Column: "phone", A: []string{"3225551212"}},
	}}}
}

// write writes a workbook into a file.
func write(t rapid.TB, dir string, sheets ...reviewbook.Sheet) string {
	t.Helper()
	var out bytes.Buffer
	if err := reviewbook.Write(&out, dir, sheets); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "review.xlsx")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatPeopleSee(t *testing.T) {
	path := write(t, t.TempDir(), reviewbook.Sheet{Name: "persons", Pairs: []reviewbook.Pair{pair("1", "2"), pair("3", "4")}})
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("persons")
	if err != nil {
		t.Fatal(err)
	}
	want := "decision|why|probability|bits|_source_a|_record_a|_source_b|_record_b|_check|name of a|name of b|name: evidence|town of a|town of b|town: evidence|phone of a|phone of b|phone: evidence"
	if got := strings.Join(rows[0], "|"); got != want {
		t.Errorf("the header is\n%s\nwant\n%s", got, want)
	}
	if got, want := strings.Join(rows[1][9:16], "|"), "=1+1|maas, maes|+4.6 bits: similar|gent|aalst|-2.1 bits: differs|3225551212"; got != want {
		t.Errorf("a line says %q, want %q", got, want)
	}
	if formula, err := f.GetCellFormula("persons", "J2"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q, %v", formula, err)
	}
	checks, err := f.GetDataValidations("persons")
	if err != nil || len(checks) != 1 || checks[0].Sqref != "A2:A3" || !strings.Contains(checks[0].Formula1, "same,different,later") {
		t.Errorf("decisions are checked by %+v, %v", checks, err)
	}
	if panes, err := f.GetPanes("persons"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
	for _, c := range []struct{ cell, colour string }{{"A2", "FFF2CC"}, {"L2", "D9EAD3"}, {"O2", "F4CCCC"}} {
		id, err := f.GetCellStyle("persons", c.cell)
		if err != nil {
			t.Fatal(err)
		}
		if style, err := f.GetStyle(id); err != nil || len(style.Fill.Color) != 1 || style.Fill.Color[0] != c.colour {
			t.Errorf("%s looks like %+v, want %s (%v)", c.cell, style, c.colour, err)
		}
	}
}

func TestLinesThatCameBack(t *testing.T) {
	var pairs []reviewbook.Pair
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		pairs = append(pairs, pair(id, id+"2"))
	}
	path := write(t, t.TempDir(), reviewbook.Sheet{Name: "pairs", Pairs: pairs})
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cell, text := range map[string]string{"A2": " Same ", "B2": "her mother says so", "A3": "different", "A4": "later", "A6": "yes", "A7": "same", "F7": "z", "A8": "same", "A9": "same", "A10": "different"} {
		if err := f.SetCellStr("pairs", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("pairs", "A8", `="same"`); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	lines, err := reviewbook.Read(path, "")
	if err != nil {
		t.Fatal(err)
	}
	book := decisions.NewBook([]connectors.Decision{{A: key("h"), B: key("h2"), Verdict: connectors.VerdictSame, By: "jan"}, {A: key("i"), B: key("i2"), Verdict: connectors.VerdictSame, By: "jan"}})
	at := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	take := func() (*reviewbook.Receipt, []connectors.Decision) {
		var kept []connectors.Decision
		r, err := reviewbook.Take("f.xlsx", lines, "mia", at, book, func(k connectors.RecordKey) bool { return k != key("b2") }, func(d connectors.Decision) error {
			kept = append(kept, d)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return r, kept
	}
	first, kept := take()
	if diff := cmp.Diff([]connectors.Decision{{A: key("a"), B: key("a2"), Verdict: connectors.VerdictSame, Why: "her mother says so", By: "mia", At: at}}, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if len(first.Taken) != 1 || len(first.Unchanged) != 1 || first.Open != 2 {
		t.Errorf("the receipt is %+v", first)
	}
	var why []string
	for _, j := range first.Refused {
		why = append(why, j.A+" "+j.Refused)
	}
	for i, want := range []string{"shop:b shop:b2 is not known", "shop:e a decision is same", "shop:z the records of the line were edited", "shop:g cell A8 is a formula", "shop:i that shop:i and shop:i2 are different contradicts"} {
		if i >= len(why) || !strings.HasPrefix(why[i], want) {
			t.Errorf("refused %q, want %q among them", why, want)
		}
	}
	if len(first.Refused) != 5 {
		t.Errorf("%d lines are refused, want 5", len(first.Refused))
	}
	second, kept := take()
	if len(kept) != 0 || len(second.Taken) != 0 || len(second.Unchanged) != 2 {
		t.Errorf("the second time %+v is taken", second)
	}
}

// Whatever the ids of records, a workbook that nobody edited comes back whole, and with
// decisions they are those of its pairs.
func TestWorkbookComesBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		var pairs []reviewbook.Pair
		for range rapid.IntRange(1, 4).Draw(r, "pairs") {
			p := pair(rapid.StringMatching(`[ -~é\t\n]{1,8}x`).Draw(r, "a"), rapid.StringMatching(`[=+@'-]?[a-z0-9]{1,6}`).Draw(r, "b"))
			p.Decision = rapid.SampledFrom([]string{"", "same", "different"}).Draw(r, "decision")
			pairs = append(pairs, p)
		}
		lines, err := reviewbook.Read(write(r, dir, reviewbook.Sheet{Name: "pairs", Pairs: pairs}), "")
		if err != nil {
			r.Fatal(err)
		}
		if len(lines) != len(pairs) {
			r.Fatalf("%d lines of %d pairs", len(lines), len(pairs))
		}
		for i, l := range lines {
			if l.A != pairs[i].A || l.B != pairs[i].B || string(l.Verdict) != pairs[i].Decision || l.Refused != "" {
				r.Fatalf("line %+v, want %+v", l, pairs[i])
			}
		}
	})
}

func TestWhatIsNoReview(t *testing.T) {
	dir := t.TempDir()
	other := excelize.NewFile()
	if err := other.SaveAs(filepath.Join(dir, "other.xlsx")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "text.xlsx"), []byte("no workbook"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, code := range map[string]string{"none.xlsx": "no_file", "other.xlsx": "not_a_reviewbook", "text.xlsx": "corrupt_workbook"} {
		if _, err := reviewbook.Read(filepath.Join(dir, name), ""); connectors.CodeOf(err) != code {
			t.Errorf("%s: %v, want %s", name, err, code)
		}
	}
}
