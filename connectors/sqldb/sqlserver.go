package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	mssql "github.com/microsoft/go-mssqldb"

	"clientele/connectors"
)

func sqlserverEngine(u *url.URL) (*engine, error) {
	address := *u
	q := address.Query()
	q.Set("app name", "clientele")
	if q.Get("database") != "" {
		q.Set("ApplicationIntent", "ReadOnly") // a replica may answer
	}
	address.RawQuery = q.Encode()
	connector, err := mssql.NewConnector(address.String())
	if err != nil {
		return nil, err
	}
	return &engine{
		name:  "SQL Server",
		open:  func() (*sql.DB, error) { return sql.OpenDB(connector), nil },
		begin: sqlserverBegin,
		quote: func(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" },
		place: func(n int) string { return "@p" + strconv.Itoa(n) },
		limit: func(n int, columns, rest string) string {
			return fmt.Sprintf("SELECT TOP (%d) %s %s", n, columns, rest)
		},
		column: sqlserverColumn,
		highest: func(c column, quoted string) string {
			if c.version { // rows of transactions under way have higher ones
				return "CAST(CAST(MIN_ACTIVE_ROWVERSION() AS bigint) - 1 AS binary(8))"
			}
			return maximum(c, quoted)
		},
		tables: `SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = COALESCE(NULLIF(@p1, ''), SCHEMA_NAME()) ORDER BY TABLE_NAME`,
		primaryKey: `SELECT c.name FROM sys.indexes i
			JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
			JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
			WHERE i.is_primary_key = 1 AND i.object_id = OBJECT_ID(QUOTENAME(COALESCE(NULLIF(@p1, ''), SCHEMA_NAME())) + '.' + QUOTENAME(@p2)) ORDER BY k.key_ordinal`,
		sort: sqlserverFailure,
	}, nil
}

// sqlserverBegin sees one instant where the database keeps versions of rows. The
// server has no transaction that only reads: the user's rights see to that.
func sqlserverBegin(ctx context.Context, db *sql.DB) (*sql.Tx, bool, error) {
	var state int
	if err := db.QueryRowContext(ctx, "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()").Scan(&state); err != nil {
		return nil, false, err
	}
	level, consistent := sql.LevelReadCommitted, false
	if state == 1 {
		level, consistent = sql.LevelSnapshot, true
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: level})
	return tx, consistent, err
}

func sqlserverColumn(t *sql.ColumnType) column {
	keyed := func(kind arrow.DataType, read, bind string) column {
		return column{kind: kind, read: read, text: "CONVERT(nvarchar(4000), %s)", bind: bind}
	}
	dated := func(kind arrow.DataType, typ string) column {
		return column{kind: kind, read: "%s", text: "CONVERT(nvarchar(40), %s, 126)", bind: "CONVERT(" + typ + ", %s, 126)"}
	}
	precision, scale, ok := t.DecimalSize()
	switch name := t.DatabaseTypeName(); name {
	case "TINYINT", "SMALLINT", "INT", "BIGINT":
		return keyed(arrow.PrimitiveTypes.Int64, "%s", "CAST(%s AS bigint)")
	case "BIT":
		return column{kind: arrow.FixedWidthTypes.Boolean, read: "%s"}
	case "DECIMAL":
		return keyed(decimal(precision, scale, ok), "%s", fmt.Sprintf("CAST(%%s AS decimal(%d, %d))", precision, scale))
	case "MONEY", "SMALLMONEY":
		return column{kind: &arrow.Decimal128Type{Precision: 19, Scale: 4}, read: "CAST(%s AS decimal(19, 4))"}
	case "REAL":
		return column{kind: arrow.PrimitiveTypes.Float64, read: "%s", single: true}
	case "FLOAT":
		return column{kind: arrow.PrimitiveTypes.Float64, read: "%s"}
	case "DATE":
		return dated(arrow.FixedWidthTypes.Date32, "date")
	case "DATETIME":
		return dated(zoneless, "datetime")
	case "SMALLDATETIME", "DATETIME2":
		return dated(zoneless, "datetime2(7)")
	case "DATETIMEOFFSET":
		return column{kind: instant, read: "%s", text: "CONVERT(nvarchar(40), %s, 127)", bind: "CONVERT(datetimeoffset(7), %s, 127)"}
	case "UNIQUEIDENTIFIER":
		return column{kind: arrow.BinaryTypes.String, read: "CONVERT(char(36), %s)", text: "CONVERT(char(36), %s)", bind: "CONVERT(uniqueidentifier, %s)"}
	case "VARCHAR", "CHAR":
		return keyed(arrow.BinaryTypes.String, "%s", "CONVERT(varchar(8000), %s)")
	case "NVARCHAR", "NCHAR":
		return keyed(arrow.BinaryTypes.String, "%s", "%s")
	case "BINARY":
		c := column{kind: arrow.BinaryTypes.Binary, read: "%s"}
		if length, ok := t.Length(); ok && length == 8 { // a rowversion is no more than that to the driver
			c.text, c.bind, c.version = "CONVERT(char(18), %s, 1)", "CONVERT(binary(8), %s, 1)", true
		}
		return c
	case "VARBINARY", "IMAGE":
		return column{kind: arrow.BinaryTypes.Binary, read: "%s"}
	case "TEXT", "NTEXT":
		return column{kind: arrow.BinaryTypes.String, read: "%s"}
	case "XML", "SQL_VARIANT":
		return column{kind: arrow.BinaryTypes.String, read: "CONVERT(nvarchar(max), %s)"}
	case "TIME":
		return column{kind: arrow.BinaryTypes.String, read: "CONVERT(nvarchar(16), %s)"}
	}
	return column{kind: arrow.BinaryTypes.String, read: "%s.ToString()"} // hierarchies and places
}

func sqlserverFailure(err error) *connectors.Error {
	var e mssql.Error
	if !errors.As(err, &e) {
		return nil
	}
	code := strconv.Itoa(int(e.Number))
	switch e.Number {
	case 4060, 18456, 18452, 18470, 18486, 18487, 18488:
		return refused(code)
	case 229, 230, 262, 297, 300, 916:
		return forbidden(e.Message, code)
	case 208:
		return noTable(e.Message, code)
	case 207:
		return noColumn(e.Message, code)
	case 102, 156:
		return badQuery(code)
	case 1205, 1222, 3960, 40197, 40501, 40613, 49918:
		return busy(code)
	}
	return other(code)
}
