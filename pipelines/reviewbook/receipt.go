package reviewbook

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"clientele/connectors"
	"clientele/pipelines/decisions"
	"clientele/transforms/match/model"
)

// ErrNothing says that there is no pair to judge.
var ErrNothing = connectors.Errorf(connectors.KindConfig, "nothing_to_review", "a lower review_above asks about more", "no pair is between review_above and accept_above")

// Exported says what a workbook holds.
type Exported struct {
	File  string `json:"file"`
	Pairs int    `json:"pairs"`
	// Decided are those of them on which something was decided already.
	Decided int `json:"decided"`
}

// NewExported says what sheets hold.
func NewExported(file string, sheets []Sheet) *Exported {
	e := &Exported{File: file}
	for _, s := range sheets {
		e.Pairs += len(s.Pairs)
		for _, p := range s.Pairs {
			if p.Decision != "" {
				e.Decided++
			}
		}
	}
	return e
}

// Sort puts those pairs first that are nearest to a match.
func (s *Sheet) Sort() {
	slices.SortStableFunc(s.Pairs, func(x, y Pair) int { return cmp.Compare(y.Evidence.Bits, x.Evidence.Bits) })
}

// NewPair returns the line of a pair, with what was decided on it.
func NewPair(a, b connectors.RecordKey, e model.Explanation, book *decisions.Book) Pair {
	p := Pair{A: a, B: b, Evidence: e}
	if d, ok := book.On(a, b); ok {
		p.Decision, p.Why = string(d.Verdict), d.Why
	}
	return p
}

// Receipt says what became of every line of a workbook that came back. It names lines
// and records, and no values of them.
type Receipt struct {
	File string `json:"file"`
	By   string `json:"by"`
	// Taken are the lines that decided something new, Unchanged those that say what was
	// decided before.
	Taken     []Judged `json:"taken"`
	Unchanged []Judged `json:"unchanged"`
	Refused   []Judged `json:"refused"`
	// Open is the number of lines without a decision, or with later.
	Open int `json:"open"`
}

// Judged is a line with a decision.
type Judged struct {
	Sheet   string             `json:"sheet"`
	Line    int                `json:"line"`
	A       string             `json:"a"`
	B       string             `json:"b"`
	Verdict connectors.Verdict `json:"verdict,omitempty"`
	// Refused says why the line was not taken.
	Refused string `json:"why,omitempty"`
}

// Take takes the decisions of lines into a book, and keeps each that is new. A line whose
// records are not known, or that contradicts what was decided before, also by a line
// above it, is refused.
func Take(file string, lines []Line, by string, at time.Time, book *decisions.Book, known func(connectors.RecordKey) bool, keep func(connectors.Decision) error) (*Receipt, error) {
	r := &Receipt{File: file, By: by, Taken: []Judged{}, Unchanged: []Judged{}, Refused: []Judged{}}
	for _, l := range lines {
		j := Judged{Sheet: l.Sheet, Line: l.Line, A: l.A.String(), B: l.B.String(), Verdict: l.Verdict, Refused: l.Refused}
		for _, k := range []connectors.RecordKey{l.A, l.B} {
			if j.Refused == "" && l.Verdict != "" && !known(k) {
				j.Refused = k.String() + " is not known any more"
			}
		}
		if j.Refused != "" {
			r.Refused = append(r.Refused, j)
			continue
		}
		if l.Verdict == "" {
			r.Open++
			continue
		}
		d := connectors.Decision{A: l.A, B: l.B, Verdict: l.Verdict, Why: l.Why, By: by, At: at}
		d.A, d.B = decisions.Sorted(d.A, d.B)
		isNew, err := book.Take(d)
		var refused *connectors.Error
		switch {
		case errors.As(err, &refused):
			j.Refused = err.Error()
			r.Refused = append(r.Refused, j)
		case err != nil:
			return nil, err
		case !isNew:
			r.Unchanged = append(r.Unchanged, j)
		default:
			if err := keep(d); err != nil {
				return nil, err
			}
			r.Taken = append(r.Taken, j)
		}
	}
	return r, nil
}
