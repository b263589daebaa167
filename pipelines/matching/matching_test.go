package matching_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/connectors"
	"clientele/pipelines/matching"
	"clientele/transforms/match/records"
)

// desk is a folder with files.
type desk struct {
	dir  string
	fail func(format string, args ...any)
}

func newDesk(t *testing.T) *desk { return &desk{t.TempDir(), t.Fatalf} }

func (d *desk) path(name string) string { return filepath.Join(d.dir, name) }

func (d *desk) write(name, text string) string {
	if err := os.WriteFile(d.path(name), []byte(text), 0o600); err != nil {
		d.fail("%v", err)
	}
	return d.path(name)
}

// job opens files with a config, or with the one that is proposed where it is "".
func (d *desk) job(config string, paths, against []string) *matching.Job {
	ctx := context.Background()
	files, err := matching.Open(ctx, d.dir, paths, against)
	if err != nil {
		d.fail("open: %v", err)
	}
	if config == "" {
		if config, err = matching.Propose(ctx, files); err != nil {
			d.fail("propose: %v", err)
		}
	}
	c, findings := matching.Parse("match.yaml", config)
	if err := findings.Err(); err != nil {
		d.fail("parse: %v", err)
	}
	if err := files.Bind(c).Err(); err != nil {
		d.fail("bind: %v", err)
	}
	return &matching.Job{Config: c, Files: files}
}

// run matches and writes, and returns the outcome.
func (d *desk) run(j *matching.Job, out string) *matching.Outcome {
	ctx := context.Background()
	o, err := j.Run(ctx)
	if err != nil {
		d.fail("run: %v", err)
	}
	s, err := o.Summary(j.Config, false, d.path(out))
	if err != nil {
		d.fail("summary: %v", err)
	}
	if err := o.Write(ctx, d.path(out), s); err != nil {
		d.fail("write: %v", err)
	}
	return o
}

func (d *desk) read(name string) string {
	text, err := os.ReadFile(d.path(name))
	if err != nil {
		d.fail("%v", err)
	}
	return string(text)
}

const people = "match:\n  id: id\n  fields: { name: person name, town: town }\n"

