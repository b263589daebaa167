package option

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample is what the tests' spec is bound to.
type sample struct {
	Name, Format, Token, Note string
	On                        bool
	Count                     int
	Ratio                     float64
	Sep                       rune
	Day                       time.Time
	Keep                      Period
	Words                     []string
	Items                     []*item
	Named                     []*item
	Pairs                     []string
	Inner                     item
	InnerSet                  bool
	Later                     Part
	at                        Position
}

type item struct {
	Key, Column, Default string
	Count                int
	at                   Position
}

func (i *item) spec() *Spec {
	s := New("item", "an item")
	s.At(&i.at)
	s.Shorthand(s.String(&i.Column, "column", "", "its column").Required())
	s.String(&i.Default, "default", "none", "its default")
	s.Int(&i.Count, "count", 1, 0, 9, "how many")
	s.Check(func() error {
		if i.Count == 7 {
			return errors.New("seven is too many")
		}
		return nil
	})
	return s
}

func (x *sample) spec() *Spec {
	s := New("sample", "a sample")
	s.At(&x.at)
	s.String(&x.Name, "name", "anon", "its name")
	s.Enum(&x.Format, "format", "csv", []string{"csv", "json", "null"}, "its format")
	s.String(&x.Token, "token", "", "a secret").Secret()
	s.String(&x.Note, "note", "", "later").NotBuilt("it comes")
	s.Bool(&x.On, "on", true, "whether")
	s.Int(&x.Count, "count", 3, 1, 1000, "how many")
	s.Float(&x.Ratio, "ratio", 0.5, 0, 1, "a share")
	s.Rune(&x.Sep, "separator", ';', "a separator")
	s.Date(&x.Day, "day", "a day")
	s.Period(&x.Keep, "keep", "how long")
	s.Strings(&x.Words, "words", "some words")
	s.List("items", "items", func() *Spec { i := &item{}; x.Items = append(x.Items, i); return i.spec() })
	s.Map("named", "items by name", func(key string) *Spec {
		i := &item{Key: key}
		x.Named = append(x.Named, i)
		return i.spec()
	})
	s.Pairs("pairs", "texts by name", func(k, v string) error {
		if v == "bad" {
			return errors.New("can't be bad")
		}
		x.Pairs = append(x.Pairs, k+"="+v)
		return nil
	})
	inner := s.Object("inner", "one item").Present(&x.InnerSet).Spec()
	inner.String(&x.Inner.Column, "column", "c", "its column")
	inner.Int(&x.Inner.Count, "count", 1, 0, 9, "how many").Required()
	s.Later(&x.Later, "later", "object", "read later")
	return s
}

var environment = map[string]string{"PASSWORD": "hunter2", "NAME": "from outside", "EMPTY": "", "TRICK": "a: b"}

func lookup(name string) (string, bool) { v, ok := environment[name]; return v, ok }

func read(text string) (*sample, Findings) {
	x := &sample{}
	doc, findings := Open("c.yaml", []byte(text), lookup)
	if doc != nil {
		findings = append(findings, doc.Parse(x.spec())...)
	}
	return x, findings
}

func TestDefaults(t *testing.T) {
	x, findings := read("name: x")
	if findings != nil {
		t.Fatal(findings)
	}
	if x.Format != "csv" || !x.On || x.Count != 3 || x.Ratio != 0.5 || x.Sep != ';' || !x.Day.IsZero() || !x.Keep.Zero() || x.Words != nil || x.InnerSet || x.Inner.Column != "c" {
		t.Errorf("defaults are %+v", x)
	}
}

