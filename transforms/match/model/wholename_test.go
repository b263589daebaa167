package model

import (
	"testing"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/records"
)

// Names of which the blank between given and family name is misplaced or gone are as alike
// as names with a typing error; others are not.
func TestNamesAsWholes(t *testing.T) {
	for _, c := range []struct {
		given, family, otherGiven, otherFamily string
		whole                                  bool
	}{
		{"thomasv an dev", "elde", "thomas", "van de velde", true},
		{"vercammenw", "illem", "willem", "vercammen", true},
		{"veeerle va", "ndamme", "veerle", "van damme", true},
		{"", "duboiselise", "elise", "dubois", true},
		{"", "dubois", "elise", "dubois", false},
		{"jan", "peeters", "an", "wouters", false},
		{"jan", "", "", "janssens", false},
		{"maximiliaan alexander", "vandenberghe de vos", "maximiliaan", "alexander vandenberghe de vos", false}, // too long
	} {
		b, err := records.NewBuilder([]records.Field{{Name: "given", Kind: records.GivenName}, {Name: "family", Kind: records.FamilyName}})
		if err != nil {
			t.Fatal(err)
		}
		b.Add("s", "1", [][]string{{c.given}, {c.family}})
		b.Add("s", "2", [][]string{{c.otherGiven}, {c.otherFamily}})
		recs, err := b.Records()
		if err != nil {
			t.Fatal(err)
		}
		s, err := prior(recs).Bind(recs)
		if err != nil {
			t.Fatal(err)
		}
		bits, levels := s.Score(0, 1)
		if whole := levels[s.family] == 2 && (levels[s.given] == 2 || levels[s.given] == levelNull); whole != c.whole {
			t.Errorf("%s, %s and %s, %s have levels %v", c.given, c.family, c.otherGiven, c.otherFamily, levels[:2])
		}
		if back, _ := s.Score(1, 0); back != bits {
			t.Errorf("%s, %s and %s, %s weigh %v, the other way round %v", c.given, c.family, c.otherGiven, c.otherFamily, bits, back)
		}
		if most, ok := s.AtLeast(0, 1, bits-1); !ok || most != bits {
			t.Errorf("%s, %s and %s, %s weigh %v, of at least less %v, %v", c.given, c.family, c.otherGiven, c.otherFamily, bits, most, ok)
		}
	}
}

// What other records tell of a column stays, whatever the pairs say.
func TestSharesThatAreToldStay(t *testing.T) {
	c := Comparison{Column: "town", Role: records.RoleTown, Levels: make([]Level, len(scales[records.RoleTown].labels))}
	told := []float64{.7, .1, .05, .15}
	m := &Model{Comparisons: []Comparison{c}}
	e := &expectation{model: m, rates: make([][16]float64, 1), sample: &blocking.Sample{Total: 1e6, Weight: 1}, shares: map[string][]float64{"town": told}}
	e.rates[0] = [16]float64{1, .01, .01, .01, .97}
	for range 2 {
		e.maximiseColumn(0, &[16]float64{0, 10, 10, 10, 1e4})
		for l, level := range m.Comparisons[0].Levels {
			if level.M != told[l] {
				t.Errorf("level %d has %v of matches, told were %v", l, level.M, told[l])
			}
		}
	}
}
