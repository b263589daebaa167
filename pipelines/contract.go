package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/config"
	"clientele/pipelines/proposal"
	"clientele/schemas"
	"clientele/transforms/conform"
)

// checkContract is the guard of a source's contracts, as `runs approve` calls it
// behind the name of the source.
const checkContract = "contract"

// ColumnChange is what differs between a delivery's columns and those that came
// before.
type ColumnChange struct {
	Delivery string `json:"delivery"`
	Column   string `json:"column"`
	// Old and New say what its values look like, before and now; "" where it was
	// not there, or is there no more.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
	// Breaking changes hold the source back, or cost it rows or values.
	Breaking bool   `json:"breaking"`
	Effect   string `json:"effect"`

	frozen bool // a contract holds the source back for it
}

// Verdict is safe or breaking.
func (c ColumnChange) Verdict() string {
	if c.Breaking {
		return "breaking"
	}
	return "safe"
}

// String tells the change in a line.
func (c ColumnChange) String() string {
	return fmt.Sprintf("%s: column %q: %s → %s, %s: %s", c.Delivery, c.Column, shown(c.Old), shown(c.New), c.Verdict(), c.Effect)
}

func shown(looks string) string {
	if looks == "" {
		return "(none)"
	}
	return looks
}

// seenColumn is a column of a delivery.
type seenColumn struct{ name, looks string }

// columnBook is what is known of the columns of one source.
type columnBook struct {
	looks map[string]string // all that ever came, and what their values look like
	last  []string          // those of the last delivery
}

// readColumns learns what is known of the columns of each source.
func readColumns(ctx context.Context, p *Project, r connectors.Reader) (map[string]*columnBook, error) {
	books := map[string]*columnBook{}
	d := p.Warehouse.Dialect()
	last := ""
	sql := fmt.Sprintf("SELECT c.source, c.delivery_id, c.%[1]s, c.%[2]s FROM %[3]s c JOIN %[4]s l ON l.delivery_id = c.delivery_id ORDER BY l.seq ASC NULLS LAST, c.%[1]s ASC NULLS LAST",
		d.Ident("column"), d.Ident("type"), p.Warehouse.Base("base_columns"), p.Warehouse.Base("base_deliveries"))
	err := r.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			source, delivery, column := text(rec, 0, i), text(rec, 1, i), text(rec, 2, i)
			book := books[source]
			if book == nil {
				book = &columnBook{looks: map[string]string{}}
				books[source] = book
			}
			if delivery != last {
				book.last, last = nil, delivery
			}
			book.last = append(book.last, column)
			book.looks[column] = widest(book.looks[column], text(rec, 3, i))
		}
		return nil
	})
	return books, err
}

// book returns what is known of the columns of a source, apart from what it is
// told later.
func (r *run) book(source string) *columnBook {
	out := &columnBook{looks: map[string]string{}}
	if known := r.columns[source]; known != nil {
		out.last = known.last
		for column, looks := range known.looks {
			out.looks[column] = looks
		}
	}
	return out
}

// learn takes in the columns of a delivery.
func (b *columnBook) learn(columns []seenColumn) {
	b.last = nil
	for _, c := range columns {
		b.looks[c.name] = widest(b.looks[c.name], c.looks)
		b.last = append(b.last, c.name)
	}
}

// widest returns what values look like of which some look like a and others
// like b.
func widest(a, b string) string {
	numbers := []string{proposal.Integer, proposal.Number}
	days := []string{proposal.Date, proposal.DateTime}
	switch {
	case a == b, b == "", b == proposal.Empty:
		return a
	case a == "", a == proposal.Empty:
		return b
	case slices.Contains(numbers, a) && slices.Contains(numbers, b):
		return proposal.Number
	case slices.Contains(days, a) && slices.Contains(days, b):
		return proposal.DateTime
	}
	return proposal.Text
}

