// Package docs holds what keeps the documentation true.
package docs

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// figure is one measured number of one benchmark.
type figure struct {
	Benchmark string  `json:"benchmark"`
	Unit      string  `json:"unit"`
	Value     float64 `json:"value"`
}

// rows are the figures that the README's table shows.
var rows = []struct{ benchmark, unit, label, format string }{
	{"BenchmarkOnlineRetailNight", "night_s", "Online Retail, one night of 541,909 lines, csv.gz to published file", "%.1f s"},
	{"BenchmarkOnlineRetailNight", "duckdb_alone_s", "DuckDB alone, `CREATE TABLE AS` of the same file", "%.1f s"},
	{"BenchmarkOnlineRetailNight", "ratio", "the night, in times of that", "%.1f"},
	{"BenchmarkOnlineRetailNight", "peak_MiB", "peak memory of the night", "%.0f MiB"},
	{"BenchmarkConform/parties", "cells/s", "conform of parties, cells a second on one core", "%.1f M"},
	{"BenchmarkConform/orders", "cells/s", "conform of orders", "%.1f M"},
	{"BenchmarkConform/order_lines", "cells/s", "conform of order lines", "%.1f M"},
}

// TestFigures turns the output of `go test -bench`, named by CLIENTELE_BENCH, into
// bench.json beside it and into the table of the README. `make bench` runs it.
func TestFigures(t *testing.T) {
	path := os.Getenv("CLIENTELE_BENCH")
	if path == "" {
		t.Skip("CLIENTELE_BENCH names no benchmark output: `make bench` makes one")
	}
	figures := parse(t, path)
	text, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "bench.json"), append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| what | figure |\n|---|---:|\n")
	for _, r := range rows {
		i := slices.IndexFunc(figures, func(f figure) bool { return f.Benchmark == r.benchmark && f.Unit == r.unit })
		if i < 0 {
			t.Logf("%s did not run: no row for %s", r.benchmark, r.label)
			continue
		}
		value := figures[i].Value
		if r.unit == "cells/s" {
			value /= 1e6
		}
		fmt.Fprintf(&table, "| %s | "+r.format+" |\n", r.label, value)
	}
	replace(t, "../README.md", "figures", table.String())
}

// TestDemo puts the output of `clientele demo`, a file named by CLIENTELE_DEMO, into
// the README. `make bench` runs it.
func TestDemo(t *testing.T) {
	path := os.Getenv("CLIENTELE_DEMO")
	if path == "" {
		t.Skip("CLIENTELE_DEMO names no output of the demo: `make bench` makes one")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "true customers") {
		t.Fatalf("%s is not what the demo prints", path)
	}
	replace(t, "../README.md", "demo", "```\n"+string(text)+"```\n")
}

func parse(t *testing.T, path string) []figure {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []figure
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := words[0]
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		for i := 2; i+1 < len(words); i += 2 {
			v, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				t.Fatalf("%s: %q is no number", name, words[i])
			}
			out = append(out, figure{name, words[i+1], v})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatalf("%s holds no benchmark", path)
	}
	return out
}

// replace puts text between the marks of that name in a page.
func replace(t *testing.T, page, mark, text string) {
	t.Helper()
	old, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+mark+" -->\n", "<!-- /"+mark+" -->"
	head, rest, ok := strings.Cut(string(old), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no marks %s", page, begin)
	}
	if err := os.WriteFile(page, []byte(head+begin+text+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
