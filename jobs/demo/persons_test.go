package demo

import (
	"slices"
	"testing"
)

// A fifth of the records are second ones, ids are those from 1 on, and one seed makes one
// file.
func TestPersons(t *testing.T) {
	const n = 20_000
	seen := make([]bool, n+1)
	records := map[int][]PersonRecord{}
	for r := range Persons(3, n) {
		if seen[r.ID] {
			t.Fatalf("two records have the id %d", r.ID)
		}
		seen[r.ID] = true
		records[r.Customer] = append(records[r.Customer], r)
	}
	if i := slices.Index(seen[1:], false); i >= 0 {
		t.Errorf("no record has the id %d", i+1)
	}
	if share := 1 - float64(len(records))/n; share < .19 || share > .21 {
		t.Errorf("%.3f of the records are of a person who has another, want a fifth", share)
	}
	again, first := slices.Collect(Persons(3, n)), slices.Collect(Persons(3, n))
	if !slices.Equal(again, first) {
		t.Error("one seed makes two files")
	}
	for _, own := range records {
		if len(own) > 1+len(furtherRecords) {
			t.Errorf("a person has %d records", len(own))
		}
	}
}
