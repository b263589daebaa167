package blocking

import "clientele/transforms/match/records"

// Pairing says which pairs of records count. The zero value is all pairs.
type Pairing struct {
	between bool
	// register is the source that all others are looked up in, counted from 1.
	register int32
}

// Between is the pairing of records of different sources.
func Between() Pairing { return Pairing{between: true} }

// Against is the pairing of the records of a register with those of all other sources.
// Of a register that is larger by far, only what the others share keys with is looked at.
func Against(register int32) Pairing { return Pairing{register: register + 1} }

// Counts reports whether a pair counts.
func (p Pairing) Counts(recs *records.Records, a, b int32) bool {
	switch {
	case p.register > 0:
		return p.Registered(recs, a) != p.Registered(recs, b)
	case p.between:
		return recs.Source(a) != recs.Source(b)
	}
	return true
}

// Lookup reports whether records are looked up in a register.
func (p Pairing) Lookup() bool { return p.register > 0 }

// Registered reports whether a record is one of the register.
func (p Pairing) Registered(recs *records.Records, i int32) bool {
	return recs.Source(i) == p.register-1
}

// side is the part of the records that the pairing tells from the others: those of one
// source, or of the register and of all else.
func (p Pairing) side(recs *records.Records, i int32) int32 {
	switch {
	case p.register == 0:
		return recs.Source(i)
	case p.Registered(recs, i):
		return 1
	}
	return 0
}

// sizes counts the records of each side.
func (p Pairing) sizes(recs *records.Records) []float64 {
	out := make([]float64, max(2, len(recs.Sources)))
	for i := range int32(recs.Len()) {
		out[p.side(recs, i)]++
	}
	return out
}

// total is the number of pairs that there are.
func (p Pairing) total(recs *records.Records) float64 {
	n := float64(recs.Len())
	all := n * (n - 1) / 2
	if !p.between && !p.Lookup() {
		return all
	}
	for _, own := range p.sizes(recs) {
		all -= own * (own - 1) / 2
	}
	return all
}

// lookedUp returns those records that are looked up, and those of the register.
func (p Pairing) lookedUp(recs *records.Records) (some, register []int32) {
	for i := range int32(recs.Len()) {
		if p.Registered(recs, i) {
			register = append(register, i)
		} else {
			some = append(some, i)
		}
	}
	return some, register
}
