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
	names   []name          // the values, of given and family names
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
	s := &Scorer{recs: recs, given: -1, family: -1, parts: make([]part, len(m.Comparisons))}
	for at, c := range m.Comparisons {
		if scale, ok := scaleOf(c.Role); !ok || len(scale.labels) != len(c.Levels) {
			return nil, fmt.Errorf("the model compares column %q on levels that this program does not know: train anew", c.Column)
		}
		p := &s.parts[at]
		p.column = recs.Named(c.Column, c.Role)
		p.veto = c.Role == records.RoleEnterprise || slices.Contains(vetoes, c.Column)
		switch {
		case p.column == nil:
		case c.Role == records.RoleGiven:
			s.given = at
		case c.Role == records.RoleFamily:
			s.family = at
		}
	}
	if s.given < 0 || s.family < 0 {
		s.given, s.family = -1, -1
	}
	parallelItems(len(s.parts), func(at int) {
		p, c := &s.parts[at], m.Comparisons[at]
		if p.column == nil {
			return
		}
		p.compare, p.names = newComparer(p.column, m.Words[c.Column])
		if written := recs.Column(records.RoleWritten); c.Role == records.RoleFirm && written != nil {
			p.written, p.form = newTexts(written, m.Words[written.Name]), recs.Column(records.RoleLegalForm)
		}
	})
	s.lay()
	return s.with(m), nil
}

// with returns the scorer with the weights of another model, which has the same fields and
// words.
func (s *Scorer) with(m *Model) *Scorer {
	out := *s
	out.Model, out.prior, out.follows, out.kin = m, m.PriorBits(), m.bindDependences(), m.bindKin()
	out.parts, out.order = slices.Clone(s.parts), nil
	parallelItems(len(out.parts), func(at int) {
		p, c := &out.parts[at], &m.Comparisons[at]
		p.last = uint8(len(c.Levels))
		for l, level := range c.Levels {
			p.bits[l+1] = float32(level.Bits)
		}
		if p.column == nil {
			return
		}
		p.upper = slices.Max(p.bits[2 : p.last+1])
		p.rarity, p.like = c.rarity(p.column)
	})
	out.rank()
	return &out
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
