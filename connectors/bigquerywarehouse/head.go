package bigquerywarehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// head says which slot holds the base: the last of the commits.
type head struct {
	generation int64 // of the commit, 0 before the first
	slot       int
}

// headTable is the ledger of commits. It lies in the first slot, and stays when
// that is emptied. Rows are only added: the one of the highest generation counts.
var headTable = schemas.Table{
	Name: "clientele_head", Doc: "which slot holds the base: that of the highest generation",
	Key: []string{"generation"},
	Columns: []schemas.Column{
		{Name: "generation", Type: schemas.Int, Doc: "ordinal of the commit"},
		{Name: "slot", Type: schemas.Int, Doc: "slot that held the base from then on"},
		{Name: "committed_at", Type: schemas.Timestamp, Doc: "when"},
		{Name: "opening", Type: schemas.String, Doc: "opening of the warehouse that committed"},
	},
}

func (w *Warehouse) headName() string { return w.qualified(w.slot(0), headTable.Name) }

// prepare makes what the base needs where it is missing: its datasets, and the
// ledger of commits.
func (w *Warehouse) prepare(ctx context.Context) error {
	if err := w.ensureDatasets(ctx, w.slot(0), w.slot(1), w.staging()); err != nil {
		return err
	}
	return w.ensureTables(ctx, w.slot(0), []schemas.Table{headTable}, false)
}

// loadHead learns which slot holds the base. Before the first commit none does:
// the generation is 0, and the first night works in slot 0.
func (w *Warehouse) loadHead(ctx context.Context) (head, error) {
	have, err := w.bq.Tables(ctx, w.bq.API.Dataset(w.slot(0)))
	if err != nil {
		return head{}, err
	}
	h := head{slot: 1}
	if slices.Contains(have, headTable.Name) {
		if h, err = w.readHead(ctx); err != nil {
			return head{}, err
		}
	}
	w.mu.Lock()
	w.head = h
	w.mu.Unlock()
	return h, nil
}

func (w *Warehouse) readHead(ctx context.Context) (head, error) {
	h := head{slot: 1}
	sql := "SELECT generation, slot FROM " + w.headName() + " ORDER BY generation DESC LIMIT 1"
	err := w.readBase(ctx, sql, func(rec arrow.Record) error {
		generation, ok := rec.Column(0).(*array.Int64)
		slot, okToo := rec.Column(1).(*array.Int64)
		if !ok || !okToo || rec.NumRows() != 1 {
			return fmt.Errorf("%s is not what it was made as", w.headName())
		}
		h = head{generation.Value(0), int(slot.Value(0))}
		return nil
	})
	return h, err
}

// moveHead makes a slot hold the base, unless another commit came in between.
// Whether it did is read back: an answer may be lost on its way, and not every
// emulator says how many rows a statement changed.
func (w *Warehouse) moveHead(ctx context.Context, from head, slot int) error {
	d := dialect.BigQuery
	next := head{from.generation + 1, slot}
	_, err := w.run(ctx, fmt.Sprintf(`INSERT INTO %s (generation, slot, committed_at, opening)
SELECT %d, %d, CURRENT_TIMESTAMP(), %s FROM (SELECT COALESCE(MAX(generation), %s) AS last FROM %s) h WHERE h.last = %d`,
		w.headName(), next.generation, next.slot, d.String(w.opts.Token), d.Cast("0", schemas.Int), w.headName(), from.generation))
	ours, unread := w.count(context.WithoutCancel(ctx), fmt.Sprintf("SELECT COUNT(*) AS n FROM %s WHERE generation = %d AND opening = %s",
		w.headName(), next.generation, d.String(w.opts.Token)), w.staging())
	switch {
	case unread != nil:
		return errors.Join(err, unread)
	case ours == 0 && err != nil:
		return err
	case ours == 0:
		return connectors.Errorf(connectors.KindEnvironment, "locked", "see that one program at a time works nights on a dataset, then run again",
			"another program has committed a night meanwhile")
	}
	w.mu.Lock()
	w.head = next
	w.mu.Unlock()
	return nil
}
