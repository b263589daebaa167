package sqldb

import (
	"clientele/connectors/selection"
	"clientele/schemas/option"
)

// Options says what is read of a database, and how.
type Options struct {
	// URL is the address of the database. It is a secret.
	URL string
	// Password replaces the one of the URL, "" for that one.
	Password string
	selection.Selection
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
	o.Lookback.Spec(s)
	s.Int(&o.Partitions, "partitions", 1, 1, 16, "ranges of the key that are read side by side; the first column of the key must be a whole number").Example("4")
	s.Int(&o.Page, "page", 20_000, 1, 1_000_000, "rows that one statement reads")
	s.Check(o.Check)
	return s
}
