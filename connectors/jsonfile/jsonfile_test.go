package jsonfile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/jsonrows"
	"clientele/schemas/option"
)

func TestConformance(t *testing.T) {
	for _, ext := range []string{"json", "ndjson"} {
		t.Run(ext, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{LargeRows: 450_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
				dir := t.TempDir()
				s, err := New(connectors.Project{Dir: dir}, []string{"part-*"}, defaults())
				if err != nil {
					t.Fatal(err)
				}
				s.Memory = mem
				name := func(n int) string { return filepath.Join(dir, fmt.Sprintf("part-%d.%s", n, ext)) }
				return connectortest.Place{Source: s,
					Put:    func(n, rows int) { write(t, name(n), sample(rows, ext == "json")) },
					Vanish: func() { os.Remove(name(1)) }}
			}})
		})
	}
}

func TestLarge(t *testing.T) {
	const rows = 7_500_000
	for _, ext := range []string{"json", "ndjson"} {
		t.Run(ext, func(t *testing.T) {
			connectortest.Large{Bytes: 1 << 30, Rows: rows, Resident: 64 << 20,
				Make: func(t testing.TB) string {
					return connectortest.LargeFile(t, "large."+ext, func(w io.Writer) { writeSample(w, rows, ext == "json") })
				},
				Source: func(t testing.TB, dir string) connectors.Source {
					s, err := New(connectors.Project{Dir: dir}, []string{"large." + ext}, defaults())
					if err != nil {
						t.Fatal(err)
					}
					return s
				}}.Run(t)
		})
	}
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

// sample has about 150 bytes a record.
func sample(rows int, document bool) []byte {
	var b bytes.Buffer
	writeSample(&b, rows, document)
	return b.Bytes()
}

func writeSample(w io.Writer, rows int, document bool) {
	between := "\n"
	if document {
		fmt.Fprint(w, "[")
		between = ",\n"
	}
	for i := range rows {
		if i > 0 {
			fmt.Fprint(w, between)
		}
		fmt.Fprintf(w, `{"id":%d,"customer":{"name":"Janssens \"%d\"","email":"klant%d@example.com","phone":"+3247512%04d"},"amount":%d.50,"tags":["a","b"],"paid":true}`,
			i, i, i, i%10000, i%1000)
	}
	if document {
		fmt.Fprint(w, "]")
	}
}

func sourceOf(t testing.TB, name string, content []byte, o Options) (*Source, connectors.Delivery) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, name), content)
	s, err := New(connectors.Project{Dir: dir}, []string{name}, o)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Deliveries(t.Context(), "")
	if err != nil || len(list) != 1 {
		t.Fatalf("Deliveries = %v, %v", list, err)
	}
	return s, list[0]
}

const typeform = `{"total_items":2,"items":[
 {"token":"t1","hidden":{"campaign":"spring"},"answers":[
  {"field":{"id":"1","ref":"name"},"type":"text","text":"An \u00e9"},
  {"field":{"id":"2","ref":"token"},"type":"choices","choices":{"labels":["x","y"]}},
  {"field":{"id":"3","ref":"score"},"type":"number","number":1.50},
  {"field":{"id":"3","ref":"score"},"type":"number","number":2},
  {"field":{"id":"4","ref":"pay"},"type":"payment","payment":{"amount":"1"}}]},
 {"token":"t2","answers":[{"type":"text","text":"?"},{"field":{"ref":"ok"},"boolean":false}]}],
 "page_count":1}`

