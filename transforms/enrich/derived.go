package enrich

import (
	_ "embed"
	"slices"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/schemas/nace"
)

var (
	//go:embed sectors.sql
	sectorsSQL string
	//go:embed reported.sql
	reportedSQL string
	//go:embed estimates.sql
	estimatesSQL string
	//go:embed derived.sql
	derivedSQL string
)

// Deriving says what is derived of all organisations together.
type Deriving struct {
	// Registers says that registers were asked: their concordance converts codes.
	Registers bool
	// LeastFirms is how many firms of a sector must report a value for the others to get
	// an estimate of it; 0 for no estimates.
	LeastFirms int
}

// level is a level of NACE: the expression of its code, and the condition of firms that
// have one, over work_reported.
type level struct{ Name, Code, Has string }

// levels are those that medians are taken on, the finest first.
var levels = []level{
	{"class", "SUBSTR(sector_code, 1, 4)", "LENGTH(sector_code) >= 4"},
	{"group", "SUBSTR(sector_code, 1, 3)", "LENGTH(sector_code) >= 3"},
	{"division", "SUBSTR(sector_code, 1, 2)", "LENGTH(sector_code) >= 2"},
	{"section", "sector_section", "sector_section IS NOT NULL"},
}

// derivedColumns are the columns of organisations that are derived, or may be.
var derivedColumns = []string{"sector_2025", "sector_2025_section", "sector_2025_basis", "sector_2025_confidence", "revenue", "revenue_basis", "headcount", "headcount_basis"}

// The working tables of what is derived, where there is none of it.
var (
	conversions = schemas.Table{Name: "work_conversions", Columns: []schemas.Column{
		{Name: "customer_id", Type: schemas.String}, {Name: "code", Type: schemas.String}, {Name: "section", Type: schemas.String}, {Name: "confidence", Type: schemas.Float}}}
	estimates = schemas.Table{Name: "work_estimates", Columns: []schemas.Column{
		{Name: "customer_id", Type: schemas.String}, {Name: "field", Type: schemas.String}, {Name: "amount", Type: schemas.Decimal}, {Name: "told", Type: schemas.String}}}
)

// Derived returns the statements that make sector_concordance and sector_medians, and from
// them codes of NACE 2025 of firms that filed one of 2008, and estimates. Both depend on
// other firms: in every night they are made of all organisations, of which those are
// rewritten that come out otherwise than they stand.
func Derived(d *dialect.Dialect, ns dialect.Namespace, o Deriving) ([]dialect.Statement, error) {
	concordance, _ := schemas.Lookup("sector_concordance")
	medians, _ := schemas.Lookup("sector_medians")
	organisations, _ := schemas.Lookup("organisations")
	type column struct {
		Name    string
		Derived bool
	}
	columns := make([]column, len(organisations.Columns))
	for i, name := range organisations.ColumnNames() {
		columns[i] = column{name, slices.Contains(derivedColumns, name)}
	}
	estimated := o.LeastFirms > 0
	some := o.Registers || estimated
	var out []dialect.Statement
	for _, step := range []struct {
		does       bool
		name, text string
		values     map[string]any
		without    []schemas.Table // are there without rows where it does not
	}{
		{o.Registers, "sectors", sectorsSQL, map[string]any{"LeastFirms": nace.LeastFirms, "NationalDigits": nace.NationalDigits, "ClassDigits": nace.ClassDigits}, []schemas.Table{concordance, conversions}},
		{some, "what is reported", reportedSQL, nil, nil},
		{estimated, "estimates", estimatesSQL, map[string]any{"LeastFirms": o.LeastFirms, "Fields": []string{"revenue", "headcount"}, "Levels": levels}, []schemas.Table{medians, estimates}},
		{some, "derived", derivedSQL, map[string]any{"Columns": columns}, nil},
	} {
		if !step.does {
			for _, t := range step.without {
				if some || t.Layer == schemas.LayerPublished {
					out = append(out, empty(d, ns, t)...)
				}
			}
			continue
		}
		ss, err := d.Script(step.name, step.text, ns, step.values)
		if err != nil {
			return nil, err
		}
		out = append(out, ss...)
	}
	return out, nil
}

// empty returns the statements that make a table without rows.
func empty(d *dialect.Dialect, ns dialect.Namespace, t schemas.Table) []dialect.Statement {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = d.Null(c.Type) + " AS " + d.Ident(c.Name)
	}
	return d.ReplaceAs("no "+t.Name, ns(t.Name), "SELECT * FROM (SELECT "+strings.Join(columns, ", ")+") nothing WHERE "+d.Ident(t.Columns[0].Name)+" IS NOT NULL")
}
