package pipelines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/schemas"
)

// A base travels as one Parquet file per table, which every warehouse writes and
// loads: in a backup, and to another warehouse.

const parquetSuffix = ".parquet"

// exportBase writes the tables of a base to files in dir, and returns their
// digests: those of all columns, whatever the order of the rows.
func exportBase(ctx context.Context, w connectors.Warehouse, r connectors.Reader, dir string) ([]Digest, error) {
	var digests []Digest
	for _, t := range schemas.All() {
		file, err := parquetio.Create(filepath.Join(dir, t.Name+parquetSuffix), t.Arrow())
		if err != nil {
			return nil, err
		}
		digest, err := readTable(ctx, w, r, t, file.Write)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, errors.Join(fmt.Errorf("copy table %s: %w", t.Name, err), file.Abort())
		}
		digests = append(digests, digest)
	}
	return digests, nil
}

// readTable calls each for the rows of a table of the base.
func readTable(ctx context.Context, w connectors.Warehouse, r connectors.Reader, t schemas.Table, each func(arrow.Record) error) (Digest, error) {
	var sum rowSum
	err := r.Read(ctx, fmt.Sprintf("SELECT %s FROM %s", w.Dialect().Idents(t.ColumnNames()), w.Base(t.Name)), func(rec arrow.Record) error {
		sum.add(rec)
		if each == nil {
			return nil
		}
		return each(array.NewRecord(t.Arrow(), rec.Columns(), rec.NumRows()))
	})
	return sum.digest(t.Name), err
}

// digestBase returns the digests of the tables of a base.
func digestBase(ctx context.Context, w connectors.Warehouse) ([]Digest, error) {
	tx, err := w.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)
	var digests []Digest
	for _, t := range schemas.All() {
		d, err := readTable(ctx, w, tx, t, nil)
		if err != nil {
			return nil, fmt.Errorf("digest of %s: %w", t.Name, err)
		}
		digests = append(digests, d)
	}
	return digests, nil
}

// importBase makes a base hold the rows of the files in dir and nothing else, at
// once, and brings it up to date. Before it is seen, fence has its say.
func importBase(ctx context.Context, w connectors.Warehouse, dir string, fence func(context.Context) error) error {
	files, err := filepath.Glob(filepath.Join(dir, "*"+parquetSuffix))
	if err != nil {
		return err
	}
	fill := func(tx connectors.Tx) error {
		for _, file := range files {
			if err := importTable(ctx, w, tx, file); err != nil {
				return fmt.Errorf("load %s: %w", filepath.Base(file), err)
			}
		}
		if err := upgrade(ctx, w, tx); err != nil {
			return err
		}
		if err := tx.Create(ctx, schemas.Published()); err != nil {
			return err
		}
		return fence(ctx)
	}
	if r, ok := w.(connectors.Rebuilder); ok {
		return r.Rebuild(ctx, fill)
	}
	tx, err := w.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := tx.Create(ctx, schemas.All()); err != nil {
		return err
	}
	for _, t := range schemas.All() {
		if _, err := tx.Exec(ctx, "DELETE FROM "+w.Base(t.Name)+" WHERE TRUE"); err != nil {
			return fmt.Errorf("empty %s: %w", t.Name, err)
		}
	}
	if err := fill(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// importTable loads one file into the table that it is called after. The table
// has the columns of the file: where an older program wrote it, upgrade adds
// those that are missing.
func importTable(ctx context.Context, w connectors.Warehouse, tx connectors.Tx, file string) error {
	rows, err := parquetio.Open(file)
	if err != nil {
		return err
	}
	schema := rows.Schema()
	if err := rows.Close(); err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(file), parquetSuffix)
	t, err := tableOf(name, schema)
	if err != nil {
		return err
	}
	if err := tx.Create(ctx, []schemas.Table{t}); err != nil {
		return err
	}
	stage := "import_" + name
	if err := tx.Stage(ctx, stage, t, []string{file}); err != nil {
		return err
	}
	d := w.Dialect()
	columns := d.Idents(t.ColumnNames())
	_, err = tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", w.Base(name), columns, columns, d.Ident(stage)))
	return err
}

// tableOf returns the table of that name with the columns of a schema.
func tableOf(name string, schema *arrow.Schema) (schemas.Table, error) {
	t, _ := schemas.Lookup(name)
	known := t
	t.Name, t.Columns = name, nil
	for _, f := range schema.Fields() {
		c, ok := known.Column(f.Name)
		if !ok { // of an older program
			c = schemas.Column{Name: f.Name}
		}
		c.Type = 0
		for _, as := range []schemas.Type{schemas.String, schemas.Int, schemas.Decimal, schemas.Float, schemas.Bool, schemas.Date, schemas.Timestamp} {
			if arrow.TypeEqual(f.Type, as.Arrow()) {
				c.Type = as
			}
		}
		if c.Type == 0 {
			return t, fmt.Errorf("column %s has the type %s, which no table has", f.Name, f.Type)
		}
		t.Columns = append(t.Columns, c)
	}
	t.Key = slices.DeleteFunc(slices.Clone(t.Key), func(k string) bool { _, ok := t.Column(k); return !ok })
	return t, nil
}

// baseNight is the night that a base stands at; the zero one holds nothing.
type baseNight struct {
	Run       string
	AsOf      time.Time
	StartedAt time.Time
}

// after reports whether the night lies after another, or was worked again later.
func (n baseNight) after(other baseNight) bool {
	return n.AsOf.After(other.AsOf) || n.AsOf.Equal(other.AsOf) && n.StartedAt.After(other.StartedAt)
}

// nightOfBase returns the night that a base stands at, which has the table of
// runs.
func nightOfBase(ctx context.Context, w connectors.Warehouse, base connectors.Reader) (n baseNight, err error) {
	sql := "SELECT run_id, as_of, started_at FROM " + w.Base("runs") + " ORDER BY as_of DESC NULLS LAST, started_at DESC NULLS LAST, run_id DESC NULLS LAST LIMIT 1"
	err = base.Read(ctx, sql, func(rec arrow.Record) error {
		if rec.NumRows() == 0 {
			return nil
		}
		n = baseNight{Run: text(rec, 0, 0), AsOf: date(rec, 1, 0)}
		if started := rec.Column(2).(*array.Timestamp); started.IsValid(0) {
			n.StartedAt = time.UnixMicro(int64(started.Value(0))).UTC()
		}
		return nil
	})
	return n, err
}

// standsAt returns the night that the base of a warehouse stands at.
func standsAt(ctx context.Context, w connectors.Warehouse) (baseNight, error) {
	tx, err := w.Begin(ctx)
	if err != nil {
		return baseNight{}, err
	}
	defer tx.Rollback(ctx)
	if err := upgrade(ctx, w, tx); err != nil {
		return baseNight{}, err
	}
	runs, _ := schemas.Lookup("runs")
	if err := tx.Create(ctx, []schemas.Table{runs}); err != nil {
		return baseNight{}, err
	}
	return nightOfBase(ctx, w, tx)
}

// freshDir makes an empty private folder below tmp.
func (p *Project) freshDir(name string) (string, error) {
	dir := p.temp(name)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, privateDir)); err != nil {
		return "", homeError(err)
	}
	return dir, nil
}
