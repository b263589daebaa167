package model

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"clientele/transforms/match/records"
)

// Scorer is a model bound to records. It is safe for concurrent use and scores
// without allocating.
type Scorer struct {
	Model *Model

	recs  *records.Records
	prior float64
	parts []part
	// given and family are the places of the two columns that people swap, −1
	// where there are none.
	given, family int
	follows       []follows
	kin           []against
	// rows holds the value of each record in each part, and order the parts by what
	// comparing them tells for its cost.
	rows  []uint32
	order []int
}

// part is a comparison bound to its column.
type part struct {
	column  *records.Column // nil where the records have no such column
	compare comparer
	short   sketches        // of the values of names, towns and e-mail addresses
	written *texts          // names of firms as written, nil for other columns
	form    *records.Column // their legal forms
	bits    [16]float32
	// rarity is, per value, what its frequency adds to an exact agreement, and like
	// to one that is nearly exact.
	rarity, like []float32
	last         uint8
	upper        float32 // bits of different values that are as alike as can be
	veto         bool    // disagreement forbids a match
}

// Bind returns a scorer of the records under the model. Different values in the
// columns of the fields named in vetoes forbid a match, and so do different valid
// enterprise numbers.
func (m *Model) Bind(recs *records.Records, vetoes ...string) (*Scorer, error) {
	if m.Version > Version {
		return nil, fmt.Errorf("the model has version %d, this program knows %d: use a newer program, or train anew", m.Version, Version)
	}
	if len(m.Comparisons) > maxColumns {
		return nil, fmt.Errorf("the fields make %d columns to compare, more than %d: leave some out", len(m.Comparisons), maxColumns)
	}
	s := &Scorer{Model: m, recs: recs, given: -1, family: -1, prior: m.PriorBits(), follows: m.bindDependences(), kin: m.bindKin()}
	for at, c := range m.Comparisons {
		if scale, ok := scaleOf(c.Role); !ok || len(scale.labels) != len(c.Levels) {
			return nil, fmt.Errorf("the model compares column %q on levels that this program does not know: train anew", c.Column)
		}
		p := part{last: uint8(len(c.Levels))}
		p.column = recs.Named(c.Column, c.Role)
		p.veto = c.Role == records.RoleEnterprise || slices.Contains(vetoes, c.Column)
		for l, level := range c.Levels {
			p.bits[l+1] = float32(level.Bits)
		}
		if p.column != nil {
			p.compare, p.short = newComparer(p.column, m.Words[c.Column])
			p.rarity, p.like = c.rarity(p.column)
			switch c.Role {
			case records.RoleFirm:
				if written := recs.Column(records.RoleWritten); written != nil {
					p.written, p.form = newTexts(written, m.Words[written.Name]), recs.Column(records.RoleLegalForm)
				}
			case records.RoleGiven:
				s.given = at
			case records.RoleFamily:
				s.family = at
			}
		}
		s.parts = append(s.parts, p)
	}
	if s.given < 0 || s.family < 0 {
		s.given, s.family = -1, -1
	}
	s.lay()
	return s, nil
}

// rarity returns what the frequency of each value adds to an exact agreement and
// to one that is nearly exact, in bits; nil where frequency does not count. However
// frequent a value is, sharing it weighs no less than having a like one, and that no
// less than having another.
func (c *Comparison) rarity(col *records.Column) (exact, like []float32) {
	if len(c.Frequency) == 0 && c.Rare == 0 {
		return nil, nil
	}
	same, near, differs := c.Levels[0].Bits, c.Levels[min(1, len(c.Levels)-1)].Bits, c.Levels[len(c.Levels)-1].Bits
	adds := func(frequency float64) (exact, like float32) {
		r := math.Log2(c.Levels[0].U) - math.Log2(frequency)
		l := max(min(fuzzyRarity*r, 0), differs-near)
		return float32(max(r, near+l-same)), float32(l)
	}
	exact, like = make([]float32, len(col.Values)), make([]float32, len(col.Values))
	rareExact, rareLike := adds(c.Rare)
	for v, s := range col.Values {
		exact[v], like[v] = rareExact, rareLike
		if len(c.Frequency) == 0 {
			continue
		}
		if frequency, ok := c.Frequency[s]; ok {
			exact[v], like[v] = adds(frequency)
		}
	}
	return exact, like
}

// fuzzyRarity is the part of a value's frequency that counts when values are alike
// and not equal.
const fuzzyRarity = 0.5

// compareRow is compareColumn for records whose rows hold a and b.
func (p *part) compareRow(i, j int32, a, b uint32) (uint8, float32) {
	if a == several || b == several || p.written != nil {
		return p.compareColumn(i, j)
	}
	return p.compareValues(a, b)
}

// compareColumn gives the level of the best pair of values and what rarity adds.
func (p *part) compareColumn(i, j int32) (uint8, float32) {
	of, other := p.column.Of(i), p.column.Of(j)
	if len(of) == 0 || len(other) == 0 {
		return levelNull, 0
	}
	level, extra, value := p.last+1, float32(0), uint32(0)
	for _, a := range of {
		for _, b := range other {
			l, e := p.compareValues(a, b)
			if l < level || l == level && p.tells(a, e, value, extra) {
				level, extra, value = l, e, a
			}
		}
	}
	if p.written != nil && level > 4 && p.oneForm(i, j) {
		if l := p.written.writtenLevel(i, j); l < level {
			return l, 0
		}
	}
	return level, extra
}

