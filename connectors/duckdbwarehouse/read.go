package duckdbwarehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/duckdb/duckdb-go/v2"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Read streams the rows of a query. The columns of the batches have the Arrow
// types of schemas.Type, whatever DuckDB computes with:
//
//   - every integer type, and the HUGEINT of a sum, arrives as Int, with an
//     error for a value beyond 64 bits;
//   - a DECIMAL of at most four decimals arrives as Decimal, with an error for
//     a value beyond its 18 digits;
//   - a TIMESTAMP without a zone is taken as UTC;
//   - any other type, a DECIMAL of more decimals among them, arrives as the
//     text that DuckDB writes for it.
func (t *Tx) Read(ctx context.Context, query string, each func(arrow.Record) error) error {
	if err := t.open(); err != nil {
		return err
	}
	return read(ctx, t.conn, t.w.opts.Temp, query, each)
}

// read runs a query into a Parquet file in temp and streams that: the file
// bounds the memory, and the Parquet reader makes the Arrow that is wanted.
func read(ctx context.Context, conn *sql.Conn, temp, query string, each func(arrow.Record) error) error {
	query = strings.TrimRight(query, "; \t\r\n")
	columns, err := describe(conn, query)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(temp, "read-*.parquet")
	if err != nil {
		return failure(err)
	}
	defer os.Remove(file.Name())
	if err := file.Close(); err != nil {
		return failure(err)
	}
	if err := run(ctx, conn, copyTo(file.Name(), query, columns)); err != nil {
		return err
	}
	rows, err := parquetio.Open(file.Name())
	if err != nil {
		return err
	}
	defer rows.Close()
	return stream(ctx, rows, columns, each)
}

// column is one column of a query's result.
type column struct {
	name string
	as   schemas.Type // that it arrives as
}

// describe returns the columns of a query, and an error with the code
// "not_a_query" for anything but one statement that reads.
func describe(conn *sql.Conn, query string) ([]column, error) {
	var columns []column
	err := conn.Raw(func(c any) error {
		prepared, err := c.(driver.Conn).Prepare(query) // refuses more than one statement
		if err != nil {
			return err
		}
		defer prepared.Close()
		stmt := prepared.(*duckdb.Stmt)
		if kind, err := stmt.StatementType(); err != nil || kind != duckdb.STATEMENT_TYPE_SELECT || stmt.NumInput() > 0 {
			return errors.Join(err, errNotQuery)
		}
		n, err := stmt.ColumnCount()
		if err != nil {
			return err
		}
		for i := range n {
			name, err := stmt.ColumnName(i)
			if err != nil {
				return err
			}
			as, err := arrivesAs(stmt, i)
			if err != nil {
				return err
			}
			columns = append(columns, column{name, as})
		}
		return nil
	})
	var engine *duckdb.Error
	if err != nil && !errors.As(err, &engine) {
		return nil, connectors.Errorf(connectors.KindConfig, "not_a_query", "write one SELECT", "this is not one statement that reads")
	}
	return columns, failure(err)
}

var errNotQuery = errors.New("not a query")

func arrivesAs(stmt *duckdb.Stmt, i int) (schemas.Type, error) {
	t, err := stmt.ColumnType(i)
	if err != nil {
		return 0, err
	}
	switch t {
	case duckdb.TYPE_BOOLEAN:
		return schemas.Bool, nil
	case duckdb.TYPE_TINYINT, duckdb.TYPE_SMALLINT, duckdb.TYPE_INTEGER, duckdb.TYPE_BIGINT, duckdb.TYPE_HUGEINT,
		duckdb.TYPE_UTINYINT, duckdb.TYPE_USMALLINT, duckdb.TYPE_UINTEGER, duckdb.TYPE_UBIGINT, duckdb.TYPE_UHUGEINT:
		return schemas.Int, nil
	case duckdb.TYPE_FLOAT, duckdb.TYPE_DOUBLE:
		return schemas.Float, nil
	case duckdb.TYPE_DATE:
		return schemas.Date, nil
	case duckdb.TYPE_TIMESTAMP, duckdb.TYPE_TIMESTAMP_S, duckdb.TYPE_TIMESTAMP_MS, duckdb.TYPE_TIMESTAMP_NS, duckdb.TYPE_TIMESTAMP_TZ:
		return schemas.Timestamp, nil
	case duckdb.TYPE_DECIMAL:
		info, err := stmt.ColumnTypeInfo(i)
		if err != nil {
			return 0, err
		}
		if d, ok := info.Details().(*duckdb.DecimalDetails); ok && d.Scale <= schemas.DecimalScale {
			return schemas.Decimal, nil
		}
	}
	return schemas.String, nil
}

// copyTo returns the statement that writes a query's rows to a Parquet file.
// Its columns are called by number, as a query may give several one name.
func copyTo(path, query string, columns []column) string {
	d := dialect.DuckDB
	names, values := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i] = fmt.Sprint("c", i)
		values[i] = d.Cast(names[i], c.as) + " AS " + names[i]
	}
	return fmt.Sprintf("COPY (SELECT %s FROM (%s\n) AS q(%s)) TO %s (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false)",
		strings.Join(values, ", "), query, strings.Join(names, ", "), d.String(path))
}

// stream calls each with every record, under the columns' own names.
func stream(ctx context.Context, rows *parquetio.Reader, columns []column, each func(arrow.Record) error) error {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.name, Type: c.as.Arrow(), Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	for {
		rec, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		renamed := array.NewRecord(schema, rec.Columns(), rec.NumRows())
		rec.Release()
		err = each(renamed)
		renamed.Release()
		if err != nil {
			return err
		}
	}
}
