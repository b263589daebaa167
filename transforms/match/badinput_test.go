package match_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"clientele/transforms/match"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
)

// rows builds records of one source.
func rows(t *testing.T, f []records.Field, cells ...[]string) *records.Records {
	t.Helper()
	b, err := records.NewBuilder(f)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range cells {
		values := make([][]string, len(row))
		for c := range row {
			values[c] = row[c : c+1]
		}
		b.Add("file", strconv.Itoa(i), values)
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

func dedupe(t *testing.T, cfg match.Config, recs *records.Records) *match.Matching {
	t.Helper()
	m, err := match.Train(context.Background(), cfg, recs)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, cfg, recs, m, match.Decisions{})
}

func TestPoorFiles(t *testing.T) {
	cfg := match.Config{Fields: fields("name:person_name", "phone", "town")}
	same := []string{"Jan Claes", "+32475123456", "Gent"}
	null := []string{"", "unknown", ""}
	for _, c := range []struct {
		name     string
		cells    [][]string
		clusters int
	}{
		{"no record", nil, 0},
		{"one record", [][]string{same}, 1},
		{"one empty record", [][]string{null}, 1},
		{"all empty", [][]string{null, null, null, null}, 4},
		{"two equal", [][]string{same, same}, 1},
		{"two that share nothing", [][]string{same, {"Piet Maes", "+32479999999", "Luik"}}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := dedupe(t, cfg, rows(t, cfg.Fields, c.cells...))
			if n := match.Distinct(found.Cluster); n != c.clusters {
				t.Errorf("%d clusters, want %d", n, c.clusters)
			}
		})
	}
}

// Many records that share one number are compared in bounded time, and not joined by
// it.
func TestSharedPhone(t *testing.T) {
	n := 20_000
	dice := rand.New(rand.NewPCG(1, 9))
	cells := make([][]string, n)
	for i := range cells {
		cells[i] = []string{letters(dice) + " " + letters(dice), "02 555 12 12"}
	}
	cfg := match.Config{Fields: fields("name:person_name", "phone")}
	cfg.Fields[1].Country = "BE"
	found := dedupe(t, cfg, rows(t, cfg.Fields, cells...))
	if found.Compared > int64(100*n) {
		t.Errorf("%d pairs of %d records were compared", found.Compared, n)
	}
	if clusters := match.Distinct(found.Cluster); clusters < n*99/100 {
		t.Errorf("%d persons with one number make %d clusters", n, clusters)
	}
}

// letters makes a name that resembles no other.
func letters(dice *rand.Rand) string {
	b := make([]byte, 7+dice.IntN(4))
	for i := range b {
		b[i] = 'a' + byte(dice.IntN(26))
	}
	return string(b)
}

// A file in which every value is the same tells nothing apart: it takes bounded time.
func TestAllTheSame(t *testing.T) {
	n := 5000
	cells := make([][]string, n)
	for i := range cells {
		cells[i] = []string{"Jan Claes", "02 555 12 12"}
	}
	cfg := match.Config{Fields: fields("name:person_name", "phone")}
	found := dedupe(t, cfg, rows(t, cfg.Fields, cells...))
	if found.Compared > int64(100*n) {
		t.Errorf("%d pairs of %d records were compared", found.Compared, n)
	}
}

func TestConfigIsChecked(t *testing.T) {
	recs := rows(t, fields("town"), []string{"Gent"})
	for _, cfg := range []match.Config{
		{AcceptAbove: 1.5},
		{AcceptAbove: .6, ReviewAbove: .9},
		{ReviewAbove: -1},
	} {
		if _, err := match.Train(context.Background(), cfg, recs); err == nil || !strings.Contains(err.Error(), "review_above") {
			t.Errorf("%+v: error is %v", cfg, err)
		}
	}
}

// A model that was written and read scores as it did, and one of a newer program is
// refused.
func TestModelTravels(t *testing.T) {
	recs := build(t, lines(11, 60))
	m := train(t, peopleConfig, recs)
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var read model.Model
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if one, other := outcome(run(t, peopleConfig, recs, m, match.Decisions{})), outcome(run(t, peopleConfig, recs, &read, match.Decisions{})); one != other {
		t.Errorf("written and read\n%s\nbefore\n%s", other, one)
	}
	read.Version++
	if _, err := read.Bind(recs); err == nil {
		t.Error("a model of a newer version was taken")
	}
}

// Two different valid enterprise numbers forbid a match, however alike the rest is;
// an invalid one says nothing.
func TestEnterpriseNumberVetoes(t *testing.T) {
	cfg := match.Config{Fields: fields("name:firm_name", "street", "phone", "number:enterprise")}
	firm := func(number string) []string {
		return []string{"Bakkerij Claes", "Kerkstraat 12", "+3292225566", number}
	}
	for number, clusters := range map[string]int{"0403.019.261": 1, "0417.497.106": 2, "0417.497.107": 1, "": 1} {
		found := dedupe(t, cfg, rows(t, cfg.Fields, firm("BE 0403.019.261"), firm(number), []string{"Garage Maes", "Dorp 1", "+3211223344", ""}))
		if n := match.Distinct(found.Cluster) - 1; n != clusters {
			t.Errorf("with the numbers 0403.019.261 and %q there are %d firms, want %d", number, n, clusters)
		}
	}
}

// A source that is free of duplicates has one record at most in a cluster.
func TestDuplicateFreeSource(t *testing.T) {
	cfg := peopleConfig
	cfg.DuplicateFree = []string{"a"}
	recs := build(t, lines(2, 80))
	seen := map[int32]bool{}
	joined := false
	for i, root := range dedupe(t, cfg, recs).Cluster {
		if recs.Sources[recs.Source(int32(i))] == "a" {
			if seen[root] {
				t.Fatalf("a cluster has two records of a source without duplicates")
			}
			seen[root] = true
		}
		joined = joined || root != int32(i)
	}
	if !joined {
		t.Error("nothing was joined: the test shows nothing")
	}
}
