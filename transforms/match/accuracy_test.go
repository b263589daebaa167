package match_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"clientele/transforms/match"
	"clientele/transforms/match/records"
)

// dataset is a public file with a known truth, and all that a user would say of
// it.
type dataset struct {
	name   string
	files  []string
	config match.Config // its fields are named after the columns
	truth  func(file int, row map[string]string) string
	pairs  string // a file of true pairs by row, where truth is nil
	floor  float64
	// linked says that the floor is the share of rows of the second file that are
	// linked right, not F1.
	linked bool
}

func fields(kinds ...string) []records.Field {
	var out []records.Field
	for _, k := range kinds {
		name, kind, ok := strings.Cut(k, ":")
		if !ok {
			kind = name
		}
		out = append(out, records.Field{Name: name, Kind: records.Kind(kind)})
	}
	return out
}

var febrl = fields("given_name", "surname:family_name", "street_number:house_number", "address_1:street", "address_2:text", "suburb:town",
	"postcode", "state:region", "date_of_birth:birth_date", "soc_sec_id:identifier")

func febrlTruth(_ int, row map[string]string) string { return strings.Split(row["rec_id"], "-")[1] }

var datasets = []dataset{
	{name: "febrl4", files: []string{"febrl/dataset4a.csv", "febrl/dataset4b.csv"}, config: match.Config{Fields: febrl, LinkOnly: true, OneToOne: true},
		truth: febrlTruth, floor: .999},
	{name: "febrl3", files: []string{"febrl/dataset3.csv"}, config: match.Config{Fields: febrl}, truth: febrlTruth, floor: .996},
	{name: "febrl2", files: []string{"febrl/dataset2.csv"}, config: match.Config{Fields: febrl}, truth: febrlTruth, floor: .99},
	{name: "febrl1", files: []string{"febrl/dataset1.csv"}, config: match.Config{Fields: febrl}, truth: febrlTruth, floor: .99},
	{name: "fake-1000", files: []string{"fake-1000/fake_1000.csv"},
		config: match.Config{Fields: fields("first_name:given_name", "surname:family_name", "dob:birth_date", "city:town", "email")},
		truth:  func(_ int, row map[string]string) string { return row["cluster"] }, floor: .90},
	{name: "chicago-early-childhood", files: []string{"chicago-early-childhood/csv_example_input_with_true_ids.csv"},
		config: match.Config{Fields: fields("Site name:firm_name", "Address:address", "Zip:postcode", "Phone:phone")},
		truth:  func(_ int, row map[string]string) string { return row["True Id"] }, floor: .90},
	{name: "orgs-hard-synthetic", files: []string{"orgs-hard-synthetic/records.csv"},
		config: match.Config{Fields: fields("org_name:firm_name", "street", "city:town", "postcode", "website", "phone")},
		pairs:  "orgs-hard-synthetic/truth.csv", floor: .92},
	{name: "company-names-dnb", files: []string{"company-names-dnb/test_names.csv", "company-names-dnb/adjusted_test_names.csv"},
		config: match.Config{Fields: fields("company_name:firm_name", "country"), LinkOnly: true, OneToOne: true},
		truth:  func(_ int, row map[string]string) string { return row[""] }, floor: .99, linked: true},
}

// TestAccuracy holds the floors of accuracy on public data, without labels.
func TestAccuracy(t *testing.T) {
	dir := cmp.Or(os.Getenv("CLIENTELE_MATCH_DATA"), filepath.Join("..", "..", "..", "shared", "data", "match"))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data in %s: set CLIENTELE_MATCH_DATA", dir)
	}
	t.Logf("%-24s %7s %7s %9s | %6s %6s %6s | %6s %6s %6s | %6s %6s", "data", "records", "true", "compared", "P", "R", "F1", "B³ P", "B³ R", "B³ F1", "found", "floor")
	for _, d := range datasets {
		t.Run(d.name, func(t *testing.T) {
			recs, truth := d.read(t, dir)
			m, err := match.Train(context.Background(), d.config, recs)
			if err != nil {
				t.Fatal(err)
			}
			found, err := match.Match(context.Background(), d.config, recs, m, match.Decisions{})
			if err != nil {
				t.Fatal(err)
			}
			pairwise, bcubed := match.Pairwise(truth, found.Cluster), match.PerRecord(truth, found.Cluster)
			t.Logf("%-24s %7d %7d %9d | %.4f %.4f %.4f | %.4f %.4f %.4f | %.4f %.4f", d.name, recs.Len(), pairwise.TruePairs, found.Compared,
				pairwise.Precision, pairwise.Recall, pairwise.F1, bcubed.Precision, bcubed.Recall, bcubed.F1, found.BlockingRecall(truth), d.floor)
			figure := pairwise.F1
			if d.linked {
				figure = linkedRight(truth, found)
				t.Logf("%-24s rows linked right: %.4f", d.name, figure)
			}
			if figure < d.floor {
				t.Errorf("%s: %.4f is below the floor of %.4f", d.name, figure, d.floor)
			}
		})
	}
}

// linkedRight is the share of records of the second source whose cluster is
// them and their counterpart.
func linkedRight(truth []string, found *match.Matching) float64 {
	members := map[int32][]int32{}
	for i, root := range found.Cluster {
		members[root] = append(members[root], int32(i))
	}
	right, all := 0, 0
	for i := range truth {
		if found.Records.Source(int32(i)) != 1 {
			continue
		}
		all++
		if m := members[found.Cluster[i]]; len(m) == 2 && truth[m[0]] == truth[m[1]] {
			right++
		}
	}
	return float64(right) / float64(all)
}

// read reads the files of a dataset, and the truth in the order of the records.
func (d *dataset) read(t *testing.T, dir string) (*records.Records, []string) {
	t.Helper()
	b, err := records.NewBuilder(d.config.Fields)
	if err != nil {
		t.Fatal(err)
	}
	var truth []string
	for f, name := range d.files {
		for row, values := range readCSV(t, filepath.Join(dir, name)) {
			cells := make([][]string, len(d.config.Fields))
			for i, field := range d.config.Fields {
				v, ok := values[field.Name]
				if !ok {
					t.Fatalf("%s has no column %s", name, field.Name)
				}
				cells[i] = []string{v}
			}
			b.Add(strconv.Itoa(f), fmt.Sprintf("%06d", row), cells)
			if d.truth != nil {
				truth = append(truth, d.truth(f, values))
			} else {
				truth = append(truth, strconv.Itoa(row))
			}
		}
	}
	if d.pairs != "" {
		closure(t, truth, filepath.Join(dir, d.pairs))
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	ordered := make([]string, len(truth))
	for i := range ordered {
		ordered[i] = truth[recs.Input(int32(i))]
	}
	return recs, ordered
}

// closure gives the rows of true pairs one name.
func closure(t *testing.T, truth []string, file string) {
	for _, pair := range readCSV(t, file) {
		a, _ := strconv.Atoi(pair["row_a"])
		b, _ := strconv.Atoi(pair["row_b"])
		from, to := truth[b], truth[a]
		for i := range truth {
			if truth[i] == from {
				truth[i] = to
			}
		}
	}
}

func readCSV(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.LazyQuotes = true
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		values := map[string]string{}
		for c, name := range rows[0] {
			values[name] = strings.TrimSpace(row[c])
		}
		out = append(out, values)
	}
	return out
}
