package match_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientele/transforms/match"
	"clientele/transforms/match/model"
	"clientele/transforms/match/records"
)

// line is a row of a file in tests.
type line struct {
	source, id string
	cells      []string
}

// lines makes persons of whom many are noisy copies of others, in two sources.
func lines(seed uint64, n int) []line {
	p := people{rand.New(rand.NewPCG(seed, 7))}
	var out []line
	for i := range n {
		row := p.person(p.dice.IntN(40))
		if i > 0 && p.dice.Float64() < .6 {
			row = p.noisy(out[p.dice.IntN(i)].cells)
		}
		out = append(out, line{source: string(rune('a' + i%2)), id: fmt.Sprint(i), cells: row})
	}
	return out
}

func build(t rapid.TB, rows []line) *records.Records {
	b, err := records.NewBuilder(peopleFields)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		cells := make([][]string, len(r.cells))
		for f := range r.cells {
			cells[f] = r.cells[f : f+1]
		}
		b.Add(r.source, r.id, cells)
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

var peopleConfig = match.Config{Fields: peopleFields}

func train(t rapid.TB, cfg match.Config, recs *records.Records) *model.Model {
	m, err := match.Train(context.Background(), cfg, recs)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func run(t rapid.TB, cfg match.Config, recs *records.Records, m *model.Model, d match.Decisions) *match.Matching {
	found, err := match.Match(context.Background(), cfg, recs, m, d)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// outcome tells clusters and pairs by the ids of records.
func outcome(m *match.Matching) string {
	name := func(i int32) string { return m.Records.Sources[m.Records.Source(i)] + m.Records.ID(i) }
	var out []string
	for i, root := range m.Cluster {
		out = append(out, name(int32(i))+" in "+name(root))
	}
	for _, p := range m.Pairs {
		out = append(out, fmt.Sprintf("%s %s %v", name(p.A), name(p.B), p.Bits))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// The order of records and the number of cores change nothing, in training
// and in matching.
func TestMatchIsFreeOfOrderAndCores(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows := lines(rapid.Uint64().Draw(r, "seed"), rapid.IntRange(2, 80).Draw(r, "n"))
		cfg := peopleConfig
		cfg.LinkOnly = rapid.Bool().Draw(r, "link")
		cfg.OneToOne = rapid.Bool().Draw(r, "one to one")
		recs := build(r, rows)
		one := outcome(run(r, cfg, recs, train(r, cfg, recs), match.Decisions{}))
		cores := runtime.GOMAXPROCS(1)
		defer runtime.GOMAXPROCS(cores)
		recs = build(r, rapid.Permutation(rows).Draw(r, "order"))
		if other := outcome(run(r, cfg, recs, train(r, cfg, recs), match.Decisions{})); one != other {
			r.Fatalf("in one order\n%s\nin another\n%s", one, other)
		}
	})
}

// A pair weighs the same whichever record comes first, in a fast look as in a
// full one, and its explanation adds up to that.
func TestScoreIsSymmetric(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		recs := build(r, lines(rapid.Uint64().Draw(r, "seed"), 40))
		s, err := train(r, peopleConfig, recs).Bind(recs)
		if err != nil {
			r.Fatal(err)
		}
		for i := range int32(recs.Len()) {
			least := rapid.Float64Range(-30, 30).Draw(r, "least")
			var others []int32
			var alike []model.Weighed
			for j := range i {
				others = append(others, j)
				if bits, _ := s.Score(i, j); bits >= least {
					alike = append(alike, model.Weighed{Record: j, Bits: bits})
				}
			}
			if found := s.Alike(nil, i, others, least); !slices.Equal(found, alike) {
				r.Fatalf("with %d, %v weigh %v or more; it is said %v", i, alike, least, found)
			}
			for j := range i {
				one, levels := s.Score(i, j)
				other, same := s.Score(j, i)
				if one != other || levels != same {
					r.Fatalf("%d with %d weighs %v at %v, the other way %v at %v", i, j, one, levels, other, same)
				}
				e := s.Explain(i, j)
				sum := e.Prior + e.Kin
				for _, c := range e.Columns {
					sum += c.Bits
				}
				if d := sum - one; d > .01 || d < -.01 {
					r.Fatalf("the explanation adds up to %v, not %v: %s", sum, one, e)
				}
			}
		}
	})
}

// Agreeing on one more column never makes a match less likely.
func TestProbabilityIsMonotone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rows := lines(rapid.Uint64().Draw(r, "seed"), 40)
		recs := build(r, rows)
		m := train(r, peopleConfig, recs)
		a, b := rows[rapid.IntRange(0, 39).Draw(r, "a")].cells, rows[rapid.IntRange(0, 39).Draw(r, "b")].cells
		f := rapid.IntRange(2, len(a)-1).Draw(r, "field") // names may be swapped, and agree crosswise
		if a[f] == "" || b[f] == "" {
			return
		}
		closer := slices.Clone(b)
		closer[f] = a[f]
		three := build(r, []line{{"a", "1", a}, {"a", "2", b}, {"a", "3", closer}})
		s, err := m.Bind(three)
		if err != nil {
			r.Fatal(err)
		}
		far, _ := s.Score(0, 1)
		near, _ := s.Score(0, 2)
		if near < far-1e-4 {
			r.Fatalf("%q and %q weigh %.3f, with an equal %s %.3f\n%s\n%s", a, b, far, peopleFields[f].Name, near, s.Explain(0, 1), s.Explain(0, 2))
		}
	})
}

