package pipelines

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
)

// Quarantine is what waits in quarantine, counted, without any value.
type Quarantine struct {
	Counts    []QuarantineCount `json:"counts"`
	Discarded []Discarded       `json:"discarded,omitempty"`
}

// QuarantineCount counts rows of one delivery under one code.
type QuarantineCount struct {
	Source   string `json:"source"`
	Table    string `json:"table"`
	Code     string `json:"code"`
	Delivery string `json:"delivery"`
	Name     string `json:"name"`
	Rows     int64  `json:"rows"`
}

// Discarded says who threw away what a delivery had in quarantine.
type Discarded struct {
	Delivery string    `json:"delivery"`
	Source   string    `json:"source"`
	Name     string    `json:"name"`
	Why      string    `json:"why"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// QuarantinedRow is a row that could not be used. It holds personal data.
type QuarantinedRow struct {
	Delivery string `json:"delivery"`
	Source   string `json:"source"`
	Name     string `json:"name"` // of the file
	Table    string `json:"table"`
	Part     string `json:"part,omitempty"`
	Row      int64  `json:"row"`
	Code     string `json:"code"`
	Column   string `json:"column,omitempty"`
	Message  string `json:"message"`
	Values   Values `json:"values"`
}

// Place returns where the row stands, as a person would look it up.
func (q QuarantinedRow) Place() string {
	if q.Part != "" {
		return fmt.Sprintf("%s:%s:%d", q.Name, q.Part, q.Row)
	}
	return fmt.Sprintf("%s:%d", q.Name, q.Row)
}

// A fix of row 0, which no row has, discards what its delivery has in
// quarantine. It is kept where corrections are, so that the rows stay away when
// the delivery is conformed again; their count stays in the accounts.
const (
	discardedRow = 0
	discardWhy   = "why"
)

// discards reports whether the fixes of a delivery discard its quarantine.
func discards(fixes []connectors.Fix) bool {
	return slices.ContainsFunc(fixes, func(f connectors.Fix) bool { return f.Row == discardedRow })
}

// Quarantine counts what waits in quarantine of a source, or of all where it is
// "".
func (p *Project) Quarantine(ctx context.Context, source string) (Quarantine, error) {
	q := Quarantine{Counts: []QuarantineCount{}}
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return q, err
	}
	names := map[string]string{}
	for _, l := range landings {
		names[l.ID] = l.Delivery.Name
		if source != "" && l.Source != source {
			continue
		}
		fixes, err := p.State.Fixes(ctx, l.ID)
		if err != nil {
			return q, err
		}
		for _, f := range fixes {
			if f.Row == discardedRow {
				q.Discarded = append(q.Discarded, Discarded{Delivery: l.ID, Source: l.Source, Name: l.Delivery.Name, Why: f.Values[discardWhy], By: f.By, At: f.At})
			}
		}
	}
	sql := fmt.Sprintf(`SELECT source, target, code, delivery_id, COUNT(*) AS n FROM %s
GROUP BY source, target, code, delivery_id ORDER BY source ASC NULLS LAST, target ASC NULLS LAST, code ASC NULLS LAST, delivery_id ASC NULLS LAST`, p.Warehouse.Base("base_quarantine"))
	err = p.look(ctx, func(r connectors.Reader) error {
		return r.Read(ctx, sql, func(rec arrow.Record) error {
			for i := range int(rec.NumRows()) {
				c := QuarantineCount{Source: text(rec, 0, i), Table: text(rec, 1, i), Code: text(rec, 2, i), Delivery: text(rec, 3, i), Rows: number(rec, 4, i)}
				c.Name = names[c.Delivery]
				if source == "" || c.Source == source {
					q.Counts = append(q.Counts, c)
				}
			}
			return nil
		})
	})
	return q, err
}

// Quarantined calls each for the rows that a delivery has in quarantine, in the
// order of the file.
func (p *Project) Quarantined(ctx context.Context, delivery string, each func(QuarantinedRow) error) error {
	l, err := p.delivery(ctx, delivery)
	if err != nil {
		return err
	}
	return p.quarantined(ctx, []connectors.Landing{l}, each)
}

// quarantined calls each for the rows that deliveries have in quarantine,
// delivery by delivery.
func (p *Project) quarantined(ctx context.Context, landings []connectors.Landing, each func(QuarantinedRow) error) error {
	d := p.Warehouse.Dialect()
	return p.look(ctx, func(r connectors.Reader) error {
		for _, l := range landings {
			sql := fmt.Sprintf(`SELECT source, target, part, %[1]s, code, %[2]s, message, %[3]s FROM %[4]s WHERE delivery_id = %[5]s
ORDER BY position ASC NULLS LAST, target ASC NULLS LAST`, d.Ident("row"), d.Ident("column"), d.Ident("values"), p.Warehouse.Base("base_quarantine"), d.String(l.ID))
			err := r.Read(ctx, sql, func(rec arrow.Record) error {
				for i := range int(rec.NumRows()) {
					values, err := parseValues(text(rec, 7, i))
					if err != nil {
						return err
					}
					err = each(QuarantinedRow{Delivery: l.ID, Name: l.Delivery.Name, Source: text(rec, 0, i), Table: text(rec, 1, i), Part: text(rec, 2, i),
						Row: number(rec, 3, i), Code: text(rec, 4, i), Column: text(rec, 5, i), Message: text(rec, 6, i), Values: values})
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Replayed says which deliveries were conformed again, and what came of the
// night; Run is nil where nothing had to be done.
type Replayed struct {
	Deliveries []string `json:"deliveries"`
	Run        *Report  `json:"run,omitempty"`
}

// Replay conforms deliveries again, after the config or their rows were
// corrected, and works the last published night once more: the delivery named,
// or all those of a source that have rows in quarantine, or all of any source.
func (p *Project) Replay(ctx context.Context, source, delivery string) (*Replayed, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	ids := []string{delivery}
	if delivery == "" {
		q, err := p.Quarantine(ctx, source)
		if err != nil {
			return nil, err
		}
		ids = nil
		for _, c := range q.Counts {
			ids = append(ids, c.Delivery)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	return p.replay(ctx, ids)
}

// replay marks deliveries to be conformed again and works the night. Landed rows
// that retention removed are read again from where they came. The caller holds
// the lock.
func (p *Project) replay(ctx context.Context, ids []string) (*Replayed, error) {
	out := &Replayed{Deliveries: ids}
	if len(ids) == 0 {
		return out, nil
	}
	landings := make([]connectors.Landing, len(ids))
	for i, id := range ids {
		l, err := p.delivery(ctx, id)
		if err != nil {
			return nil, err
		}
		if l.State == connectors.LandingWithdrawn || l.State == connectors.LandingDiscarded {
			return nil, connectors.Errorf(connectors.KindConfig, "withdrawn", "deliver the file again under another name", "delivery %s is %s", id, l.State)
		}
		if l, err = p.relanded(ctx, l); err != nil {
			return nil, err
		}
		landings[i] = l
	}
	for _, l := range landings {
		l.State, l.Reason = connectors.LandingNew, reasonReplay
		if err := p.State.SaveLanding(ctx, l); err != nil {
			return nil, err
		}
	}
	var err error
	out.Run, err = p.again(ctx)
	return out, err
}

// relanded returns the landing with its rows in place: those that are gone are
// read again, when the source still has the same content.
func (p *Project) relanded(ctx context.Context, l connectors.Landing) (connectors.Landing, error) {
	if l.File != "" {
		if _, err := os.Stat(p.landing(l.File)); err == nil {
			return l, nil
		}
	}
	gone := connectors.Errorf(connectors.KindEnvironment, "landing_gone", "put the file back where it came from, unchanged, and try again",
		"the rows of delivery %s (%s of source %s) are no longer kept", l.ID, l.Delivery.Name, l.Source)
	s, ok := p.Config.Source(l.Source)
	if !ok {
		return l, gone
	}
	src, err := s.Open(p.project())
	if err != nil {
		return l, err
	}
	deliveries, err := src.Deliveries(ctx, "")
	if err != nil {
		return l, err
	}
	i := slices.IndexFunc(deliveries, func(d connectors.Delivery) bool { return d.Name == l.Delivery.Name && d.Hash == l.Delivery.Hash })
	if i < 0 {
		return l, gone
	}
	file := filepath.Join(l.Source, l.ID+".parquet")
	if err := os.MkdirAll(filepath.Dir(p.landing(file)), privateDir); err != nil {
		return l, homeError(err)
	}
	if _, err := p.copyRows(ctx, l.Source, src, &deliveries[i], p.landing(file)); err != nil {
		return l, err
	}
	l.File = file
	return l, p.State.SaveLanding(ctx, l)
}

// Discard throws away what a delivery has in quarantine, for good: the rows do
// not come back when the delivery is conformed again. They stay counted. It
// returns how many rows went.
func (p *Project) Discard(ctx context.Context, delivery, why, by string) (rows int64, err error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	if _, err := p.delivery(ctx, delivery); err != nil {
		return 0, err
	}
	// The state first: a program that dies in between leaves rows that the next
	// discard, or the next reading, takes away.
	if err := p.State.SaveFix(ctx, connectors.Fix{Delivery: delivery, Row: discardedRow, Values: map[string]string{discardWhy: why}, By: by, At: p.env.Now()}); err != nil {
		return 0, err
	}
	tx, err := p.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(ctx)
	its := fmt.Sprintf("FROM %s WHERE delivery_id = %s", p.Warehouse.Base("base_quarantine"), p.Warehouse.Dialect().String(delivery))
	if rows, err = count(ctx, tx, "SELECT COUNT(*) AS discarded "+its); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, "DELETE "+its); err != nil {
		return 0, err
	}
	if err := p.fence(ctx); err != nil {
		return 0, err
	}
	return rows, tx.Commit(ctx)
}

// rowPlace is where a landed row stands.
type rowPlace struct {
	delivery, part string
	row            int64
}

// place returns where the row stands in its delivery.
func (q QuarantinedRow) place() rowPlace { return rowPlace{q.Delivery, q.Part, q.Row} }

// gather returns one row per landed row, with its faults in all the tables that
// it was meant for.
func gather(rows []QuarantinedRow) []QuarantinedRow {
	var out []QuarantinedRow
	at := map[rowPlace]int{}
	for _, q := range rows {
		i, ok := at[q.place()]
		if !ok {
			at[q.place()] = len(out)
			out = append(out, q)
			continue
		}
		out[i].Code = also(out[i].Code, q.Code)
		out[i].Column = also(out[i].Column, q.Column)
		out[i].Message = also(out[i].Message, q.Message)
	}
	return out
}

// also adds b to the list a, unless it is there.
func also(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "" || slices.Contains(strings.Split(a, "; "), b):
		return a
	}
	return a + "; " + b
}