// fits reports whether values that look so can be read as a type.
func fits(looks string, t schemas.Type) bool {
	switch t {
	case schemas.Int:
		return slices.Contains([]string{proposal.Empty, proposal.Integer}, looks)
	case schemas.Decimal, schemas.Float:
		return slices.Contains([]string{proposal.Empty, proposal.Integer, proposal.Number}, looks)
	case schemas.Date, schemas.Timestamp:
		return slices.Contains([]string{proposal.Empty, proposal.Date, proposal.DateTime}, looks)
	case schemas.Bool:
		return slices.Contains([]string{proposal.Empty, proposal.Boolean, proposal.Integer}, looks)
	}
	return true
}

// looked is how many rows of a delivery are looked at for what its columns look
// like.
const looked = 200

// lookAt returns the columns of a delivery by its first rows.
func lookAt(rec arrow.Record) []seenColumn {
	rec = rec.NewSlice(0, min(looked, rec.NumRows()))
	defer rec.Release()
	columns := make([]proposal.Column, rec.NumCols())
	observe(rec, columns, map[string]int64{})
	var out []seenColumn
	for i, f := range rec.Schema().Fields() {
		if i >= len(schemas.RawLineage()) {
			out = append(out, seenColumn{f.Name, columns[i].Type()})
		}
	}
	return out
}

// names returns the names of the source's own columns in rows as they were read.
func names(raw *arrow.Schema) (out []string) {
	for _, f := range raw.Fields()[len(schemas.RawLineage()):] {
		out = append(out, f.Name)
	}
	return out
}

// unseen returns the columns of a delivery before any of its rows was looked at.
func unseen(raw *arrow.Schema) (out []seenColumn) {
	for _, name := range names(raw) {
		out = append(out, seenColumn{name, proposal.Empty})
	}
	return out
}

// discardsNew reports whether some table of a source discards what is new, so that
// a new column stays new.
func discardsNew(s *config.Source) bool {
	return slices.ContainsFunc(s.Tables, func(m *conform.Mapping) bool {
		return m.Contract.Columns == conform.DiscardRow || m.Contract.Columns == conform.DiscardValue
	})
}

// strays returns the columns of a delivery that are new and that nothing reads.
// Of the first delivery of a source none is new.
func (r *run) strays(s *config.Source, columns []string) (out []string) {
	known := r.columns[s.Name]
	if known == nil {
		return nil
	}
	for _, column := range columns {
		if _, ok := known.looks[column]; !ok && !conform.Reads(s.Tables, s.Filters, column) {
			out = append(out, column)
		}
	}
	return out
}

// baseline makes the columns of the first delivery of a source, whose contract
// discards what is new, those that were agreed on.
func (r *run) baseline(s *config.Source, first connectors.Landing) {
	if !discardsNew(s) || r.columns[s.Name] != nil {
		return
	}
	rows, err := parquetio.Open(r.project.landing(first.File))
	if err != nil {
		return // conforming it says so
	}
	defer rows.Close()
	book := &columnBook{looks: map[string]string{}}
	book.learn(unseen(rows.Schema()))
	r.columns[s.Name] = book
}

// changes returns in what the columns of a delivery differ from those before,
// and makes them known where the contracts of the source allow it.
func (b *columnBook) changes(s *config.Source, delivery string, columns []seenColumn) (out []ColumnChange) {
	first := len(b.looks) == 0
	for _, c := range columns {
		old, known := b.looks[c.name]
		wide := widest(old, c.looks)
		switch {
		case first || known && (wide == old || old == proposal.Empty):
			continue
		case !known:
			out = append(out, added(s, delivery, c))
		default:
			out = append(out, altered(s, delivery, c.name, old, wide))
		}
	}
	for _, column := range b.last {
		if !slices.ContainsFunc(columns, func(c seenColumn) bool { return c.name == column }) {
			out = append(out, gone(s, delivery, column, b.looks[column]))
		}
	}
	b.learn(b.agreed(s, columns))
	return out
}

// agreed returns the columns of a delivery that are remembered: where a contract
// discards what is new, it stays new.
func (b *columnBook) agreed(s *config.Source, columns []seenColumn) []seenColumn {
	if !discardsNew(s) || len(b.looks) == 0 {
		return columns
	}
	return slices.DeleteFunc(slices.Clone(columns), func(c seenColumn) bool {
		_, known := b.looks[c.name]
		return !known && !conform.Reads(s.Tables, s.Filters, c.name)
	})
}

