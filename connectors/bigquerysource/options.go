package bigquerysource

import (
	"errors"
	"strings"

	"clientele/connectors/selection"
	"clientele/schemas/option"
)

// Options says what is read of BigQuery, and at what cost.
type Options struct {
	// Project is billed.
	Project string
	selection.Selection
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
	o.Lookback.Spec(s)
	s.Int(&o.MaximumBytesBilled, "maximum_bytes_billed", 0, 0, 1<<62, "bytes that one statement may be billed for; 0 for no limit").Example("10_000_000_000")
	s.String(&o.Location, "location", "", "where the work is done; where the tables lie, when it is left out").Example("EU")
	s.String(&o.Credentials, "credentials", "", "file with the key of a service account; the credentials of the environment (application default) where it is left out").Example("secrets/clientele.json")
	s.Check(o.Check)
	return s
}

// Check says what can't be read so.
func (o *Options) Check() error {
	if n := strings.Count(o.Table, "."); o.Table != "" && n != 1 && n != 2 {
		return errors.New("table must be dataset.table or project.dataset.table")
	}
	return o.Selection.Check()
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