func TestValues(t *testing.T) {
	x, findings := read(`
name: "it's ${NAME}, $$5 and ${EMPTY}"
format: null
on: FALSE
count: 1_000
ratio: 1e-2
separator: tab
day: 2026-05-01
keep: 6w
words: [a, "b c", 3]
items:
  - short
  - { column: long, count: 2 }
  - column: block
    default: |
      two
      lines
named:
  first: short
  second: { column: x }
pairs: { "1": one, "2": "${TRICK}" }
inner: { count: 5 }
`)
	if findings != nil {
		t.Fatal(findings.Err(), findings)
	}
	got := fmt.Sprintf("%s|%s|%v|%d|%v|%q|%s|%s|%v|%v|%v %d", x.Name, x.Format, x.On, x.Count, x.Ratio, x.Sep, x.Day.Format(time.DateOnly), x.Keep, x.Words, x.Pairs, x.InnerSet, x.Inner.Count)
	want := `it's from outside, $5 and |null|false|1000|0.01|'\t'|2026-05-01|42d|[a b c 3]|[1=one 2=a: b]|true 5`
	if got != want {
		t.Errorf("values are\n%s, want\n%s", got, want)
	}
	var items []string
	for _, i := range slices.Concat(x.Items, x.Named) {
		items = append(items, fmt.Sprintf("%s:%s:%q:%d@%d:%d", i.Key, i.Column, i.Default, i.Count, i.at.Line, i.at.Column))
	}
	if diff := cmp.Diff([]string{`:short:"none":1@12:5`, `:long:"none":2@13:5`, `:block:"two\nlines\n":1@14:5`, `first:short:"none":1@19:10`, `second:x:"none":1@20:11`}, items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func TestOneTextForAListOfOne(t *testing.T) {
	x, findings := read("words: alone\nitems: { column: x }")
	if findings != nil || !slices.Equal(x.Words, []string{"alone"}) || len(x.Items) != 1 || x.Items[0].Column != "x" {
		t.Errorf("%+v %v", x, findings)
	}
}

func TestMergeKeys(t *testing.T) {
	for name, text := range map[string]string{
		"before":  "named:\n  a: &a { column: a, default: d, count: 2 }\n  b: { <<: *a, count: 3 }",
		"behind":  "named:\n  a: &a { column: a, default: d, count: 2 }\n  b: { count: 3, <<: *a }",
		"several": "named:\n  a: &a { column: a }\n  c: &c { column: x, default: d, count: 9 }\n  b: { <<: [*a, *c], count: 3 }",
		"nested":  "named:\n  a: &a { column: a, default: d }\n  c: &c { <<: *a, default: d, count: 9 }\n  b: { <<: *c, count: 3 }",
	} {
		x, findings := read(text)
		if findings != nil {
			t.Errorf("%s: %v", name, findings)
			continue
		}
		b := x.Named[len(x.Named)-1]
		if b.Key != "b" || b.Column != "a" || b.Default != "d" || b.Count != 3 {
			t.Errorf("%s: b is %+v", name, b)
		}
	}
	x, findings := read("items: &list [one, two]\nwords: &w [a]\nnamed: { x: &short y }\npairs: &p { k: v }\ninner: { count: &n 4, column: *short }\ncount: *n")
	if findings != nil || x.Count != 4 || x.Inner.Column != "y" || len(x.Items) != 2 {
		t.Errorf("aliases: %+v %v", x, findings)
	}
}

func TestFindings(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown with a suggestion", "name: x\ncuont: 3", "c.yaml:2:1: error: no option is called \"cuont\"\n     2 | cuont: 3\n       | ^\n         did you mean \"count\"?"},
		{"unknown in an object", "inner: { count: 1, zzz: 3 }", "c.yaml:1:20: error: no option is called \"zzz\" in inner\n     1 | inner: { count: 1, zzz: 3 }\n       |                    ^\n         known here: column, count"},
		{"missing", "inner: { column: x }", "c.yaml:1:8: error: inner.count is missing: how many\n     1 | inner: { column: x }\n       |        ^"},
		{"missing in a list", "items:\n  - default: x", "c.yaml:2:5: error: items[0].column is missing: its column\n     2 |   - default: x\n       |     ^"},
		{"enum", "format: jsn", "c.yaml:1:9: error: format can't be \"jsn\"\n     1 | format: jsn\n       |         ^\n         did you mean \"json\"?"},
		{"enum without a suggestion", "format: parquet", "c.yaml:1:9: error: format can't be \"parquet\"\n     1 | format: parquet\n       |         ^\n         one of: csv, json, null"},
		{"number", "count: many", "c.yaml:1:8: error: count must be a whole number from 1 to 1000\n     1 | count: many\n       |        ^"},
		{"out of range", "count: 0", "c.yaml:1:8: error: count must be a whole number from 1 to 1000\n     1 | count: 0\n       |        ^"},
		{"share", "ratio: .nan", "c.yaml:1:8: error: ratio must be a number from 0 to 1\n     1 | ratio: .nan\n       |        ^"},
		{"truth", "on: maybe", "c.yaml:1:5: error: on must be true or false\n     1 | on: maybe\n       |     ^"},
		{"character", "separator: ab", "c.yaml:1:12: error: separator must be one character, \"tab\" or \"none\"\n     1 | separator: ab\n       |            ^"},
		{"date", "day: 2026-02-30", "c.yaml:1:6: error: day must be a date like 2026-05-01\n     1 | day: 2026-02-30\n       |      ^"},
		{"period", "keep: 3 years", "c.yaml:1:7: error: keep must be a period like 30d, 6w, 6m or 3y\n     1 | keep: 3 years\n       |       ^"},
		{"list for a text", "name: [a]", "c.yaml:1:7: error: name must be a text\n     1 | name: [a]\n       |       ^"},
		{"nothing for a text", "name:", "c.yaml:1:7: error: name must be a text\n     1 | name:\n       |       ^"},
		{"object for a word", "words: [{ a: b }]", "c.yaml:1:9: error: words[0] must be a text or a list of texts\n     1 | words: [{ a: b }]\n       |         ^"},
		{"text for an object", "inner: x", "c.yaml:1:8: error: inner must be an object of options\n     1 | inner: x\n       |        ^"},
		{"list for names", "named: [a]", "c.yaml:1:8: error: named must be an object of names\n     1 | named: [a]\n       |        ^"},
		{"list for an item", "items: [[a]]", "c.yaml:1:9: error: items[0] must be an object of options\n     1 | items: [[a]]\n       |         ^"},
		{"bad pair", "pairs:\n  a: b\n  c: bad", "c.yaml:3:6: error: pairs.c can't be bad\n     3 |   c: bad\n       |      ^"},
		{"check", "items:\n  - x\n  - { column: a, count: 7 }", "c.yaml:3:5: error: items[1]: seven is too many\n     3 |   - { column: a, count: 7 }\n       |     ^"},
		{"not built", "note: x", "c.yaml:1:1: warning: note is not built yet: it comes\n     1 | note: x\n       | ^"},
		{"unset variable", "name: ${NOWHERE}", "c.yaml:1:7: error: name: the environment variable NOWHERE is not set\n     1 | name: ${NOWHERE}\n       |       ^\n         set it in the environment of the program, or in the file of --env-file"},
		{"no file", "name: ${file:/nowhere}", "c.yaml:1:7: error: name: the file /nowhere can't be read\n     1 | name: ${file:/nowhere}\n       |       ^\n         it must be there, small, and readable by the user that runs the program"},
		{"an answer is not shown", "format: ${PASSWORD}", "c.yaml:1:9: error: format can't be \"(redacted)\"\n     1 | format: ${PASSWORD}\n       |         ^\n         one of: csv, json, null"},
		{"open reference", "name: \"${NAME\"", "c.yaml:1:7: error: name: a ${ is not closed by }\n     1 | name: \"${NAME\"\n       |       ^"},
		{"several", "count: 0\non: 2", "c.yaml:1:8: error: count must be a whole number from 1 to 1000\n     1 | count: 0\n       |        ^\nc.yaml:2:5: error: on must be true or false\n     2 | on: 2\n       |     ^"},
		{"empty", "", "c.yaml: error: the file is empty\n         `clientele init` writes a first config"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, findings := read(c.text)
			var got []string
			for _, f := range findings {
				got = append(got, f.String())
			}
			if diff := cmp.Diff(c.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if failed := findings.Err() != nil; failed != strings.Contains(c.want, "error:") {
				t.Errorf("Err is %v", findings.Err())
			}
		})
	}
}

