package match

import (
	"cmp"
	"math"
	"slices"
)

// Found is what a record that was looked up in a register is taken to be.
type Found struct {
	// Record is the one that was looked up, and Is the record of the register that it is
	// most likely to be.
	Record, Is int32
	// Probability is that of their being one, against all else that the register has, and
	// against its having none.
	Probability float64
	// Rival is the probability of the firm that comes next, 0 for none.
	Rival float64
}

// Found tells, for each record that was looked up in the register of the Config and has
// likely pairs, which of the register's firms it is, in the order of records. asked tells those
// that are asked about from those that the model was trained by alone, firm the firm
// of a record of the register, which may have several records of one: of these the best
// counts. Firms exclude one another: a record is one of them, or none. Weights of pairs tell
// how much likelier a pair is to be a match than two records at random; how many of those
// looked up the register has at all is estimated from all of them (by expectation
// maximisation, as in Compete).
func (m *Matching) Found(asked func(record int32) bool, firm func(register int32) int32) []Found {
	prior := m.Model.PriorBits()
	type offer struct {
		record, is, firm int32
		ratio            float64 // likelihood of a match over that of none
	}
	var offers []offer
	for _, p := range m.Pairs {
		o := offer{record: p.A, is: p.B, ratio: math.Exp2(min(float64(p.Own)-prior, 200))}
		if m.pairing.Registered(m.Records, p.A) {
			o.record, o.is = p.B, p.A
		}
		if o.firm = firm(o.is); asked(o.record) {
			offers = append(offers, o)
		}
	}
	// The best of each firm first; of equal ones the first of the register.
	slices.SortFunc(offers, func(a, b offer) int {
		return cmp.Or(cmp.Compare(a.record, b.record), cmp.Compare(a.firm, b.firm), cmp.Compare(b.ratio, a.ratio), cmp.Compare(a.is, b.is))
	})
	offers = slices.CompactFunc(offers, func(a, b offer) bool { return a.record == b.record && a.firm == b.firm })
	slices.SortFunc(offers, func(a, b offer) int {
		return cmp.Or(cmp.Compare(a.record, b.record), cmp.Compare(b.ratio, a.ratio), cmp.Compare(a.is, b.is))
	})
	firms, lookedUp := 0.0, 0.0
	for i := range int32(m.Records.Len()) {
		switch {
		case m.pairing.Registered(m.Records, i):
			firms++
		case asked(i):
			lookedUp++
		}
	}
	known := .5 // share of those looked up that the register has
	var out []Found
	for range estimates {
		alone, found := known/((1-known)*firms), 0.0
		out = out[:0]
		for from := 0; from < len(offers); {
			to, sum := from, 0.0
			for ; to < len(offers) && offers[to].record == offers[from].record; to++ {
				sum += offers[to].ratio * alone
			}
			f := Found{Record: offers[from].record, Is: offers[from].is, Probability: offers[from].ratio * alone / (1 + sum)}
			if to > from+1 {
				f.Rival = offers[from+1].ratio * alone / (1 + sum)
			}
			found += sum / (1 + sum)
			out = append(out, f)
			from = to
		}
		known = min(max(found, .5), lookedUp-.5) / lookedUp
	}
	return out
}

// estimates is the number of rounds in which the share of known records is estimated.
const estimates = 20
