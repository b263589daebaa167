package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/config"
	"clientele/schemas"
	"clientele/transforms"
	"clientele/transforms/conform"
	"clientele/transforms/load"
)

// conformed is a delivery whose rows are conformed and wait, staged, to be
// loaded.
type conformed struct {
	landing connectors.Landing
	tables  []conformedTable
	due     time.Time // earliest date of its future rows; zero for none

	columns []seenColumn // as they came
	agreed  []seenColumn // those of them that are remembered
}

// conformedTable is what came of one mapping.
type conformedTable struct {
	mapping     *conform.Mapping
	file        string // rows
	quarantined string // rows of base_quarantine
	issues      string // rows of base_issues
	tally       *conform.Tally
	absent      []string
}

// staging writes what comes of one mapping.
type staging struct {
	conformer           *conform.Conformer
	target              string
	rows                *parquetio.Writer
	quarantined, issues *rowsFile
	source, delivery    string
	night               time.Time
	discarded           bool // what goes to quarantine is counted and not kept
}

// rows returns what the delivery's tables read, and what of it went to
// quarantine.
func (c *conformed) rows() (read, quarantined int64) {
	for _, t := range c.tables {
		read += t.tally.Read
		quarantined += t.tally.QuarantinedRows()
	}
	return read, quarantined
}

// conformSource returns what conforming must know of a source.
func (p *Project) conformSource(s *config.Source, format schemas.Format) conform.Source {
	out := conform.Source{Name: s.Name, Country: s.Country, Currency: s.Currency, Zone: s.Zone, Format: format, From: s.Replaces.From}
	if s.VAT == "included" {
		out.VATRate = s.VATRate
	}
	if by, ok := p.Config.Successor(s.Name); ok {
		out.Until = by.Replaces.From
	}
	return out
}

