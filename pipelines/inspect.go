package pipelines

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/pipelines/proposal"
	"clientele/schemas"
	"clientele/schemas/suggest"
	"clientele/transforms/conform"
)

// sampled is how many rows of a delivery are looked at.
const sampled = 10_000

// Inspection is what the first rows of a delivery look like, and what would come
// of them. Nothing is written.
type Inspection struct {
	Source   string            `json:"source"`
	Delivery string            `json:"delivery"`
	Rows     int64             `json:"rows"`
	Whole    bool              `json:"whole"` // the delivery has no more rows
	Columns  []InspectedColumn `json:"columns"`
	Faults   []CodeCount       `json:"faults,omitempty"` // of rows as a whole
	Tables   []InspectedTable  `json:"tables"`
	// First are the first rows as they were read. They hold personal data.
	First Rows `json:"first"`
}

// InspectedColumn is what was found in a column of the source.
type InspectedColumn struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Nulls int64  `json:"nulls"`
	// Layouts are those in which its dates can be read: more than one where day
	// and month can't be told apart.
	Layouts []string `json:"layouts,omitempty"`
	// Fills are the columns of input tables that it is mapped to.
	Fills []string `json:"fills,omitempty"`
}

// InspectedTable is what would come of the rows for one table.
type InspectedTable struct {
	TableReport
	Missing []MissingColumn `json:"missing,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// MissingColumn is a mapped column that a delivery does not have.
type MissingColumn struct {
	Column   string `json:"column"`
	Optional bool   `json:"optional,omitempty"`
	// Likely is the column that it may have been renamed to, "" for none.
	Likely string `json:"likely,omitempty"`
}

// Inspect looks at the first rows of a source's last delivery, or of the one
// called name, and keeps the first rows of them.
func (p *Project) Inspect(ctx context.Context, source, name string, rows int) (*Inspection, error) {
	s, ok := p.Config.Source(source)
	if !ok {
		return nil, p.Config.UnknownSource(source)
	}
	src, err := s.Open(p.project())
	if err != nil {
		return nil, err
	}
	deliveries, err := src.Deliveries(ctx, "")
	if err != nil {
		return nil, err
	}
	i := len(deliveries) - 1
	if name != "" {
		i = slices.IndexFunc(deliveries, func(d connectors.Delivery) bool { return d.Name == name })
	}
	if i < 0 {
		return nil, connectors.Errorf(connectors.KindData, "no_delivery", "check its "+s.Place(), "source %s has nothing to read%s", source, named(name))
	}
	in, _, err := p.sample(ctx, s, src, deliveries[i], p.Today(), sampled, rows)
	return in, err
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return " called " + name
}

// sample reads at least limit rows of a delivery, or all it has, and conforms
// them for a night without keeping anything but the first rows.
func (p *Project) sample(ctx context.Context, s *config.Source, src connectors.Source, d connectors.Delivery, asOf time.Time, limit int64, first int) (*Inspection, trials, error) {
	rows, err := openSample(ctx, src, d, limit)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	in := &Inspection{Source: s.Name, Delivery: d.Name}
	tried, sieve := p.trials(s, src.Format(), asOf, rows.Schema())
	columns := make([]proposal.Column, len(rows.Schema().Fields()))
	faults := map[string]int64{}
	in.First.Columns = []string{schemas.RawRow}
	for _, f := range rows.Schema().Fields()[len(schemas.RawLineage()):] {
		in.First.Columns = append(in.First.Columns, f.Name)
	}
	for in.Rows < limit {
		rec, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			in.Whole = true
			break
		}
		if err != nil {
			return nil, nil, err
		}
		observe(rec, columns, faults)
		in.keep(rec, first)
		tried.conform(rec, in.Rows, sieve)
		in.Rows += rec.NumRows()
		rec.Release()
	}
	for i, f := range rows.Schema().Fields() {
		if i >= len(schemas.RawLineage()) {
			in.Columns = append(in.Columns, InspectedColumn{Name: f.Name, Type: columns[i].Type(), Nulls: columns[i].Nulls, Layouts: columns[i].Layouts(), Fills: fills(s, f.Name)})
		}
	}
	in.Faults = codeCounts(faults)
	for _, t := range tried {
		in.Tables = append(in.Tables, t.report(rows.Schema()))
	}
	return in, tried, nil
}

// openSample opens a delivery of which so many rows are wanted.
func openSample(ctx context.Context, src connectors.Source, d connectors.Delivery, rows int64) (connectors.Rows, error) {
	if s, ok := src.(connectors.Sampler); ok {
		return s.Sample(ctx, d, rows)
	}
	return src.Open(ctx, d)
}

// observe lets the columns learn from a batch and counts the faults of its rows.
func observe(rec arrow.Record, columns []proposal.Column, faults map[string]int64) {
	for at := len(schemas.RawLineage()); at < len(columns); at++ {
		col := rec.Column(at)
		for i := range col.Len() {
			text := ""
			if col.IsValid(i) {
				text = col.ValueStr(i)
			}
			columns[at].Add(text)
		}
	}
	fault := rec.Column(2).(*array.String)
	for i := range fault.Len() {
		if fault.IsValid(i) {
			code, _, _ := strings.Cut(fault.Value(i), ":")
			faults[strings.Clone(code)]++
		}
	}
}

// keep keeps rows of a batch until there are as many as wanted.
func (in *Inspection) keep(rec arrow.Record, wanted int) {
	for i := range int(rec.NumRows()) {
		if len(in.First.Values) >= wanted {
			return
		}
		row := []any{CellValue(rec.Column(0), i)}
		for _, col := range rec.Columns()[len(schemas.RawLineage()):] {
			row = append(row, CellValue(col, i))
		}
		in.First.Values = append(in.First.Values, row)
	}
}

// fills returns the columns of input tables that a column of the source is
// mapped to, the keys too.
func fills(s *config.Source, column string) []string {
	var out []string
	for _, m := range s.Mappings() {
		if slices.ContainsFunc(m.Key, func(k conform.KeyPart) bool { return k.Column == column }) && m.Target != "attributes" {
			out = append(out, m.Name+" key")
		}
		for _, f := range m.Fields {
			if f.Column == column && (m.Target != "attributes" || f.Name == "value") {
				out = append(out, m.Name+"."+f.Name)
			}
		}
	}
	return out
}

// trial is one mapping that is tried out on a sample.
type trial struct {
	mapping   *conform.Mapping
	conformer *conform.Conformer
	err       error
}

type trials []*trial

// trials prepares the mappings of a source. One that can't read the columns that
// there are keeps its error.
func (p *Project) trials(s *config.Source, format schemas.Format, asOf time.Time, raw *arrow.Schema) (trials, *conform.Sieve) {
	source := p.conformSource(s, format)
	night := nightOf(p.Config, asOf)
	sieve, sieveErr := conform.NewSieve(source, s.Filters, s.Mappings(), night, raw)
	var out trials
	for _, m := range s.Mappings() {
		t := &trial{mapping: m, err: sieveErr}
		if t.err == nil {
			t.conformer, t.err = conform.New(source, m, night, "sample", raw)
		}
		out = append(out, t)
	}
	return out, sieve
}

// conform tries a batch out on each mapping.
func (ts trials) conform(rec arrow.Record, first int64, sieve *conform.Sieve) {
	var sieved []string
	if sieve != nil {
		var err error
		if sieved, err = sieve.Apply(rec); err != nil {
			for _, t := range ts {
				t.err = err
			}
		}
	}
	for _, t := range ts {
		if t.err != nil {
			continue
		}
		b, err := t.conformer.Conform(rec, first, sieved)
		if err != nil {
			t.err = err
			continue
		}
		b.Rows.Release()
	}
}

func (t *trial) report(raw *arrow.Schema) InspectedTable {
	out := InspectedTable{TableReport: TableReport{Table: t.mapping.Name}, Missing: missing(t.mapping, raw)}
	if t.err != nil {
		out.Error = t.err.Error()
		return out
	}
	tally := t.conformer.Tally()
	out.Read, out.Conformed, out.WithoutParty = tally.Read, tally.Conformed, tally.WithoutParty
	out.Filtered, out.Quarantined = codeCounts(tally.Filtered), codeCounts(tally.Quarantined)
	return out
}

// missing returns the columns that a mapping reads and the rows do not have.
func missing(m *conform.Mapping, raw *arrow.Schema) []MissingColumn {
	var have []string
	for _, f := range raw.Fields()[len(schemas.RawLineage()):] {
		have = append(have, f.Name)
	}
	var out []MissingColumn
	add := func(column string, optional bool) {
		if column == "" || slices.Contains(have, column) || slices.ContainsFunc(out, func(c MissingColumn) bool { return c.Column == column }) {
			return
		}
		out = append(out, MissingColumn{Column: column, Optional: optional, Likely: suggest.Suggest(column, have)})
	}
	for _, k := range m.Key {
		add(k.Column, false)
	}
	for _, f := range m.Fields {
		add(f.Column, f.Optional)
	}
	return out
}
