package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/config"
	"clientele/transforms/conform"
)

// record explains what became of a record that is no party of any customer.
func (w *why) record(ctx context.Context, ref reference) (*Why, error) {
	s := ref.source
	out := &Why{Answer: fmt.Sprintf("record %s of source %s is no party of any customer", ref.record, s.Name)}
	if slices.Contains(s.Collectives, ref.record) {
		out.Reasons = append(out.Reasons, "it is a collective account: its orders count in totals and belong to no customer")
	}
	stored, err := w.stored(ctx, ref)
	if err != nil {
		return nil, err
	}
	asOf, ok, err := w.lastNight(ctx)
	if err != nil {
		return nil, err
	}
	if !ok {
		asOf = w.Today()
	}
	landings, err := w.State.Landings(ctx)
	if err != nil {
		return nil, err
	}
	unkept := 0
	for _, l := range slices.Backward(landings) {
		if l.Source != s.Name {
			continue
		}
		fates, err := w.fates(ctx, s, l, ref.record, asOf)
		if connectors.CodeOf(err) == "landing_gone" {
			unkept++
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, f := range fates {
			out.Reasons = append(out.Reasons, f+was(l))
		}
	}
	if len(out.Reasons) == 0 || len(stored) > 0 {
		out.Reasons = append(out.Reasons, stored...)
	}
	if len(out.Reasons) == 0 {
		out.Reasons = append(out.Reasons, "no delivery that is kept has it")
	}
	if unkept > 0 {
		out.Reasons = append(out.Reasons, fmt.Sprintf("%d older deliveries are no longer kept as they were received, and could not be searched", unkept))
	}
	return out, nil
}

// was says what became of a delivery other than being loaded.
func was(l connectors.Landing) string {
	reason := ""
	if l.Reason != "" {
		reason = ": " + l.Reason
	}
	switch l.State {
	case connectors.LandingWithdrawn:
		return "; the delivery was withdrawn" + reason
	case connectors.LandingHeld:
		return "; the delivery is held back" + reason
	case connectors.LandingDiscarded:
		return "; the delivery was discarded" + reason
	case connectors.LandingNew:
		return "; the delivery waits for the next night"
	}
	return ""
}

// stored says what the base holds of a record.
func (w *why) stored(ctx context.Context, ref reference) ([]string, error) {
	var out []string
	d := w.Warehouse.Dialect()
	err := w.look(ctx, func(r connectors.Reader) error {
		for _, target := range ref.source.Targets() {
			sql := fmt.Sprintf(`SELECT l.name, l.named, f.deleted, f.observed_on, f.delivery_id, m.mode,
  CASE WHEN l.seq < (SELECT MAX(seq) FROM %[1]s x WHERE x.source = l.source AND x.named AND x.name = l.name) THEN 1 ELSE 0 END AS replaced,
  CASE WHEN l.seq < (SELECT MAX(seq) FROM %[1]s y WHERE y.source = l.source) THEN 1 ELSE 0 END AS earlier
FROM %[2]s f JOIN %[1]s l ON l.delivery_id = f.delivery_id LEFT JOIN %[3]s m ON m.source = f.source AND m.target = %[4]s
WHERE f.source = %[5]s AND f.record_id = %[6]s ORDER BY l.seq ASC NULLS LAST`,
				w.Warehouse.Base("base_deliveries"), w.Warehouse.Base("in_"+target), w.Warehouse.Base("base_modes"), d.String(target), d.String(ref.source.Name), d.String(ref.record))
			found, err := rows(ctx, r, sql)
			if err != nil {
				return err
			}
			for i, row := range found.Values {
				deleted, _ := row[slices.Index(found.Columns, "deleted")].(bool)
				replaced, _ := row[slices.Index(found.Columns, "replaced")].(int64)
				earlier, _ := row[slices.Index(found.Columns, "earlier")].(int64)
				says := fmt.Sprintf("%s of %s has it", target, found.text(i, "name"))
				switch {
				case replaced == 1:
					says += ", which a later file of that name replaced"
				case deleted:
					says += ", and says that it is gone since " + found.text(i, "observed_on")
				case earlier == 1 && found.text(i, "mode") == string(conform.Snapshot):
					says += ", and a later snapshot does not"
				}
				out = append(out, says)
			}
		}
		return nil
	})
	return out, err
}

// fates conforms the rows of a delivery that have a record id, each by itself,
// and says what comes of them in each table.
func (w *why) fates(ctx context.Context, s *config.Source, l connectors.Landing, record string, asOf time.Time) ([]string, error) {
	gone := connectors.Errorf(connectors.KindEnvironment, "landing_gone", "", "the rows of delivery %s are no longer kept", l.ID)
	if l.File == "" {
		return nil, gone
	}
	reader, err := parquetio.Open(w.landing(l.File))
	if err != nil {
		return nil, gone
	}
	defer reader.Close()
	src, err := s.Open(w.project())
	if err != nil {
		return nil, err
	}
	fixes, err := w.State.Fixes(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	finders, _ := w.trials(s, src.Format(), asOf, reader.Schema())
	var out []string
	for {
		rec, err := reader.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		fixed := applyFixes(rec, fixes)
		rec.Release()
		for i := range int(fixed.NumRows()) {
			for at, f := range finders {
				if f.err != nil || f.mapping.Unpivot != nil || f.mapping.Target == "attributes" {
					continue
				}
				if id, ok := f.conformer.RecordID(fixed, i); !ok || id != record {
					continue
				}
				fresh, sieve := w.trials(s, src.Format(), asOf, reader.Schema())
				out = append(out, fate(fresh[at], sieve, fixed, i, l.Delivery.Name))
			}
		}
		fixed.Release()
	}
}

// fate conforms row i of a batch by itself and says what comes of it.
func fate(t *trial, sieve *conform.Sieve, rec arrow.Record, i int, name string) string {
	row := rec.NewSlice(int64(i), int64(i)+1)
	defer row.Release()
	place := fmt.Sprintf("%s:%d", name, number(row, 0, 0))
	if part := text(row, 1, 0); part != "" {
		place = fmt.Sprintf("%s:%s:%d", name, part, number(row, 0, 0))
	}
	trials{t}.conform(row, 0, sieve)
	if t.err != nil {
		return fmt.Sprintf("%s, for %s: %v", place, t.mapping.Name, t.err)
	}
	tally := t.conformer.Tally()
	for _, c := range conform.Sorted(tally.Filtered) {
		return fmt.Sprintf("%s, for %s: filtered by %q", place, t.mapping.Name, c.Code)
	}
	for _, c := range conform.Sorted(tally.Quarantined) {
		return fmt.Sprintf("%s, for %s: in quarantine, %s", place, t.mapping.Name, c.Code)
	}
	return fmt.Sprintf("%s, for %s: conformed", place, t.mapping.Name)
}
