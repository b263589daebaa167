package triplesfile

import (
	"bytes"
	"errors"
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
)

// small describes surveys of about 90 bytes a respondent.
const small = `<?xml version="1.0"?><sss version="2.0"><survey><record ident="A"%s>
<variable ident="1" type="character" use="serial"><name>Nr</name><position start="%d" finish="%d"/></variable>
<variable ident="2" type="single"><name>Q1</name><position start="%d"/><values><value code="1">Yes</value><value code="2">No</value></values></variable>
<variable ident="3" type="character"><name>Remark</name><position start="%d" finish="%d"/></variable>
</record></survey></sss>`

// forms are the two in which answers come.
var forms = []form{
	{"fixed", fmt.Sprintf(small, "", 1, 9, 10, 11, 80), ".asc", "%09d%d%-70s\r\n"},
	{"csv", fmt.Sprintf(small, ` format="csv"`, 1, 1, 2, 3, 3), ".csv", "%d,%d,\"%-70s\"\r\n"},
}

type form struct{ name, description, ending, line string }

func (f form) answer(w io.Writer, rows int) {
	for i := range rows {
		fmt.Fprintf(w, f.line, i+1, i%3, "would rather be called in the evening")
	}
}

func TestConformance(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{LargeRows: 700_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
				dir := t.TempDir()
				s, err := New(connectors.Project{Dir: dir}, []string{"wave-*.sss"}, defaults())
				if err != nil {
					t.Fatal(err)
				}
				s.Memory = mem
				name := func(n int, ending string) string { return filepath.Join(dir, fmt.Sprintf("wave-%d%s", n, ending)) }
				put := func(n, rows int) {
					var b bytes.Buffer
					form.answer(&b, rows)
					write(t, name(n, ".sss"), form.description)
					write(t, name(n, form.ending), b.String())
				}
				return connectortest.Place{Source: s, Put: put, Vanish: func() { os.Remove(name(1, ".sss")) }}
			}})
		})
	}
}

