package csvfile

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
	"clientele/schemas/option"
)

func TestConformance(t *testing.T) {
	connectortest.Run(t, connectortest.Harness{LargeRows: 700_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
		dir := t.TempDir()
		s, err := New(connectors.Project{Dir: dir}, []string{"part-*.csv"}, defaults())
		if err != nil {
			t.Fatal(err)
		}
		s.Memory = mem
		name := func(n int) string { return filepath.Join(dir, fmt.Sprintf("part-%d.csv", n)) }
		return connectortest.Place{Source: s,
			Put:    func(n, rows int) { write(t, name(n), sample(rows)) },
			Vanish: func() { os.Remove(name(1)) }}
	}})
}

func TestLarge(t *testing.T) {
	const rows = 11_000_000
	connectortest.Large{Bytes: 1 << 30, Rows: rows, Resident: 64 << 20,
		Make: func(t testing.TB) string {
			return connectortest.LargeFile(t, "large.csv", func(w io.Writer) { writeSample(w, rows) })
		},
		Source: func(t testing.TB, dir string) connectors.Source {
			s, err := New(connectors.Project{Dir: dir}, []string{"large.csv"}, defaults())
			if err != nil {
				t.Fatal(err)
			}
			return s
		}}.Run(t)
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

// sample is a file of orders of about 95 bytes a row, some of them quoted.
func sample(rows int) []byte {
	var b bytes.Buffer
	writeSample(&b, rows)
	return b.Bytes()
}

func writeSample(w io.Writer, rows int) {
	fmt.Fprintln(w, "id,name,email,phone,street,postcode,city,amount,ordered_at,note")
	for i := range rows {
		fmt.Fprintf(w, "%d,\"Janssens, %d\",klant%d@example.com,+3247512%04d,Kerkstraat %d,%d,Gent,%d.%02d,2026-05-01 10:00:00,\n",
			i, i, i, i%10000, i%300, 1000+i%9000, i%1000, i%100)
	}
}

func TestRows(t *testing.T) {
	tests := []struct {
		name, text string
		options    func(*Options)
		columns    string
		rows       []string // line, fault and fields
	}{
		{name: "quotes, line ends and blanks", text: "a,b,c\r\n1,\"x, y\",\"say \"\"hi\"\"\"\r\n\r\n2,\"two\r\nlines\",4\" pipe\r\n3, \"kept\" ,\"dropped\" ",
			columns: "a b c", rows: []string{
				`2|<null>|1|x, y|say "hi"`, "4|<null>|2|two\r\nlines|4\" pipe", `6|<null>|3| "kept" |dropped`}},
		{name: "lone CR", text: "a,b\r1,\"x\ny\"\r2,z\r", columns: "a b", rows: []string{"2|<null>|1|x\ny", "4|<null>|2|z"}},
		{name: "a CR within a line that ends in LF", text: "a,b\n1,x\ry\n", columns: "a b", rows: []string{"2|<null>|1|x\ry"}},
		{name: "ragged", text: "a,b,c\n1,2\n1,2,3,4\n1,2,3\n", columns: "a b c", rows: []string{
			"2|ragged: 2 fields, the header has 3|1|2|<null>", "3|ragged: 4 fields, the header has 3|1|2|3", "4|<null>|1|2|3"}},
		{name: "an open quote ends with its line", text: "a,b\n1,\"x\n2,y\n3,z\n", columns: "a b", rows: []string{
			"2|" + faultUnclosed + "|1|x", "3|<null>|2|y", "4|<null>|3|z"}},
		{name: "an open quote on the last line", text: "a,b\n1,\"x", columns: "a b", rows: []string{"2|" + faultUnclosed + "|1|x"}},
		{name: "text behind a quote", text: "a,b\n\"x\"y,z\n", columns: "a b", rows: []string{"2|" + faultStray + "|xy|z"}},
		{name: "names of columns", text: "a,,a,a_2, b\u00a0\n1,2,3,4,5\n", columns: "a column_2 a_3 a_2 b", rows: []string{"2|<null>|1|2|3|4|5"}},
		{name: "warnings of Flamingo", options: func(o *Options) { o.Variant = variantFlamingo },
			text: "\"your-name\",\"your-tel\",\"Date\"\r\n" +
				"\"An (of Gent)\",\"(Security Alert: Suspicious content is detected. See https://contactform7.com/heads-up-about-spreadsheet-vulnerabilities for details.) +32 9 123\",\"2026-05-01T09:30:00+02:00\"\r\n" +
				"\"(Bo) +1\",\"(Waarschuwing: zie https://contactform7.com/nl/heads-up-about-spreadsheet-vulnerabilities.) -5\",\"\"",
			columns: "your-name your-tel Date", rows: []string{"2|<null>|An (of Gent)|+32 9 123|2026-05-01T09:30:00+02:00", "3|<null>|(Bo) +1|-5|<null>"}},
		{name: "undecodable", text: "a,b\n1,caf\xe9\n", columns: "a b", rows: []string{
			"2|undecodable: field 2 is not utf-8; the file may be windows-1252|1|caf\uFFFD"}},
		{name: "windows-1252", text: "a,b\n\x80,caf\xe9\n1,\x81\n", options: func(o *Options) { o.Encoding = encoding1252 }, columns: "a b",
			rows: []string{"2|<null>|€|café", "3|undecodable: field 2 is not windows-1252|1|\uFFFD"}},
		{name: "a mark of UTF-8 goes before the option", text: "\xEF\xBB\xBFa,b\n1,é\n", options: func(o *Options) { o.Encoding = encoding1252 },
			columns: "a b", rows: []string{"2|<null>|1|é"}},
		{name: "UTF-16", text: "\xFF\xFEa\x00,\x00b\x00\n\x001\x00,\x00\xe9\x00\n\x00", columns: "a b", rows: []string{"2|<null>|1|é"}},
		{name: "no header", text: "1;x\n2;y\n", options: func(o *Options) { o.Header, o.Delimiter = 0, ';' },
			columns: "column_1 column_2", rows: []string{"1|<null>|1|x", "2|<null>|2|y"}},
		{name: "a header further down", text: "Export \"of\nMay\n\na,b\n1,2\n", options: func(o *Options) { o.SkipRows, o.Header = 1, 3 },
			columns: "a b", rows: []string{"5|<null>|1|2"}},
		{name: "given names, comments and nulls", text: "x,y\n#\"1,2\n1,NULL\n", options: func(o *Options) {
			o.Columns, o.Comment, o.Null = []string{"id", "name"}, '#', []string{"NULL"}
		}, columns: "id name", rows: []string{"3|<null>|1|<null>"}},
		{name: "only a header", text: "a,b\n", columns: "a b"},
		{name: "without quoting", text: "a,b\n\"1,2\"\n", options: func(o *Options) { o.Quote = 0 }, columns: "a b", rows: []string{`2|<null>|"1|2"`}},
		{name: "too long", text: "a,b\n1," + strings.Repeat("x", 3<<20) + "\n2,y\n", columns: "a b",
			rows: []string{"2|" + faultTooLong + "|1|" + strings.Repeat("x", maxRecord-2), "3|<null>|2|y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := defaults()
			if tt.options != nil {
				tt.options(&o)
			}
			s, d := sourceOf(t, "in.csv", []byte(tt.text), o)
			columns, table := connectortest.Rows(t, s, d)
			if diff := cmp.Diff("_row _part _fault "+tt.columns, strings.Join(columns, " ")); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			var got []string
			for _, row := range table {
				got = append(got, row[0]+"|"+strings.Join(row[2:], "|"))
			}
			if diff := cmp.Diff(tt.rows, got); diff != "" {
				t.Errorf("rows (-want +got):\n%.2000s", diff)
			}
		})
	}
}

// sourceOf returns a source of one file and its delivery.
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

func gzipped(b []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(b)
	w.Close()
	return packed.Bytes()
}

func TestErrors(t *testing.T) {
	packed := gzipped(sample(5000))
	corrupt := bytes.Clone(packed)
	corrupt[len(corrupt)-6] ^= 1
	tests := []struct {
		name, file string
		content    []byte
		code       string
	}{
		{"empty", "in.csv", nil, "empty_file"},
		{"only a mark", "in.csv", []byte("\xEF\xBB\xBF"), "empty_file"},
		{"wrong delimiter", "in.csv", []byte("id;name;email\n1;x;y\n"), "wrong_delimiter"},
		{"undecodable header", "in.csv", []byte("id,pr\xe9nom\n"), "broken_header"},
		{"cut-off gzip", "in.csv.gz", packed[:len(packed)/2], "truncated"},
		{"corrupt gzip", "in.csv.gz", corrupt, "corrupt_gzip"},
		{"not gzip", "in.csv.gz", []byte("a,b\n"), "corrupt_gzip"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, d := sourceOf(t, tt.file, tt.content, defaults())
			_, err := connectortest.Drain(t, s, d)
			if got := connectors.CodeOf(err); got != tt.code || !strings.Contains(err.Error(), tt.file) {
				t.Errorf("got %v (code %q), want the code %q and the file's name", err, got, tt.code)
			}
		})
	}
}