// A Parquet file of any types is read as the same texts as a CSV file, lists as several
// values.
func TestParquet(t *testing.T) {
	d := newDesk(t)
	mem := memory.DefaultAllocator
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "born", Type: arrow.FixedWidthTypes.Date32, Nullable: true}, {Name: "amount", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "phones", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	b.Field(0).(*array.Int64Builder).AppendValues([]int64{1, 2, 3}, nil)
	b.Field(1).(*array.StringBuilder).AppendValues([]string{"Jan Claes", "", "An Maes"}, []bool{true, false, true})
	b.Field(2).(*array.Date32Builder).AppendValues([]arrow.Date32{0, 0, 365}, []bool{true, false, true})
	b.Field(3).(*array.Float64Builder).AppendValues([]float64{1e9, .5, 0}, []bool{true, true, false})
	list := b.Field(4).(*array.ListBuilder)
	for _, phones := range [][]string{{"0475111111", "0475222222"}, nil, {"0475333333"}} {
		list.Append(true)
		for _, p := range phones {
			list.ValueBuilder().(*array.StringBuilder).Append(p)
		}
	}
	rec := b.NewRecord()
	defer rec.Release()
	f, err := os.Create(d.path("people.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(schema, f, nil, pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(rec), w.Close()); err != nil { // which closes the file
		t.Fatal(err)
	}
	j := d.job("match:\n  id: id\n  country: BE\n  fields: { name: person name, born: birth date, amount: number, phones: phone }\n", []string{d.path("people.parquet")}, nil)
	roster, err := matching.Read(t.Context(), j.Config, j.Files)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range roster.Order() {
		line := roster.Key(i).String()
		for _, c := range roster.Columns {
			for _, v := range c.Of(i) {
				line += " " + c.Values[v]
			}
			line += "|"
		}
		got = append(got, line)
	}
	want := []string{
		"people.parquet:1 jan| claes| 19700101| 1e+09| 32475111111 32475222222|",
		"people.parquet:2||| 0.5||",
		"people.parquet:3 an| maes| 19710101|| 32475333333|",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// Whatever ids and names files hold, and in whatever order they are named: each record
// stands in clusters.csv once, the bytes are the same, and the folder can be read again.
func TestWrittenAndReadAgain(t *testing.T) {
	id := rapid.StringMatching(`[=+'",;: a-c\n0-9-]{1,4}`)
	name := rapid.SampledFrom([]string{"Jan Claes", "Jan Clæs", "An Maes", "Piet", ""})
	town := rapid.SampledFrom([]string{"Gent", "Brussel", "Bruxelles", ""})
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp("", "matching-")
		if err != nil {
			r.Fatal(err)
		}
		defer os.RemoveAll(dir)
		d := &desk{dir, r.Fatalf}
		var paths []string
		total := 0
		for f := range rapid.IntRange(1, 3).Draw(r, "files") {
			ids := rapid.SliceOfNDistinct(id, 0, 6, strings.TrimSpace).Draw(r, "ids")
			text := "id,name,town\n"
			for _, i := range ids {
				text += quote(i) + "," + quote(name.Draw(r, "name")) + "," + quote(town.Draw(r, "town")) + "\n"
			}
			total += len(ids)
			paths = append(paths, d.write(fmt.Sprintf("f%d.csv", f), text))
		}
		o := d.run(d.job(people, paths, nil), "one")
		if o.Records.Len() != total {
			r.Fatalf("%d records of %d", o.Records.Len(), total)
		}
		d.run(d.job(people, rapid.Permutation(paths).Draw(r, "order"), nil), "two")
		for _, file := range []string{"clusters.csv", "pairs.parquet", "model.json", "summary.json"} {
			if d.read("one/"+file) != d.read("two/"+file) {
				r.Fatalf("%s depends on the order of files", file)
			}
		}
		e, err := matching.OpenEarlier(context.Background(), dir, d.path("one"))
		if err != nil {
			r.Fatal(err)
		}
		again, err := e.Load(context.Background())
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(o.Cluster, again.Cluster); diff != "" {
			r.Fatalf("clusters (-found +read):\n%s", diff)
		}
		diff, err := e.Diff(context.Background(), e.Job.Model)
		if err != nil {
			r.Fatal(err)
		}
		if diff.Moved+diff.Merged+diff.Split+len(diff.Pairs) > 0 {
			r.Fatalf("the same model changes %+v", diff)
		}
		for i := range int32(total) {
			if at, err := again.Roster.Lookup(again.Roster.Key(i).String()); err != nil || at != i {
				r.Fatalf("record %v is found at %d, %v", again.Roster.Key(i), at, err)
			}
		}
	})
}

// Files of one side of a link are one source: nobody asked to link them with one
// another, and their ids may be the same.
func TestSides(t *testing.T) {
	d := newDesk(t)
	a, b := d.write("a.csv", "id,name,town\n1,Jan Claes,Gent\n2,An Maes,Aalst\n"), d.write("b.csv", "id,name,town\n1,Jan Claes,Gent\n")
	c := d.write("c.csv", "id,name,town\n1,Jan Claes,Gent\n9,Piet Pot,Ieper\n")
	o := d.run(d.job(people, []string{a, b}, []string{c}), "out")
	if o.Compared != 6 {
		t.Errorf("%d pairs were compared, want those of 3 records with 2", o.Compared)
	}
	want := "file,record_id,cluster_id\na.csv,1,1\na.csv,2,2\nb.csv,1,1\nc.csv,1,1\nc.csv,9,3\n"
	if diff := cmp.Diff(want, d.read("out/clusters.csv")); diff != "" {
		t.Errorf("clusters (-want +got):\n%s", diff)
	}
	x, _ := o.Roster.At(matching.Key{File: "a.csv", ID: "1"})
	y, _ := o.Roster.At(matching.Key{File: "b.csv", ID: "1"})
	if e := o.Explain(x, y); !e.One || len(e.Rules) > 0 || !strings.Contains(strings.Join(e.Reasons, "\n"), "other accepted pairs join them: a.csv:1 and c.csv:1 (") {
		t.Errorf("they are one: %v, by rules %v: %v", e.One, e.Rules, e.Reasons)
	}
}

// What keeps two records apart is said.
func TestWhyNot(t *testing.T) {
	d := newDesk(t)
	text := "id,name,number,town\n"
	for i := range 30 {
		text += fmt.Sprintf("%d,Firma %c%c,,Dorp %d\n", i+10, 'A'+i, 'a'+i%7, i%5)
	}
	text += "1,Bakkerij Peeters bv,0403.019.261,Gent\n2,Bakkerij Peeters bv,0403.170.701,Gent\n3,Bakkerij Peeters bv,,Gent\n"
	o := d.run(d.job("match:\n  id: id\n  country: BE\n  fields: { name: firm name, number: enterprise, town: town }\n", []string{d.write("firms.csv", text)}, nil), "out")
	at := func(id string) int32 {
		i, err := o.Roster.Lookup(id)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	for _, c := range []struct{ a, b, reason string }{
		{"1", "2", "evidence forbids it: number differ"},
		{"1", "10", "the evidence is not enough"},
	} {
		if e := o.Explain(at(c.a), at(c.b)); e.One || !strings.Contains(strings.Join(e.Reasons, "\n"), c.reason) {
			t.Errorf("%s and %s: one %v, %v; want %s", c.a, c.b, e.One, e.Reasons, c.reason)
		}
	}
	if e := o.Explain(at("3"), at("3")); e.Answer != "firms.csv:3 is one record" {
		t.Errorf("one record: %s", e.Answer)
	}
}

// What keeps clusters apart is said, too: a file without duplicates, and people who
// are still to be asked.
func TestWhyClustersStayApart(t *testing.T) {
	d := newDesk(t)
	a, b := "id,name,town\n1,Jan Claes,Gent\n2,Jan Claes,Gent\n", "id,name,town\n9,Jan Claes,Gent\n"
	for i := range 30 {
		a += fmt.Sprintf("%d,P%c%c Q%c%[4]c,Dorp %[1]d\n", i+10, 'a'+i%11, 'a'+i%7, 'a'+i%13)
	}
	paths := []string{d.write("a.csv", a), d.write("b.csv", b)}
	for _, c := range []struct{ option, reason string }{
		{"duplicate_free: [a.csv]", "together their clusters would hold a.csv:2 and a.csv:1, of a file without duplicates"},
		{"accept_above: 0.9999999999", "people are asked, and nothing is merged meanwhile"},
	} {
		o := d.run(d.job(people+"  "+c.option+"\n", paths, nil), "out")
		x, _ := o.Roster.At(matching.Key{File: "a.csv", ID: "2"})
		y, _ := o.Roster.At(matching.Key{File: "b.csv", ID: "9"})
		if e := o.Explain(x, y); e.One || !strings.Contains(strings.Join(e.Reasons, "\n"), c.reason) {
			t.Errorf("%s: one %v, %v; want %s", c.option, e.One, e.Reasons, c.reason)
		}
	}
}

func TestParse(t *testing.T) {
	c, findings := matching.Parse("m.yaml", `match:
  id: [nr, no]
  country: BE
  accept_above: 0.4
  fields:
    Naam: Firm_Name
    phones: { columns: [Tel, GSM], kind: phone, country: NL }
    mail: { column: E-mail, kind: email }
`)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	want := []records.Field{{Name: "Naam", Kind: records.FirmName, Country: "BE"}, {Name: "phones", Kind: records.Phone, Country: "NL"}, {Name: "mail", Kind: records.Email, Country: "BE"}}
	if diff := cmp.Diff(want, c.Match.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"Naam"}, {"Tel", "GSM"}, {"E-mail"}}, [][]string{c.Fields[0].Columns, c.Fields[1].Columns, c.Fields[2].Columns}); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	if c.Match.ReviewAbove != 0.4 {
		t.Errorf("review_above is %g, want no more than accept_above", c.Match.ReviewAbove)
	}
	for text, message := range map[string]string{
		"{}\n":                               "match is missing",
		"match: { fields: {} }\n":            "fields is empty",
		"match: { id: nr }\n":                "match.fields is missing",
		"match: { fields: { a: nmae } }\n":   `can't be "nmae"`,
		"match: { fields: { a: [town] } }\n": "must be an object",
		"match: { fields: { a: { column: x, columns: [y], kind: town } } }\n":    "both column and columns",
		"match: { fields: { a: { columns: [y] } } }\n":                           "kind is missing",
		"match: { fields: { a: town }, country: Belgium }\n":                     "two capitals",
		"match: { fields: { a: town }, accept_above: 1 }\n":                      "no evidence is certain",
		"match: { fields: { birth: birth date }, cannot_link: [brith] }\n":       `did you mean "birth"?`,
		"match: { fields: { a: town, a: town } }\n":                              "",
		"match: { fields: { a: town } }\nwarehouse: {}\n":                        `no option is called "warehouse"`,
		"match:\n  fields:\n    a: town\n   b: town\n":                           "not valid YAML",
		"match: { fields: { a: town }, review_above: 0.9, pair_budget: many }\n": "must be a whole number",
	} {
		c, findings := matching.Parse("m.yaml", text)
		if err := findings.Err(); c != nil || err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%q gives %v, want an error with %q", text, err, message)
		}
	}
}

