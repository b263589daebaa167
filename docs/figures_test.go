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
	if nights := nightsTable(figures); nights != "" {
		replace(t, "scale.md", "nights", nights)
	}
}

// What a night on the embedded warehouse may take on two cores: the ceiling is
// the largest company measured whose first night stays below it.
const (
	ceilingSeconds = 150
	ceilingMiB     = 6 << 10
)

// nightsTable returns the figures of BenchmarkNights, a column per size, and the
// ceiling that follows from them; "" where it did not run.
func nightsTable(figures []figure) string {
	type cell struct {
		size int
		unit string
	}
	values := map[cell]float64{}
	var sizes []int
	var units []string
	for _, f := range figures {
		text, ok := strings.CutPrefix(f.Benchmark, "BenchmarkNights/")
		size, err := strconv.Atoi(text)
		if !ok || err != nil {
			continue
		}
		values[cell{size, f.Unit}] = f.Value
		if !slices.Contains(sizes, size) {
			sizes = append(sizes, size)
		}
		if !slices.Contains(units, f.Unit) {
			units = append(units, f.Unit)
		}
	}
	if len(sizes) == 0 {
		return ""
	}
	slices.Sort(sizes)
	var b strings.Builder
	b.WriteString("| customers |")
	rule := "\n|---|"
	ceiling := 0
	for _, size := range sizes {
		fmt.Fprintf(&b, " %d |", size)
		rule += "---:|"
		if values[cell{size, "first_night_s"}] < ceilingSeconds && values[cell{size, "peak_MiB"}] < ceilingMiB {
			ceiling = size
		}
	}
	b.WriteString(rule + "\n")
	row := func(label, unit, format string) {
		fmt.Fprintf(&b, "| %s |", label)
		for _, size := range sizes {
			fmt.Fprintf(&b, " "+format+" |", values[cell{size, unit}])
		}
		b.WriteByte('\n')
	}
	for _, night := range []string{"first", "second"} {
		for _, part := range parts {
			unit := night + "_" + part
			if !slices.Contains(units, unit+"_s") {
				continue
			}
			row(night+" night: "+strings.ReplaceAll(part, "_", " ")+", s", unit+"_s", "%.1f")
			row(night+" night: "+strings.ReplaceAll(part, "_", " ")+", s of processor time", unit+"_cpu_s", "%.1f")
		}
	}
	row("second night to merge, in times of the first (processor time)", "to_merge_ratio", "%.2f")
	row("peak memory, MiB", "peak_MiB", "%.0f")
	fmt.Fprintf(&b, "\nFirst nights below %d s and %d GiB: up to %d customers.\n", ceilingSeconds, ceilingMiB>>10, ceiling)
	return b.String()
}

// parts are what is measured of a night: the whole, extract to merge, and each
// step.
var parts = []string{"night", "to_merge", "extract", "conform", "load", "match", "merge", "score", "history", "account", "check", "commit", "publish"}

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
