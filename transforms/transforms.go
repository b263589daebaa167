// Package transforms is what happens to data between its sources and its
// readers. The packages below it are the steps of a night, in the order of a
// record's way: conform, load, match, merge, facts, metrics, history, retain.
// None of them does I/O: they turn batches into batches or compose SQL for the
// warehouse to run.
package transforms

import "time"

// Night is what every step must know of the night that it works for.
type Night struct {
	// AsOf is the date of the night, midnight UTC: it holds the facts dated
	// before it.
	AsOf time.Time
	// Zone is the time zone in which the company's days begin.
	Zone *time.Location
	// Currency is the one that amounts are added up in, ISO 4217.
	Currency string
	// LapsedBefore is the date before which the last order makes a customer a
	// lapsed one.
	LapsedBefore time.Time
}

// ZoneName is the IANA name of the company's time zone.
func (n Night) ZoneName() string { return n.Zone.String() }
