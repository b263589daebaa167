package duckdbwarehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Publish writes the tables to a new file, verifies it, and renames it over
// the published one. Killed at any instant, or failing, it leaves what was
// published as it was.
func (w *Warehouse) Publish(ctx context.Context, p connectors.Publication) error {
	gid, err := lookupGroup(w.opts.Group)
	if err != nil {
		return err
	}
	// The new file grows in a private folder beside the old one: on the same
	// file system, and with its log out of reach of any other file.
	dir := w.opts.Published + ".new"
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Dir(dir), 0o755), os.Mkdir(dir, privateDir)); err != nil {
		return failure(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, filepath.Base(w.opts.Published))

	rows, err := w.fill(ctx, file, p.Tables)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	w.pass(PointFilled)
	if err := w.verify(ctx, file, p.Tables, rows); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := release(file, w.opts.Mode&^writeBits, gid); err != nil {
		return fmt.Errorf("publish: %w", failure(err))
	}
	w.pass(PointSynced)
	if p.Fence != nil {
		if err := p.Fence(ctx); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	if err := swap(file, w.opts.Published); err != nil {
		return fmt.Errorf("publish: %w", failure(err))
	}
	w.pass(PointRenamed)
	return nil
}

func (w *Warehouse) pass(point string) {
	if w.opts.Point != nil {
		w.opts.Point(point)
	}
}

// fill writes the tables to a new file and returns how many rows each has.
func (w *Warehouse) fill(ctx context.Context, file string, tables []schemas.Table) (rows []int64, err error) {
	conn, err := w.conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := attach(ctx, conn, file, publicationCatalog); err != nil {
		return nil, err
	}
	defer func() {
		err = errors.Join(err, detach(context.WithoutCancel(ctx), conn, publicationCatalog))
	}()
	w.pass(PointCreated)
	// One transaction: every table is read from the same state of the base.
	if err := run(ctx, conn, "BEGIN TRANSACTION"); err != nil {
		return nil, err
	}
	for _, t := range tables {
		n, err := w.fillTable(ctx, conn, t)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("table %s: %w", t.Name, err), run(context.WithoutCancel(ctx), conn, "ROLLBACK"))
		}
		rows = append(rows, n)
	}
	return rows, run(ctx, conn, "COMMIT", "CHECKPOINT "+publicationCatalog)
}

func (w *Warehouse) fillTable(ctx context.Context, conn *sql.Conn, t schemas.Table) (int64, error) {
	d := dialect.DuckDB
	name, columns := qualified(publicationCatalog, t.Name), d.Idents(t.ColumnNames())
	comments := []string{"COMMENT ON TABLE " + name + " IS " + d.String(t.Doc)}
	for _, c := range t.Columns {
		comments = append(comments, "COMMENT ON COLUMN "+name+"."+d.Ident(c.Name)+" IS "+d.String(c.Doc))
	}
	if err := run(ctx, conn, append([]string{d.CreateTable(t, name)}, comments...)...); err != nil {
		return 0, err
	}
	order := ""
	if len(t.Key) > 0 {
		keys := make([]string, len(t.Key))
		for i, k := range t.Key {
			keys[i] = d.Ident(k) + " NULLS FIRST"
		}
		order = " ORDER BY " + strings.Join(keys, ", ")
	}
	result, err := conn.ExecContext(ctx, "INSERT INTO "+name+" ("+columns+") SELECT "+columns+" FROM "+w.Base(t.Name)+order)
	if err != nil {
		return 0, failure(err)
	}
	return result.RowsAffected()
}

// verify opens the file as readers will and counts its rows.
func (w *Warehouse) verify(ctx context.Context, file string, tables []schemas.Table, rows []int64) (err error) {
	r, err := openPublished(ctx, w.opts, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for i, t := range tables {
		n, err := r.rows(ctx, t.Name)
		if err != nil {
			return fmt.Errorf("verify table %s: %w", t.Name, err)
		}
		if n != rows[i] {
			return connectors.Errorf(connectors.KindEnvironment, "verify", "check the disk, then run again",
				"table %s has %d rows in the file and %d in the base", t.Name, n, rows[i])
		}
	}
	return nil
}

// release puts the file on the disk and gives it to its readers.
func release(file string, mode os.FileMode, gid int) error {
	if err := syncPath(file); err != nil {
		return err
	}
	if gid >= 0 {
		if err := os.Chown(file, -1, gid); err != nil {
			return err
		}
	}
	return os.Chmod(file, mode)
}

// swap renames a finished file over another, whose log, if it has one, would
// otherwise be replayed into the new file.
func swap(from, to string) error {
	if _, err := os.Stat(from + walSuffix); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s still has a log", from))
	}
	if err := os.Remove(to + walSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncPath(filepath.Dir(to))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// lookupGroup returns the id of a group, -1 for "".
func lookupGroup(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	group, err := user.LookupGroup(name)
	if err == nil {
		var gid int
		if gid, err = strconv.Atoi(group.Gid); err == nil {
			return gid, nil
		}
	}
	return 0, connectors.Errorf(connectors.KindEnvironment, "unknown_group", "create the group, or name another one in the config",
		"group %s of the published file: %w", name, err)
}
