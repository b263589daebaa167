package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/go-sql-driver/mysql"

	"clientele/connectors"
)

// silent is a logger of the driver, which would write to standard error what it
// returns as an error too.
type silent struct{}

func (silent) Print(...any) {}

func mysqlEngine(u *url.URL) (*engine, error) {
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.DBName = strings.TrimPrefix(u.Path, "/")
	config.Net, config.Addr = "tcp", u.Host
	if u.Port() == "" {
		config.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	for name, values := range u.Query() {
		switch value := values[0]; name {
		case "socket":
			config.Net, config.Addr = "unix", value
		case "tls":
			if value != "true" && value != "false" && value != "preferred" {
				return nil, errors.New("tls is true, false or preferred")
			}
			config.TLSConfig = value
		default:
			return nil, errors.New("unknown parameter")
		}
	}
	if config.DBName == "" {
		return nil, errors.New("no database")
	}
	config.Logger = silent{}
	config.Params = map[string]string{"time_zone": "'+00:00'"}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return &engine{
		name: "MySQL",
		open: func() (*sql.DB, error) { return sql.OpenDB(connector), nil },
		begin: func(ctx context.Context, db *sql.DB) (*sql.Tx, bool, error) {
			tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
			return tx, true, err
		},
		quote:   doubled("`"),
		place:   func(int) string { return "?" },
		limit:   limited,
		column:  mysqlColumn,
		highest: maximum,
		tables:  `SELECT table_name FROM information_schema.tables WHERE table_schema = COALESCE(NULLIF(?, ''), DATABASE()) ORDER BY table_name`,
		primaryKey: `SELECT column_name FROM information_schema.key_column_usage
			WHERE constraint_name = 'PRIMARY' AND table_schema = COALESCE(NULLIF(?, ''), DATABASE()) AND table_name = ? ORDER BY ordinal_position`,
		sort: mysqlFailure,
	}, nil
}

func mysqlColumn(t *sql.ColumnType) column {
	keyed := func(kind arrow.DataType, bind string) column {
		return column{kind: kind, read: "%s", text: "CAST(%s AS CHAR)", bind: bind}
	}
	switch name := t.DatabaseTypeName(); name {
	case "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT":
		return keyed(arrow.PrimitiveTypes.Int64, "CAST(%s AS SIGNED)")
	case "UNSIGNED TINYINT", "UNSIGNED SMALLINT", "UNSIGNED MEDIUMINT", "UNSIGNED INT":
		return keyed(arrow.PrimitiveTypes.Int64, "CAST(%s AS UNSIGNED)")
	case "UNSIGNED BIGINT":
		return keyed(unsigned, "CAST(%s AS UNSIGNED)")
	case "YEAR":
		return column{kind: arrow.PrimitiveTypes.Int64, read: "%s"}
	case "BIT":
		return column{kind: unsigned, read: "(%s + 0)"}
	case "DECIMAL":
		precision, scale, ok := t.DecimalSize()
		return keyed(decimal(precision, scale, ok), "CAST(%s AS DECIMAL(65, 30))")
	case "FLOAT": // as text the server would round it to six digits
		return column{kind: arrow.PrimitiveTypes.Float64, read: "(%s + 0e0)", single: true}
	case "DOUBLE":
		return column{kind: arrow.PrimitiveTypes.Float64, read: "%s"}
	case "DATE":
		return keyed(arrow.FixedWidthTypes.Date32, "CAST(%s AS DATE)")
	case "DATETIME":
		return keyed(zoneless, "CAST(%s AS DATETIME(6))")
	case "TIMESTAMP":
		return keyed(instant, "CAST(%s AS DATETIME(6))")
	case "CHAR", "VARCHAR":
		return keyed(arrow.BinaryTypes.String, "%s")
	case "BINARY", "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "GEOMETRY", "VECTOR":
		return column{kind: arrow.BinaryTypes.Binary, read: "%s"}
	}
	return column{kind: arrow.BinaryTypes.String, read: "%s"}
}

func mysqlFailure(err error) *connectors.Error {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return nil
	}
	code := strconv.Itoa(int(e.Number))
	switch e.Number {
	case 1044, 1045, 1049, 1698:
		return refused(code)
	case 1142, 1143, 1227, 1370:
		return forbidden(e.Message, code)
	case 1146, 1356:
		return noTable(e.Message, code)
	case 1054:
		return noColumn(e.Message, code)
	case 1064:
		return badQuery(code)
	case 1040, 1053, 1203, 1205, 1213, 1317, 1969, 3024:
		return busy(code)
	}
	return other(code)
}
