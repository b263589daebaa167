package kbo_test

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"clientele/connectors/kbo"
	"clientele/connectors/registry"
)

// filing is a row of activities.
type filing struct {
	firm                    int
	group, class, old, code string
}

// concordanceOf loads a full extract of firms that file activities, and returns what the
// copy shows of codes.
func concordanceOf(t *testing.T, filings []filing) registry.Concordance {
	t.Helper()
	dir, extract := t.TempDir(), t.TempDir()
	extractOf(t, extract, 146, 0)
	write := func(file, text string) {
		f, err := os.OpenFile(filepath.Join(extract, file), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	var enterprises, establishments, activities strings.Builder
	seen := map[int]bool{}
	for _, x := range filings {
		if !seen[x.firm] {
			seen[x.firm] = true
			if x.firm < 20_000_000 {
				fmt.Fprintf(&enterprises, "%q,\"AC\",\"000\",\"2\",\"610\",,01-01-2000\n", plain(x.firm))
			} else {
				fmt.Fprintf(&establishments, "%q,01-01-2000,%q\n", plain(x.firm), plain(filings[0].firm))
			}
		}
		fmt.Fprintf(&activities, "%q,%q,%q,%q,%q\n", plain(x.firm), x.group, x.old, x.code, x.class)
	}
	write("enterprise.csv", enterprises.String())
	write("establishment.csv", establishments.String())
	write("activity.csv", activities.String())
	mustLoadInto(t, dir, extract)
	c, err := kbo.New(nil, place(dir)).Concordance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func place(dir string) kbo.Place {
	return kbo.Place{Path: filepath.Join(dir, "kbo.duckdb"), Temp: filepath.Join(dir, "temp"), Memory: "1GB"}
}

// mustLoadInto takes an extract into a copy, and closes it.
func mustLoadInto(t *testing.T, dir, extract string) {
	t.Helper()
	s, err := kbo.Open(t.Context(), place(dir))
	if err != nil {
		t.Fatal(err)
	}
	mustLoad(t, s, extract)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// What counts as evidence, and what does not.
func TestConcordance(t *testing.T) {
	var filings []filing
	file := func(firm int, group, class string, old, fresh []string) {
		for _, code := range old {
			filings = append(filings, filing{firm, group, class, "2008", code})
		}
		for _, code := range fresh {
			filings = append(filings, filing{firm, group, class, "2025", code})
		}
	}
	one := func(code string) []string { return []string{code} }
	// Three firms go one way, one of them in three places and with the digits of VAT; a
	// fourth splits its vote; a fifth goes another way.
	file(1_000_001, "001", "MAIN", one("6201001"), one("62100"))
	file(1_000_001, "006", "MAIN", one("62010"), one("6210077"))
	file(1_000_001, "003", "SECO", one("62010"), one("62100"))
	file(1_000_002, "003", "MAIN", one("62010"), one("62100"))
	file(1_000_003, "003", "MAIN", one("62010"), one("62100"))
	file(1_000_004, "003", "MAIN", one("62010"), []string{"62100", "62200"})
	file(1_000_005, "003", "MAIN", one("62010"), one("62900"))
	// Of two codes nobody knows which became which, but of one class it is known.
	file(1_000_006, "003", "SECO", []string{"62020", "62021"}, []string{"62200"})
	// Another administration, another classification, another version and nothing beside it
	// are no evidence, nor is an establishment.
	file(1_000_007, "003", "MAIN", one("47111"), nil)
	file(1_000_007, "001", "MAIN", nil, one("47110"))
	file(1_000_007, "003", "SECO", nil, one("47112"))
	filings = append(filings, filing{1_000_007, "003", "MAIN", "2003", "52110"})
	file(20_000_001, "003", "MAIN", one("62010"), one("62900"))
	file(20_000_002, "003", "MAIN", one("62010"), one("62900"))
	want := registry.Concordance{AsOf: "2026-01-03", Conversions: []registry.Conversion{
		{From: "6201", To: "6210", Share: 0.7, Firms: 5},
		{From: "62010", To: "62100", Share: 0.7, Firms: 5},
		{From: "6202", To: "6220", Share: 1, Firms: 1},
	}}
	c := concordanceOf(t, filings)
	if diff := gocmp.Diff(want, c); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if x, ok := c.Of("6201001"); ok {
		t.Errorf("five firms are too few, and give %+v", x)
	}
}

// The counting is that of its definition: whatever firms file, in whatever order.
func TestConcordanceIsOfTheDefinition(t *testing.T) {
	for seed := range 3 {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		var filings []filing
		for firm := range 200 {
			for range 1 + r.IntN(8) {
				filings = append(filings, filing{1_000_000 + firm, fmt.Sprintf("00%d", 1+r.IntN(2)), []string{"MAIN", "SECO"}[r.IntN(2)],
					[]string{"2008", "2025", "2003"}[r.IntN(3)], fmt.Sprintf("0%d", 1100+r.IntN(6)) + []string{"", "0", "1", "10", "103"}[r.IntN(5)]})
			}
		}
		got := concordanceOf(t, filings).Conversions
		if diff := gocmp.Diff(defined(filings), got); diff != "" {
			t.Errorf("seed %d (-definition +counted):\n%s", seed, diff)
		}
	}
}

// defined counts a concordance by its definition, slowly.
func defined(filings []filing) (out []registry.Conversion) {
	type place struct {
		firm         int
		group, class string
	}
	type key struct {
		firm int
		code string
	}
	for _, digits := range []int{4, 5} {
		old, fresh := map[place]map[string]bool{}, map[place]map[string]bool{}
		for _, x := range filings {
			in := map[string]map[place]map[string]bool{"2008": old, "2025": fresh}[x.old]
			if in == nil || len(x.code) < digits {
				continue
			}
			p := place{x.firm, x.group, x.class}
			if in[p] == nil {
				in[p] = map[string]bool{}
			}
			in[p][x.code[:digits]] = true
		}
		beside := map[key]map[string]bool{}
		for p, codes := range old {
			for code := range codes {
				k := key{p.firm, code}
				for f := range fresh[p] {
					if len(codes) == 1 {
						if beside[k] == nil {
							beside[k] = map[string]bool{}
						}
						beside[k][f] = true
					}
				}
			}
		}
		votes, firms := map[string]map[string]float64{}, map[string]int64{}
		for k, codes := range beside {
			firms[k.code]++
			if votes[k.code] == nil {
				votes[k.code] = map[string]float64{}
			}
			for f := range codes {
				votes[k.code][f] += 1 / float64(len(codes))
			}
		}
		for code, of := range votes {
			best := registry.Conversion{From: code, Firms: firms[code]}
			var most float64
			for to, n := range of {
				if n > most+1e-9 || n > most-1e-9 && to < best.To {
					best.To, most = to, n
				}
			}
			best.Share = math.Round(10000*most/float64(firms[code])) / 10000
			out = append(out, best)
		}
	}
	slices.SortFunc(out, func(a, b registry.Conversion) int { return cmp.Compare(a.From, b.From) })
	return out
}

// TestConcordanceOfCodeLists: with the register's own code lists, firms that file each code
// of 2008 beside the one of 2025 with the same words show just these pairs. How many there
// are is what the lists are known to hold.
func TestConcordanceOfCodeLists(t *testing.T) {
	path := os.Getenv("CLIENTELE_KBO_SAMPLE")
	if path == "" {
		path = filepath.Join("..", "..", "..", "shared", "data", "registries", "kbo")
	}
	text, err := os.ReadFile(filepath.Join(path, "code.csv"))
	if err != nil {
		t.Skip("the sample of KBO's open data is not here: ", err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]map[string]string{"Nace2008": {}, "Nace2025": {}} // in French, of codes of five digits
	said := map[string][]string{}                                         // codes of 2025 by their words
	for _, row := range rows {
		if of := words[row[0]]; of != nil && row[2] == "FR" && len(row[1]) == 5 {
			text := strings.ReplaceAll(row[3], "’", "'") // one of the lists has curly ones
			of[row[1]] = text
			if row[0] == "Nace2025" {
				said[text] = append(said[text], row[1])
			}
		}
	}
	var filings []filing
	want := map[string]string{}
	still, same := 0, 0
	for i, code := range sortedKeys(words["Nace2008"]) {
		text := words["Nace2008"][code]
		if other, ok := words["Nace2025"][code]; ok {
			if still++; other == text {
				same++
			}
		}
		if of := said[text]; len(of) == 1 {
			want[code] = of[0]
			filings = append(filings, filing{1_000_000 + i, "003", "MAIN", "2008", code}, filing{1_000_000 + i, "003", "MAIN", "2025", of[0]})
		}
	}
	if n := len(words["Nace2008"]); n != 943 || still != 699 || same != 398 || len(want) != 501 {
		t.Errorf("%d codes of 2008, %d still there, %d with the same words, %d with one code of these words", n, still, same, len(want))
	}
	got := map[string]string{}
	for _, x := range concordanceOf(t, filings).Conversions {
		if len(x.From) == 5 {
			got[x.From] = x.To
			if x.Share != 1 || x.Firms != 1 {
				t.Errorf("%+v", x)
			}
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func sortedKeys(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
