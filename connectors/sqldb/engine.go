package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
)

// engine is what differs between servers.
type engine struct {
	name string
	open func() (*sql.DB, error)
	// begin begins the transaction that is read in. consistent says that all of
	// its statements see one instant.
	begin func(ctx context.Context, db *sql.DB) (tx *sql.Tx, consistent bool, err error)
	// share makes further transactions see the instant of tx; nil where the
	// server can't.
	share func(ctx context.Context, tx *sql.Tx) (join func(ctx context.Context, tx *sql.Tx) error, err error)
	// quote makes an identifier of a name.
	quote func(name string) string
	// place is the placeholder of the nth value, from 1.
	place func(n int) string
	// limit makes a statement return at most n rows.
	limit func(n int, columns, rest string) string
	// column says how a column is read; ok is false for what can't be.
	column func(t *sql.ColumnType) column
	// highest is the expression of a cursor's upper bound, given that of the
	// column.
	highest func(c column, quoted string) string
	// tables lists tables and views of a schema, the user's own where it is "".
	tables string
	// primaryKey lists the columns of a table's primary key in order.
	primaryKey string
	// sort says whose an error of the server is; nil for what it does not know.
	sort func(err error) *connectors.Error
	// secrets are what no message may show.
	secrets []string
}

// column is one column of what is read.
type column struct {
	name string
	kind arrow.DataType
	// read is the expression that yields its values, of the quoted column.
	read string
	// text yields a value as text, and bind makes a value of that text again, of
	// a placeholder. They are "" for what can be neither key nor cursor.
	text, bind string
	// single says that its floating point has 32 bits.
	single bool
	// version says that it is a rowversion.
	version bool
}

// expression puts an operand into a template, in place of every %s.
func expression(template, operand string) string {
	return strings.ReplaceAll(template, "%s", operand)
}

// engineOf returns the engine that the address asks for.
func engineOf(p connectors.Project, o Options) (*engine, error) {
	scheme, _, _ := strings.Cut(o.URL, ":")
	bad := connectors.Errorf(connectors.KindConfig, "bad_url", "write it like postgres://user@host:5432/database; mysql, mariadb, sqlserver and sqlite go too",
		"the option url is no address of a database")
	if scheme == "sqlite" {
		return sqliteEngine(p, strings.TrimPrefix(o.URL, "sqlite:")), nil
	}
	// The text of a parser's error may quote the password.
	u, err := url.Parse(o.URL)
	if err != nil || u.Opaque != "" {
		return nil, bad
	}
	if o.Password != "" {
		u.User = url.UserPassword(u.User.Username(), o.Password)
	}
	var e *engine
	switch scheme {
	case "postgres", "postgresql":
		e, err = postgresEngine(u)
	case "mysql", "mariadb":
		e, err = mysqlEngine(u)
	case "sqlserver":
		e, err = sqlserverEngine(u)
	default:
		return nil, bad
	}
	if err != nil {
		return nil, bad
	}
	e.secrets = append(e.secrets, o.URL)
	if password, ok := u.User.Password(); ok && password != "" {
		e.secrets = append(e.secrets, password, url.QueryEscape(password), url.PathEscape(password))
	}
	return e, nil
}

// splitTable splits a name into schema and table.
func splitTable(name string) (schema, table string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

// ref refers to a column of the relation, which is called q. The bare name would
// mean the expression that is selected, where one is called like it.
func (e *engine) ref(c column) string { return "q." + e.quote(c.name) }

// qualified quotes a table with its schema.
func (e *engine) qualified(name string) string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		parts[i] = e.quote(part)
	}
	return strings.Join(parts, ".")
}

func doubled(quote string) func(string) string {
	return func(name string) string { return quote + strings.ReplaceAll(name, quote, quote+quote) + quote }
}

func limited(n int, columns, rest string) string {
	return fmt.Sprintf("SELECT %s %s LIMIT %d", columns, rest, n)
}

func maximum(c column, quoted string) string { return "MAX(" + quoted + ")" }

// maxPrecision is the largest precision of a decimal that Arrow holds.
const maxPrecision = 38

// decimal is the type of a number of known precision; one that has none, or too
// large a one, comes as text with all its digits.
func decimal(precision, scale int64, known bool) arrow.DataType {
	if !known || precision < 1 || precision > maxPrecision || scale < 0 || scale > precision {
		return arrow.BinaryTypes.String
	}
	return &arrow.Decimal128Type{Precision: int32(precision), Scale: int32(scale)}
}

var (
	instant  = arrow.FixedWidthTypes.Timestamp_us             // with a zone: UTC
	zoneless = &arrow.TimestampType{Unit: arrow.Microsecond}  // of the source's zone
	unsigned = &arrow.Decimal128Type{Precision: 20, Scale: 0} // of 64 bits
)
