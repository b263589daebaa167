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

// lay prepares AtLeast: the values of each record side by side, and the order in
// which columns tell most for what they cost.
func (s *Scorer) lay() {
	width := len(s.parts)
	s.rows = make([]uint32, s.recs.Len()*width)
	for at := range s.parts {
		p := &s.parts[at]
		if p.column == nil {
			continue
		}
		p.upper = p.bits[p.last]
		for l := uint8(2); l <= p.last; l++ {
			p.upper = max(p.upper, p.bits[l])
		}
		for i := range int32(s.recs.Len()) {
			switch of := p.column.Of(i); len(of) {
			case 0:
			case 1:
				s.rows[int(i)*width+at] = of[0]
			default:
				s.rows[int(i)*width+at] = several
			}
		}
		if at != s.given {
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

// AtLeast returns the weight of a pair, and false where it is below least or a match
// is forbidden. It first takes values that differ to be as alike as they can, and
// compares columns only until the pair can no longer weigh enough.
func (s *Scorer) AtLeast(i, j int32, least float64) (float64, bool) {
	a, b := s.row(i), s.row(j)
	enough := float32(least - slack)
	bits := float32(s.prior)
	var open [maxColumns]float32 // what columns that are not yet compared were taken to weigh
	for at := range s.parts {
		p := &s.parts[at]
		switch {
		case a[at] == 0 || b[at] == 0:
		case a[at] == several || b[at] == several:
			level, extra := p.compareColumn(i, j)
			bits += p.bits[level] + extra
		case a[at] == b[at]:
			bits += p.bits[levelExact]
			if p.rarity != nil {
				bits += p.rarity[a[at]]
			}
		default:
			open[at] = p.upper
			bits += p.upper
		}
	}
	if s.given >= 0 && (a[s.given] == several || b[s.given] == several || a[s.family] == several || b[s.family] == several) {
		weight, levels := s.Score(i, j)
		return weight, weight >= least && !s.Forbids(&levels)
	}
	swap := s.given >= 0 && a[s.given] != b[s.given] && a[s.family] != b[s.family]
	if swap { // names may agree crosswise
		g, f := &s.parts[s.given], &s.parts[s.family]
		bits += max(g.upper, f.upper, 0) + max(f.upper, 0) - open[s.given] - open[s.family]
		open[s.given], open[s.family] = 0, max(g.upper, f.upper, 0)+max(f.upper, 0)
	}
	if s.given >= 0 && a[s.given] == b[s.given] && open[s.family] != 0 { // both may have their names in each other's place
		g, f := &s.parts[s.given], &s.parts[s.family]
		if other := g.upper + f.bits[levelExact] - s.equalNames(a, b); other > open[s.family] {
			bits += other - open[s.family]
			open[s.family] = other
		}
	}
	if bits < enough {
		return 0, false
	}
	for _, at := range s.order {
		p := &s.parts[at]
		switch {
		case at == s.family && s.given >= 0:
			if open[s.given] == 0 && open[at] == 0 {
				continue
			}
			bits += s.names(i, j, a, b) - open[s.given] - open[at] - s.equalNames(a, b)
		case open[at] == 0 || a[at] == several || b[at] == several:
			continue
		case p.written != nil:
			level, extra := p.compareColumn(i, j)
			bits += p.bits[level] + extra - open[at]
		default:
			bits += p.bits[p.compare(a[at], b[at])] - open[at]
		}
		if bits < enough {
			return 0, false
		}
	}
	weight, levels := s.Score(i, j)
	return weight, weight >= least && !s.Forbids(&levels)
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

// equalNames is what the names that are equal weigh.
func (s *Scorer) equalNames(a, b []uint32) float32 {
	bits := float32(0)
	for _, at := range [2]int{s.given, s.family} {
		if a[at] == b[at] && a[at] != 0 && a[at] != several {
			bits += s.parts[at].bits[levelExact]
			if s.parts[at].rarity != nil {
				bits += s.parts[at].rarity[a[at]]
			}
		}
	}
	return bits
}
