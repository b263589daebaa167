package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/connectors/duckdbwarehouse"
	"clientele/pipelines/config"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
	"clientele/scoring"
	"clientele/transforms"
	"clientele/transforms/account"
	"clientele/transforms/conform"
	"clientele/transforms/enrich"
	"clientele/transforms/facts"
	"clientele/transforms/history"
	"clientele/transforms/lineage"
	"clientele/transforms/load"
	"clientele/transforms/merge"
	"clientele/transforms/metrics"
)

// Lineage is what a column is made of.
type Lineage struct {
	Column string       `json:"column"`
	Type   schemas.Type `json:"type"`
	Doc    string       `json:"doc"`
	// Steps are the statements on the way, the column's own first.
	Steps []LineageStep `json:"steps"`
	// Origins are the columns that no statement makes.
	Origins []Origin `json:"origins"`
}

// LineageStep is one statement's making of a column. From is empty for constants
// and the night's date. The column * of a table stands for its rows.
type LineageStep struct {
	Column    string          `json:"column"`
	Statement string          `json:"statement"`
	From      []LineageSource `json:"from"`
}

// LineageSource is a column that values are made of; Before says that it is read
// as the night before left it.
type LineageSource struct {
	Column string `json:"column"`
	Before bool   `json:"before,omitempty"`
}

// Origin is a column that no statement makes.
type Origin struct {
	Column string `json:"column"`
	// Written says by which step of a night, where a step writes it itself.
	Written string `json:"written,omitempty"`
	// Mapped are the places of the config that fill it.
	Mapped []Mapped `json:"mapped,omitempty"`
	// Note says what else fills it, or that nothing does.
	Note string `json:"note,omitempty"`
}

// Mapped is what fills a column of an input table.
type Mapped struct {
	Source string          `json:"source"`
	Table  string          `json:"table"` // as the config calls the mapping
	From   string          `json:"from"`
	At     option.Position `json:"at"`
}

// written are the tables that steps of a night write themselves, with those
// steps.
var written = map[string]string{
	"base_sources": "load", "base_modes": "load", "base_collectives": "load", "base_deliveries": "load", "base_tallies": "load",
	"base_absences": "load", "base_quarantine": "load", "base_issues": "load",
	"base_members": "match", "base_models": "match", "base_ids": "match", "base_grey": "match", "base_blocks": "match", "base_pairs": "match", "base_decisions": "match", "base_merges": "match", "runs": "account", "run_steps": "account",
}

// Tracer knows what the columns of a night are made of, for one config.
type Tracer struct {
	config *config.Config
	graph  *lineage.Graph
}

// NewTracer reads the SQL that a night runs for a config.
func NewTracer(ctx context.Context, c *config.Config) (*Tracer, error) {
	statements, err := nightSQL(c, dialect.DuckDB, dialect.DuckDB.Plain(), nightOf(c, time.Unix(0, 0).UTC()))
	if err != nil {
		return nil, err
	}
	parser, err := duckdbwarehouse.OpenParser(ctx)
	if err != nil {
		return nil, err
	}
	defer parser.Close()
	graph, err := lineage.Of(ctx, parser, schemas.All(), statements)
	if err != nil {
		return nil, err
	}
	return &Tracer{config: c, graph: graph}, nil
}

// Trace tells what a published column, written table.column, is made of, back to
// the columns of the sources.
func (t *Tracer) Trace(column string) (*Lineage, error) {
	of, col, err := publishedColumn(column)
	if err != nil {
		return nil, err
	}
	out := &Lineage{Column: column, Type: col.Type, Doc: col.Doc, Steps: []LineageStep{}, Origins: []Origin{}}
	seen := map[lineage.Column]bool{}
	add := func(from lineage.Column) {
		if len(t.graph.Made(from)) == 0 && !seen[from] {
			seen[from] = true
			out.Origins = append(out.Origins, t.origin(from))
		}
	}
	add(of)
	for _, s := range t.graph.Trace(of) {
		step := LineageStep{Column: dotted(s.Column), Statement: s.Statement, From: []LineageSource{}}
		for _, from := range s.From {
			step.From = append(step.From, LineageSource{dotted(from.Column), from.Before})
			add(from.Column)
		}
		out.Steps = append(out.Steps, step)
	}
	return out, nil
}

func dotted(c lineage.Column) string { return c.Table + "." + c.Name }

// publishedColumn finds a column that is written table.column.
func publishedColumn(text string) (lineage.Column, schemas.Column, error) {
	table, name, ok := strings.Cut(text, ".")
	if !ok {
		return lineage.Column{}, schemas.Column{}, connectors.Errorf(connectors.KindConfig, "unknown_column", "write TABLE.COLUMN: `clientele tables` lists them", "%q names no column", text)
	}
	var names []string
	for _, t := range schemas.Published() {
		if t.Name == table {
			col, ok := t.Column(name)
			if !ok {
				return lineage.Column{}, col, unknown("column", fmt.Sprintf("%s has no column %q", table, name), name, t.ColumnNames())
			}
			return lineage.Column{Table: table, Name: name}, col, nil
		}
		names = append(names, t.Name)
	}
	return lineage.Column{}, schemas.Column{}, unknown("table", fmt.Sprintf("no published table is called %q", table), table, names)
}

func unknown(what, message, name string, known []string) error {
	remedy := "`clientele tables` lists them"
	if like := suggest.Suggest(name, known); like != "" {
		remedy = fmt.Sprintf("did you mean %q?", like)
	}
	return connectors.Errorf(connectors.KindConfig, "unknown_"+what, remedy, "%s", message)
}

