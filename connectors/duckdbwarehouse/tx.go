package duckdbwarehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Tx is the one writing transaction on the base.
type Tx struct {
	w    *Warehouse
	conn *sql.Conn // nil once the transaction is over
}

// Begin opens the transaction. While another is open the error has the code
// "locked".
func (w *Warehouse) Begin(ctx context.Context) (connectors.Tx, error) {
	if !w.writing.TryLock() {
		return nil, errWriting()
	}
	conn, err := w.conn(ctx)
	if err != nil {
		w.writing.Unlock()
		return nil, err
	}
	t := &Tx{w: w, conn: conn}
	if err := run(ctx, conn, "BEGIN TRANSACTION"); err != nil {
		_ = t.end()
		return nil, err
	}
	return t, nil
}

func errWriting() error {
	return connectors.Errorf(connectors.KindEnvironment, "locked", "wait until the night under way is done",
		"the base is being written already")
}

// end gives the connection back, which drops what was staged.
func (t *Tx) end() error {
	err := t.conn.Close()
	t.conn = nil
	t.w.writing.Unlock()
	return failure(err)
}

func (t *Tx) open() error {
	if t.conn == nil {
		return fmt.Errorf("duckdb: the transaction is over: %w", sql.ErrTxDone)
	}
	return nil
}

// Create makes tables of the base, and columns that are new. A column whose
// type changed is an error with the code "type_changed".
func (t *Tx) Create(ctx context.Context, tables []schemas.Table) error {
	if err := t.open(); err != nil {
		return err
	}
	d := dialect.DuckDB
	for _, table := range tables {
		name := t.w.Base(table.Name)
		if err := run(ctx, t.conn, d.CreateTable(table, name)); err != nil {
			return fmt.Errorf("create table %s: %w", table.Name, err)
		}
		types, err := t.columnTypes(ctx, table.Name)
		if err != nil {
			return fmt.Errorf("create table %s: %w", table.Name, err)
		}
		for _, c := range table.Columns {
			// DuckDB spells TIMESTAMPTZ out where it lists columns.
			want := strings.Replace(d.Type(c.Type), "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", 1)
			switch have, ok := types[c.Name]; {
			case !ok:
				err = run(ctx, t.conn, "ALTER TABLE "+name+" ADD COLUMN "+d.Ident(c.Name)+" "+d.Type(c.Type))
			case have != want:
				err = connectors.Errorf(connectors.KindEnvironment, "type_changed", "give the column another name, or start a new base",
					"column %s is %s in the base, and should be %s", c.Name, have, want)
			}
			if err != nil {
				return fmt.Errorf("create table %s: %w", table.Name, err)
			}
		}
	}
	return nil
}

// columnTypes returns the SQL types of a table's columns by name.
func (t *Tx) columnTypes(ctx context.Context, table string) (map[string]string, error) {
	rows, err := t.conn.QueryContext(ctx, "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ? AND schema_name = 'main' AND table_name = ?", baseCatalog, table)
	if err != nil {
		return nil, failure(err)
	}
	defer rows.Close()
	types := make(map[string]string)
	for rows.Next() {
		var name, sqlType string
		if err := rows.Scan(&name, &sqlType); err != nil {
			return nil, failure(err)
		}
		types[name] = sqlType
	}
	return types, failure(rows.Err())
}

// Stage makes a temporary view over the files.
func (t *Tx) Stage(ctx context.Context, name string, table schemas.Table, files []string) error {
	if err := t.open(); err != nil {
		return err
	}
	d := dialect.DuckDB
	columns := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		value := d.Null(c.Type)
		if len(files) > 0 {
			value = d.Cast(d.Ident(c.Name), c.Type)
		}
		columns[i] = value + " AS " + d.Ident(c.Name)
	}
	from := "WHERE false"
	if len(files) > 0 {
		paths := make([]string, len(files))
		for i, f := range files {
			paths[i] = d.String(f)
		}
		// Without hive_partitioning=false a folder called a=b would add a column.
		from = "FROM read_parquet([" + strings.Join(paths, ", ") + "], hive_partitioning = false)"
	}
	err := run(ctx, t.conn, "CREATE OR REPLACE TEMP VIEW "+d.Ident(name)+" AS SELECT "+strings.Join(columns, ", ")+" "+from)
	if err != nil {
		return fmt.Errorf("stage %s: %w", name, err)
	}
	return nil
}

// Exec runs one statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, statement string) (int64, error) {
	if err := t.open(); err != nil {
		return 0, err
	}
	result, err := t.conn.ExecContext(ctx, statement)
	if err != nil {
		return 0, failure(err)
	}
	n, err := result.RowsAffected()
	return n, failure(err)
}

// Commit makes everything since Begin last.
func (t *Tx) Commit(ctx context.Context) error {
	if err := t.open(); err != nil {
		return err
	}
	if err := run(ctx, t.conn, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return t.end()
}

// Rollback undoes everything since Begin, also when ctx is cancelled. After
// Commit it does nothing.
func (t *Tx) Rollback(ctx context.Context) error {
	if t.conn == nil {
		return nil
	}
	err := run(context.WithoutCancel(ctx), t.conn, "ROLLBACK")
	return errors.Join(err, t.end())
}

// Close rolls back a transaction that is still open.
func (t *Tx) Close() error { return t.Rollback(context.Background()) }
