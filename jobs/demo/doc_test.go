package demo

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the made parts of docs/demo.md")

// The parts of the document that are made from the code.
const (
	beginRates, endRates     = "<!-- rates: made by go test ./jobs/demo -update -->\n", "<!-- end of rates -->\n"
	beginFigures, endFigures = "<!-- figures: made by go test ./jobs/demo -update -->\n", "<!-- end of figures -->\n"
)

func TestDocumentTellsTheRatesAndFigures(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "demo.md")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := between(t, string(content), beginRates, endRates, ratesTable(t))
	want = between(t, want, beginFigures, endFigures, figuresTable(t))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(content)); diff != "" {
		t.Errorf("docs/demo.md is not what the code says; run go test ./jobs/demo -update (-want +got):\n%s", diff)
	}
}

// between replaces what stands between two marks.
func between(t *testing.T, text, begin, end, middle string) string {
	t.Helper()
	head, rest, ok := strings.Cut(text, begin)
	if !ok {
		t.Fatalf("docs/demo.md lacks the mark %q", begin)
	}
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("docs/demo.md lacks the mark %q", end)
	}
	return head + begin + middle + end + tail
}

// ratesTable makes the table of the constants in noise.go: name, value and
// comment, under the comment of their group.
func ratesTable(t *testing.T) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "noise.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			t.Fatal("noise.go holds something else than constants")
		}
		fmt.Fprintf(&out, "\n**%s**\n\n| constant | rate | of |\n|---|---|---|\n", strings.Join(strings.Fields(group.Doc.Text()), " "))
		for _, spec := range group.Specs {
			rate := spec.(*ast.ValueSpec)
			comment := strings.TrimSpace(rate.Comment.Text())
			if comment == "" {
				t.Errorf("%s has no comment", rate.Names[0].Name)
			}
			fmt.Fprintf(&out, "| `%s` | %s | %s |\n", rate.Names[0].Name, rate.Values[0].(*ast.BasicLit).Value, comment)
		}
	}
	return out.String() + "\n"
}

// figuresTable measures a demo of 20,000 customers, and the exact matcher on
// its records.
func figuresTable(t *testing.T) string {
	t.Helper()
	_, truth := generated(t, 20_000, 7)
	precision, recall, f1 := pairwise(typedRecords(t, 20_000))
	var out strings.Builder
	fmt.Fprintf(&out, "\n| with seed 7, as of %s | |\n|---|---|\n", asOf.Format("2006-01-02"))
	fmt.Fprintf(&out, "| true customers | %d: %d organisations, %d sole traders, %d persons |\n", truth.Customers, truth.Kinds["organisation"], truth.Kinds["sole_trader"], truth.Kinds["person"])
	fmt.Fprintf(&out, "| records | %d: %d accounts, %d responses, %d calls, %d list rows |\n", truth.Records, truth.Sources["orders"], truth.Sources["forms"], truth.Sources["survey"], truth.Sources["purchased"])
	fmt.Fprintf(&out, "| enterprises in the register | %d: %d legal persons, of whom %d are in no source |\n", truth.Register.Enterprises, truth.Register.LegalPersons, truth.Register.Strangers)
	fmt.Fprintf(&out, "| true pairs | %d |\n", truth.Pairs)
	fmt.Fprintf(&out, "| exact matcher, pairwise | precision %.3f, recall %.3f, F1 %.3f |\n", precision, recall, f1)
	var folders []string
	rows, files := map[string]int{}, map[string]int{}
	for _, f := range truth.Files {
		name := f.Path
		if strings.Contains(name, "/orders/") || strings.Contains(name, "/forms/") {
			name = filepath.Dir(name) + "/*"
		}
		if files[name] == 0 {
			folders = append(folders, name)
		}
		files[name]++
		rows[name] += f.Rows
	}
	for _, name := range folders {
		fmt.Fprintf(&out, "| rows of `%s` | %d in %d file(s) |\n", name, rows[name], files[name])
	}
	return out.String() + "\n"
}
