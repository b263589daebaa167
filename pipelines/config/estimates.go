package config

import "clientele/schemas/option"

// Estimates say whether firms that report no revenue or headcount get those of others of
// their sector.
type Estimates struct {
	Asked bool
	// MinFirms is how many firms of a sector must report a value.
	MinFirms int
}

// LeastFirms returns how many firms a median is taken of, 0 where none is asked for.
func (e Estimates) LeastFirms() int {
	if !e.Asked {
		return 0
	}
	return e.MinFirms
}

func (e *Estimates) spec(s *option.Spec) {
	s.Int(&e.MinFirms, "min_firms", 20, 3, 1_000_000, "firms of a sector that must report a value; where fewer of the class do, those of the group count, then of the division, then of the section")
}
