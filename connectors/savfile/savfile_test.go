package savfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/savtest"
)

func TestConformance(t *testing.T) {
	for packed, large := range map[int32]int{packedNot: 0, packedCodes: 0, packedZlib: 600_000} {
		t.Run(fmt.Sprint("packed ", packed), func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{LargeRows: large, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
				dir := t.TempDir()
				s, err := New(connectors.Project{Dir: dir}, []string{"wave-*.sav"}, defaults())
				if err != nil {
					t.Fatal(err)
				}
				s.Memory = mem
				name := func(n int) string { return filepath.Join(dir, fmt.Sprintf("wave-%d.sav", n)) }
				return connectortest.Place{Source: s,
					Put:    func(n, rows int) { write(t, name(n), sample(rows, packed)) },
					Vanish: func() { os.Remove(name(1)) }}
			}})
		})
	}
}

// TestLarge reads files whose cases are 1 GB and more, in two of the three ways to
// pack them.
func TestLarge(t *testing.T) {
	const rows = 12_000_000
	for name, packing := range map[string]struct {
		packed int32
		bytes  int64
	}{"sav": {packedCodes, 1 << 30}, "zsav": {packedZlib, 64 << 20}} {
		t.Run(name, func(t *testing.T) {
			connectortest.Large{Bytes: packing.bytes, Rows: rows, Resident: 64 << 20,
				Make: func(t testing.TB) string {
					return connectortest.LargeFile(t, "large.sav", func(w io.Writer) { writeSample(w, rows, packing.packed) })
				},
				Source: func(t testing.TB, dir string) connectors.Source {
					s, err := New(connectors.Project{Dir: dir}, []string{"large.sav"}, defaults())
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

// sample is a file of about 100 bytes a case.
func sample(rows int, packed int32) []byte {
	var b bytes.Buffer
	writeSample(&b, rows, packed)
	return b.Bytes()
}

func writeSample(w io.Writer, rows int, packed int32) {
	s := &savtest.File{Packed: packed, Variables: []savtest.Variable{
		{Name: "NR", Format: 5}, {Name: "Q1", Format: 5}, {Name: "DAY", Format: formatEDate}, {Name: "NAME", Width: 30}, {Name: "REMARK", Width: 40},
	}}
	s.Write(w, rows, func(i int) []any {
		return []any{float64(i + 1), float64(i % 5), 13_996_800_000 + 86400*float64(i%365), fmt.Sprintf("Janssens %d, Gent", i), "would rather be called in the evening"}
	})
}

// answers is a file with something of everything, and what it holds.
func answers(order savtest.ByteOrder, packed int32) (*savtest.File, []string) {
	s := &savtest.File{Order: order, Packed: packed}
	long := strings.Repeat("a long story, ", 60) // 840 bytes
	s.Variables = []savtest.Variable{
		{Name: "NR", Format: 5, Label: "Number"},
		{Name: "Q1", Format: 5, Label: "Hoe tevreden bent u?", Missing: []any{98.0, 99.0, -1.0}, Ranged: true},
		{Name: "Q2", Format: 5, Missing: []any{7.0, 8.0}},
		{Name: "CODE", Width: 4, Missing: []any{"zz"}},
		{Name: "STORY", Width: 840},
		{Name: "TOWN", Width: 12, Missing: nil},
		{Name: "DAY", Format: formatADate}, {Name: "AT", Format: formatDateTime}, {Name: "TOOK", Format: formatTime},
	}
	s.Sets = []savtest.Labels{
		{Values: []any{1.0, 2.0, 99.0}, Labels: []string{"Very", "Not at all, and why would I be", "No answer"}, Variables: []int{2, 3}},
		{Values: []any{"a", "zz"}, Labels: []string{"Answered", "Unknown"}, Variables: []int{4}},
	}
	town := slices.Concat(s.Counted("TOWN"), s.Order.AppendUint32(nil, 12), s.Order.AppendUint32(nil, 1), s.Counted("Antwerpen   "), s.Counted("Anvers"))
	none := slices.Concat(s.Counted("TOWN"), []byte{1}, s.Counted("none    "))
	s.Extensions = []savtest.Extension{
		s.Ints(3, 20, 0, 0, 0, 1, 1, 2, 65001),
		savtest.Text(13, "NR=Respondent\tQ1=Satisfied"),
		savtest.Text(14, "STORY=00840\x00\t"),
		savtest.Text(20, "UTF-8"),
		{Kind: 21, Size: 1, Data: town}, {Kind: 22, Size: 1, Data: none}, {Kind: 24, Size: 1, Data: []byte("<xml/>")},
	}
	s.Rows = [][]any{
		{1.0, 1.0, 2.0, "a", long, "Antwerpen", 13_997_059_200.0, 13_997_059_200 + 3661.5, 3661.25},
		{250.5, 98.5, 8.0, "zz", "", "none", nil, nil, 93_600.0},
		{-0.1, -1.0, nil, "Ré", long[:300], "Liège", -86_400.0, -1.0, -60.0},
		{1e15, 3.0, 1.0, "", long[:255], "Gent", 0.0, 0.0, 0.0},
	}
	return s, []string{
		"1|<null>|<null>|1|1|2|a|" + strings.TrimSpace(long) + "|Antwerpen|2026-05-02|2026-05-02 01:01:01.5Z|01:01:01.25",
		"2|<null>|<null>|250.5|<null>|<null>|<null>|<null>|<null>|<null>|<null>|26:00:00",
		"3|<null>|<null>|-0.1|<null>|<null>|Ré|" + strings.TrimSpace(long[:300]) + "|Liège|1582-10-13|1582-10-13 23:59:59Z|-00:01:00",
		"4|<null>|<null>|1e+15|3|1|<null>|" + strings.TrimSpace(long[:255]) + "|Gent|1582-10-14|1582-10-14 00:00:00Z|00:00:00",
	}
}

func TestCases(t *testing.T) {
	for _, order := range []savtest.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, packed := range []int32{packedNot, packedCodes, packedZlib} {
			for _, unknown := range []bool{false, true} {
				s, want := answers(order, packed)
				s.Unknown = unknown
				columns, rows := readAll(t, s.Bytes(), defaults())
				if diff := cmp.Diff("Respondent Satisfied Q2 CODE STORY TOWN DAY AT TOOK", strings.Join(columns, " ")); diff != "" {
					t.Errorf("%v, packed %d: columns (-want +got):\n%s", order, packed, diff)
				}
				if diff := cmp.Diff(want, rows); diff != "" {
					t.Errorf("%v, packed %d (-want +got):\n%s", order, packed, diff)
				}
			}
		}
	}
}

func TestOptions(t *testing.T) {
	s, _ := answers(binary.LittleEndian, packedCodes)
	for _, tt := range []struct {
		name    string
		options func(*Options)
		columns string
		rows    []string // of the columns Q1, Q2, CODE and TOWN and their labels
	}{
		{"texts", func(o *Options) { o.Labels = labelsText }, "Respondent Satisfied Q2 CODE STORY TOWN DAY AT TOOK", []string{
			"Very|Not at all, and why would I be|Answered|Anvers", "<null>|<null>|<null>|<null>", "<null>|<null>|Ré|Liège", "3|Very|<null>|Gent"}},
		{"codes and labels", func(o *Options) { o.Labels = labelsBoth },
			"Respondent Satisfied Satisfied.label Q2 Q2.label CODE CODE.label STORY TOWN TOWN.label DAY AT TOOK", []string{
				"1|Very|2|Not at all, and why would I be|a|Answered|Antwerpen|Anvers", "<null>|<null>|<null>|<null>|<null>|<null>|<null>|<null>",
				"<null>|<null>|<null>|<null>|Ré|<null>|Liège|<null>", "3|<null>|1|Very|<null>|<null>|Gent|<null>"}},
		{"missing values kept", func(o *Options) { o.Missing = missingKeep }, "Respondent Satisfied Q2 CODE STORY TOWN DAY AT TOOK", []string{
			"1|2|a|Antwerpen", "98.5|8|zz|none", "-1|<null>|Ré|Liège", "3|1|<null>|Gent"}},
		{"labels of missing values", func(o *Options) { o.Missing, o.Labels = missingKeep, labelsText }, "Respondent Satisfied Q2 CODE STORY TOWN DAY AT TOOK", []string{
			"Very|Not at all, and why would I be|Answered|Anvers", "98.5|8|Unknown|none", "-1|<null>|Ré|Liège", "3|Very|<null>|Gent"}},
		{"called by labels", func(o *Options) { o.Names = namesLabel }, "Number Hoe tevreden bent u? Q2 CODE STORY TOWN DAY AT TOOK", []string{
			"1|2|a|Antwerpen", "<null>|<null>|<null>|<null>", "<null>|<null>|Ré|Liège", "3|1|<null>|Gent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := defaults()
			tt.options(&o)
			columns, rows := readAll(t, s.Bytes(), o)
			if diff := cmp.Diff(tt.columns, strings.Join(columns, " ")); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			for i, row := range rows {
				fields := strings.Split(row, "|")[3:]
				var kept []string
				for c, column := range columns {
					switch name := strings.TrimSuffix(column, labelsSuffix); name {
					case "Respondent", "Number", "STORY", "DAY", "AT", "TOOK":
					default:
						kept = append(kept, fields[c])
					}
				}
				rows[i] = strings.Join(kept, "|")
			}
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	file := func(extensions ...savtest.Extension) []byte {
		s := &savtest.File{Order: binary.LittleEndian, Variables: []savtest.Variable{{Name: "TOWN", Width: 16, Label: "st\xe4dt"}}, Rows: [][]any{{"K\xf6ln \xa4"}, {"Gent"}}}
		s.Extensions = extensions
		return s.Bytes()
	}
	s := &savtest.File{Order: binary.LittleEndian}
	latin9 := defaults()
	latin9.Encoding = "iso-8859-15"
	for _, tt := range []struct {
		name       string
		extensions []savtest.Extension
		options    Options
		want       string
	}{
		{"none said", nil, defaults(), "<null>|Köln ¤"},
		{"by number", []savtest.Extension{s.Ints(3, 1, 0, 0, 0, 1, 1, 2, 28605)}, defaults(), "<null>|Köln €"},
		{"a number that says nothing", []savtest.Extension{s.Ints(3, 1, 0, 0, 0, 1, 1, 2, 3)}, defaults(), "<null>|Köln ¤"},
		{"by name", []savtest.Extension{savtest.Text(20, "ISO-8859-15"), s.Ints(3, 1, 0, 0, 0, 1, 1, 2, 1252)}, defaults(), "<null>|Köln €"},
		{"by option", []savtest.Extension{savtest.Text(20, "windows-1252")}, latin9, "<null>|Köln €"},
		{"wrongly", []savtest.Extension{savtest.Text(20, "UTF-8")}, defaults(), "undecodable: the variable TOWN is not utf-8|K\uFFFDln \uFFFD"},
	} {
		_, rows := readAll(t, file(tt.extensions...), tt.options)
		if got := strings.SplitN(rows[0], "|", 3)[2]; got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		if got := strings.SplitN(rows[1], "|", 3)[2]; got != "<null>|Gent" {
			t.Errorf("%s: the second case is %s", tt.name, got)
		}
	}
}

func TestBadDate(t *testing.T) {
	s := &savtest.File{Order: binary.LittleEndian, Variables: []savtest.Variable{{Name: "DAY", Format: formatDate}, {Name: "AT", Format: formatDateTime}},
		Rows: [][]any{{1e15, 0.0}, {0.0, -1e15}}}
	_, rows := readAll(t, s.Bytes(), defaults())
	if diff := cmp.Diff([]string{
		"1|<null>|bad_date: the variable DAY has a value that is no date or time|<null>|1582-10-14 00:00:00Z",
		"2|<null>|bad_date: the variable AT has a value that is no date or time|1582-10-14|<null>"}, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReadStat reads files of another writer, with the same content.
func TestReadStat(t *testing.T) {
	o := defaults()
	o.Labels = labelsBoth
	for _, file := range []string{"readstat.sav", "readstat.zsav"} {
		content, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		columns, rows := readAll(t, content, o)
		if got := strings.Join(columns, " "); got != "respondent_number Q1 Q1.label Q2 Q2.label story met_on" {
			t.Errorf("%s: columns %s", file, got)
		}
		want := []string{
			"1|<null>|<null>|1|1|Zeer tevreden|Refused by the firm|Geweigerd|" + strings.Repeat("é", 400) + "|2026-05-01",
			"2|<null>|<null>|2|<null>|<null>|Call back later|<null>|<null>|1899-12-31",
			"3|<null>|<null>|3|<null>|<null>|Wärme für 5 €|<null>|" + strings.Repeat("x", 300) + "|<null>",
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

func TestErrors(t *testing.T) {
	s, _ := answers(binary.LittleEndian, packedCodes)
	good := s.Bytes()
	z, _ := answers(binary.LittleEndian, packedZlib)
	zipped := z.Bytes()
	dictionary := bytes.Index(good, binary.LittleEndian.AppendUint32(nil, 999)) + 8
	changed := func(b []byte, at int, with ...byte) []byte {
		b = slices.Clone(b)
		copy(b[at:], with)
		return b
	}
	huge := []byte{0xff, 0xff, 0xff, 0x7f}
	second := 176 + 32 + 12 // the record of the second variable
	for _, tt := range []struct {
		name    string
		content []byte
		code    string
		says    string
	}{
		{"empty", nil, "empty_file", "is empty"},
		{"another file", []byte("id;name\n1;An\n"), "not_sav", "no data file of SPSS"},
		{"portable", []byte("ASCII SPSS PORT FILE"), "not_sav", "no data file of SPSS"},
		{"cut in its name", good[:3], "truncated", "byte 3"},
		{"cut in the header", good[:100], "truncated", "byte 100"},
		{"cut in the dictionary", good[:300], "truncated", "byte 300"},
		{"cut in a case", good[:len(good)-30], "truncated", "cut off"},
		{"cut between cases", good[:dictionary], "truncated", fmt.Sprint("byte ", dictionary)},
		{"cut in a block", zipped[:dictionary+60], "truncated", "cut off"},
		{"a damaged block", changed(zipped, dictionary+40, 0xff, 0xff, 0xff), "malformed", "damaged"},
		{"blocks elsewhere", changed(zipped, dictionary, 1), "malformed", "compressed cases begin at"},
		{"layout", changed(good, 64, 9), "malformed", "byte 64"},
		{"packing", changed(good, 72, 9), "malformed", "byte 72"},
		{"no such record", changed(good, second, 77), "malformed", fmt.Sprintf("byte %d: no record has the type 77", second)},
		{"width", changed(good, second+4, huge...), "malformed", fmt.Sprintf("byte %d: a variable of width", second)},
		{"a text without its end", changed(good, bytes.Index(good, []byte("CODE    "))-20, 40), "malformed", "does not begin where the one before it ends"},
		{"missing values", changed(good, second+12, 4), "malformed", fmt.Sprintf("byte %d: a variable of width 0 with -252", second)},
		{"a long label", changed(good, second+32, huge...), "malformed", "a length of"},
		{"a label of negative length", changed(good, second+32, 0xfd, 0xff, 0xff, 0xff), "malformed", "a length of -3 bytes"},
		{"a length of labels", changed(good, bytes.Index(good, []byte("Very"))-1, 255), "malformed", "byte"},
		{"a label of no variable", changed(good, bytes.Index(good, []byte("No answer"))+23, huge...), "malformed", "begins no variable"},
		{"an extension that is too long", changed(good, bytes.Index(good, []byte("NR=Respondent"))-4, huge...), "malformed", "a length of"},
		{"a very long text", changed(good, bytes.Index(good, []byte("00840"))+1, '9'), "malformed", "of which parts are missing"},
		{"an encoding", changed(good, bytes.Index(good, []byte("UTF-8")), 'X'), "unknown_encoding", "XTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := drain(t, tt.content, defaults())
			if got := connectors.CodeOf(err); got != tt.code || !strings.Contains(fmt.Sprint(err), tt.says) || !strings.Contains(fmt.Sprint(err), "a.sav") {
				t.Errorf("got the code %q of %v, want %q with %q", got, err, tt.code, tt.says)
			}
		})
	}
	if _, err := New(connectors.Project{}, nil, Options{Encoding: "klingon"}); connectors.CodeOf(err) != "bad_option" {
		t.Errorf("an encoding that there is not: %v", err)
	}
}

// FuzzRead reads whatever bytes. It must end, in rows or in an error with a code.
func FuzzRead(f *testing.F) {
	for _, packed := range []int32{packedNot, packedCodes, packedZlib} {
		s, _ := answers(binary.BigEndian, packed)
		f.Add(s.Bytes())
		s, _ = answers(binary.LittleEndian, packed)
		f.Add(s.Bytes())
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		o := defaults()
		o.Labels = labelsBoth
		rows, err := open(io.NopCloser(bytes.NewReader(content)), "a.sav", o, nil)
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

// drain reads a file to the error that ends it.
func drain(t testing.TB, content []byte, o Options) error {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.sav"), content)
	s, err := New(connectors.Project{Dir: dir}, []string{"a.sav"}, o)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Open(t.Context(), list[0])
	if err != nil {
		return err
	}
	defer r.Close()
	for {
		batch, err := r.Next(t.Context())
		if err != nil {
			return err
		}
		batch.Release()
	}
}

// readAll reads a good file: its own columns, and its rows with those of lineage.
func readAll(t testing.TB, content []byte, o Options) (columns, rows []string) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.sav"), content)
	s, err := New(connectors.Project{Dir: dir}, []string{"a.sav"}, o)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Deliveries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	columns, table := connectortest.Rows(t, s, list[0])
	for _, row := range table {
		rows = append(rows, strings.Join(row, "|"))
	}
	return columns[len(connectors.LineageFields()):], rows
}
