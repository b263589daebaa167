package records

import (
	"slices"
	"testing"
)

// A firm is also called by its name without its town, whatever the order of the rows.
func TestBranchesHaveTheNameOfTheirFirm(t *testing.T) {
	rows := [][2]string{{"Bakkerij Claes Aalst", "Aalst"}, {"Bakkerij Claes", "Gent"}, {"Bakkerij Claes Aalst", "Ninove"}, {"Bakkerij Claes Aalst", ""}}
	want := [][]string{{"bakkerij claes", "bakkerij claes aalst"}, {"bakkerij claes"}, {"bakkerij claes aalst"}, {"bakkerij claes aalst"}}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}} {
		b, err := NewBuilder([]Field{{Name: "name", Kind: FirmName}, {Name: "town", Kind: Town}})
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range order {
			b.Add("s", string(rune('a'+at)), [][]string{{rows[at][0]}, {rows[at][1]}})
		}
		recs, err := b.Records()
		if err != nil {
			t.Fatal(err)
		}
		names := recs.Column(RoleFirm)
		for i := range int32(recs.Len()) {
			var got []string
			for _, v := range names.Of(i) {
				got = append(got, names.Values[v])
			}
			slices.Sort(got)
			if !slices.Equal(got, want[i]) {
				t.Errorf("rows in order %v: %q has the names %q, want %q", order, rows[i], got, want[i])
			}
		}
	}
}
