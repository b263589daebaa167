package pipelines

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
)

// ledgerRow is a delivery that the base holds.
type ledgerRow struct {
	id, source, name, hash, cursor string
	seq, rows                      int64
	deliveredOn, due               time.Time
	named                          bool
}

// reconcile learns from the base which deliveries it holds: the ledger commits
// with the data, and the state follows it.
func (r *run) reconcile(ctx context.Context) error {
	ledger, err := r.readLedger(ctx)
	if err != nil {
		return err
	}
	for i, l := range r.landings {
		_, held := ledger[l.ID]
		switch {
		case held && (l.State == connectors.LandingNew || l.State == connectors.LandingHeld) && l.Reason != reasonReplay:
			l.State, l.Reason = connectors.LandingLoaded, "" // why it was held no longer counts
		case !held && l.State == connectors.LandingLoaded:
			l.State = connectors.LandingNew // the base was restored to an earlier night
		default:
			continue
		}
		if err := r.project.State.SaveLanding(ctx, l); err != nil {
			return err
		}
		r.landings[i] = l
	}
	r.ledger = ledger
	for id, l := range ledger {
		r.dueDates[id] = l.due
	}
	return nil
}

func (r *run) readLedger(ctx context.Context) (map[string]ledgerRow, error) {
	base, err := r.project.lookAt(ctx)
	if err != nil {
		return nil, err
	}
	defer base.Close()
	ledger := map[string]ledgerRow{}
	columns := []string{"delivery_id", "source", "name", "hash", "seq", "delivered_on", "named", "cursor", "due_on", "rows"}
	sql := fmt.Sprintf("SELECT %s FROM %s ORDER BY seq ASC NULLS LAST", r.project.Warehouse.Dialect().Idents(columns), r.table("base_deliveries"))
	err = base.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			l := ledgerRow{id: text(rec, 0, i), source: text(rec, 1, i), name: text(rec, 2, i), hash: text(rec, 3, i), seq: number(rec, 4, i),
				deliveredOn: date(rec, 5, i), named: rec.Column(6).(*array.Boolean).Value(i), cursor: text(rec, 7, i), due: date(rec, 8, i), rows: number(rec, 9, i)}
			ledger[l.id] = l
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.columns, err = readColumns(ctx, r.project, base)
	return ledger, err
}

// due reports whether a loaded delivery has rows whose day has come.
func (r *run) due(l connectors.Landing) bool {
	row, ok := r.ledger[l.ID]
	return ok && l.State == connectors.LandingLoaded && !row.due.IsZero() && row.due.Before(r.night.AsOf)
}

// Values of a record that a query of ours returned.

func text(rec arrow.Record, col, i int) string {
	c := rec.Column(col).(*array.String)
	if c.IsNull(i) {
		return ""
	}
	return strings.Clone(c.Value(i))
}

func number(rec arrow.Record, col, i int) int64 {
	c := rec.Column(col).(*array.Int64)
	if c.IsNull(i) {
		return 0
	}
	return c.Value(i)
}

func date(rec arrow.Record, col, i int) time.Time {
	c := rec.Column(col).(*array.Date32)
	if c.IsNull(i) {
		return time.Time{}
	}
	return c.Value(i).ToTime()
}
