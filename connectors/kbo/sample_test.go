package kbo_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientele/connectors/kbo"
)

// TestSample applies the part of the real update 147 that shows legal persons to a
// copy that has, of what it takes out, one row each.
func TestSample(t *testing.T) {
	sample := os.Getenv("CLIENTELE_KBO_SAMPLE")
	if sample == "" {
		sample = filepath.Join("..", "..", "..", "shared", "data", "registries", "kbo")
	}
	update := filepath.Join(sample, "update-147-legal-persons-only")
	if _, err := os.Stat(update); err != nil {
		t.Skip("the sample of KBO's open data is not here: ", err)
	}
	full := t.TempDir()
	extractOf(t, full, 146, 0)
	add := func(file string, rows ...string) {
		f, err := os.OpenFile(filepath.Join(full, file+".csv"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(strings.Join(rows, "\n") + "\n"); err != nil {
			t.Fatal(err)
		}
	}
	named := map[string]bool{}
	for _, file := range []string{"enterprise_delete", "denomination_delete", "address_delete", "contact_delete", "activity_insert", "contact_insert"} {
		f, err := os.Open(filepath.Join(update, file+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows[1:] {
			if n := r[0]; n[0] < '2' && !named[n] {
				named[n] = true
				add("enterprise", `"`+n+`","AC","000","2","014",,01-01-2000`)
				add("denomination", `"`+n+`","2","001","OUDE NAAM"`)
			}
		}
	}
	s := open(t, t.TempDir())
	mustLoad(t, s, full)
	got := map[string]kbo.Counts{}
	for _, c := range mustLoad(t, s, update) {
		got[c.Table] = c
	}
	if m, err := s.Meta(t.Context()); err != nil || m.Number != 147 || m.Full || m.Snapshot.Format("2006-01-02") != "2025-10-11" {
		t.Errorf("meta: %+v, %v", m, err)
	}
	for table, want := range map[string]kbo.Counts{
		"enterprise": {Table: "enterprise", Out: 1, In: 11}, "address": {Table: "address", In: 13}, "contact": {Table: "contact", In: 7},
		"establishment": {Table: "establishment", In: 1}, "activity": {Table: "activity", In: 2},
	} {
		if got[table] != want {
			t.Errorf("%s: %+v, want %+v", table, got[table], want)
		}
	}
	if f := firm(t, s, "0872480059"); f.Form != "610" || f.StartedOn.Format("2006-01-02") != "2005-03-14" {
		t.Errorf("the firm of the first row: %+v", f)
	}
	if f := firm(t, s, "1029028161"); f.StreetNL != "Louis Mettewielaan" || f.MunicipalityFR != "Molenbeek-Saint-Jean" || f.Postcode != "1080" || f.HouseNumber != "60" || f.Box != "15" {
		t.Errorf("an address of Brussels: %+v", f)
	}
	if f := firm(t, s, "0411104014"); f.Sector != "90201" || f.SectorVersion != "2025" || f.SectorGroup != "006" {
		t.Errorf("a firm with a new activity: %+v", f)
	}
}
