package conform_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"clientele/schemas"
	"clientele/schemas/option"
	"clientele/transforms"
	"clientele/transforms/conform"
)

// given is a delivery and how it is conformed.
type given struct {
	table   string // config entry, also the input table where mapping names no other
	mapping string // YAML
	rows    string // a line of column names, then a line per row, cells between |
	source  conform.Source
	filters []conform.Filter // of the source
	batch   int              // rows per batch, all where it is 0
}

// result is what came of it.
type result struct {
	rows        arrow.Table
	tally       *conform.Tally
	quarantined []conform.Quarantined
	issues      []conform.Issue
	conformer   *conform.Conformer
}

var brussels = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		panic(err)
	}
	return zone
}()

func asOf(day string) transforms.Night {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return transforms.Night{AsOf: at, Zone: brussels, Currency: "EUR"}
}

func parseMapping(t testing.TB, name, yaml string) *conform.Mapping {
	t.Helper()
	m := &conform.Mapping{Name: name}
	doc, findings := option.Open("test.yaml", []byte(yaml), nil)
	if doc != nil {
		findings = append(findings, doc.Parse(m.Spec())...)
	}
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

func cells(line string) []string {
	out := strings.Split(line, "|")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// raw makes rows as a connector reads them. An empty cell is null, and a row of
// which the first cell is "fault" has one.
func raw(text string) arrow.Record {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
	fields := schemas.RawLineage()
	for _, name := range cells(lines[0]) {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	for i, line := range lines[1:] {
		b.Field(0).(*array.Int64Builder).Append(int64(i + 2))
		b.Field(1).AppendNull()
		row := cells(line)
		if row[0] == "fault" {
			b.Field(2).(*array.StringBuilder).Append("ragged: too few fields")
		} else {
			b.Field(2).AppendNull()
		}
		for c := range cells(lines[0]) {
			switch to := b.Field(3 + c).(*array.StringBuilder); {
			case c >= len(row) || row[c] == "":
				to.AppendNull()
			default:
				to.Append(row[c])
			}
		}
	}
	return b.NewRecord()
}

// conformed conforms what is given, for the night of 1 March 2026.
func conformed(t testing.TB, g given) result {
	t.Helper()
	rec := raw(g.rows)
	defer rec.Release()
	r, err := conformRecord(t, g, rec)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func conformRecord(t testing.TB, g given, rec arrow.Record) (result, error) {
	t.Helper()
	s := g.source
	s.Name = "erp"
	if s.Country == "" {
		s.Country = "BE"
	}
	s.Currency, s.Zone = "EUR", brussels
	m := parseMapping(t, g.table, g.mapping)
	night := asOf("2026-03-01")
	sieve, err := conform.NewSieve(s, g.filters, []*conform.Mapping{m}, night, rec.Schema())
	if err != nil {
		return result{}, err
	}
	c, err := conform.New(s, m, night, "d1", rec.Schema())
	if err != nil {
		return result{}, err
	}
	r := result{conformer: c, tally: c.Tally()}
	var batches []arrow.Record
	step := int64(g.batch)
	if step == 0 {
		step = max(rec.NumRows(), 1)
	}
	for from := int64(0); from < rec.NumRows(); from += step {
		part := rec.NewSlice(from, min(from+step, rec.NumRows()))
		var sieved []string
		if sieve != nil {
			if sieved, err = sieve.Apply(part); err != nil {
				return result{}, err
			}
		}
		b, err := c.Conform(part, from, sieved)
		part.Release()
		if err != nil {
			return result{}, err
		}
		batches = append(batches, b.Rows)
		r.quarantined = append(r.quarantined, b.Quarantined...)
		r.issues = append(r.issues, b.Issues...)
	}
	r.rows = array.NewTableFromRecords(c.Schema(), batches)
	if !r.tally.Balanced() {
		t.Errorf("not every row is accounted for: %+v", r.tally)
	}
	return r, nil
}

// lines returns the rows as the text of some columns, null as nothing.
func (r result) lines(columns ...string) []string {
	out := []string{}
	reader := array.NewTableReader(r.rows, 1<<20)
	defer reader.Release()
	for reader.Next() {
		rec := reader.Record()
		for i := range int(rec.NumRows()) {
			row := make([]string, len(columns))
			for c, name := range columns {
				col := rec.Column(rec.Schema().FieldIndices(name)[0])
				if col.IsNull(i) {
					continue
				}
				row[c] = col.ValueStr(i)
				if d, ok := col.(*array.Decimal128); ok {
					row[c] = strings.TrimSuffix(strings.TrimRight(d.Value(i).ToString(schemas.DecimalScale), "0"), ".")
				}
			}
			out = append(out, strings.Join(row, " | "))
		}
	}
	return out
}

// want compares rows, written as a table, in their order.
func (r result) want(t *testing.T, table string) {
	t.Helper()
	lines := slices.DeleteFunc(strings.Split(table, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
	want := []string{}
	for _, l := range lines[1:] {
		want = append(want, strings.Join(cells(l), " | "))
	}
	if diff := cmp.Diff(want, r.lines(cells(lines[0])...)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// fates compares what became of the rows: "read 5 conformed 2 filtered a=1
// quarantined b=2".
func (r result) fates(t *testing.T, want string) {
	t.Helper()
	got := fmt.Sprintf("read %d conformed %d", r.tally.Read, r.tally.Conformed)
	for _, c := range conform.Sorted(r.tally.Filtered) {
		got += fmt.Sprintf(", filtered %s=%d", c.Code, c.Rows)
	}
	for _, c := range conform.Sorted(r.tally.Quarantined) {
		got += fmt.Sprintf(", quarantined %s=%d", c.Code, c.Rows)
	}
	if r.tally.WithoutParty > 0 {
		got += fmt.Sprintf(", without party %d", r.tally.WithoutParty)
	}
	if got != want {
		t.Errorf("fates are %q, want %q", got, want)
	}
}

// faults returns the quarantined rows and issues as "row column code".
func (r result) faults() (quarantined, issues []string) {
	for _, q := range r.quarantined {
		quarantined = append(quarantined, strings.Join(strings.Fields(fmt.Sprint(q.Row, " ", q.Column, " ", q.Code)), " "))
	}
	for _, i := range r.issues {
		issues = append(issues, fmt.Sprint(i.Row, " ", i.Column, " ", i.Code))
	}
	return quarantined, issues
}

func (r result) wantFaults(t *testing.T, quarantined, issues string) {
	t.Helper()
	q, i := r.faults()
	if got := strings.Join(q, ", "); got != quarantined {
		t.Errorf("quarantined are %q, want %q", got, quarantined)
	}
	if got := strings.Join(i, ", "); got != issues {
		t.Errorf("issues are %q, want %q", got, issues)
	}
}
