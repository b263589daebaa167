package merge

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/schemas/nace"
	"clientele/transforms"
)

var (
	//go:embed corrections.sql
	correctionsSQL string
	//go:embed golden.sql
	goldenSQL string
	//go:embed customers.sql
	customersSQL string
)

// Corrected returns the statements that put right, in the current rows of
// parties, what staff corrected. A correction holds until the source's own value
// changes after it.
func Corrected(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	parties, _ := schemas.Input("parties")
	var fields []string
	for _, c := range parties.MappedColumns() {
		if _, ok := groupOf(c.Name); ok && c.Type == schemas.String {
			fields = append(fields, c.Name)
		}
	}
	versions := make([]string, len(fields))
	for i, f := range fields {
		versions[i] = fmt.Sprintf("SELECT source, record_id, delivery_id, observed_on, seq, %s AS field, %s AS value FROM corrected_versions",
			d.String(f), d.Ident(f))
	}
	flags := make([]string, len(groups))
	for i, g := range groups {
		var any []string
		for _, f := range g.fields {
			if slices.Contains(fields, f) {
				any = append(any, fmt.Sprintf("COALESCE(k.%s, 0)", d.Ident("has_"+f)))
			}
		}
		if len(any) == 0 {
			any = []string{"0"}
		}
		flags[i] = strings.Join(any, " + ") + " AS " + d.Ident("corrected_"+g.name)
	}
	columns := make([]string, len(parties.Columns))
	for i, c := range parties.Columns {
		columns[i] = "p." + d.Ident(c.Name)
		if slices.Contains(fields, c.Name) {
			columns[i] = fmt.Sprintf("CASE WHEN k.%s = 1 THEN k.%s ELSE p.%s END AS %s",
				d.Ident("has_"+c.Name), d.Ident("value_"+c.Name), d.Ident(c.Name), d.Ident(c.Name))
		}
	}
	return d.Script("corrections", correctionsSQL, ns, map[string]any{
		"Fields": fields, "Versions": strings.Join(versions, "\n  UNION ALL\n  "),
		"Columns": strings.Join(columns, ",\n  "), "Flags": strings.Join(flags, ",\n  "),
	})
}

// Choose returns the statements that choose, per customer and group of fields,
// the party whose values are the golden record's. Most customers are one party:
// only the others are ranked, in work_choices.
func Choose(d *dialect.Dialect, ns dialect.Namespace, policy Policy) []dialect.Statement {
	parties := ns("work_parties")
	counted := fmt.Sprintf(`SELECT p.*, m.customer_id, s.trust, s.origin, c.party_count
FROM %s p
JOIN %[2]s m ON m.source = p.source AND m.record_id = p.record_id
JOIN (SELECT customer_id, COUNT(*) AS party_count FROM %[2]s GROUP BY customer_id) c ON c.customer_id = m.customer_id
LEFT JOIN %[3]s s ON s.source = p.source`, ns("corrected_parties"), ns("base_members"), ns("base_sources"))
	only, ranked := make([]string, len(groups)), make([]string, len(groups))
	for i, g := range groups {
		only[i] = fmt.Sprintf(`SELECT customer_id, %s AS field, source, record_id AS source_record_id, observed_on, CASE WHEN %s = 1 THEN 'correction' ELSE 'only' END AS rule, %s AS licence
FROM %s WHERE party_count = 1 AND %s`, d.String(g.name), g.corrected(d), d.Null(schemas.String), parties, g.has(d))
		ranked[i] = rank(d, parties, g, policy.order(g.name))
	}
	chosen := fmt.Sprintf("SELECT customer_id, field, source, source_record_id, observed_on, rule, %s AS licence FROM %s", d.Null(schemas.String), ns("work_choices"))
	return slices.Concat(
		d.ReplaceAs("parties of customers", parties, counted),
		d.ReplaceAs("golden choices", ns("work_choices"), strings.Join(ranked, "\nUNION ALL\n")),
		d.ReplaceAs("customer_fields", ns("customer_fields"), strings.Join(append(only, chosen), "\nUNION ALL\n")),
	)
}

// has returns the condition of the parties that have a value for the group.
func (g group) has(d *dialect.Dialect) string {
	has := make([]string, len(g.required()))
	for i, f := range g.required() {
		has[i] = d.Ident(f) + " IS NOT NULL"
	}
	return "(" + strings.Join(has, " OR ") + ")"
}

// corrected returns the expression that is 1 where staff corrected the group.
func (g group) corrected(d *dialect.Dialect) string {
	return "CASE WHEN " + d.Ident("corrected_"+g.name) + " > 0 THEN 1 ELSE 0 END"
}