func TestRows(t *testing.T) {
	tests := []struct {
		name, text string
		options    func(*Options)
		columns    string
		rows       []string // number, fault and cells
	}{
		{name: "an array", text: "\xEF\xBB\xBF [ {\"a\" : 1.10, \"b\":{\"c\":\"x\", \"d\":null}},\n{\"e\":[1, {\"f\" :2}],\"a\":1E2,\"b\":true} ]",
			columns: "a b.c e b", rows: []string{"1|<null>|1.10|x|<null>|<null>", `2|<null>|1E2|<null>|[1,{"f":2}]|true`}},
		{name: "lines", text: "{\"a\":1}\r\n\r\n{\"a\":2,}\n7\n{\"a\":\"\xff\"}\n{\"b\":\"x\\ud83d\\ude00\\\"\\\\\"}", columns: "a b", rows: []string{
			"1|<null>|1|<null>", "3|malformed: the line is not valid JSON|<null>|<null>", "4|malformed: the record is not an object|<null>|<null>",
			"5|undecodable: the record is not UTF-8|\uFFFD|<null>", "6|<null>|<null>|x😀\"\\"}},
		{name: "one object over several lines", text: "{\n\"a\": 1\n}\n{\n\"a\": 2}", columns: "a", rows: []string{"1|<null>|1", "2|<null>|2"}},
		{name: "equal names and empty texts", text: `[{"a":1,"a":2,"b":""}]`, columns: "a b", rows: []string{"1|<null>|2|<null>"}},
		{name: "no records", text: "[]", columns: ""},
		{name: "records and pivot", text: typeform, options: func(o *Options) { o.Records, o.Pivot.At = "items", "answers" },
			columns: "token hidden.campaign name token_2 score pay ok", rows: []string{
				"1|<null>|t1|spring|An é|x;y|1.50;2|<null>|<null>", "2|unkeyed: element 1 of answers has no field.ref|t2|<null>|<null>|<null>|<null>|<null>|false"}},
		{name: "explode", text: `[{"id":1,"o":{"lines":[{"sku":"a"},{"sku":"b","n":2},7]},"z":0},{"id":2,"o":{"lines":[]}},{"id":3}]`,
			options: func(o *Options) { o.Explode = "o.lines" }, columns: "id z o.lines.sku o.lines.n o.lines", rows: []string{
				"1|<null>|1|0|a|<null>|<null>", "2|<null>|1|0|b|2|<null>", "3|<null>|1|0|<null>|<null>|7",
				"4|<null>|2|<null>|<null>|<null>|<null>", "5|<null>|3|<null>|<null>|<null>|<null>"}},
		{name: "given columns", text: `[{"a":1,"b":2,"c":3}]`, options: func(o *Options) { o.Columns = []string{"c", "d", "a"} },
			columns: "c d a", rows: []string{"1|<null>|3|<null>|1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := defaults()
			if tt.options != nil {
				tt.options(&o)
			}
			s, d := sourceOf(t, "in.json", []byte(tt.text), o)
			columns, table := connectortest.Rows(t, s, d)
			if diff := cmp.Diff(tt.columns, strings.Join(columns[3:], " ")); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			var got []string
			for _, row := range table {
				got = append(got, row[0]+"|"+strings.Join(row[2:], "|"))
			}
			if diff := cmp.Diff(tt.rows, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(sample(5000, true))
	w.Close()
	wide := bytes.NewBufferString("[{")
	for i := range jsonrows.MaxColumns + 1 {
		fmt.Fprintf(wide, `"c%d":1,`, i)
	}
	wide.WriteString(`"z":1}]`)
	tests := []struct {
		name    string
		content string
		records string
		code    string
		says    string
	}{
		{"empty", " \n", "", "empty_file", ""},
		{"malformed", `[{"a":1},{"secret":x}]`, "", "malformed", "after byte"},
		{"cut off", `[{"a":1},`, "", "malformed", "ends in the middle"},
		{"cut off behind the records", `{"items":[{"a":1}],`, "items", "malformed", "ends in the middle"},
		{"goes on", `[{"a":1}] 7`, "", "malformed", "goes on"},
		{"no such path", `{"data":{"rows":[]}}`, "data.items", "missing_records", "data.items is not there"},
		{"no array", `{"data":{"items":{}}}`, "data.items", "missing_records", "data.items is not an array"},
		{"no object", `{"data":[]}`, "data.items", "missing_records", "data is not an object"},
		{"too many columns", wide.String(), "", "too_many_columns", ""},
		{"cut-off gzip", packed.String()[:packed.Len()/2], "", "truncated", ""},
		{"endless record", `[{"a":"` + strings.Repeat("x", maxRecord+1<<20) + `"}]`, "", "record_too_long", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := defaults()
			o.Records = tt.records
			s, d := sourceOf(t, "in.json", []byte(tt.content), o)
			_, err := connectortest.Drain(t, s, d)
			if connectors.CodeOf(err) != tt.code || !strings.Contains(err.Error(), "in.json") || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v (code %q), want the code %q, the file's name and %q", err, connectors.CodeOf(err), tt.code, tt.says)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v quotes the file", err)
			}
		})
	}
}

func TestLongLines(t *testing.T) {
	text := `{"a":"` + strings.Repeat("x", maxRecord) + "\"}\n{\"a\":\"" + strings.Repeat("y", 1<<20) + "\"}\n{\"a\":1}"
	o := defaults()
	o.Format = formatNDJSON
	s, d := sourceOf(t, "in.ndjson", []byte(text), o)
	_, table := connectortest.Rows(t, s, d)
	if len(table) != 3 || !strings.HasPrefix(table[0][2], "malformed: the line is longer") || len(table[1][3]) != 1<<20 || table[2][3] != "1" {
		t.Errorf("got %d rows with other faults or values than expected", len(table))
	}
}

func TestOptions(t *testing.T) {
	var o Options
	doc, findings := option.Open("c.yaml", []byte("records: data.items\npivot: { at: answers, key: id, value: [v] }\n"), nil)
	findings = append(findings, doc.Parse(o.Spec())...)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	want := Options{Format: formatAuto, Records: "data.items", Shape: jsonrows.Shape{Pivot: jsonrows.Pivot{At: "answers", Key: "id", Value: []string{"v"}}}}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	o.Format = formatNDJSON
	if _, err := New(connectors.Project{}, nil, o); connectors.KindOf(err) != connectors.KindConfig {
		t.Errorf("New with records in lines: %v, want an error of the config", err)
	}
}

func BenchmarkRows(b *testing.B) {
	for _, document := range []bool{false, true} {
		for _, columns := range [][]string{nil, {"id", "customer.name", "customer.email", "customer.phone", "amount", "tags", "paid"}} {
			b.Run(fmt.Sprintf("document=%v/columns=%d", document, len(columns)), func(b *testing.B) {
				content := sample(100_000, document)
				o := defaults()
				o.Columns = columns
				s, d := sourceOf(b, "in.json", content, o)
				b.SetBytes(int64(len(content)))
				for b.Loop() {
					if _, err := connectortest.Drain(b, s, d); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func TestNoLinesAreNoRecords(t *testing.T) {
	o := defaults()
	o.Format, o.Columns = formatNDJSON, []string{"id"}
	s, d := sourceOf(t, "in.ndjson", []byte(" \n"), o)
	if _, table := connectortest.Rows(t, s, d); len(table) != 0 {
		t.Errorf("got %d rows of a file without lines", len(table))
	}
}
