package blocking

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/transforms/match/records"
)

// made builds records with a name, a town and a phone.
func made(t rapid.TB, rows [][3]string) *records.Records {
	b, err := records.NewBuilder([]records.Field{{Name: "name", Kind: records.FamilyName}, {Name: "town", Kind: records.Town}, {Name: "phone", Kind: records.Phone}})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		b.Add("s", fmt.Sprintf("%07d", i), [][]string{{r[0]}, {r[1]}, {r[2]}})
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

func TestKeys(t *testing.T) {
	b, err := records.NewBuilder([]records.Field{{Name: "n", Kind: records.FamilyName}, {Name: "f", Kind: records.FirmName}, {Name: "d", Kind: records.BirthDate},
		{Name: "e", Kind: records.Email}, {Name: "p", Kind: records.Phone}, {Name: "z", Kind: records.Postcode}})
	if err != nil {
		t.Fatal(err)
	}
	b.Add("s", "1", [][]string{{"Van Dyck"}, {"Bakkerij De Kroon"}, {"1971-06-24"}, {"jan.claes@firm.be"}, {"32475123456"}, {"9000"}})
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		column, by string
		want       []string
	}{
		{"n", exact, []string{"van dyck"}},
		{"n", prefix, []string{"van"}},
		{"n", suffix, []string{"dyck"}},
		{"f", word, []string{"bakkerij", "kroon"}},
		{"f", words, []string{"bakkerij de kroon"}},
		{"f", prefix, []string{"bakke"}},
		{"d", year, []string{"1971"}},
		{"d", month, []string{"197106"}},
		{"d", day, []string{"0624"}},
		{"e", local, []string{"jan.claes"}},
		{"p", suffix, []string{"5123456"}},
		{"p", front, []string{"32475"}},
		{"z", prefix, []string{"90"}},
	} {
		for _, col := range recs.Columns {
			if col.Name != c.column {
				continue
			}
			var got []string
			keysOf(col, c.by, 1, func(s string) { got = append(got, s) })
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s of %s are %q, want %q", c.by, col.Values[1], got, c.want)
			}
		}
	}
}

// A block that is too large is split; no record of it is left alone, and equals
// always meet.
func TestLargeBlocksAreSplit(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 1))
	var rows [][3]string
	for range 3000 {
		r := [3]string{fmt.Sprintf("name%c%c", 'a'+dice.IntN(26), 'a'+dice.IntN(26)), fmt.Sprintf("town%c", 'a'+dice.IntN(20)), "0255512"}
		if dice.IntN(10) == 0 {
			r[0], r[1] = "", ""
		}
		rows = append(rows, r)
	}
	recs := made(t, rows)
	plan := &Plan{Rules: []PlannedRule{{Rule: Rule{[]Key{{"phone", exact}}}}}, Splits: splits(recs, newKeyring(recs))}
	b := Build(recs, plan, Pairing{}, nil)
	if b.Split[0] != 1 || b.Largest[0] != 3000 {
		t.Errorf("%d blocks were split, the largest had %d records", b.Split[0], b.Largest[0])
	}
	for i := range b.Len() {
		if n := len(b.Members(i)); n < 2 || n > maxBlock {
			t.Fatalf("a block has %d records", n)
		}
	}
	apart := 0
	for i := range int32(len(rows)) {
		if len(b.Of(i)) == 0 {
			t.Fatalf("record %d is in no block", i)
		}
		for j := range i {
			if rows[i] == rows[j] && rows[i][0] != "" && !b.Share(i, j) {
				apart++
			}
		}
	}
	if apart > 0 {
		t.Errorf("%d pairs of equal records were split apart", apart)
	}
}

// A plan stays within its budget, and finds what the sample holds.
func TestChooseKeepsToTheBudget(t *testing.T) {
	dice := rand.New(rand.NewPCG(2, 1))
	var rows [][3]string
	for i := range 6000 {
		r := [3]string{fmt.Sprintf("name%d", dice.IntN(900)), fmt.Sprintf("town%c", 'a'+dice.IntN(20)), fmt.Sprintf("02%07d", i)}
		if i%3 == 2 {
			r = rows[i-1]
			if i%2 == 0 {
				r[2] = ""
			}
		}
		rows = append(rows, r)
	}
	recs := made(t, rows)
	s := NewSample(recs, Pairing{}, 50_000)
	probability := make([]float64, len(s.Pairs))
	for i, p := range s.Pairs {
		if p.B == p.A+1 && p.B%3 == 2 {
			probability[i] = .99
		}
	}
	p := s.Choose(probability, 50_000)
	if p.Pairs > p.Budget || len(p.Rules) == 0 {
		t.Fatalf("the plan %+v", p)
	}
	b := Build(recs, p, Pairing{}, nil)
	missed := 0
	for i := int32(2); i < 6000; i += 3 {
		if !b.Share(i-1, i) {
			missed++
		}
	}
	if found := 1 - float64(missed)/2000; found < p.Recall-.01 || p.Recall < .9 {
		t.Errorf("the plan says that it finds %.3f, and finds %.3f", p.Recall, found)
	}
}

