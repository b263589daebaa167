package option

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Period is a length of calendar time: so many years, months and days.
type Period struct{ Years, Months, Days int }

// ParsePeriod reads 30d, 6w, 6m, 3y.
func ParsePeriod(text string) (Period, error) {
	bad := errors.New("must be a period like 30d, 6w, 6m or 3y")
	if len(text) < 2 {
		return Period{}, bad
	}
	n, err := strconv.Atoi(text[:len(text)-1])
	if err != nil || n < 0 {
		return Period{}, bad
	}
	switch text[len(text)-1] {
	case 'd':
		return Period{Days: n}, nil
	case 'w':
		return Period{Days: 7 * n}, nil
	case 'm':
		return Period{Months: n}, nil
	case 'y':
		return Period{Years: n}, nil
	}
	return Period{}, bad
}

// Zero reports whether the period is empty.
func (p Period) Zero() bool { return p == Period{} }

// Before returns the date that lies p before t. A month that lacks the day ends
// at its last day: one month before 31 March is 28 or 29 February.
func (p Period) Before(t time.Time) time.Time {
	y, m, d := t.Date()
	first := time.Date(y-p.Years, m-time.Month(p.Months), 1, 0, 0, 0, 0, t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(d, last), 0, 0, 0, 0, t.Location()).AddDate(0, 0, -p.Days)
}

// String returns the period as ParsePeriod reads it.
func (p Period) String() string {
	switch {
	case p.Years > 0:
		return fmt.Sprintf("%dy", p.Years)
	case p.Months > 0:
		return fmt.Sprintf("%dm", p.Months)
	default:
		return fmt.Sprintf("%dd", p.Days)
	}
}