func TestLarge(t *testing.T) {
	const rows = 13_200_000
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			connectortest.Large{Bytes: 1 << 30, Rows: rows, Resident: 64 << 20,
				Make: func(t testing.TB) string {
					dir := connectortest.LargeFile(t, "large"+form.ending, func(w io.Writer) { form.answer(w, rows) })
					write(t, filepath.Join(dir, "large.sss"), form.description)
					return dir
				},
				Source: func(t testing.TB, dir string) connectors.Source {
					s, err := New(connectors.Project{Dir: dir}, []string{"large.sss"}, defaults())
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

func write(t testing.TB, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// description is of a survey with all types of variables. The verbs are of the
// version, the record and the variables, in this order.
const description = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE sss PUBLIC "-//triple-s//DTD Survey Interchange v%[1]s//EN" "http://www.triple-s.org/dtd/sss.dtd">
<sss version="%[1]s" languages="en nl" modes="interview analysis">
 <date>1 May 2026</date><origin>a test</origin>
 <survey><name>S1</name><title>Tevredenheid</title>
  <record ident="V"%[2]s>
%[3]s  </record></survey></sss>`

// variables are those of the survey, each with its place in fixed columns and in
// delimited fields.
var variables = []struct {
	head, tail   string
	start, end   int
	startF, endF int
}{
	{`ident="1" type="quantity" use="serial"`, `<name>Serial</name><label>Number</label><values><range from="1" to="99999"/></values>`, 1, 5, 1, 1},
	{`ident="2" type="single"`, `<name>Q1</name><label>How satisfied<br/>are you?<text mode="analysis">Satisfied</text><text xml:lang="nl">Hoe tevreden bent u?</text></label><filter>Q0</filter>
    <values><value code="1">Very</value><value code="02">Not<text xml:lang="nl-BE">Niet &amp; nooit</text></value><value code="99"/></values>`, 6, 7, 2, 2},
	{`ident="3" type="multiple"`, `<name>Q2</name><label>Which?</label><values><value code="1">Shop</value><value code="2">Web; mail</value><value code="9">None</value></values>`, 8, 16, 3, 3},
	{`ident="4" type="multiple"`, `<name>Q3</name><label>Best</label><spread subfields="3" width="2"/><values><value code="1">Price</value><value code="12">Service</value></values>`, 17, 22, 4, 4},
	{`ident="5" type="quantity"`, `<name>Q4</name><label>Spent</label><values><range from="0.00" to="999.99"/><value code="999">Refused</value></values>`, 23, 28, 5, 5},
	{`ident="6" type="character"`, `<name>Town</name><label>Town</label><size>9</size>`, 29, 37, 6, 6},
	{`ident="7" type="logical"`, `<name>Again</name><label>Again?</label>`, 38, 38, 7, 7},
	{`ident="8" type="date"`, `<name>Day</name><label>Day</label>`, 39, 46, 8, 8},
	{`ident="9" type="time"`, `<name>At</name><label>At</label>`, 47, 52, 9, 9},
	{`ident="10" type="single" format="literal"`, `<name>Out</name><label>Outcome</label><values><value code="01">Answered</value><value code="1">Refused</value></values>`, 53, 54, 10, 10},
}

func described(version string, csv bool) string {
	record, b := "", strings.Builder{}
	if csv {
		record = ` format="csv" skip="1"`
	}
	for _, v := range variables {
		start, end := v.start, v.end
		if csv {
			start, end = v.startF, v.endF
		}
		fmt.Fprintf(&b, "   <variable %s>%s<position start=\"%d\" finish=\"%d\"/></variable>\n", v.head, v.tail, start, end)
	}
	return fmt.Sprintf(description, version, record, b.String())
}

const (
	fixedAnswers = "" +
		"0000101100000001  011212.50 Antwerpen12026050109300001\n" +
		"00002 201000000000 1   999  Liège    020260532      1 \n" +
		"\n" +
		"0000399  \n" +
		"00004  000000000000000   7.0Gent      2026050109300099\x1a\n"
	csvAnswers = "Serial,Q1,Q2,Q3,Q4,Town,Again,Day,At,Out\r\n" +
		`1,01,"100000001"," 00112",12.50,Antwerpen,1,20260501,093000,01` + "\r\n" +
		`2,2,"010000000","00 1  ",999,Liège,0,20260532,,1` + "\r\n" +
		`3,99,,,,,,,,` + "\r\n" +
		`4,,"000000000",000000,7.0,Gent,,20260501,093000,99` + "\r\n"
)

// answers are what both say, in codes.
var answers = []string{
	"<null>|00001|1|1;9|1;12|12.50|Antwerpen|true|2026-05-01|09:30:00|01",
	"<null>|00002|2|2|1|999|Liège|false|2026-05-32|<null>|1",
	"<null>|00003|99|<null>|<null>|<null>|<null>|<null>|<null>|<null>|<null>",
	"<null>|00004|<null>|<null>|<null>|7.0|Gent|<null>|2026-05-01|09:30:00|99",
}

func TestAnswers(t *testing.T) {
	for _, version := range versions {
		for _, csv := range []bool{false, true} {
			data, ending, want := fixedAnswers, ".asc", answers
			if csv {
				data, ending = csvAnswers, ".csv"
				want = nil
				for _, row := range answers {
					want = append(want, strings.Replace(row, "0000", "", 1))
				}
			}
			columns, rows := readAll(t, map[string]string{"s.xml": described(version, csv), "s" + ending: data}, defaults())
			if got, want := strings.Join(columns, " "), "Serial Q1 Q2 Q3 Q4 Town Again Day At Out"; got != want {
				t.Errorf("version %s: columns %s, want %s", version, got, want)
			}
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("version %s, delimited %v (-want +got):\n%s", version, csv, diff)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	files := map[string]string{"s.xml": described("2.0", false), "s.ASC": fixedAnswers}
	for _, tt := range []struct {
		name    string
		options func(*Options)
		columns string
		first   string // of the columns after the serial number
		second  string
	}{
		{"texts", func(o *Options) { o.Labels = labelsText }, "Serial|Q1|Q2|Q3|Q4|Town|Again|Day|At|Out",
			"Very|Shop;None|Price;Service|12.50|Antwerpen|true|2026-05-01|09:30:00|Answered", "Not|Web, mail|Price|Refused|Liège|false|2026-05-32|<null>|Refused"},
		{"codes and labels", func(o *Options) { o.Labels = labelsBoth }, "Serial|Q1|Q1.label|Q2|Q2.label|Q3|Q3.label|Q4|Q4.label|Town|Again|Day|At|Out|Out.label",
			"1|Very|1;9|Shop;None|1;12|Price;Service|12.50|<null>|Antwerpen|true|2026-05-01|09:30:00|01|Answered",
			"2|Not|2|Web, mail|1|Price|999|Refused|Liège|false|2026-05-32|<null>|1|Refused"},
		{"questions", func(o *Options) { o.Names = namesLabel }, "Number|Satisfied|Which?|Best|Spent|Town|Again?|Day|At|Outcome",
			"1|1;9|1;12|12.50|Antwerpen|true|2026-05-01|09:30:00|01", "2|2|1|999|Liège|false|2026-05-32|<null>|1"},
		{"a language", func(o *Options) { o.Names, o.Labels, o.Language = namesLabel, labelsText, "nl" }, "Number|Hoe tevreden bent u?|Which?|Best|Spent|Town|Again?|Day|At|Outcome",
			"Very|Shop;None|Price;Service|12.50|Antwerpen|true|2026-05-01|09:30:00|Answered", "Niet & nooit|Web, mail|Price|Refused|Liège|false|2026-05-32|<null>|Refused"},
	} {
		o := defaults()
		tt.options(&o)
		columns, rows := readAll(t, files, o)
		if got := strings.Join(columns, "|"); got != tt.columns {
			t.Errorf("%s: columns %s, want %s", tt.name, got, tt.columns)
		}
		if diff := cmp.Diff([]string{"<null>|00001|" + tt.first, "<null>|00002|" + tt.second}, rows[:2]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestEncodings(t *testing.T) {
	described := func(encoding string) string {
		return `<?xml version="1.0" encoding="` + encoding + `"?><sss version="1.2"><survey><record ident="V">
<variable ident="1" type="character"><name>Town</name><position start="1" finish="5"/></variable>
<variable ident="2" type="single"><name>Q</name><position start="6"/><values><value code="1">J` + "\xe4" + `</value></values></variable></record></survey></sss>`
	}
	o := defaults()
	o.Labels = labelsText
	utf8 := o
	utf8.Encoding = "UTF-8"
	for _, tt := range []struct {
		answers string
		options Options
		want    string
	}{
		{"K\xf6ln 1\n", o, "<null>|Köln|Jä"},
		{"Köln 1\n", utf8, "<null>|Köln|Jä"},
		{"K\xf6ln 1\n", utf8, "undecodable: the line is not UTF-8|K\uFFFDln|Jä"},
	} {
		_, rows := readAll(t, map[string]string{"s.xml": described("ISO-8859-1"), "s.dat": tt.answers}, tt.options)
		if diff := cmp.Diff([]string{tt.want}, rows); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.options, diff)
		}
	}
}

func TestPairs(t *testing.T) {
	described := strings.Replace(described("2.0", false), `<record ident="V"`, `<record ident="V" href="D:\export\other.txt"`, 1)
	_, rows := readAll(t, map[string]string{"s.xml": described, "s.asc": "not this one", "other.txt": fixedAnswers}, defaults())
	if diff := cmp.Diff(answers, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "s.xml"), described)
	write(t, filepath.Join(dir, "other.txt"), fixedAnswers)
	s, err := New(connectors.Project{Dir: dir}, []string{"*.xml"}, defaults())
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "other.txt"), strings.Replace(fixedAnswers, "Gent", "Aalst", 1))
	if _, err := s.Open(t.Context(), before[0]); connectors.CodeOf(err) != "file_changed" {
		t.Errorf("answers that changed since they were listed: %v", err)
	}
	after, err := s.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if before[0].Hash == after[0].Hash || before[0].Name != after[0].Name || !after[0].Named {
		t.Errorf("a correction of the answers is delivered as %+v after %+v", after[0], before[0])
	}
}

func TestErrors(t *testing.T) {
	good := described("2.0", false)
	for _, tt := range []struct {
		name, description, code, says string
	}{
		{"empty", "", "empty_file", "is empty"},
		{"the form before XML", "BEGIN SSS\nVERSION 1.1\n", "not_triples", "not XML"},
		{"other XML", "<?xml version=\"1.0\"?><document/>", "not_triples", "begins with <document>"},
		{"cut", good[:len(good)/2], "truncated", "cut off"},
		{"broken", strings.Replace(good, "</survey>", "</servey>", 1), "malformed", "at byte"},
		{"encoding", strings.Replace(good, "UTF-8", "klingon", 1), "malformed", "no encoding is called"},
		{"version", strings.Replace(good, `version="2.0"`, `version="4.0"`, 1), "unknown_version", `version "4.0"`},
		{"hierarchy", `<sss version="2.0"><hierarchy><level ident="A" href="a.xml"/></hierarchy></sss>`, "hierarchy", "hierarchy of surveys"},
		{"no record", `<sss version="2.0"><survey></survey></sss>`, "malformed", "0 kinds of record"},
		{"two records", `<sss version="2.0"><survey><record/><record/></survey></sss>`, "malformed", "2 kinds of record"},
		{"no variables", `<sss version="2.0"><survey><record/></survey></sss>`, "malformed", "0 variables"},
		{"format", strings.Replace(good, `ident="V"`, `ident="V" format="xml"`, 1), "malformed", `"xml"`},
		{"type", strings.Replace(good, `type="single"`, `type="grid"`, 1), "malformed", `variable 2, of type "grid"`},
		{"position", strings.Replace(good, `start="6"`, `start="9"`, 1), "malformed", "stands from 9 to 7"},
		{"position beyond all lines", strings.Replace(good, `finish="7"`, `finish="77777777"`, 1), "malformed", "stands from 6 to"},
		{"spread", strings.Replace(good, `subfields="3"`, `subfields="-3"`, 1), "malformed", "spread over -3"},
		{"no number", strings.Replace(good, `finish="7"`, `finish="x"`, 1), "malformed", "at byte"},
		{"no answers", good, "missing_data", "no file of its answers"},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "a.sss"), tt.description)
		s, err := New(connectors.Project{Dir: dir}, []string{"a.sss"}, defaults())
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Deliveries(t.Context(), "")
		if connectors.CodeOf(err) != tt.code || !strings.Contains(fmt.Sprint(err), tt.says) || !strings.Contains(fmt.Sprint(err), "a.sss") {
			t.Errorf("%s: got the code %q of %v, want %q with %q", tt.name, connectors.CodeOf(err), err, tt.code, tt.says)
		}
	}
	if _, err := New(connectors.Project{}, nil, Options{Encoding: "klingon"}); connectors.CodeOf(err) != "bad_option" {
		t.Errorf("an encoding that there is not: %v", err)
	}
}

// TestMuchOfLittle reads a description whose variables all take the same long field.
func TestMuchOfLittle(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, `<variable ident="%d" type="character"><name>V%d</name><position start="1" finish="1000000"/></variable>`, i, i)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.sss"), fmt.Sprintf(description, "2.0", "", b.String()))
	write(t, filepath.Join(dir, "a.asc"), strings.Repeat("x", 1_000_000)+"\n")
	s, err := New(connectors.Project{Dir: dir}, []string{"a.sss"}, defaults())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.Open(t.Context(), connectors.Delivery{Name: "a.sss"})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if _, err := rows.Next(t.Context()); connectors.CodeOf(err) != "malformed" {
		t.Errorf("Next = %v, want an error", err)
	}
}

// FuzzSurvey reads whatever description with whatever answers. It must end, in
// rows or in an error with a code.
func FuzzSurvey(f *testing.F) {
	f.Add([]byte(described("2.0", false)), []byte(fixedAnswers))
	f.Add([]byte(described("3.0", true)), []byte(csvAnswers))
	f.Fuzz(func(t *testing.T, description, data []byte) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "a.sss"), string(description))
		write(t, filepath.Join(dir, "a.asc"), string(data))
		o := defaults()
		o.Labels = labelsBoth
		s, err := New(connectors.Project{Dir: dir}, []string{"a.sss"}, o)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.Open(t.Context(), connectors.Delivery{Name: "a.sss"})
		if err == nil {
			defer rows.Close()
		}
		for n := 0; err == nil && n < 20; n++ {
			batch, next := rows.Next(t.Context())
			if err = next; err == nil {
				batch.Release()
			}
		}
		if err != nil && !errors.Is(err, io.EOF) && connectors.CodeOf(err) == "" {
			t.Errorf("an error without a code: %v", err)
		}
	})
}

// readAll reads the survey s.xml among files: its own columns, and its rows from
// the fault on.
func readAll(t testing.TB, files map[string]string, o Options) (columns, rows []string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, name), content)
	}
	s, err := New(connectors.Project{Dir: dir}, []string{"s.xml"}, o)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	columns, table := connectortest.Rows(t, s, list[0])
	for _, row := range table {
		rows = append(rows, strings.Join(row[2:], "|"))
	}
	return columns[len(connectors.LineageFields()):], rows
}
