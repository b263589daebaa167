package bigquerysource

import (
	"errors"
	"path"
	"strings"

	"clientele/connectors/lookback"
	"clientele/schemas/option"
)

// Options says what is read of BigQuery, and at what cost.
type Options struct {
	// Project is billed.
	Project string
	// Table is a table or view, or by a * in its name several; Query is read in its
	// place.
	Table, Query string
	// Key are columns that together tell rows apart: rows come in their order. The
	// primary key that the table declares where it is nil.
	Key []string
	// Cursor is a column that grows with every change, "" to read all each time.
	Cursor string
	// Lookback is how far behind the cursor reading begins again.
	Lookback lookback.Distance
	// Location of the jobs, "" for where the tables lie.
	Location string
	// Credentials is a file, "" for those of the environment.
	Credentials string
	// MaximumBytesBilled is what one statement may cost at most, 0 for no limit.
	MaximumBytesBilled int
}

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("bigquery", "Tables, views and queries of Google BigQuery. docs/bigquery.md says which roles reading needs and how types come out.")
	s.String(&o.Project, "project", "", "project of Google Cloud that is billed").Required().Example("my-project")
	s.String(&o.Table, "table", "", "table or view to read, with its dataset, and its project where that is another; with a * in the last part it names several, each a delivery of its own").
		Example("shop.orders").Example("other-project.shop.orders").Example(`"analytics.events_*"`)
	s.String(&o.Query, "query", "", "SELECT to read in place of a table; it needs a key").Example("select * from shop.orders where not test")
	s.Strings(&o.Key, "key", "columns that tell rows apart; the primary key that a table declares where it is left out").Example("[order_id, line_no]")
	s.String(&o.Cursor, "cursor", "", "column that grows with every change: a time, a date, a number or a text; each night reads on from the last value. "+
		"Deleted rows are not noticed; its tables are delivered as changes or append").Example("updated_at")
	lookback.Option(s, &o.Lookback)
	s.Int(&o.MaximumBytesBilled, "maximum_bytes_billed", 0, 0, 1<<62, "bytes that one statement may be billed for; 0 for no limit").Example("10_000_000_000")
	s.String(&o.Location, "location", "", "where the work is done; where the tables lie, when it is left out").Example("EU")
	s.String(&o.Credentials, "credentials", "", "file with the key of a service account; the credentials of the environment (application default) where it is left out").Example("secrets/clientele.json")
	s.Check(o.check)
	return s
}

func (o *Options) check() error {
	_, _, name := o.parts()
	_, err := path.Match(name, "")
	switch {
	case o.Table == "" && o.Query == "":
		return errors.New("name a table or a query")
	case o.Table != "" && o.Query != "":
		return errors.New("table and query exclude one another")
	case o.Table != "" && strings.Count(o.Table, ".") != 1 && strings.Count(o.Table, ".") != 2:
		return errors.New("table must be dataset.table or project.dataset.table")
	case o.Query != "" && len(o.Key) == 0:
		return errors.New("a query needs a key: columns that tell its rows apart")
	case err != nil:
		return errors.New("table is not a valid pattern: close every [ by ]")
	case o.pattern() && o.Cursor != "":
		return errors.New("a cursor goes with one table: make a source for each")
	case !o.Lookback.Zero() && o.Cursor == "":
		return errors.New("lookback goes with a cursor")
	}
	return nil
}

// parts are those of the option table.
func (o *Options) parts() (project, dataset, name string) {
	parts := strings.Split(o.Table, ".")
	if len(parts) < 3 {
		parts = append([]string{o.Project}, parts...)
	}
	if len(parts) < 3 {
		return "", "", ""
	}
	return parts[0], parts[1], parts[2]
}

// pattern reports whether the option table names several.
func (o *Options) pattern() bool { return strings.ContainsAny(o.Table, "*?[") }

// Partial says that a delivery holds what changed, and not all there is.
func (o *Options) Partial() bool { return o.Cursor != "" }