// rank returns the query of the winning party for one group, per customer of
// several parties.
func rank(d *dialect.Dialect, parties string, g group, order []string) string {
	value := make([]string, len(g.fields))
	for i, f := range g.fields {
		c, _ := schemas.Input("parties")
		col, _ := c.Column(f)
		value[i] = "COALESCE(" + d.Text(d.Ident(f), col.Type) + ", '')"
	}
	text := strings.Join(value, " || '|' || ")
	by := []string{"corrected DESC NULLS LAST"}
	if g.firms { // who stands for a firm neither makes it a person nor gives it a name
		by = append(by, "firm DESC NULLS LAST")
	}
	for _, c := range order {
		switch c {
		case Trust:
			by = append(by, "trust ASC NULLS LAST")
		case Recency:
			by = append(by, "observed_on DESC NULLS LAST")
		case Frequency:
			by = append(by, "said_by DESC NULLS LAST")
		case Length:
			by = append(by, "LENGTH(value) DESC NULLS LAST")
		}
	}
	by = append(by, "source ASC NULLS LAST", "record_id ASC NULLS LAST")
	return fmt.Sprintf(`SELECT customer_id, %[1]s AS field, source, record_id AS source_record_id, observed_on, CASE WHEN corrected = 1 THEN 'correction' ELSE %[2]s END AS rule
FROM (
  SELECT customer_id, source, record_id, observed_on, corrected,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY %[3]s) AS best
  FROM (
    SELECT customer_id, source, record_id, observed_on, trust, value, corrected, firm,
      COUNT(*) OVER (PARTITION BY customer_id, value) AS said_by
    FROM (
      SELECT customer_id, source, record_id, observed_on, trust, %[4]s AS value, %[5]s AS corrected, CASE WHEN kind = 'organisation' THEN 1 ELSE 0 END AS firm
      FROM %[6]s WHERE party_count > 1 AND %[7]s
    ) valued
  ) counted
) ranked WHERE best = 1`, d.String(g.name), d.String(strings.Join(order, ", ")), strings.Join(by, ", "), text, g.corrected(d), parties, g.has(d))
}

// chosen is a group as the template of golden records joins it.
type chosen struct {
	Group   string
	Alias   string
	Columns []string
	Has     string // condition of the parties that have a value
}

// Golden returns the statements that make the golden records of the choices, in
// work_golden, and what the parties of each customer say together.
func Golden(d *dialect.Dialect, ns dialect.Namespace) ([]dialect.Statement, error) {
	var gs []chosen
	for i, g := range groups {
		gs = append(gs, chosen{Group: g.name, Alias: fmt.Sprintf("g%d", i), Columns: g.fields, Has: g.has(d)})
	}
	return d.Script("golden records", goldenSQL, ns, map[string]any{"Groups": gs})
}

// Labels are the words of codes, in the company's language.
type Labels struct {
	Forms   map[string]string // by legal form: BE-BV
	Sectors map[string]string // by version and division of NACE: 2008 62
}

// cases are the branches of a CASE that labels codes; of none, one that never holds.
func cases(d *dialect.Dialect, labels map[string]string) string {
	if len(labels) == 0 {
		return "WHEN '' THEN ''"
	}
	var out []string
	for _, code := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, fmt.Sprintf("WHEN %s THEN %s", d.String(code), d.String(labels[code])))
	}
	return strings.Join(out, " ")
}

// size is a size class of firms: fewer people than Staff, and revenue or total assets
// of so many euros at most.
type size struct {
	Class                  string
	Staff, Revenue, Assets int64
}

// sizes are those of recommendation 2003/361/EC, article 2 of its annex, the
// smallest first.
var sizes = []size{{"micro", 10, 2_000_000, 2_000_000}, {"small", 50, 10_000_000, 10_000_000}, {"medium", 250, 50_000_000, 43_000_000}}

// Customers returns the statements that make the published tables of customers
// from the golden records, the members, the metrics and what registers say, which
// package enrich found.
func Customers(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night, labels Labels) ([]dialect.Statement, error) {
	return d.Script("customers", customersSQL, ns, map[string]any{
		"AsOf": night.AsOf, "Zone": night.ZoneName(), "LapsedBefore": night.LapsedBefore, "Channels": []string{"email", "phone", "post"},
		"FormLabels": cases(d, labels.Forms), "SectorLabels": cases(d, labels.Sectors), "SectionLetters": cases(d, nace.Letters()), "Sizes": sizes, "Euro": night.Currency == "EUR",
	})
}

// Checked returns the statement that says of all contact rights that they were
// looked at tonight.
func Checked(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night) dialect.Statement {
	return dialect.Statement{Name: "contact rights checked", SQL: fmt.Sprintf("UPDATE %s SET checked_on = %s WHERE TRUE", ns("contact_rights"), d.Date(night.AsOf))}
}
