package demo

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

// generated writes a small demo and returns its folder.
func generated(t *testing.T, customers int, seed uint64) (string, Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := Generate(t.Context(), Options{Dir: dir, Customers: customers, Seed: seed, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

// hashes of all files below the folder.
func hashes(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, dir)] = sha256.Sum256(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameSeedGivesTheSameBytes(t *testing.T) {
	one, truth := generated(t, 400, 1)
	two, again := generated(t, 400, 1)
	other, _ := generated(t, 400, 2)
	if diff := cmp.Diff(truth, again); diff != "" {
		t.Errorf("truth differs (-first +second):\n%s", diff)
	}
	first := hashes(t, one)
	if diff := cmp.Diff(first, hashes(t, two)); diff != "" {
		t.Errorf("files differ (-first +second):\n%s", diff)
	}
	if cmp.Equal(first, hashes(t, other)) {
		t.Error("another seed gave the same files")
	}
}

// orderLines reads all order files.
func orderLines(t *testing.T, dir string) [][]string {
	t.Helper()
	var lines [][]string
	for _, path := range glob(t, dir, "incoming/orders/orders-*.csv") {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := charmap.Windows1252.NewDecoder().Bytes(content)
		if err != nil {
			t.Fatal(err)
		}
		reader := csv.NewReader(strings.NewReader(string(text)))
		reader.Comma, reader.FieldsPerRecord = ';', -1
		rows, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(orderColumns, rows[0]); diff != "" {
			t.Fatalf("%s: header (-want +got):\n%s", filepath.Base(path), diff)
		}
		lines = append(lines, rows[1:]...)
	}
	return lines
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return paths
}

// recordIDs reads the truth: the record ids of each source.
func recordIDs(t *testing.T, dir string) map[string]map[string]bool {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "truth", "records.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]bool{}
	for _, row := range rows[1:] {
		if out[row[0]] == nil {
			out[row[0]] = map[string]bool{}
		}
		if out[row[0]][row[1]] {
			t.Errorf("%s has one of its ids twice", row[0])
		}
		out[row[0]][row[1]] = true
	}
	return out
}

func TestFilesHoldExactlyTheTrueRecords(t *testing.T) {
	dir, truth := generated(t, 3000, 3)
	found := map[string]map[string]bool{"orders": {}, "forms": {}, "survey": {}, "purchased": {}}
	lines := orderLines(t, dir)
	for _, line := range lines {
		if line[0] != Collective {
			found["orders"][line[0]] = true
		}
	}
	responses := readResponses(t, dir)
	for _, r := range responses {
		found["forms"][r.Token] = true
	}
	calls := readSheet(t, filepath.Join(dir, "incoming/survey/survey-2026.xlsx"))[3:]
	for _, row := range calls {
		if len(row) > 0 && row[0] != "" {
			found["survey"][row[0]] = true
		}
	}
	listed := readSheet(t, filepath.Join(dir, "incoming/lists/purchased-2026.xlsx"))[1:]
	for _, row := range listed {
		found["purchased"][row[0]] = true
	}
	if diff := cmp.Diff(recordIDs(t, dir), found); diff != "" {
		t.Errorf("records (-truth +files):\n%s", diff)
	}
	rows := map[string]int{}
	records := 0
	for _, f := range truth.Files {
		rows[strings.Split(f.Path, "/")[1]] += f.Rows
	}
	for _, n := range truth.Sources {
		records += n
	}
	if rows["orders"] != len(lines) || rows["forms"] != len(responses) || rows["survey"] != len(found["survey"]) || rows["lists"] != len(listed) || records != truth.Records {
		t.Errorf("the truth counts %v rows and %d records; the files hold %d order lines, %d responses, %d calls, %d list rows", rows, truth.Records, len(lines), len(responses), len(found["survey"]), len(listed))
	}
	var summary Truth
	content, err := os.ReadFile(filepath.Join(dir, "truth", "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &summary); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(truth, summary); diff != "" {
		t.Errorf("summary (-returned +written):\n%s", diff)
	}
}

func readResponses(t *testing.T, dir string) []response {
	t.Helper()
	var out []response
	for _, path := range glob(t, dir, "incoming/forms/responses-*.ndjson") {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			var r response
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if !r.SubmittedAt.Before(asOf) || r.SubmittedAt.Format("2006-01") != strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "responses-"), ".ndjson") {
				t.Errorf("a response of %s lies in %s", r.SubmittedAt.Format(time.DateOnly), filepath.Base(path))
			}
			out = append(out, r)
		}
	}
	return out
}

func readSheet(t *testing.T, path string) [][]string {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestOrderLinesAreBadAsCounted reads the order files as a careful reader
// would; there are enough customers for every kind of bad row.
func TestOrderLinesAreBadAsCounted(t *testing.T) {
	dir, truth := generated(t, 8000, 3)
	var got BadRows
	credits, collective, free, nothing, first, last := 0, 0, 0, 0, asOf, time.Time{}
	for _, line := range orderLines(t, dir) {
		if len(line) == len(orderColumns)+1 {
			got.Ragged++
			continue
		}
		if len(line) != len(orderColumns) {
			t.Fatalf("a row has %d fields", len(line))
		}
		if strings.ContainsAny(line[1], "\u0081\ufffd") {
			got.Bytes++
		}
		on, err := time.Parse("02/01/2006 15:04", line[13])
		switch {
		case err != nil:
			got.Dates++
		case on.Before(first):
			first = on
		case on.After(last):
			last = on
		}
		if line[17] == "12,5x" {
			got.Numbers++
		}
		if strings.HasPrefix(line[11], "CN") != strings.HasPrefix(line[17], "-") {
			t.Errorf("order %s has quantity %s", line[11][:2], line[17])
		}
		count(&credits, strings.HasPrefix(line[11], "CN"))
		count(&collective, line[0] == Collective)
		count(&free, line[18] == "0,00")
		count(&nothing, line[17] == "0")
	}
	if diff := cmp.Diff(truth.Bad, got); diff != "" {
		t.Errorf("bad rows (-truth +files):\n%s", diff)
	}
	if got.Dates*got.Numbers*got.Ragged*got.Bytes*credits*collective*free*nothing == 0 {
		t.Errorf("some kind of row is missing: %+v, %d credits, %d counter sales, %d samples, %d zeros", got, credits, collective, free, nothing)
	}
	if !last.Before(asOf) || first.Before(asOf.AddDate(-years, 0, 0)) {
		t.Errorf("orders from %v to %v, want three years before %v", first, last, asOf)
	}
}

func count(n *int, is bool) {
	if is {
		*n++
	}
}

func TestSurveyLooksLikeAnExport(t *testing.T) {
	dir, truth := generated(t, 600, 1)
	path := filepath.Join(dir, "incoming/survey/survey-2026.xlsx")
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	merged, err := book.GetMergeCells("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]string{}
	for _, cell := range merged {
		groups[cell.GetStartAxis()+":"+cell.GetEndAxis()] = cell.GetCellValue()
	}
	if diff := cmp.Diff(map[string]string{"A2:E2": "Respondent", "F2:J2": "Address", "K2:Q2": "Answers"}, groups); diff != "" {
		t.Errorf("group row (-want +got):\n%s", diff)
	}
	numbers, texts := 0, 0
	rows := truth.Sources["survey"]
	for row := 4; row < 4+rows; row++ {
		kind, err := book.GetCellType("Sheet1", "D"+strconv.Itoa(row))
		if err != nil {
			t.Fatal(err)
		}
		count(&numbers, kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber)
		count(&texts, kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString)
		serial, err := book.GetCellValue("Sheet1", "K"+strconv.Itoa(row), excelize.Options{RawCellValue: true})
		if err != nil || strings.ContainsAny(serial, "-/: ") {
			t.Errorf("row %d: call date %q is no date serial (%v)", row, serial, err)
		}
	}
	if numbers == 0 || texts == 0 || numbers+texts != rows {
		t.Errorf("%d phones as numbers and %d as texts in %d rows", numbers, texts, rows)
	}
	if header := readSheet(t, path)[2]; header[0] != "Nr" || len(header) != len(surveyColumns) {
		t.Errorf("header row = %q", header)
	}
}

func TestGenerateRefusesWhatItCannotDo(t *testing.T) {
	tests := map[string]Options{
		"no date":     {Dir: t.TempDir(), Customers: 10},
		"negative":    {Dir: t.TempDir(), Customers: -1, AsOf: asOf},
		"too many":    {Dir: t.TempDir(), Customers: mostCustomers + 1, AsOf: asOf},
		"no such dir": {Dir: filepath.Join(os.DevNull, "x"), Customers: 10, AsOf: asOf},
	}
	for name, o := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Generate(t.Context(), o); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestGenerateStopsWhenTold(t *testing.T) {
	for _, stop := range []string{"orders", "forms", "survey", "purchased", "register", "truth"} {
		t.Run(stop, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			progress := func(step string, done, _ int) {
				if step == stop && done == 0 {
					cancel()
				}
			}
			_, err := Generate(ctx, Options{Dir: t.TempDir(), Customers: 50, AsOf: asOf, Progress: progress})
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), stop) {
				t.Errorf("error = %v, want canceled in step %s", err, stop)
			}
		})
	}
}