func TestGzip(t *testing.T) {
	s, d := sourceOf(t, "in.csv.gz", gzipped([]byte("a,b\n1,2\n")), defaults())
	if _, table := connectortest.Rows(t, s, d); len(table) != 1 || table[0][4] != "2" {
		t.Errorf("got %v", table)
	}
}

func TestOptions(t *testing.T) {
	var o Options
	doc, findings := option.Open("c.yaml", []byte("delimiter: tab\nheader: 3\nencoding: windows-1252\ndecimal: \",\"\nthousands: \".\"\nnull: [NA]\n"), nil)
	findings = append(findings, doc.Parse(o.Spec())...)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	want := Options{Delimiter: '\t', Quote: '"', Header: 3, Encoding: encoding1252, Decimal: ',', Thousands: '.', Null: []string{"NA"}}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
	o.Quote = o.Delimiter
	if _, err := New(connectors.Project{}, nil, o); connectors.KindOf(err) != connectors.KindConfig {
		t.Errorf("New with equal delimiter and quote: %v, want an error of the config", err)
	}
}

func BenchmarkRows(b *testing.B) {
	content := sample(300_000)
	s, d := sourceOf(b, "in.csv", content, defaults())
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, err := connectortest.Drain(b, s, d); err != nil {
			b.Fatal(err)
		}
	}
}