func TestSyntax(t *testing.T) {
	_, findings := read("name: x\nwords: [a, b\ncount: 3")
	if len(findings) != 1 || findings[0].Code != "syntax" || findings[0].Where.Line < 2 || findings.Err() == nil {
		t.Errorf("findings are %v", findings)
	}
	if _, findings := read("name: x\nname: y"); findings.Err() == nil {
		t.Error("an option may stand twice")
	}
}

// No finding shows a secret, wherever on its line the fault is; a positive
// control first shows that it would be seen.
func TestSecretsStayOutOfFindings(t *testing.T) {
	if _, findings := read("{ name: hunter2, cuont: 1 }"); !strings.Contains(findings.Err().Error(), "hunter2") {
		t.Fatalf("what is no secret is not shown either: %v", findings)
	}
	for _, text := range []string{
		"{ token: hunter2, cuont: 1 }",
		"{ cuont: 1, token: hunter2 }",
		"token: [hunter2]",
		"token: { a: hunter2 }",
		"token: 'hunter2 ${NOWHERE}'",
		"tokne: hunter2",
		"password: hunter2",
		"{ later: { token: hunter2 }, cuont: 1 }",
		"{ later: { auth: { bearer: hunter2 } }, count: x }",
	} {
		_, findings := read(text)
		if findings.Err() == nil {
			t.Errorf("%s: nothing is found", text)
		}
		for _, f := range findings {
			if strings.Contains(f.String(), "hunter2") {
				t.Errorf("%s: the finding tells it: %s", text, f)
			}
		}
	}
	if _, findings := read(`{ later: { delimiter: "," }, cuont: 1 }`); !strings.Contains(findings[0].Line, `"," }, cuont`) {
		t.Errorf("a delimiter blots out its line: %v", findings)
	}
	x := &sample{}
	doc, _ := Open("c.yaml", []byte("{ later: { token: hunter2, cuont: 1 }, name: y }"), nil)
	if findings := doc.Parse(x.spec()); findings != nil {
		t.Fatal(findings)
	}
	findings := x.Later.Parse((&sample{}).spec(), x.at)
	findings = append(findings, doc.Finding(Error, "x", Position{Line: 1}, "later still", ""))
	for _, f := range findings {
		if f.Line == "" || strings.Contains(f.Line, "hunter2") {
			t.Errorf("a part's finding tells it: %s", f)
		}
	}
}