// remove removes what is staged of a delivery.
func (c *conformed) remove() error {
	var errs []error
	for _, t := range c.tables {
		for _, file := range []string{t.file, t.quarantined, t.issues} {
			if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// conform conforms the landed rows of one delivery to each table of its source.
func (r *run) conform(ctx context.Context, s *config.Source, format schemas.Format, l connectors.Landing) (*conformed, error) {
	if s.Register != nil {
		return r.conformAnswers(ctx, s, l)
	}
	reader, err := parquetio.Open(r.project.landing(l.File))
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "landing_gone", "put the file back where it came from and run again", "read landed %s: %w", l.ID, err)
	}
	defer reader.Close()
	source := r.project.conformSource(s, format)
	source.NewColumns = r.strays(s, names(reader.Schema()))
	mappings := s.Mappings()
	sieve, err := conform.NewSieve(source, s.Filters, mappings, r.night, reader.Schema())
	if err != nil {
		return nil, err
	}
	fixes, err := r.project.State.Fixes(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	out := &conformed{landing: l, tables: make([]conformedTable, len(mappings)), columns: unseen(reader.Schema())}
	stages := make([]*staging, len(mappings))
	for i, m := range mappings {
		c, err := conform.New(source, m, r.night, l.ID, reader.Schema())
		if err != nil {
			var missing *conform.MissingColumnError
			if errors.As(err, &missing) {
				return nil, connectors.Errorf(connectors.KindData, "missing_column", "correct the mapping, or say optional: true where the source may lack it", "%w", err)
			}
			return nil, err
		}
		prefix := r.project.temp(fmt.Sprintf("%s.%d", l.ID, i))
		t := conformedTable{mapping: m, tally: c.Tally(), absent: c.Absent(),
			file: prefix + ".rows.parquet", quarantined: prefix + ".quarantined.parquet", issues: prefix + ".issues.parquet"}
		stages[i] = &staging{conformer: c, target: m.Target, source: s.Name, delivery: l.ID, night: r.night.AsOf, discarded: discards(fixes)}
		defer stages[i].abort()
		if err := stages[i].create(t); err != nil {
			return nil, err
		}
		out.tables[i] = t
	}
	var first int64
	err = prefetch(ctx, reader.Next, func(rec arrow.Record) error {
		rec.Retain()
		if len(fixes) > 0 {
			fixed := applyFixes(rec, fixes)
			rec.Release()
			rec = fixed
		}
		defer rec.Release()
		if first == 0 {
			out.columns = lookAt(rec)
		}
		if err := conformBatch(rec, first, sieve, stages); err != nil {
			return err
		}
		first += rec.NumRows()
		r.project.point("conform:batch")
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, st := range stages {
		if err := st.close(); err != nil {
			return nil, err
		}
		t := &out.tables[i]
		if !t.tally.Balanced() {
			return nil, connectors.Errorf(connectors.KindData, "unbalanced", "report this: rows must never be lost",
				"%s.%s: %d rows read, but %d conformed, %d filtered and %d quarantined", s.Name, t.mapping.Name,
				t.tally.Read, t.tally.Conformed, t.tally.FilteredRows(), t.tally.QuarantinedRows())
		}
		if due, ok := st.conformer.DueOn(); ok && (out.due.IsZero() || due.Before(out.due)) {
			out.due = due
		}
	}
	return out, nil
}

func (st *staging) create(t conformedTable) (err error) {
	if st.rows, err = parquetio.Create(t.file, st.conformer.Schema()); err != nil {
		return err
	}
	quarantine, _ := schemas.Lookup("base_quarantine")
	if st.quarantined, err = createRows(t.quarantined, quarantine); err != nil {
		return err
	}
	issues, _ := schemas.Lookup("base_issues")
	st.issues, err = createRows(t.issues, issues)
	return err
}

func (st *staging) close() error {
	return errors.Join(st.rows.Close(), st.quarantined.close(), st.issues.close())
}

func (st *staging) abort() {
	if st.rows != nil {
		_ = st.rows.Abort()
	}
	if st.quarantined != nil {
		st.quarantined.abort()
	}
	if st.issues != nil {
		st.issues.abort()
	}
}

// write conforms one batch and stages what comes of it.
func (st *staging) write(rec arrow.Record, first int64, sieved []string) error {
	b, err := st.conformer.Conform(rec, first, sieved)
	if err != nil {
		return err
	}
	defer b.Rows.Release()
	for _, q := range b.Quarantined {
		if st.discarded {
			break
		}
		if err := st.quarantined.add(st.delivery, st.source, st.target, q.Position, q.Part, q.Row, q.Code, q.Column, q.Message, q.Values, st.night); err != nil {
			return err
		}
	}
	for _, i := range b.Issues {
		if err := st.issues.add(st.delivery, st.source, st.target, i.Position, i.Part, i.Row, i.Column, i.Code); err != nil {
			return err
		}
	}
	return st.rows.Write(b.Rows)
}

// conformBatch conforms one batch to every table, each on a goroutine of its
// own.
func conformBatch(rec arrow.Record, first int64, sieve *conform.Sieve, stages []*staging) error {
	var sieved []string
	if sieve != nil {
		var err error
		if sieved, err = sieve.Apply(rec); err != nil {
			return err
		}
	}
	var g errgroup.Group
	for _, st := range stages {
		g.Go(func() error { return st.write(rec, first, sieved) })
	}
	return g.Wait()
}

// applyFixes returns a batch in which the rows that their owner corrected have
// the corrected values, and no fault.
func applyFixes(rec arrow.Record, fixes []connectors.Fix) arrow.Record {
	type place struct {
		part string
		row  int64
	}
	byPlace := map[place]map[string]string{}
	for _, f := range fixes {
		values := byPlace[place{f.Part, f.Row}]
		if values == nil {
			values = map[string]string{}
			byPlace[place{f.Part, f.Row}] = values
		}
		maps.Copy(values, f.Values)
	}
	rows, parts := rec.Column(0).(*array.Int64), rec.Column(1).(*array.String)
	fixed := map[int]map[string]string{}
	for i := range int(rec.NumRows()) {
		if values, ok := byPlace[place{parts.Value(i), rows.Value(i)}]; ok {
			fixed[i] = values
		}
	}
	if len(fixed) == 0 {
		rec.Retain()
		return rec
	}
	cols := slices.Clone(rec.Columns())
	for at := 2; at < len(cols); at++ {
		texts, ok := cols[at].(*array.String)
		if !ok {
			continue
		}
		b := array.NewStringBuilder(memory.DefaultAllocator)
		for i := range texts.Len() {
			values, isFixed := fixed[i]
			value, set := values[rec.ColumnName(at)]
			switch {
			case isFixed && at == 2:
				b.AppendNull()
			case set && value == "":
				b.AppendNull()
			case set:
				b.Append(value)
			case texts.IsNull(i):
				b.AppendNull()
			default:
				b.Append(texts.Value(i))
			}
		}
		cols[at] = b.NewArray()
		defer cols[at].Release()
		b.Release()
	}
	return array.NewRecord(rec.Schema(), cols, rec.NumRows())
}

// picks returns the picks of a mapping, for collapsing. What is derived of a
// field is picked as the field is.
func picks(m *conform.Mapping) []load.Pick {
	var out []load.Pick
	for _, f := range m.Fields {
		if f.Pick == "last" || f.Pick == "" {
			continue
		}
		out = append(out, load.Pick{Column: f.Name, Which: f.Pick})
		for _, column := range m.Following(f.Name) {
			which := f.Pick
			if column == "kind" && which != "first" { // a row without a name is taken for a person's: it comes last in the alphabet
				which = "min"
			}
			out = append(out, load.Pick{Column: column, Which: which})
		}
	}
	return out
}

// nightOf returns what steps must know of a night of a project.
func nightOf(c *config.Config, asOf time.Time) transforms.Night {
	return transforms.Night{AsOf: asOf, Zone: c.Company.Zone, Currency: c.Company.Currency, LapsedBefore: c.Company.LapsedAfter.Before(asOf)}
}
