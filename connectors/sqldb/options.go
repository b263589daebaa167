package sqldb

import (
	"errors"
	"path"
	"strings"

	"clientele/connectors/lookback"
	"clientele/schemas/option"
)

// Options says what is read of a database, and how.
type Options struct {
	// URL is the address of the database. It is a secret.
	URL string
	// Password replaces the one of the URL, "" for that one.
	Password string
	// Table names a table or view, or by a * several; Query is read in its place.
	Table, Query string
	// Key are columns that together tell rows apart, in the order of paging; the
	// primary key of the table where it is nil.
	Key []string
	// Cursor is a column that grows with every change, "" to read all each time.
	Cursor string
	// Lookback is how far behind the cursor reading begins again.
	Lookback lookback.Distance
	// Partitions is how many ranges of the key are read side by side.
	Partitions int
	// Page is how many rows one statement reads.
	Page int
}

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("sql", "Tables, views and queries of PostgreSQL, MySQL, MariaDB, SQL Server and SQLite, page by page in the order of a key, and never written to. "+
		"docs/databases.md says which rights it needs on each server and how types come out.")
	s.String(&o.URL, "url", "", "address of the database").Required().Secret().
		Example(`"postgres://clientele@db.example:5432/shop?sslmode=verify-full"`).Example("mysql://clientele@db.example/shop?tls=true").
		Example("sqlserver://clientele@db.example?database=shop").Example("sqlite:shop.db").Example(`"${SHOP_DB}"`)
	s.String(&o.Password, "password", "", "password, where it is not in the address").Secret().Example(`"${SHOP_DB_PASSWORD}"`)
	s.String(&o.Table, "table", "", "table or view to read, with its schema where that is not the user's own; with a * it names several, each a delivery of its own").
		Example("sales.orders").Example(`"orders_*"`)
	s.String(&o.Query, "query", "", "SELECT to read in place of a table; it needs a key").Example("select * from orders where not test")
	s.Strings(&o.Key, "key", "columns that tell rows apart and are never null; the primary key of a table where it is left out").Example("[order_id, line_no]")
	s.String(&o.Cursor, "cursor", "", "column that grows with every change: a time, a whole number, or a rowversion of SQL Server; each night reads on from the last value. "+
		"Deleted rows are not noticed; its tables are delivered as changes or append").Example("updated_at")
	lookback.Option(s, &o.Lookback)
	s.Int(&o.Partitions, "partitions", 1, 1, 16, "ranges of the key that are read side by side; the first column of the key must be a whole number").Example("4")
	s.Int(&o.Page, "page", 20_000, 1, 1_000_000, "rows that one statement reads")
	s.Check(o.check)
	return s
}

func (o *Options) check() error {
	_, err := path.Match(o.Table, "")
	switch {
	case o.Table == "" && o.Query == "":
		return errors.New("name a table or a query")
	case o.Table != "" && o.Query != "":
		return errors.New("table and query exclude one another")
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

// pattern reports whether the option table names several.
func (o *Options) pattern() bool { return strings.ContainsAny(o.Table, "*?[") }

// Partial says that a delivery holds what changed, and not all there is.
func (o *Options) Partial() bool { return o.Cursor != "" }