func TestPartThatIsNotThere(t *testing.T) {
	x, _ := read("name: y")
	var i item
	findings := x.Later.Parse(i.spec(), Position{File: "c.yaml", Line: 1, Column: 1})
	if len(findings) != 1 || findings[0].Code != "missing_option" {
		t.Errorf("findings are %v", findings)
	}
}

func TestPeriods(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for _, c := range []struct{ period, from, want string }{
		{"1m", "2026-03-31", "2026-02-28"}, {"1y", "2024-02-29", "2023-02-28"}, {"2w", "2026-03-01", "2026-02-15"},
		{"13m", "2026-01-31", "2024-12-31"}, {"0d", "2026-01-31", "2026-01-31"}, {"400d", "2026-03-01", "2025-01-25"},
	} {
		p, err := ParsePeriod(c.period)
		if err != nil || !p.Before(day(c.from)).Equal(day(c.want)) {
			t.Errorf("%s before %s is %v, %v; want %s", c.period, c.from, p.Before(day(c.from)), err, c.want)
		}
		if again, err := ParsePeriod(p.String()); err != nil || again != p {
			t.Errorf("%s is written as %s", c.period, p)
		}
	}
	for _, bad := range []string{"", "d", "3", "-3d", "3.5y", "3h", "d3"} {
		if p, err := ParsePeriod(bad); err == nil {
			t.Errorf("%q is read as %v", bad, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"name: x", "items: [a, {column: b}]", "named: { a: &a { <<: *a } }", "a: &a [*a]", "pairs: { ? [a] : b }", "<<: 1", "- a", "token: !!binary x",
		"name: |\n  x", "inner: { <<: [*x, {count: 1}] }", "---\n---\n", "name: ${", "{", "\xff", "later: { token: *later }"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x, findings := read(text)
		x.Later.Parse((&sample{}).spec(), x.at)
		for _, finding := range findings {
			_ = finding.String()
		}
	})
}