func TestTruth(t *testing.T) {
	d := newDesk(t)
	a, b := d.write("a.csv", "id,name,town\n1,Jan Claes,Gent\n2,An Maes,Aalst\n3,Jan Claes,Gent\n"), d.write("b.csv", "id,name,town\n1,Jan Claes,Gent\n")
	j := d.job(people, []string{a, b}, nil)
	roster, err := matching.Read(t.Context(), j.Config, j.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text    string
		want    [][]int // records, in the order of files and rows, that belong together
		unknown int
	}{
		{"file,record_id,cluster\na.csv,1,x\na.csv,3,x\nb.csv,1,x\na.csv,2,y\nb.csv,7,y\n", [][]int{{0, 2, 3}, {1}}, 1},
		{"file_a,record_id_a,file_b,record_id_b\nb.csv,1,a.csv,1\na.csv,1,a.csv,3\n", [][]int{{0, 2, 3}, {1}}, 0},
		{"x,y\n2,3\n3,9\n", [][]int{{0}, {1, 2}, {3}}, 1},
		{"id;cluster;note\n2;x;a\n3;x;b\n", [][]int{{1, 2}}, 0},
	} {
		truth, err := matching.ReadTruth(t.Context(), d.dir, d.write("truth.csv", c.text), roster, j.Config)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		groups, place := [][]int{}, map[string]int{}
		for at, i := range roster.Order() {
			of := truth.Of[i]
			if of == "" {
				continue
			}
			if _, ok := place[of]; !ok {
				place[of] = len(groups)
				groups = append(groups, nil)
			}
			groups[place[of]] = append(groups[place[of]], at)
		}
		if diff := cmp.Diff(c.want, groups); diff != "" || truth.Unknown != c.unknown {
			t.Errorf("%q: %d unknown, (-want +got):\n%s", c.text, truth.Unknown, diff)
		}
	}
}

