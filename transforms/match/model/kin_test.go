package model

import (
	"testing"

	"pgregory.net/rapid"

	"clientele/transforms/match/records"
)

// Kin only ever take off, and whatever agrees better weighs no less.
func TestKinTakeOff(t *testing.T) {
	roles := []records.Role{records.RoleGiven, records.RoleFamily, records.RoleStreet, records.RolePhone, records.RoleEmail}
	m := &Model{Lambda: .001}
	for _, role := range roles {
		scale := scales[role]
		c := Comparison{Column: string(role), Role: role}
		for l, label := range scale.labels {
			c.Levels = append(c.Levels, Level{Label: label, M: scale.prior[l], U: scale.expected(l)})
		}
		c.weigh()
		m.Comparisons = append(m.Comparisons, c)
	}
	m.Kin, _ = m.kin(false)
	if len(m.Kin) != 2 {
		t.Fatalf("persons with streets have %d sorts of kin, want 2", len(m.Kin))
	}
	rapid.Check(t, func(r *rapid.T) {
		for k := range m.Kin {
			m.Kin[k].Lambda = m.Lambda * rapid.Float64Range(1e-3, 10).Draw(r, "kin per match")
			for i := range m.Kin[k].Often {
				o := &m.Kin[k].Often[i]
				expected := make([]float64, len(o.K))
				for l := range expected {
					expected[l] = rapid.Float64Range(0, 1e4).Draw(r, "expected")
				}
				o.learn(&m.Comparisons[m.at(o.Column)], expected, false)
			}
		}
		kin := m.bindKin()
		weigh := func(levels *Levels) (strangers, all float64) {
			var own [maxColumns]float32
			strangers = m.PriorBits()
			for at, c := range m.Comparisons {
				if l := levels[at]; l != levelNull {
					own[at] = float32(c.Levels[l-1].Bits)
					strangers += c.Levels[l-1].Bits
				}
			}
			return strangers, amongAll(strangers, kin, len(m.Comparisons), levels, &own)
		}
		var levels Levels
		for at, role := range roles {
			levels[at] = uint8(rapid.IntRange(0, scales[role].chain).Draw(r, "level"))
		}
		strangers, all := weigh(&levels)
		if all > strangers+1e-6 {
			r.Fatalf("kin add to a weight of %v: %v", strangers, all)
		}
		at := rapid.IntRange(0, len(roles)-1).Draw(r, "column")
		if better := levels; levels[at] > levelExact {
			better[at]--
			if _, more := weigh(&better); more < all-1e-6 {
				r.Fatalf("%s at level %d weighs %v, at the better %d %v", roles[at], levels[at], all, better[at], more)
			}
		}
	})
}

// Firms, and persons of whom no street is known, have no kin.
func TestKinHaveNamesAndStreets(t *testing.T) {
	for _, roles := range [][]records.Role{{records.RoleFirm, records.RoleStreet}, {records.RoleGiven, records.RoleFamily, records.RoleEmail}} {
		m := &Model{Lambda: .001}
		for _, role := range roles {
			m.Comparisons = append(m.Comparisons, Comparison{Column: string(role), Role: role, Levels: make([]Level, len(scales[role].labels))})
		}
		if kin, _ := m.kin(false); len(kin) > 0 {
			t.Errorf("%v have kin %v", roles, kin)
		}
	}
}