func TestSortKeys(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, 600).Draw(r, "n")
		hash := rapid.Custom(func(r *rapid.T) uint64 {
			return rapid.Uint64Range(0, 3).Draw(r, "high")<<rapid.SampledFrom([]int{32, 60}).Draw(r, "shift") | rapid.Uint64Range(0, 2).Draw(r, "low")
		})
		entries := make([]keyEntry, n)
		for i := range entries {
			entries[i] = keyEntry{hash.Draw(r, "hash"), int32(i / 2)}
		}
		want := slices.Clone(entries)
		sortRun(want)
		if sortKeys(entries); !slices.Equal(entries, want) {
			r.Fatal("the order differs from that of a plain sort")
		}
	})
}

// The keys that a prober derives are equal where those of the rule are.
func TestProberAgreesWithRules(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		value := rapid.SampledFrom([]string{"", "claes", "claeys", "de smet", "0255512", "0255513"})
		rows := make([][3]string, 12)
		for i := range rows {
			rows[i] = [3]string{value.Draw(r, "name"), value.Draw(r, "town"), value.Draw(r, "phone")}
		}
		recs := made(r, rows)
		ring := newKeyring(recs)
		rule := Rule{[]Key{{"name", sound}, {"town", exact}}}
		derive, p := ring.rule(rule, 0), newProber(ring, []Rule{rule})
		all := make([]int32, len(rows))
		for i := range all {
			all[i] = int32(i)
		}
		p.derive(all)
		probed := make([][]uint64, len(rows))
		p.keys(0, func(n int, key uint64) { probed[n] = append(probed[n], key) })
		keys := func(i int32) (a, b []uint64) { return derive.append(nil, i), probed[i] }
		for i := range int32(len(rows)) {
			for j := range i {
				ai, bi := keys(i)
				aj, bj := keys(j)
				if slices.Equal(ai, aj) != slices.Equal(bi, bj) || len(ai) != len(bi) {
					r.Fatalf("%v and %v: keys of the rule %v and %v, of the prober %v and %v", rows[i], rows[j], ai, aj, bi, bj)
				}
			}
		}
	})
}

// The pairs that agree on two columns are counted as one by one, of all records and of
// those of different sources.
func TestEqualBoth(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b, err := records.NewBuilder([]records.Field{{Name: "name", Kind: records.FamilyName}, {Name: "town", Kind: records.Town}})
		if err != nil {
			r.Fatal(err)
		}
		value := rapid.SampledFrom([]string{"", "maes", "claes", "peeters"})
		for i := range rapid.IntRange(0, 30).Draw(r, "records") {
			source := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "source")
			b.Add(source, fmt.Sprint(i), [][]string{{value.Draw(r, "name")}, {value.Draw(r, "town")}})
		}
		recs, err := b.Records()
		if err != nil {
			r.Fatal(err)
		}
		link := rapid.Bool().Draw(r, "link")
		one, two := recs.Columns[0], recs.Columns[1]
		same, all := 0.0, 0.0
		for i := range int32(recs.Len()) {
			for j := i + 1; j < int32(recs.Len()); j++ {
				if link && recs.Source(i) == recs.Source(j) || min(len(one.Of(i)), len(one.Of(j)), len(two.Of(i)), len(two.Of(j))) == 0 {
					continue
				}
				all++
				if one.Of(i)[0] == one.Of(j)[0] && two.Of(i)[0] == two.Of(j)[0] {
					same++
				}
			}
		}
		pairing := Pairing{}
		if link {
			pairing = Between()
		}
		share, pairs, ok := (&Sample{pairing: pairing}).EqualBoth(recs, one, two)
		if ok != (all > 0) || pairs != all || ok && share != same/all {
			r.Fatalf("of %v pairs a share of %v is equal, %v; counted one by one %v of %v", pairs, share, ok, same, all)
		}
	})
}