// Evaluation counts what was joined wrongly and what was missed, and names both.
func TestEvaluate(t *testing.T) {
	d := newDesk(t)
	j := d.job(people, []string{d.write("a.csv", "id,name,town\n1,Jan Claes,Gent\n2,Jan Claes,Gent\n3,An Maes,Aalst\n4,Piet Pot,Ieper\n5,Els Van Damme,Brugge\n")}, nil)
	o := d.run(j, "out")
	truth, err := matching.ReadTruth(t.Context(), d.dir, d.write("truth.csv", "id,cluster\n1,a\n2,b\n3,c\n4,c\n"), o.Roster, j.Config)
	if err != nil {
		t.Fatal(err)
	}
	e := o.Evaluate(truth, 5)
	if e.Records != 4 || e.Unjudged != 1 || e.Joined != 1 || e.Missed != 1 || e.Uncompared != 0 || e.Pairwise.F1 != 0 || e.Blocking.Recall != 1 {
		t.Errorf("evaluation: %+v", e)
	}
	var got []string
	for _, m := range e.Worst {
		got = append(got, fmt.Sprintf("%s %s %s", m.What, m.A.ID, m.B.ID))
	}
	if diff := cmp.Diff([]string{"joined 1 2", "missed 3 4"}, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestFilesOfOneName(t *testing.T) {
	d := newDesk(t)
	var paths []string
	for _, dir := range []string{"old", "new"} {
		if err := os.Mkdir(d.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, d.write(dir+"/people.csv", "id,name,town\n1,Jan Claes,Gent\n"))
	}
	o := d.run(d.job(people, paths, nil), "out")
	if o.Roster.Files[0].Name == o.Roster.Files[1].Name {
		t.Errorf("two files are called %s", o.Roster.Files[0].Name)
	}
	e, err := matching.OpenEarlier(t.Context(), d.dir, d.path("out"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Load(t.Context()); err != nil {
		t.Errorf("read again: %v", err)
	}
	if _, err := matching.Open(t.Context(), d.dir, []string{paths[0], paths[0]}, nil); connectors.CodeOf(err) != "file_twice" {
		t.Errorf("a file twice gives %v", err)
	}
}