// tells reports whether a value on which two records agree says more than another one: what
// is rarer; but a name that holds the other says no more, as what it adds is their town.
func (p *part) tells(value uint32, rarity float32, other uint32, than float32) bool {
	v, o := p.column.Values[value], p.column.Values[other]
	switch {
	case p.written == nil:
	case strings.HasPrefix(v, o+" "):
		return false
	case strings.HasPrefix(o, v+" "):
		return true
	}
	return rarity > than
}

// compareValues gives the level of two values and what rarity adds.
func (p *part) compareValues(a, b uint32) (uint8, float32) {
	if a == b {
		if p.rarity != nil {
			return levelExact, p.rarity[a]
		}
		return levelExact, 0
	}
	level := p.compare(a, b)
	if level == levelExact+1 && p.like != nil {
		return level, min(p.like[a], p.like[b])
	}
	return level, 0
}

// oneForm reports whether the legal form of one of two firms is known and the
// other's is not: it may be mistyped, and be taken for a part of the name.
func (p *part) oneForm(i, j int32) bool {
	return p.form != nil && (len(p.form.Of(i)) == 0) != (len(p.form.Of(j)) == 0)
}

// Score returns the weight of a pair in bits and the levels that it agrees on.
func (s *Scorer) Score(i, j int32) (float64, Levels) {
	var levels Levels
	var own [maxColumns]float32
	bits := s.weights(i, j, &levels, &own)
	return amongAll(float64(bits), s.kin, len(s.parts), &levels, &own), levels
}

// Most returns the weight that a pair would have if all values that both records have
// were equal, their frequency aside.
func (s *Scorer) Most(i, j int32) float64 {
	var levels Levels
	var own [maxColumns]float32
	bits := float32(s.prior)
	a, b := s.row(i), s.row(j)
	for at := range s.parts {
		if a[at] != 0 && b[at] != 0 {
			levels[at], own[at] = levelExact, s.parts[at].bits[levelExact]
			bits += own[at]
		}
	}
	return amongAll(float64(bits-discount(s.follows, &levels, &own)), s.kin, len(s.parts), &levels, &own)
}

// Forbids reports whether levels of a pair forbid that its records are one.
func (s *Scorer) Forbids(levels *Levels) bool {
	for at := range s.parts {
		if p := &s.parts[at]; p.veto && levels[at] == p.last {
			return true
		}
	}
	return false
}

// weights sets the level and the bits of each comparison and returns their sum with
// the prior's: the weight against strangers.
func (s *Scorer) weights(i, j int32, levels *Levels, own *[maxColumns]float32) float32 {
	a, b := s.row(i), s.row(j)
	for at := range s.parts {
		p := &s.parts[at]
		if a[at] == 0 || b[at] == 0 {
			continue
		}
		level, extra := p.compareRow(i, j, a[at], b[at])
		levels[at], own[at] = level, p.bits[level]+extra
	}
	if s.given >= 0 && levels[s.family] != levelExact {
		s.swap(i, j, levels, own)
	}
	bits := float32(s.prior)
	for at := range s.parts {
		bits += own[at]
	}
	return bits - discount(s.follows, levels, own)
}

// swap sees whether two names agree better when the given name of one is held
// against the family name of the other.
func (s *Scorer) swap(i, j int32, levels *Levels, own *[maxColumns]float32) {
	s.swapped(i, j, levels, own)
	s.swapped(j, i, levels, own)
	s.bothSwapped(i, j, levels, own)
	s.wholly(i, j, levels, own)
}

// bothSwapped takes both records to have their names in each other's place: Janssens M. and
// Janssens Marieke. It counts where the given names are one, written otherwise.
func (s *Scorer) bothSwapped(i, j int32, levels *Levels, own *[maxColumns]float32) {
	g, f := &s.parts[s.given], &s.parts[s.family]
	family := crossed(g.column.Of(i), g.column.Of(j), g, g, familyLevel)
	if family == levelNull || family > 2 {
		return
	}
	given := crossed(f.column.Of(i), f.column.Of(j), f, f, givenLevel)
	if given < 3 || int(given) > scales[records.RoleGiven].chain {
		return
	}
	if g.bits[given]+f.bits[family] > own[s.given]+own[s.family] {
		levels[s.given], levels[s.family] = given, family
		own[s.given], own[s.family] = g.bits[given], f.bits[family]
	}
}

// swapped takes record i to have its names in each other's place: what stands for its
// given name is its family name. The family names must be the same, or nearly;
// given names then tell persons of one family apart.
func (s *Scorer) swapped(i, j int32, levels *Levels, own *[maxColumns]float32) {
	g, f := &s.parts[s.given], &s.parts[s.family]
	family := crossed(g.column.Of(i), f.column.Of(j), g, f, familyLevel)
	if family == levelNull || family > 2 {
		return
	}
	family += levelSwapped - 1
	given := crossed(f.column.Of(i), g.column.Of(j), f, g, givenLevel)
	switch {
	case given == levelNull: // one record has a single name
	case given <= 2:
		given += levelSwapped - 1
	}
	if g.bits[given]+f.bits[family] > own[s.given]+own[s.family] {
		levels[s.given], levels[s.family] = given, family
		own[s.given], own[s.family] = g.bits[given], f.bits[family]
	}
}

// crossed is the best level of the names of one record against the other names of another,
// levelNull where a side has none.
func crossed(names, others []uint32, n, o *part, level func(a, b string, x, y sketch) uint8) uint8 {
	if len(names) == 0 || len(others) == 0 {
		return levelNull
	}
	best := uint8(math.MaxUint8)
	for _, a := range names {
		for _, b := range others {
			if n.column.Values[a] == o.column.Values[b] {
				return levelExact
			}
			best = min(best, level(n.column.Values[a], o.column.Values[b], n.short[a], o.short[b]))
		}
	}
	return best
}