// What people decide holds whatever the evidence, same over different.
func TestDecisionsWin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		recs := build(r, lines(rapid.Uint64().Draw(r, "seed"), 40))
		cfg := peopleConfig
		cfg.OneToOne = rapid.Bool().Draw(r, "one to one")
		record := rapid.Custom(func(r *rapid.T) match.Record {
			i := int32(rapid.IntRange(0, recs.Len()-1).Draw(r, "record"))
			return match.Record{Source: recs.Sources[recs.Source(i)], ID: recs.ID(i)}
		})
		link := rapid.Custom(func(r *rapid.T) match.Link { return match.Link{A: record.Draw(r, "a"), B: record.Draw(r, "b")} })
		d := match.Decisions{Same: rapid.SliceOfN(link, 0, 5).Draw(r, "same"), Different: rapid.SliceOfN(link, 0, 5).Draw(r, "different")}
		found := run(r, cfg, recs, train(r, cfg, recs), d)
		group := func(l match.Link) (int32, int32) {
			a, _ := recs.Find(l.A.Source, l.A.ID)
			b, _ := recs.Find(l.B.Source, l.B.ID)
			return found.Cluster[a], found.Cluster[b]
		}
		joined := run(r, match.Config{Fields: peopleFields, AcceptAbove: .999999999, ReviewAbove: .99}, recs, never(train(r, cfg, recs)), match.Decisions{Same: d.Same})
		for _, l := range d.Same {
			if a, b := group(l); a != b {
				r.Fatalf("%v are the same, by decision, and lie in two clusters", l)
			}
		}
		for _, l := range d.Different {
			x, _ := recs.Find(l.A.Source, l.A.ID)
			y, _ := recs.Find(l.B.Source, l.B.ID)
			if a, b := group(l); a == b && joined.Cluster[x] != joined.Cluster[y] {
				r.Fatalf("%v differ, by decision, and lie in one cluster", l)
			}
		}
	})
}

// never makes every pair impossible.
func never(m *model.Model) *model.Model {
	for c := range m.Comparisons {
		for l := range m.Comparisons[c].Levels {
			m.Comparisons[c].Levels[l].Bits = -100
		}
		m.Comparisons[c].Frequency, m.Comparisons[c].Rare = nil, 0
	}
	return m
}

// Each pair of a plan is compared once.
func TestPairsAreComparedOnce(t *testing.T) {
	recs, _ := people{rand.New(rand.NewPCG(5, 5))}.make(t, 5000)
	found := run(t, peopleConfig, recs, train(t, peopleConfig, recs), match.Decisions{})
	distinct := int64(0)
	for i := range int32(recs.Len()) {
		for j := range i {
			if found.Blocks.Share(i, j) {
				distinct++
			}
		}
	}
	if distinct != found.Compared {
		t.Errorf("%d pairs share a block, %d were compared", distinct, found.Compared)
	}
	if len(found.Model.Plan.Rules) < 2 {
		t.Errorf("the plan has %d rules: nothing is shown", len(found.Model.Plan.Rules))
	}
}

// Comparing a pair allocates nothing.
func TestScoreAllocatesNothing(t *testing.T) {
	recs := build(t, lines(3, 60))
	s, err := train(t, peopleConfig, recs).Bind(recs)
	if err != nil {
		t.Fatal(err)
	}
	one, weighed := make([]int32, 1), make([]model.Weighed, 0, 1)
	for name, score := range map[string]func(i, j int32){
		"Score":   func(i, j int32) { s.Score(i, j) },
		"AtLeast": func(i, j int32) { s.AtLeast(i, j, 0) },
		"Alike":   func(i, j int32) { one[0] = j; weighed = s.Alike(weighed[:0], i, one, 0) },
	} {
		if n := testing.AllocsPerRun(10, func() {
			for i := range int32(recs.Len()) {
				for j := range i {
					score(i, j)
				}
			}
		}); n != 0 {
			t.Errorf("%s of %d pairs allocates %v times", name, recs.Len()*(recs.Len()-1)/2, n)
		}
	}
}
