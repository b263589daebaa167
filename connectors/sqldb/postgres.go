package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"clientele/connectors"
)

func postgresEngine(u *url.URL) (*engine, error) {
	config, err := pgx.ParseConfig(u.String())
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["application_name"] = "clientele"
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["datestyle"] = "ISO, YMD"
	return &engine{
		name: "PostgreSQL",
		open: func() (*sql.DB, error) { return stdlib.OpenDB(*config), nil },
		begin: func(ctx context.Context, db *sql.DB) (*sql.Tx, bool, error) {
			tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
			return tx, true, err
		},
		share:   postgresShare,
		quote:   doubled(`"`),
		place:   func(n int) string { return "$" + strconv.Itoa(n) },
		limit:   limited,
		column:  postgresColumn,
		highest: maximum,
		tables: `SELECT table_name FROM information_schema.tables
			WHERE table_schema = COALESCE(NULLIF($1, ''), current_schema()) ORDER BY table_name`,
		primaryKey: `SELECT a.attname FROM pg_index i
			JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
			WHERE i.indisprimary AND n.nspname = COALESCE(NULLIF($1, ''), current_schema()) AND c.relname = $2 ORDER BY k.place`,
		sort: postgresFailure,
	}, nil
}

// postgresShare exports the snapshot of a transaction.
func postgresShare(ctx context.Context, tx *sql.Tx) (func(context.Context, *sql.Tx) error, error) {
	var snapshot string
	if err := tx.QueryRowContext(ctx, "SELECT pg_export_snapshot()").Scan(&snapshot); err != nil {
		return nil, err
	}
	return func(ctx context.Context, other *sql.Tx) error {
		_, err := other.ExecContext(ctx, "SET TRANSACTION SNAPSHOT '"+strings.ReplaceAll(snapshot, "'", "''")+"'")
		return err
	}, nil
}

func postgresColumn(t *sql.ColumnType) column {
	name := strings.ToLower(t.DatabaseTypeName())
	c := column{kind: arrow.BinaryTypes.String, read: "%s::text"}
	keyed := func(kind arrow.DataType, read string) column {
		return column{kind: kind, read: read, text: "%s::text", bind: "%s::" + name}
	}
	switch name {
	case "int2", "int4", "int8":
		return keyed(arrow.PrimitiveTypes.Int64, "%s")
	case "oid", "xid", "cid":
		c = column{kind: arrow.PrimitiveTypes.Int64, read: "%s"}
	case "numeric":
		precision, scale, ok := t.DecimalSize()
		return keyed(decimal(precision, scale, ok), "%s::text")
	case "money", "790":
		c = column{kind: &arrow.Decimal128Type{Precision: 21, Scale: 4}, read: "%s::numeric(21, 4)::text"}
	case "float4": // by its shortest text, so that 0.1 stays 0.1
		c = column{kind: arrow.PrimitiveTypes.Float64, read: "%s::text::float8"}
	case "float8":
		c = column{kind: arrow.PrimitiveTypes.Float64, read: "%s"}
	case "bool":
		c = column{kind: arrow.FixedWidthTypes.Boolean, read: "%s"}
	case "date":
		return keyed(arrow.FixedWidthTypes.Date32, "%s")
	case "timestamp":
		return keyed(zoneless, "%s")
	case "timestamptz":
		return keyed(instant, "%s")
	case "bytea":
		c = column{kind: arrow.BinaryTypes.Binary, read: "%s"}
	case "text", "varchar", "bpchar", "uuid":
		return keyed(arrow.BinaryTypes.String, "%s::text")
	}
	return c
}

func postgresFailure(err error) *connectors.Error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return nil
	}
	switch class := e.Code[:min(len(e.Code), 2)]; {
	case class == "28", e.Code == "3D000":
		return refused(e.Code)
	case e.Code == "42501":
		return forbidden(e.Message, e.Code)
	case e.Code == "42P01", e.Code == "3F000":
		return noTable(e.Message, e.Code)
	case e.Code == "42703":
		return noColumn(e.Message, e.Code)
	case e.Code == "42601":
		return badQuery(e.Code)
	case class == "08", class == "53", class == "57", class == "40":
		return busy(e.Code)
	}
	return other(e.Code)
}
