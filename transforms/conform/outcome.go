package conform

import (
	"cmp"
	"slices"
)

// Tally counts what became of the rows that one table was offered. Read is
// always Conformed + Filtered + Quarantined.
type Tally struct {
	Read         int64
	Conformed    int64
	Filtered     map[string]int64 // by name of the filter
	Quarantined  map[string]int64 // by code
	WithoutParty int64            // conformed rows of facts that name no party
	// Misfits are the values that did not fit their columns: those that became
	// null, and of a row in quarantine the first. Filtered rows have none.
	Misfits     int64
	FirstMisfit Misfit
}

// Count is the number of rows under one code.
type Count struct {
	Code string
	Rows int64
}

// FilteredRows returns the filtered rows of all filters.
func (t *Tally) FilteredRows() int64 { return sum(t.Filtered) }

// QuarantinedRows returns the quarantined rows of all codes.
func (t *Tally) QuarantinedRows() int64 { return sum(t.Quarantined) }

// Balanced reports whether every row read is accounted for.
func (t *Tally) Balanced() bool {
	return t.Read == t.Conformed+t.FilteredRows()+t.QuarantinedRows()
}

func sum(m map[string]int64) (n int64) {
	for _, v := range m {
		n += v
	}
	return n
}

// Sorted returns counts in the order of their codes.
func Sorted(m map[string]int64) []Count {
	out := make([]Count, 0, len(m))
	for code, n := range m {
		out = append(out, Count{code, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Compare(a.Code, b.Code) })
	return out
}

func (t *Tally) filter(code string, n int64) {
	if t.Filtered == nil {
		t.Filtered = map[string]int64{}
	}
	t.Filtered[code] += n
}

func (t *Tally) quarantine(code string, n int64) {
	if t.Quarantined == nil {
		t.Quarantined = map[string]int64{}
	}
	t.Quarantined[code] += n
}

// Quarantined is a row that can't be used. It holds personal data.
type Quarantined struct {
	Position int64
	Part     string
	Row      int64
	Code     string
	Column   string // of the source
	Message  string // without the value
	Values   string // the row as JSON
}

// Issue is a value that could not be used and became null.
type Issue struct {
	Position int64
	Part     string
	Row      int64
	Column   string // of the input table
	Code     string

	fate int // row of the batch as conformed
}

// The codes that conform itself gives; faults of connectors give others.
const (
	codeFuture     = "future"      // filtered: dated on or after the night
	codeEmpty      = "empty"       // filtered: an unpivoted cell without a value
	codeNotChosen  = "not_chosen"  // filtered: a choice that was not chosen
	codeMigrated   = "migrated"    // filtered: a fact of before the day on which the source replaces another
	codeReplaced   = "replaced"    // filtered: dated on or after the day from which another source replaces this one
	codeNewColumn  = "new_column"  // quarantined, or an issue: a value in a column that the contract does not know
	codeMissingKey = "missing_key" // quarantined: a part of the key is absent
)
