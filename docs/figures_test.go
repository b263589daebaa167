// Package docs holds what keeps the documentation true.
package docs

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
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

// row is a figure as a table shows it.
type row struct{ benchmark, unit, label, format string }

// landed are the figures of docs/sources.md.
var landed = []row{
	{"BenchmarkLand/csv", "MB/s", "CSV, a million rows of 12 columns", "%.0f MB/s"},
	{"BenchmarkLand/csv", "cpu_s", "processor time of that", "%.1f s"},
	{"BenchmarkLand/xlsx", "rows/s", "XLSX, 200,000 rows of 12 columns", "%.0f rows/s"},
	{"BenchmarkLand/xlsx", "cpu_s", "processor time of that", "%.1f s"},
	{"BenchmarkLand/rest", "seconds", "REST, 10,000 pages of 100 rows from a server on the same machine", "%.1f s"},
	{"BenchmarkLand/rest", "cpu_s", "processor time of that, the server's included", "%.1f s"},
}

// kept are the figures of docs/registries.md: of the copy of KBO.
var kept = []row{
	{"BenchmarkExtract/1940000", "full_s", "full extract of the register's size: 1.94 million enterprises, 36 million activities", "%.0f s"},
	{"BenchmarkExtract/1940000", "full_cpu_s", "processor time of that", "%.0f s"},
	{"BenchmarkExtract/1940000", "update_s", "update of a thousand firms", "%.1f s"},
	{"BenchmarkExtract/1940000", "lookup_ms", "one firm by its number", "%.2f ms"},
	{"BenchmarkExtract/1940000", "peak_MiB", "peak memory of all that", "%.0f MiB"},
}

// linked are the figures of docs/registries.md: of firms that are looked for in the copy of KBO.
var linked = []row{
	{"BenchmarkLink", "link_s", "100,000 firms linked to 1.94 million", "%.0f s"},
	{"BenchmarkLink", "link_cpu_s", "processor time of that", "%.0f s"},
	{"BenchmarkLink", "right", "right, of some 90,000 that the register has", "%.0f"},
	{"BenchmarkLink", "missed", "of these, not found", "%.0f"},
	{"BenchmarkLink", "wrong", "wrong, of 100,000", "%.0f"},
}

// rows are the figures that the README's table shows.
var rows = []row{
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
	replace(t, "../README.md", "figures", table(t, figures, rows))
	replace(t, "sources.md", "landed", table(t, figures, landed))
	if slices.ContainsFunc(figures, func(f figure) bool { return f.Benchmark == kept[0].benchmark }) {
		replace(t, "registries.md", "kept", table(t, figures, kept))
	}
	if slices.ContainsFunc(figures, func(f figure) bool { return f.Benchmark == linked[0].benchmark }) {
		replace(t, "registries.md", "linked", table(t, figures, linked))
	}
	if nights := nightsTable(figures); nights != "" {
		replace(t, "scale.md", "nights", nights)
	}
	if dedupes := dedupesTable(figures); dedupes != "" {
		replace(t, "matching.md", "dedupes", dedupes)
	}
	if nights := personsTable(figures); nights != "" {
		replace(t, "matching.md", "persons", nights)
	}
}

// table returns a table of the figures that were measured.
func table(t *testing.T, figures []figure, rows []row) string {
	var b strings.Builder
	b.WriteString("| what | figure |\n|---|---:|\n")
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
		fmt.Fprintf(&b, "| %s | "+r.format+" |\n", r.label, value)
	}
	return b.String()
}

// What a night on the embedded warehouse may take on two cores.
const (
	ceilingSeconds = 150
	ceilingMiB     = 6 << 10
)

// parts are what is measured of a night: the whole, extract to merge, and each
// step.
var parts = []string{"night", "to_merge", "extract", "conform", "load", "match", "merge", "score", "history", "account", "check", "commit", "publish"}

