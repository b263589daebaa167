package match_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"clientele/transforms/match"
	"clientele/transforms/match/records"
)

// In a file of nothing but names, equal ones are one record, however few they are, and
// others are not, whatever words they share.
func TestNothingButNames(t *testing.T) {
	cfg := match.Config{Fields: []records.Field{{Name: "name", Kind: records.FirmName}}}
	b, err := records.NewBuilder(cfg.Fields)
	if err != nil {
		t.Fatal(err)
	}
	trades := strings.Fields("Garage Bakkerij Slagerij Drukkerij Apotheek Brouwerij Kapsalon Optiek Schrijnwerkerij Boekhandel Wasserij Tuincentrum")
	families := strings.Fields("Peeters Maes Claes Wouters Mertens Goossens Hermans Smet Jacobs Willems Aerts Lambrecht Verhoeven Dubois Lambert Simon Leroy Laurent")
	n, twice := 0, 0
	for i, trade := range trades {
		for j, family := range families {
			b.Add("f", fmt.Sprintf("a%02d", n), [][]string{{trade + " " + family}})
			if (i+j)%5 == 0 { // one in five comes twice
				b.Add("f", fmt.Sprintf("b%02d", n), [][]string{{trade + " " + family}})
				twice++
			}
			n++
		}
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	m, err := match.Train(context.Background(), cfg, recs)
	if err != nil {
		t.Fatal(err)
	}
	found, err := match.Match(context.Background(), cfg, recs, m, match.Decisions{})
	if err != nil {
		t.Fatal(err)
	}
	joined := 0
	for i := range int32(recs.Len()) {
		if root := found.Cluster[i]; root != i {
			joined++
			if recs.ID(i)[1:] != recs.ID(root)[1:] {
				t.Errorf("%s is taken for %s", recs.ID(i), recs.ID(root))
			}
		}
	}
	if joined != twice {
		t.Errorf("%d records are joined, want %d", joined, twice)
	}
}
