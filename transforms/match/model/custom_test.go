package model

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/transforms/match/records"
)

func TestDeclaredLevels(t *testing.T) {
	for _, c := range []struct {
		kind   records.Kind
		levels string
		values [3]string // the first is held against the others
		want   [2]uint8
		wrong  string
	}{
		{kind: records.Number, levels: "exact; within 2; within 10 %", values: [3]string{"100", "101.5", "109"}, want: [2]uint8{2, 3}},
		{kind: records.Number, levels: "within 5%", values: [3]string{"-100", "-104", "-106"}, want: [2]uint8{2, 3}},
		{kind: records.Date, levels: "exact; within 3 days; edits 1", values: [3]string{"2026-01-30", "2026-02-02", "2026-01-20"}, want: [2]uint8{2, 3}},
		{kind: records.Identifier, levels: "exact; edits <= 1; first 3", values: [3]string{"abc123", "abc124", "abc999"}, want: [2]uint8{2, 3}},
		{kind: records.Text, levels: "same words; jaro-winkler >= 0.9", values: [3]string{"red big house", "house big red", "red big houses"}, want: [2]uint8{2, 3}},
		{kind: records.Text, levels: "jaccard >= 0.6", values: [3]string{"red big old house", "house red old", "red big new home"}, want: [2]uint8{2, 3}},
		{kind: records.Text, levels: "jaccard 0.6; jaccard 0.4", values: [3]string{"red big house", "red big house door sill", "red big door"}, want: [2]uint8{2, 3}},
		{kind: records.Category, levels: "jaro-winkler 0.8", values: [3]string{"gold", "golde", "iron"}, want: [2]uint8{2, 3}},
		{kind: records.Number, levels: "exact", wrong: "must name one besides exact"},
		{kind: records.Number, levels: "jaro-winkler 0.9", wrong: "they are like within 2, within 5 %"},
		{kind: records.Date, levels: "within 2", wrong: "they are like within 31 days"},
		{kind: records.Text, levels: "nearly", wrong: "same words"},
		{kind: records.Text, levels: "jaro-winkler 1.5", wrong: "is no level"},
		{kind: records.Text, levels: "jaccard 1", wrong: "they are like jaro-winkler 0.9, edits 2, first 4, jaccard 0.6, same words"},
		{kind: records.Category, levels: "jaccard 0.6", wrong: "is no level"},
		{kind: records.Text, levels: "edits 1;edits 2;edits 3;edits 4;edits 5;edits 6;edits 7;edits 8;edits 9", wrong: "more than 8"},
		{kind: records.FirmName, levels: "edits 1", wrong: "the levels of this kind are given"},
	} {
		err := CheckLevels(c.kind, c.levels)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s %q: %v, want %q", c.kind, c.levels, err, c.wrong)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s %q: %v", c.kind, c.levels, err)
			continue
		}
		recs := declared(t, c.kind, c.levels, c.values[:]...)
		s, err := prior(recs).Bind(recs)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if _, levels := s.Score(0, int32(i+1)); levels[0] != want {
				t.Errorf("%s %q: %q and %q are at level %d, want %d", c.kind, c.levels, c.values[0], c.values[i+1], levels[0], want)
			}
		}
	}
}

// declared makes records of one field with levels of its own.
func declared(t *testing.T, kind records.Kind, levels string, values ...string) *records.Records {
	t.Helper()
	b, err := records.NewBuilder([]records.Field{{Name: "own", Kind: kind, Levels: levels}})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		b.Add("s", string(rune('a'+i)), [][]string{{v}})
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	return recs
}

// Whatever number of levels is declared, what is expected of matches is a share of all
// of them, and falls from level to level.
func TestDeclaredScales(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, mostCustom).Draw(r, "levels")
		kind := rapid.SampledFrom(customKinds).Draw(r, "kind")
		c := custom{labels: make([]string, n)}
		scale := c.scale(scales[records.Role(kind)])
		sum := 0.0
		for l, p := range scale.prior {
			sum += p
			if p <= 0 || l > 0 && l < n+1 && p > scale.prior[l-1] {
				r.Fatalf("expected shares %v", scale.prior)
			}
		}
		if len(scale.labels) != n+2 || len(scale.prior) != n+2 || sum < .999999 || sum > 1.000001 {
			r.Fatalf("%d levels are expected to sum to %v", len(scale.prior), sum)
		}
	})
}

// A model that compares on levels which this program can't read is refused.
func TestUnknownLevels(t *testing.T) {
	recs := declared(t, records.Number, "within 2", "1", "2")
	m := prior(recs)
	m.Comparisons[0].Role = "number: beyond 2"
	if _, err := m.Bind(recs); err == nil {
		t.Error("the model is taken")
	}
}

// FuzzCheckLevels reads any text as levels without failing otherwise than by an error,
// and what it takes can be compared on.
func FuzzCheckLevels(f *testing.F) {
	for _, seed := range []string{"exact; within 2 %", "jaro-winkler >= .9", "jaccard .6", "edits <= 2;first 3", "same words", "within 1e309", "first 99999999999999999999", ";;", "within 3 days"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, levels string) {
		for _, kind := range customKinds {
			if CheckLevels(kind, levels) != nil {
				continue
			}
			if scale, ok := scaleOf(records.Field{Name: "own", Kind: kind, Levels: levels}.Role()); !ok || len(scale.labels) < 3 {
				t.Fatalf("%q of %s is taken, and no scale", levels, kind)
			}
		}
	})
}
