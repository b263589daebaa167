package model

import (
	"cmp"
	"math"
	"slices"

	"clientele/transforms/match/records"
)

// several stands, in the rows of a scorer, for a record with several values.
const several = math.MaxUint32

// slack keeps rounding from telling a pair that weighs least from one that does not.
const slack = 0.01

// cost is about what comparing two different values of a role takes, by the cheapest.
func cost(role records.Role) float32 {
	switch role {
	case records.RoleFirm, records.RoleText:
		return 20
	case records.RoleStreet:
		return 14
	case records.RoleEmail, records.RoleWebsite:
		return 8
	case records.RoleGiven, records.RoleFamily, records.RoleTown:
		return 6
	case records.RolePhone, records.RoleIdentifier, records.RoleHouse, records.RolePostcode, records.RoleBirthDate, records.RoleDate:
		return 3
	}
	return 1
}

// lay lays the values of each record side by side.
func (s *Scorer) lay() {
	width := len(s.parts)
	s.rows = make([]uint32, s.recs.Len()*width)
	const span = 1 << 14 // records at a time
	parallelItems((s.recs.Len()+span-1)/span, func(n int) {
		for at := range s.parts {
			p := &s.parts[at]
			if p.column == nil {
				continue
			}
			for i := n * span; i < min((n+1)*span, s.recs.Len()); i++ {
				switch of := p.column.Of(int32(i)); len(of) {
				case 0:
				case 1:
					s.rows[i*width+at] = of[0]
				default:
					s.rows[i*width+at] = several
				}
			}
		}
	})
}

// rank orders the columns: those first that tell most for what they cost.
func (s *Scorer) rank() {
	for at := range s.parts {
		if s.parts[at].column != nil && at != s.given {
			s.order = append(s.order, at)
		}
	}
	worth := func(at int) float32 {
		p := &s.parts[at]
		return (p.upper - p.bits[p.last]) / cost(s.Model.Comparisons[at].Role)
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(worth(b), worth(a)) })
}

// row returns the values of a record, one per part: 0 for none.
func (s *Scorer) row(i int32) []uint32 {
	width := len(s.parts)
	return s.rows[int(i)*width : int(i)*width+width]
}

// Weighed is a record and the weight of its pair with another.
type Weighed struct {
	Record int32
	Bits   float64
}

// AtLeast returns the weight of a pair, and false where it is below least or a match
// is forbidden.
func (s *Scorer) AtLeast(i, j int32, least float64) (float64, bool) {
	var room [1]Weighed
	if found := s.Alike(room[:0], i, []int32{j}, least); len(found) > 0 {
		return found[0].Bits, true
	}
	return 0, false
}

// Alike appends to dst those of some records whose pairs with i weigh least or more and may
// be matches, with their weights. It first takes values that differ to be as alike as
// they can, and goes on with each column for those records whose pairs can still weigh
// enough: so the memory of many is read at a time.
func (s *Scorer) Alike(dst []Weighed, i int32, others []int32, least float64) []Weighed {
	from, enough := len(dst), float32(least-slack)
	a := s.row(i)
	several := s.severalNames(a)
	for _, j := range others {
		b := s.row(j)
		bits := float32(math.MaxFloat32) // of names of which there are several nothing is known before Score
		if !several && !s.severalNames(b) {
			bits = s.bound(i, j, a, b)
		}
		if bits >= enough {
			dst = append(dst, Weighed{j, float64(bits)})
		}
	}
	for _, at := range s.order {
		if a[at] == 0 && at != s.family {
			continue
		}
		left := dst[:from]
		for _, w := range dst[from:] {
			if w.Bits -= float64(s.excess(at, i, w.Record, a, s.row(w.Record))); float32(w.Bits) >= enough {
				left = append(left, w)
			}
		}
		dst = left
	}
	left := dst[:from]
	for _, w := range dst[from:] {
		bits, levels := s.Score(i, w.Record)
		if bits >= least && !s.Forbids(&levels) {
			left = append(left, Weighed{w.Record, bits})
		}
	}
	return left
}

// severalNames reports whether a record has several given or family names.
func (s *Scorer) severalNames(row []uint32) bool {
	return s.given >= 0 && (row[s.given] == several || row[s.family] == several)
}

// bound is what a pair weighs at most, given which values are equal.
func (s *Scorer) bound(i, j int32, a, b []uint32) float32 {
	bits := float32(s.prior)
	for at := range s.parts {
		p := &s.parts[at]
		switch {
		case a[at] == 0 || b[at] == 0 || at == s.given || at == s.family:
		case a[at] == several || b[at] == several:
			level, extra := p.compareColumn(i, j)
			bits += p.bits[level] + extra
		case a[at] == b[at]:
			bits += p.equal(a[at])
		default:
			bits += p.upper
		}
	}
	if s.given >= 0 {
		bits += s.namesBound(a, b)
	}
	return bits
}

// excess is by how much the bound of a pair was too high in a column. That of both names
// is told with the family name.
func (s *Scorer) excess(at int, i, j int32, a, b []uint32) float32 {
	p := &s.parts[at]
	switch {
	case at == s.family:
		if a[s.given] == b[s.given] && a[at] == b[at] || s.severalNames(a) || s.severalNames(b) {
			return 0
		}
		return s.namesBound(a, b) - s.names(i, j, a, b)
	case a[at] == b[at] || b[at] == 0 || a[at] == several || b[at] == several:
		return 0
	case p.written != nil:
		level, extra := p.compareColumn(i, j)
		return p.upper - p.bits[level] - extra
	}
	return p.upper - p.bits[p.compare(a[at], b[at])]
}

// equal is what sharing a value weighs.
func (p *part) equal(value uint32) float32 {
	if p.rarity == nil {
		return p.bits[levelExact]
	}
	return p.bits[levelExact] + p.rarity[value]
}

// namesBound is what the names of a pair weigh at most, of which neither has several, given
// which are equal. Names that differ may agree crosswise.
func (s *Scorer) namesBound(a, b []uint32) float32 {
	g, f := &s.parts[s.given], &s.parts[s.family]
	sameGiven, sameFamily := a[s.given] == b[s.given], a[s.family] == b[s.family]
	openGiven, openFamily := !sameGiven && a[s.given] != 0 && b[s.given] != 0, !sameFamily && a[s.family] != 0 && b[s.family] != 0
	bits := float32(0)
	if sameGiven && a[s.given] != 0 {
		bits = g.equal(a[s.given])
	}
	switch {
	case !sameGiven && !sameFamily:
		return max(g.upper, f.upper, 0) + max(f.upper, 0)
	case sameGiven && openFamily: // both records may have their names in each other's place
		return max(bits+f.upper, g.upper+f.bits[levelExact])
	case openGiven:
		bits += g.upper
	}
	if sameFamily && a[s.family] != 0 {
		bits += f.equal(a[s.family])
	}
	return bits
}

// names is what the names of a pair weigh, of which neither has several.
func (s *Scorer) names(i, j int32, a, b []uint32) float32 {
	var levels Levels
	var own [maxColumns]float32
	for _, at := range [2]int{s.given, s.family} {
		p := &s.parts[at]
		if a[at] != 0 && b[at] != 0 {
			level, extra := p.compareValues(a[at], b[at])
			levels[at], own[at] = level, p.bits[level]+extra
		}
	}
	if levels[s.family] != levelExact {
		s.swap(i, j, &levels, &own)
	}
	return own[s.given] + own[s.family]
}
