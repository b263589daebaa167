// Package decisions is what people decided on pairs of records: which of it holds,
// and what contradicts it. The state of a project keeps it, and for files without a
// project a file does.
package decisions

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/transforms/match"
)

// Book holds all that was ever decided, in order, and knows what of it holds.
type Book struct {
	holds map[pair]connectors.Decision
}

type pair struct{ a, b connectors.RecordKey }

// Sorted returns two records in the order in which a decision names them.
func Sorted(a, b connectors.RecordKey) (connectors.RecordKey, connectors.RecordKey) {
	if cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Record, b.Record)) > 0 {
		return b, a
	}
	return a, b
}

// NewBook reads decisions, those on the same two records in the order in which they
// were taken: the last holds.
func NewBook(all []connectors.Decision) *Book {
	b := &Book{holds: map[pair]connectors.Decision{}}
	for _, d := range all {
		b.write(d)
	}
	return b
}

func (b *Book) write(d connectors.Decision) {
	d.A, d.B = Sorted(d.A, d.B)
	if d.Verdict == connectors.VerdictForgotten {
		delete(b.holds, pair{d.A, d.B})
		return
	}
	b.holds[pair{d.A, d.B}] = d
}

// Holds returns the decisions that hold, by their records.
func (b *Book) Holds() []connectors.Decision {
	out := make([]connectors.Decision, 0, len(b.holds))
	for _, d := range b.holds {
		out = append(out, d)
	}
	slices.SortFunc(out, func(x, y connectors.Decision) int {
		return cmp.Or(strings.Compare(x.A.Source, y.A.Source), strings.Compare(x.A.Record, y.A.Record),
			strings.Compare(x.B.Source, y.B.Source), strings.Compare(x.B.Record, y.B.Record))
	})
	return out
}

// Empty reports whether no decision holds.
func (b *Book) Empty() bool { return len(b.holds) == 0 }

// On returns what was decided on two records and holds.
func (b *Book) On(x, y connectors.RecordKey) (connectors.Decision, bool) {
	x, y = Sorted(x, y)
	d, ok := b.holds[pair{x, y}]
	return d, ok
}

// Match returns the decisions as matching takes them.
func (b *Book) Match() match.Decisions {
	var out match.Decisions
	for _, d := range b.Holds() {
		if d.Verdict == connectors.VerdictSame {
			out.Same = append(out.Same, link(d.A, d.B))
		} else {
			out.Different = append(out.Different, link(d.A, d.B))
		}
	}
	return out
}

func link(a, b connectors.RecordKey) match.Link {
	return match.Link{A: match.Record{Source: a.Source, ID: a.Record}, B: match.Record{Source: b.Source, ID: b.Record}}
}

// Take writes one more decision. Nothing is new of one that holds already. One that
// contradicts what was decided before is refused with the code "contradiction", and
// so is taking back what nobody decided, with "no_decision".
func (b *Book) Take(d connectors.Decision) (isNew bool, err error) {
	d.A, d.B = Sorted(d.A, d.B)
	if d.A == d.B {
		return false, connectors.Errorf(connectors.KindConfig, "one_record", "name two records", "%s is one record", d.A)
	}
	before, decided := b.On(d.A, d.B)
	switch {
	case d.Verdict == connectors.VerdictForgotten && !decided:
		return false, connectors.Errorf(connectors.KindConfig, "no_decision", "`clientele match decisions` lists those that hold", "nobody decided anything on %s and %s", d.A, d.B)
	case d.Verdict == connectors.VerdictForgotten:
	case decided && before.Verdict == d.Verdict:
		return false, nil
	default:
		if against := b.Match().Against(link(d.A, d.B), d.Verdict == connectors.VerdictSame); len(against) > 0 {
			return false, b.contradiction(d, against)
		}
	}
	b.write(d)
	return true, nil
}

func (b *Book) contradiction(d connectors.Decision, against []match.Link) error {
	earlier := make([]string, len(against))
	for i, l := range against {
		e, _ := b.On(key(l.A), key(l.B))
		earlier[i] = Text(e)
	}
	first := against[0]
	return connectors.Errorf(connectors.KindConfig, "contradiction", "take an earlier one back: clientele match forget "+key(first.A).String()+" "+key(first.B).String(),
		"that %s and %s %s contradicts what was decided before: %s", d.A, d.B, Words(d.Verdict), strings.Join(earlier, "; "))
}

func key(r match.Record) connectors.RecordKey {
	return connectors.RecordKey{Source: r.Source, Record: r.ID}
}

// Text says a decision in words.
func Text(d connectors.Decision) string {
	return d.A.String() + " and " + d.B.String() + " " + Words(d.Verdict) + ", says " + d.By + " on " + d.At.UTC().Format(time.DateOnly)
}

// Words says what a verdict says of two records.
func Words(v connectors.Verdict) string {
	switch v {
	case connectors.VerdictDifferent:
		return "are different"
	case connectors.VerdictForgotten:
		return "are left to the evidence"
	}
	return "are the same"
}
