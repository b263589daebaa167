package conform

import (
	"math"

	"clientele/schemas"
)

// span are the days that a source speaks for where it replaces another or is
// replaced.
type span struct {
	fact        bool  // rows of the table are facts
	from, until int64 // days since 1970, half-open
}

func newSpan(source Source, target string) span {
	s := span{fact: schemas.FactDate(target) != "" || target == "order_lines", from: math.MinInt64, until: math.MaxInt64}
	if !source.From.IsZero() {
		s.from = days(source.From)
	}
	if !source.Until.IsZero() {
		s.until = days(source.Until)
	}
	return s
}

// excludes returns why a row is not the source's to tell, "" where it is. Of
// what is no fact, like a customer's record, the new source may say since when
// it is known.
func (s span) excludes(f *fate) string {
	day := f.day
	if s.fact {
		day = f.fact
	}
	switch {
	case day == noDay:
		return ""
	case s.fact && day < s.from:
		return codeMigrated
	case day >= s.until:
		return codeReplaced
	}
	return ""
}

// undated reports whether nobody can say which of two sources a fact is of.
func (s span) undated(f *fate) bool { return s.fact && f.fact == noDay && s.from != math.MinInt64 }

// dated returns the column that dates a fact.
func (c *Conformer) dated() int {
	if c.date >= 0 {
		return c.date
	}
	return c.columns["observed_on"]
}

// factDay returns the company's date of a fact.
func (b *batch) factDay(row []slot) int64 {
	if at := b.dated(); row[at].set {
		return b.localDays(at, row[at].n)
	}
	return noDay
}
