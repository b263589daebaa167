package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"clientele/connectors"
)

func sqliteEngine(p connectors.Project, path string) *engine {
	name := path
	if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
		path = filepath.Join(p.Dir, path)
	}
	return &engine{
		name: "SQLite",
		open: func() (*sql.DB, error) {
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) { // which the engine calls "unable to open"
				return nil, connectors.Errorf(connectors.KindEnvironment, "file_vanished", "put it there, or correct the option url", "there is no file %s", name)
			}
			return sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(10000)"}).String())
		},
		begin: func(ctx context.Context, db *sql.DB) (*sql.Tx, bool, error) {
			tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
			return tx, true, err
		},
		quote:      doubled(`"`),
		place:      func(int) string { return "?" },
		limit:      limited,
		column:     sqliteColumn,
		highest:    maximum,
		tables:     `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND ? = '' ORDER BY name`,
		primaryKey: `SELECT i.name FROM pragma_table_info(?2) i WHERE ?1 = '' AND i.pk > 0 ORDER BY i.pk`,
		sort:       func(err error) *connectors.Error { return sqliteFailure(err, name) },
	}
}

// sqliteColumn reads by the affinity that the engine gives a declared type. The
// unary plus hides that type from the driver, which would make times of texts.
func sqliteColumn(t *sql.ColumnType) column {
	declared := strings.ToUpper(t.DatabaseTypeName())
	switch {
	case strings.Contains(declared, "INT"):
		return column{kind: arrow.PrimitiveTypes.Int64, read: "+%s", text: "CAST(%s AS TEXT)", bind: "CAST(%s AS INTEGER)"}
	case strings.Contains(declared, "CHAR"), strings.Contains(declared, "CLOB"), strings.Contains(declared, "TEXT"):
		return column{kind: arrow.BinaryTypes.String, read: "+%s", text: "+%s", bind: "%s"}
	case strings.Contains(declared, "BLOB"):
		return column{kind: arrow.BinaryTypes.Binary, read: "+%s"}
	case strings.Contains(declared, "REAL"), strings.Contains(declared, "FLOA"), strings.Contains(declared, "DOUB"):
		return column{kind: arrow.PrimitiveTypes.Float64, read: "+%s"}
	case strings.Contains(declared, "DATE"), strings.Contains(declared, "TIME"): // which SQLite keeps as it was given
		return column{kind: arrow.BinaryTypes.String, read: "+%s", text: "+%s", bind: "%s"}
	}
	return column{kind: arrow.BinaryTypes.String, read: "+%s"}
}

func sqliteFailure(err error, name string) *connectors.Error {
	text := err.Error()
	switch {
	case strings.Contains(text, "no such table"):
		return noTable("no such table", "1")
	case strings.Contains(text, "no such column"):
		return noColumn("no such column", "1")
	case strings.Contains(text, "syntax error"):
		return badQuery("1")
	case strings.Contains(text, "SQLITE_BUSY"):
		return busy("5")
	case strings.Contains(text, "SQLITE_NOTADB"), strings.Contains(text, "SQLITE_CORRUPT"):
		return connectors.Errorf(connectors.KindData, "corrupt", "ask for the file again", "%s is no database of SQLite, or a damaged one", name)
	case strings.Contains(text, "SQLITE_CANTOPEN"):
		return connectors.Errorf(connectors.KindEnvironment, "unreadable", "let the user who runs clientele read it", "%s can't be opened", name)
	}
	return nil
}
