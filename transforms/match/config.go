package match

import (
	"fmt"
	"slices"

	"clientele/transforms/match/blocking"
	"clientele/transforms/match/records"
)

// Config is what a user says of a match.
type Config struct {
	Fields []records.Field `json:"fields"`
	// AcceptAbove is the probability from which a pair is a match; pairs from
	// ReviewAbove on are asked about. 0 is the default.
	AcceptAbove float64 `json:"accept_above,omitempty"`
	ReviewAbove float64 `json:"review_above,omitempty"`
	// PairBudget bounds the pairs that are compared; 0 is PairsPerRecord for each
	// record, and at least LeastBudget.
	PairBudget int64 `json:"pair_budget,omitempty"`
	// LinkOnly compares records of different sources alone.
	LinkOnly bool `json:"link_only,omitempty"`
	// Register is a source that the records of all others are looked up in: pairs are of
	// one of these and one of that, "" for none.
	Register string `json:"register,omitempty"`
	// DuplicateFree are the sources that hold nothing twice: a cluster has at most
	// one record of each.
	DuplicateFree []string `json:"duplicate_free,omitempty"`
	// OneToOne says that all sources are free of duplicates.
	OneToOne bool `json:"one_to_one,omitempty"`
	// CannotLink are fields of which two different values forbid a match. Fields of
	// kind enterprise always do.
	CannotLink []string `json:"cannot_link,omitempty"`
}

// Defaults of Config.
const (
	AcceptAbove    = 0.95
	ReviewAbove    = 0.50
	PairsPerRecord = 12
	LeastBudget    = 5_000_000
)

// withDefaults returns the config with what it leaves open filled in, or what is
// wrong with it.
func (c Config) withDefaults(n int) (Config, error) {
	if c.AcceptAbove == 0 {
		c.AcceptAbove = AcceptAbove
	}
	if c.ReviewAbove == 0 {
		c.ReviewAbove = min(ReviewAbove, c.AcceptAbove)
	}
	if c.AcceptAbove <= 0 || c.AcceptAbove >= 1 || c.ReviewAbove <= 0 || c.ReviewAbove > c.AcceptAbove {
		return c, fmt.Errorf("review_above %g and accept_above %g are not probabilities in this order: 0 < review_above ≤ accept_above < 1", c.ReviewAbove, c.AcceptAbove)
	}
	if c.PairBudget == 0 {
		c.PairBudget = max(LeastBudget, PairsPerRecord*int64(n))
	}
	return c, nil
}

// pairing says which pairs of records count.
func (c Config) pairing(recs *records.Records) blocking.Pairing {
	if at := slices.Index(recs.Sources, c.Register); at >= 0 && c.Register != "" {
		return blocking.Against(int32(at))
	}
	if c.LinkOnly {
		return blocking.Between()
	}
	return blocking.Pairing{}
}
