package bigquerywarehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Tx is the one writing transaction on the base: work in the slot that does not
// hold it.
type Tx struct {
	w      *Warehouse
	head   head // that it started from
	slot   int
	staged []string
	over   bool
}

// Begin empties the slot that does not hold the base and copies the base into
// it. While another transaction of this Warehouse is open the error has the code
// "locked"; other processes are kept off by the lock of the project's state.
func (w *Warehouse) Begin(ctx context.Context) (connectors.Tx, error) {
	if !w.writing.TryLock() {
		return nil, connectors.Errorf(connectors.KindEnvironment, "locked", "wait until the night under way is done",
			"the base is being written already")
	}
	t, err := w.begin(ctx)
	if err != nil {
		w.writing.Unlock()
		return nil, fmt.Errorf("begin: %w", err)
	}
	return t, nil
}

func (w *Warehouse) begin(ctx context.Context) (*Tx, error) {
	if err := w.prepare(ctx); err != nil {
		return nil, err
	}
	h, err := w.loadHead(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tx{w: w, head: h, slot: 1 - h.slot}
	if err := w.empty(ctx, t.slot); err != nil {
		return nil, err
	}
	if h.generation > 0 {
		if err := w.copy(ctx, h.slot, t.slot); err != nil {
			return nil, err
		}
	}
	w.setWorking(t.slot)
	return t, nil
}

func (w *Warehouse) setWorking(slot int) {
	w.mu.Lock()
	w.working = slot
	w.mu.Unlock()
}

// empty deletes what a slot holds.
func (w *Warehouse) empty(ctx context.Context, slot int) error {
	names, err := w.baseTables(ctx, slot)
	if err != nil {
		return err
	}
	return each(ctx, names, func(ctx context.Context, name string) error { return w.drop(ctx, w.slot(slot), name) })
}

// baseTables lists the tables of the base in a slot.
func (w *Warehouse) baseTables(ctx context.Context, slot int) ([]string, error) {
	names, err := w.bq.Tables(ctx, w.bq.API.Dataset(w.slot(slot)))
	return slices.DeleteFunc(names, func(name string) bool { return name == headTable.Name }), err
}

// copy makes the tables of one slot in the other.
func (w *Warehouse) copy(ctx context.Context, from, to int) error {
	names, err := w.baseTables(ctx, from)
	if err != nil {
		return err
	}
	return each(ctx, names, func(ctx context.Context, name string) error {
		if err := w.copyTable(ctx, w.slot(from), w.slot(to), name); err != nil {
			return fmt.Errorf("copy table %s: %w", name, err)
		}
		return nil
	})
}

// copyTable clones a table, which takes no space and no time; an engine that
// knows no clones is made to copy its rows.
func (w *Warehouse) copyTable(ctx context.Context, from, to, name string) error {
	if !w.noClones.Load() {
		_, err := w.run(ctx, "CREATE TABLE "+w.qualified(to, name)+" CLONE "+w.qualified(from, name))
		if err == nil || w.opts.Endpoint == "" || ctx.Err() != nil {
			return err
		}
		w.noClones.Store(true)
	}
	var md *bigquery.TableMetadata
	err := w.bq.Call(ctx, func(ctx context.Context) (err error) {
		md, err = w.bq.API.Dataset(from).Table(name).Metadata(ctx)
		return err
	})
	if err != nil {
		return err
	}
	copied := &bigquery.TableMetadata{Schema: md.Schema, Description: md.Description, Labels: md.Labels, TimePartitioning: md.TimePartitioning, Clustering: md.Clustering}
	err = w.bq.Call(ctx, func(ctx context.Context) error {
		err := w.bq.API.Dataset(to).Table(name).Create(ctx, copied)
		if bigqueryclient.Status(err) == http.StatusConflict {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	columns := make([]string, len(md.Schema))
	for i, f := range md.Schema {
		columns[i] = f.Name
	}
	list := dialect.BigQuery.Idents(columns)
	_, err = w.run(ctx, "INSERT INTO "+w.qualified(to, name)+" ("+list+") SELECT "+list+" FROM "+w.qualified(from, name))
	return err
}

func (t *Tx) open() error {
	if t.over {
		return fmt.Errorf("bigquery: the transaction is over: %w", sql.ErrTxDone)
	}
	return nil
}

// Create makes tables of the base, and columns that are new. A column whose
// type changed is an error with the code "type_changed".
func (t *Tx) Create(ctx context.Context, tables []schemas.Table) error {
	if err := t.open(); err != nil || len(tables) == 0 {
		return err
	}
	return t.w.ensureTables(ctx, t.w.slot(t.slot), tables, false)
}

// Exec runs one statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, statement string) (int64, error) {
	if err := t.open(); err != nil {
		return 0, err
	}
	done, err := t.w.run(ctx, statement)
	if err != nil {
		return 0, err
	}
	return changed(done), nil
}

// Read streams the rows of a query; see Warehouse.read for their types.
func (t *Tx) Read(ctx context.Context, query string, each func(arrow.Record) error) error {
	if err := t.open(); err != nil {
		return err
	}
	return t.w.readBase(ctx, query, each)
}

// Commit makes the slot hold the base. When it fails the transaction is over, and
// the slot stays as it is: where the answer was lost, or another program has
// committed, the base may lie there. The next Begin knows.
func (t *Tx) Commit(ctx context.Context) error {
	if err := t.open(); err != nil {
		return err
	}
	err := t.w.moveHead(ctx, t.head, t.slot)
	t.end()
	if err != nil {
		return fmt.Errorf("commit: %w", errors.Join(err, t.unstage(context.WithoutCancel(ctx))))
	}
	// The night is committed. Who was erased by it is still in the slot before;
	// where emptying that fails, the next Begin does it, and what is staged expires.
	_ = errors.Join(t.unstage(ctx), t.w.empty(ctx, 1-t.slot))
	return nil
}

func (t *Tx) end() {
	t.over = true
	t.w.setWorking(-1)
	t.w.writing.Unlock()
}

// Rollback leaves the base as it was, also when ctx is cancelled. After Commit,
// whatever came of it, it does nothing.
func (t *Tx) Rollback(ctx context.Context) error {
	if t.over {
		return nil
	}
	t.end()
	ctx = context.WithoutCancel(ctx)
	return errors.Join(t.unstage(ctx), t.w.empty(ctx, t.slot))
}

// Close rolls back a transaction that is still open.
func (t *Tx) Close() error { return t.Rollback(context.Background()) }