// nightSQL returns the SQL of a night's transforms from current rows on, in their
// order, as base runs it. Columns that deliveries lacked are left aside: they
// keep what they are made of.
func nightSQL(c *config.Config, d *dialect.Dialect, ns dialect.Namespace, night transforms.Night) ([]dialect.Statement, error) {
	out := load.Statements(d, ns, ns, nil)
	registers := func() ([]dialect.Statement, error) { return enrich.Nothing(d, ns), nil }
	if len(c.Registers) > 0 {
		out = append(out, load.Registers(d, ns, ns)...)
		registers = func() ([]dialect.Statement, error) {
			return enrich.Statements(d, ns, night.Currency, c.Merge.PartiesFirst)
		}
	}
	for _, render := range []func() ([]dialect.Statement, error){
		func() ([]dialect.Statement, error) { return merge.Corrected(d, ns) },
		func() ([]dialect.Statement, error) { return merge.Choose(d, ns, c.Merge), nil },
		func() ([]dialect.Statement, error) { return facts.Statements(d, ns, night) },
		func() ([]dialect.Statement, error) { return facts.Campaigns(d, ns) },
		func() ([]dialect.Statement, error) { return metrics.Statements(d, ns, night) },
		func() ([]dialect.Statement, error) { return merge.Golden(d, ns) },
		registers,
		func() ([]dialect.Statement, error) { return merge.Customers(d, ns, night, labels(c.Company)) },
		func() ([]dialect.Statement, error) { return enrich.Derived(d, ns, deriving(c)) },
		func() ([]dialect.Statement, error) { return scoring.Statements(d, ns, night, c.Scores) },
		func() ([]dialect.Statement, error) { return history.Never(d, ns) },
		func() ([]dialect.Statement, error) { return history.Statements(d, ns, night, "") },
		func() ([]dialect.Statement, error) { return account.Statements(d, ns) },
	} {
		statements, err := render()
		if err != nil {
			return nil, err
		}
		out = append(out, statements...)
	}
	return out, nil
}

// origin tells what fills a column that no statement makes.
func (t *Tracer) origin(column lineage.Column) Origin {
	out := Origin{Column: dotted(column), Written: written[column.Table]}
	target, ok := strings.CutPrefix(column.Table, schemas.InputPrefix)
	if !ok {
		if out.Written == "" {
			out.Note = "nothing fills it yet"
		}
		return out
	}
	if strings.HasPrefix(target, schemas.RegistryInput) {
		out.Note = "answers of official registers"
		return out
	}
	delivered := false
	for _, s := range t.config.Sources {
		for _, m := range s.Mappings() {
			if m.Target != target {
				continue
			}
			delivered = true
			for _, from := range filledBy(m, column.Name) {
				from.Source, from.Table = s.Name, m.Name
				out.Mapped = append(out.Mapped, from)
			}
		}
	}
	switch {
	case !delivered:
		out.Note = "no source delivers " + target
	case slices.Contains([]string{"source", "delivery_id", "position", "scope", "first_observed_on"}, column.Name):
		out.Note = "known of each delivery"
	case len(out.Mapped) == 0:
		out.Note = "no source maps it; some columns are made of others of their row when it is conformed"
	}
	return out
}

// filledBy returns what of a mapping fills a column, without the source and table.
func filledBy(m *conform.Mapping, column string) []Mapped {
	var out []Mapped
	switch column {
	case lineage.Rows:
		return []Mapped{{From: "its rows", At: m.At}}
	case "record_id":
		for _, k := range m.Key {
			out = append(out, Mapped{From: fmt.Sprintf("key column %q", k.Column), At: k.At})
		}
	case "party":
		for _, k := range m.PartyKey() {
			out = append(out, Mapped{From: fmt.Sprintf("key column %q", k.Column), At: k.At})
		}
	case "party_source":
		if m.PartySource != "" {
			out = append(out, Mapped{From: fmt.Sprintf("party_source %q", m.PartySource), At: m.At})
		}
	case "order_source":
		if m.OrderSource != "" {
			out = append(out, Mapped{From: fmt.Sprintf("order_source %q", m.OrderSource), At: m.At})
		}
	}
	for _, f := range m.Fields {
		switch {
		case f.Name == "address_line" && slices.Contains([]string{"street", "house_number", "box"}, column):
		case f.Name != column:
			continue
		}
		out = append(out, Mapped{From: saidBy(f), At: f.At})
	}
	if u := m.Unpivot; u != nil {
		columns := slices.Clone(u.Columns)
		for _, c := range u.Choices {
			columns = append(columns, c.Columns)
		}
		switch column {
		case u.Name:
			out = append(out, Mapped{From: "the names of columns " + strings.Join(columns, ", "), At: m.At})
		case u.Value:
			out = append(out, Mapped{From: "the values of columns " + strings.Join(columns, ", "), At: m.At})
		case "label":
			if u.Label != "" {
				out = append(out, Mapped{From: "the values of columns " + u.Label + " of columns " + strings.Join(u.Columns, ", "), At: m.At})
			}
		}
	}
	return out
}

func saidBy(f *conform.Field) string {
	switch {
	case f.Constant:
		return fmt.Sprintf("value %q", f.Value)
	case f.Expr != "":
		return "expression " + f.Expr
	}
	return fmt.Sprintf("column %q", f.Column)
}
