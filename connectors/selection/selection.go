// Package selection says what a source reads of a database: a table, the tables that
// a pattern names, or a query; by which key, and whole or from a cursor on.
package selection

import (
	"errors"
	"path"
	"strings"
)

// Query is what the pulls of a query are called.
const Query = "query"

// Selection is what is read.
type Selection struct {
	// Table names a table or view, or by a * several; Query is read in its place.
	Table, Query string
	// Key are columns that together tell rows apart, in the order of reading; the
	// primary key that the table declares where it is nil.
	Key []string
	// Cursor is a column that grows with every change, "" to read all each time.
	Cursor string
	// Lookback is how far behind the cursor reading begins again.
	Lookback Lookback
}

// Check says what can't be read so.
func (s *Selection) Check() error {
	_, err := path.Match(s.Table, "")
	switch {
	case s.Table == "" && s.Query == "":
		return errors.New("name a table or a query")
	case s.Table != "" && s.Query != "":
		return errors.New("table and query exclude one another")
	case s.Query != "" && len(s.Key) == 0:
		return errors.New("a query needs a key: columns that tell its rows apart")
	case err != nil:
		return errors.New("table is not a valid pattern: close every [ by ]")
	case s.Pattern() && s.Cursor != "":
		return errors.New("a cursor goes with one table: make a source for each")
	case !s.Lookback.Zero() && s.Cursor == "":
		return errors.New("lookback goes with a cursor")
	}
	return nil
}

// Pattern reports whether Table names several.
func (s *Selection) Pattern() bool { return strings.ContainsAny(s.Table, "*?[") }

// Partial says that a delivery holds what changed, and not all there is.
func (s *Selection) Partial() bool { return s.Cursor != "" }

// Name is what is read, as deliveries and errors say it.
func (s *Selection) Name() string {
	if s.Query != "" {
		return Query
	}
	return s.Table
}
