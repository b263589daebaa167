package kbo

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors/registry"
)

// TestList: a firm with all its names and both languages of its address, and of its
// establishments those that are elsewhere.
func TestList(t *testing.T) {
	s, err := Open(t.Context(), Place{Path: filepath.Join(t.TempDir(), "kbo.duckdb"), Temp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, x := range tables {
		if err := s.run(t.Context(), x.create()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.run(t.Context(), firmsTableSQL,
		"INSERT INTO enterprise (number, form) VALUES (403019261, '610'), (428759497, NULL)",
		"INSERT INTO establishment (number, enterprise) VALUES (2377470790, 403019261), (2377470889, 403019261), (2000000000, 403019261)",
		"INSERT INTO denomination VALUES (403019261, '2', '001', 'BAKKERIJ'), (403019261, '1', '001', 'BOULANGERIE'), (2377470790, '2', '003', 'De Korf'), (2377470889, '2', '003', 'De Mand'), (428759497, '0', '001', 'ZONDER ADRES')",
		"INSERT INTO address (number, type, postcode, municipality_nl, municipality_fr, street_nl, street_fr, house_number, box) VALUES (403019261, 'REGO', '1000', 'Brussel', 'Bruxelles', 'Wetstraat', 'Rue de la Loi', '1', '2'), (2377470790, 'BAET', '1000', 'Brussel', 'Bruxelles', 'Wetstraat', 'Rue de la Loi', '1', NULL), (2377470889, 'BAET', '9000', 'Gent', NULL, 'Veldstraat', NULL, '7', NULL)",
		"INSERT INTO contact VALUES (403019261, 'TEL', '02 511 11 11'), (403019261, 'WEB', 'www.korf.example'), (2377470889, 'EMAIL', 'gent@korf.example')",
		of(firmsSQL, "")); err != nil {
		t.Fatal(err)
	}
	var got []registry.Listed
	if err := s.list(t.Context(), func(l registry.Listed) error { got = append(got, l); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b registry.Listed) int { return strings.Compare(a.Number+a.Site, b.Number+b.Site) })
	want := []registry.Listed{
		{Number: "0403019261", Names: []string{"BAKKERIJ", "BOULANGERIE", "De Korf"}, Form: registry.LegalForm{List: "kbo", Code: "610"}, Streets: []string{"Wetstraat", "Rue de la Loi"}, Towns: []string{"Brussel", "Bruxelles"},
			House: "1", Box: "2", Postcode: "1000", Phones: []string{"02 511 11 11"}, Sites: []string{"www.korf.example"}},
		{Number: "0403019261", Site: "2377470889", Names: []string{"BAKKERIJ", "BOULANGERIE", "De Mand"}, Form: registry.LegalForm{List: "kbo", Code: "610"}, Streets: []string{"Veldstraat"}, Towns: []string{"Gent"},
			House: "7", Postcode: "9000", Phones: []string{"02 511 11 11"}, Emails: []string{"gent@korf.example"}, Sites: []string{"www.korf.example"}},
		{Number: "0428759497", Names: []string{"ZONDER ADRES"}, Form: registry.LegalForm{List: "kbo"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