// added is the change of a column that is new.
func added(s *config.Source, delivery string, c seenColumn) ColumnChange {
	out := ColumnChange{Delivery: delivery, Column: c.name, New: c.looks, Effect: "nothing reads it"}
	if conform.Reads(s.Tables, s.Filters, c.name) {
		out.Effect = "it is read from now on"
		return out
	}
	for _, m := range s.Tables {
		switch m.Contract.Columns {
		case conform.Freeze:
			out.Breaking, out.frozen, out.Effect = true, true, "the contract of tables."+m.Name+" holds the source back"
			return out
		case conform.DiscardRow:
			out.Breaking, out.Effect = true, "rows with a value in it go to quarantine in tables."+m.Name
		case conform.DiscardValue:
			if !out.Breaking {
				out.Effect = "its values count as issues of tables." + m.Name
			}
		}
	}
	return out
}

// gone is the change of a column that is there no more.
func gone(s *config.Source, delivery, column, old string) ColumnChange {
	out := ColumnChange{Delivery: delivery, Column: column, Old: old, Effect: "nothing read it"}
	for _, m := range s.Tables {
		if !conform.Reads([]*conform.Mapping{m}, nil, column) {
			continue
		}
		switch {
		case !m.Optional(column):
			out.Breaking, out.Effect = true, "tables."+m.Name+" needs it: the source is held back"
			return out
		case m.Contract.Columns == conform.Freeze:
			out.Breaking, out.frozen, out.Effect = true, true, "the contract of tables."+m.Name+" holds the source back"
			return out
		}
		out.Effect = "what is known of it stays"
	}
	return out
}

// altered is the change of a column whose values look different.
func altered(s *config.Source, delivery, column, old, looks string) ColumnChange {
	out := ColumnChange{Delivery: delivery, Column: column, Old: old, New: looks, Effect: "nothing reads it"}
	for _, m := range s.Mappings() {
		for _, t := range m.TypesOf(column) {
			if !fits(looks, t) {
				out.Breaking, out.Effect = true, fmt.Sprintf("tables.%s reads it as %s", m.Name, t)
				return out
			}
			out.Effect = "tables." + m.Name + " can read it"
		}
	}
	return out
}

// contract writes what changed in the columns of a source's new deliveries into
// the report, and returns why its contracts hold them back, "" where they do not.
func (r *run) contract(s *config.Source, conformed []*conformed) string {
	book := r.book(s.Name)
	out := r.source(s.Name)
	approve := fmt.Sprintf("; let it pass with: clientele runs approve %s %s.%s --why …", r.journal.ID, s.Name, checkContract)
	why := ""
	for _, c := range conformed {
		if _, loaded := r.ledger[c.landing.ID]; loaded {
			c.agreed = book.agreed(s, c.columns) // it is loaded once more
			continue
		}
		c.agreed = book.agreed(s, c.columns)
		changes := book.changes(s, c.landing.Delivery.Name, c.columns)
		out.Columns = append(out.Columns, changes...)
		for _, change := range changes {
			if change.frozen && why == "" {
				why = change.String() + approve
			}
		}
		if misfits := c.frozenMisfits(); misfits != "" && why == "" {
			why = misfits + approve
		}
	}
	if r.approved[s.Name+"."+checkContract] {
		return ""
	}
	return why
}

// frozenMisfits says which values do not fit a table whose contract lets none
// pass, "" where there are none.
func (c *conformed) frozenMisfits() string {
	for _, t := range c.tables {
		if n := t.tally.Misfits; n > 0 && t.mapping.Contract.Types == conform.Freeze {
			m := t.tally.FirstMisfit
			return fmt.Sprintf("%s: %d values do not fit tables.%s, the first in row %d (%s), and its contract freezes types",
				c.landing.Delivery.Name, n, t.mapping.Name, m.Row, strings.TrimSpace(m.Code+" "+m.Column))
		}
	}
	return ""
}