// nightsTable returns the figures of BenchmarkNights, two columns per size, and
// the ceiling that follows from their curve; "" where it did not run.
func nightsTable(figures []figure) string {
	nights, sizes := bySize(figures, "BenchmarkNights/")
	if len(nights) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| s (s of processor time) |")
	rule := "\n|---|"
	for _, size := range sizes {
		fmt.Fprintf(&b, " %d customers, first night | second |", size)
		rule += "---:|---:|"
	}
	b.WriteString(rule + "\n")
	row := func(label string, value func(of map[string]float64, night, suffix string) float64) {
		fmt.Fprintf(&b, "| %s |", label)
		for _, size := range sizes {
			for _, night := range []string{"first_", "second_"} {
				fmt.Fprintf(&b, " %.1f (%.1f) |", value(nights[size], night, "_s"), value(nights[size], night, "_cpu_s"))
			}
		}
		b.WriteByte('\n')
	}
	for _, part := range parts {
		row(strings.ReplaceAll(part, "_", " "), func(of map[string]float64, night, suffix string) float64 { return of[night+part+suffix] })
		if part == "night" {
			row("night but for the publish copy", func(of map[string]float64, night, suffix string) float64 {
				return of[night+"night"+suffix] - of[night+"publish"+suffix]
			})
		}
	}
	for _, size := range sizes {
		fmt.Fprintf(&b, "\n%d customers: to merge, the second night takes %.2f of the first one's processor time; peak memory %.0f MiB.\n", size, nights[size]["to_merge_ratio"], nights[size]["peak_MiB"])
	}
	seconds := ceiling(sizes, ceilingSeconds, func(size int) float64 { return nights[size]["first_night_s"] })
	memory := ceiling(sizes, ceilingMiB, func(size int) float64 { return nights[size]["peak_MiB"] })
	fmt.Fprintf(&b, "\nOn the line through the two largest sizes, a first night stays below %d s up to %d customers, and below %d GiB up to %d.\n", ceilingSeconds, seconds, ceilingMiB>>10, memory)
	return b.String()
}

// dedupesTable returns the figures of BenchmarkDedupe, a row per size, and how their
// processor time grows; "" where it did not run.
func dedupesTable(figures []figure) string {
	of, sizes := bySize(figures, "BenchmarkDedupe/")
	if len(of) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| records | pairs compared | read | train | match | write | all: s (s of processor time) | peak MiB | F1 |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, size := range sizes {
		f := of[size]
		fmt.Fprintf(&b, "| %d | %.0f |", size, f["pairs"])
		for _, step := range []string{"read", "train", "match", "write", "all"} {
			fmt.Fprintf(&b, " %.1f (%.1f) |", f[step+"_s"], f[step+"_cpu_s"])
		}
		fmt.Fprintf(&b, " %.0f | %.3f |\n", f["peak_MiB"], f["F1"])
	}
	for i, size := range sizes[1:] {
		fmt.Fprintf(&b, "\n%.1f times the records, from %d to %d, take %.1f times the processor time.", float64(size)/float64(sizes[i]), sizes[i], size,
			of[size]["all_cpu_s"]/of[sizes[i]]["all_cpu_s"])
	}
	return b.String() + "\n"
}

// personsTable returns the figures of BenchmarkNightOfPersons, a row per size; "" where it did
// not run.
func personsTable(figures []figure) string {
	of, sizes := bySize(figures, "BenchmarkNightOfPersons/")
	if len(of) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| records in the base | changed | matching: s | the first night's: s | peak MiB |\n|---:|---:|---:|---:|---:|\n")
	for _, size := range sizes {
		f := of[size]
		fmt.Fprintf(&b, "| %d | %d | %.1f | %.1f | %.0f |\n", size, size/100, f["changed_s"], f["first_s"], f["peak_MiB"])
	}
	return b.String()
}

// bySize returns the figures of a benchmark that is named by sizes, by these and by
// unit, and the sizes in order.
func bySize(figures []figure, benchmark string) (of map[int]map[string]float64, sizes []int) {
	of = map[int]map[string]float64{}
	for _, f := range figures {
		text, ok := strings.CutPrefix(f.Benchmark, benchmark)
		size, err := strconv.Atoi(text)
		if !ok || err != nil {
			continue
		}
		if of[size] == nil {
			of[size] = map[string]float64{}
		}
		of[size][f.Unit] = f.Value
	}
	return of, slices.Sorted(maps.Keys(of))
}

// ceiling returns the size, in ten thousands, at which the line through the values
// of the two largest sizes reaches a limit. Through one size, it begins at zero.
func ceiling(sizes []int, limit float64, value func(size int) float64) int {
	last := sizes[len(sizes)-1]
	x, y := 0.0, 0.0
	if len(sizes) > 1 {
		x, y = float64(sizes[len(sizes)-2]), value(sizes[len(sizes)-2])
	}
	slope := (value(last) - y) / (float64(last) - x)
	return int((float64(last)+(limit-value(last))/slope)/10_000) * 10_000
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
