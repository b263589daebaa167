package scoring

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/schemas/expr"
	"clientele/transforms"
)

// criteria are the published tables whose columns rules read; each has one row
// per customer at most.
var criteria = []string{"customers", "organisations", "persons", "customer_metrics"}

// Scope returns the columns that rules can read.
func Scope() expr.Columns {
	tables := make([]schemas.Table, len(criteria))
	for i, name := range criteria {
		tables[i], _ = schemas.Lookup(name)
	}
	return expr.ScopeOf(tables...)
}

// Validate checks the criterion of a rule: a known expression, which says of what
// version the codes are that it reads, of a type that its bins can be compared with.
func (r *Rule) Validate() error {
	e, err := expr.Compile(r.Of, Scope(), 0)
	if err != nil {
		return err
	}
	if err := e.CheckVersions(); err != nil {
		return err
	}
	number := isNumber(e.Type())
	if r.Linear != nil && !number {
		return fmt.Errorf("linear needs a number, and %s is of type %s", e, e.Type())
	}
	for _, b := range r.Bins {
		if (b.Below != "" || b.Above != "") && !number {
			return fmt.Errorf("below and above need a number, and %s is of type %s", e, e.Type())
		}
		if b.Is != "" && number && decimal(b.Is) != nil {
			return fmt.Errorf("is can't be %q, as %s is of type %s", b.Is, e, e.Type())
		}
	}
	return nil
}

func isNumber(t schemas.Type) bool {
	return t == schemas.Int || t == schemas.Decimal || t == schemas.Float
}

// Hash returns the SHA-256 of the scorecard's definition.
func (s *Scorecard) Hash() string {
	type definition struct {
		For     string
		Rules   []Rule
		Classes []Class
	}
	d := definition{For: s.For, Classes: s.Classes}
	for _, r := range s.Rules {
		plain := *r
		plain.At.File, plain.At.Line, plain.At.Column = "", 0, 0
		d.Rules = append(d.Rules, plain)
	}
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // texts and numbers always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// who is the condition of the customers that a scorecard is for.
var who = map[string]string{
	"customers":     "m.order_count > 0",
	"prospects":     "m.order_count = 0",
	"organisations": "c.kind = 'organisation'",
	"persons":       "c.kind = 'person'",
}

// Statements returns the statements that make scores and score_parts, and that
// keep the classes for the next night.
func Statements(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night, cards []*Scorecard) ([]dialect.Statement, error) {
	env := expr.RenderEnv{AsOf: night.AsOf, Zone: night.ZoneName(), Column: func(name string) string { return "k." + d.Ident(name) }}
	var parts []string
	read := []string{"kind", "order_count"} // by which it is told whom a scorecard is for
	for _, card := range cards {
		for _, r := range card.Rules {
			e, err := expr.Compile(r.Of, Scope(), 0)
			if err != nil {
				return nil, fmt.Errorf("score %s, rule %s: %w", card.Name, r.Name, err)
			}
			read = append(read, e.Columns()...)
			parts = append(parts, part(d, ns, card, r, e, e.Render(d, env)))
		}
	}
	partTable, _ := schemas.Lookup("score_parts")
	if len(parts) == 0 {
		parts = []string{empty(d, partTable)}
	}
	return slices.Concat(
		d.ReplaceAs("classes before", ns("work_classes"), before(d, ns, night)),
		d.ReplaceAs("criteria", ns("work_criteria"), criteriaQuery(d, ns, read)),
		d.ReplaceAs("score_parts", ns("score_parts"), strings.Join(parts, "\nUNION ALL\n")),
		d.ReplaceAs("scores", ns("scores"), scoresQuery(d, ns, night, cards)),
		d.ReplaceAs("classes", ns("base_classes"), fmt.Sprintf(`SELECT customer_id, score, class, previous_class, class_since, as_of FROM %s
UNION ALL
SELECT customer_id, score, class, previous_class, class_since, as_of FROM %s`, ns("scores"), ns("work_classes"))),
	), nil
}

// criteriaQuery joins what rules read, one row per customer.
func criteriaQuery(d *dialect.Dialect, ns dialect.Namespace, read []string) string {
	cols := []string{"c.customer_id"}
	var seen []string
	aliases := []string{"c", "o", "p", "m"}
	for i, name := range criteria {
		t, _ := schemas.Lookup(name)
		for _, col := range t.Columns {
			if col.Name == "customer_id" || !slices.Contains(read, col.Name) || slices.Contains(seen, col.Name) {
				continue
			}
			seen = append(seen, col.Name)
			cols = append(cols, aliases[i]+"."+d.Ident(col.Name))
		}
	}
	sql := "SELECT " + strings.Join(cols, ", ") + "\nFROM " + ns("customers") + " c"
	for i, name := range criteria[1:] {
		a := aliases[i+1]
		sql += fmt.Sprintf("\nLEFT JOIN %s %s ON %s.customer_id = c.customer_id", ns(name), a, a)
	}
	return sql
}

// part returns the query of the points that one rule gives.
func part(d *dialect.Dialect, ns dialect.Namespace, card *Scorecard, r *Rule, e *expr.Expr, value string) string {
	label := r.Label
	if label == "" {
		label = r.Name
	}
	condition := strings.NewReplacer("m.", "k.", "c.", "k.").Replace(who[card.For])
	return fmt.Sprintf(`SELECT v.customer_id, %s AS score, %s AS rule, %s AS raw_value, %s AS points, %s AS label
FROM (SELECT k.customer_id, %s AS value FROM %s k WHERE %s) v`,
		d.String(card.Name), d.String(r.Name), d.Text("v.value", e.Type()), points(d, r, e), d.String(label), value, ns("work_criteria"), condition)
}

// points returns the expression of a rule's points for v.value.
func points(d *dialect.Dialect, r *Rule, e *expr.Expr) string {
	dec := func(text string) string { return d.Cast(text, schemas.Decimal) }
	var b strings.Builder
	fmt.Fprintf(&b, "CASE WHEN v.value IS NULL THEN %s", dec(r.Missing))
	if l := r.Linear; l != nil {
		share := d.Divide(fmt.Sprintf("%s - %v", d.Cast("v.value", schemas.Float), l.From), fmt.Sprintf("%v", l.To-l.From))
		fmt.Fprintf(&b, " ELSE %s END", d.Money(fmt.Sprintf("(%s) * %s", d.Clamp(share, "0", "1"), d.Cast(l.Points, schemas.Float)), 4))
		return b.String()
	}
	value := "v.value"
	if e.Type() == schemas.Bool || e.Type() == schemas.Date || e.Type() == schemas.Timestamp {
		value = d.Cast(value, schemas.String)
	}
	for _, bin := range r.Bins {
		var conditions []string
		if bin.Below != "" {
			conditions = append(conditions, "v.value < "+bin.Below)
		}
		if bin.Above != "" {
			conditions = append(conditions, "v.value > "+bin.Above)
		}
		if bin.Is != "" {
			is := d.String(bin.Is)
			if isNumber(e.Type()) {
				is = bin.Is
			}
			conditions = append(conditions, value+" = "+is)
		}
		if len(conditions) == 0 {
			conditions = []string{"v.value IS NOT NULL"}
		}
		fmt.Fprintf(&b, " WHEN %s THEN %s", strings.Join(conditions, " AND "), dec(bin.Points))
	}
	fmt.Fprintf(&b, " ELSE %s END", dec("0"))
	return b.String()
}

// scoresQuery adds up the parts and finds each sum's class.
func scoresQuery(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night, cards []*Scorecard) string {
	var classes, hashes strings.Builder
	for _, card := range cards {
		for _, c := range card.Classes {
			fmt.Fprintf(&classes, " WHEN score = %s AND value >= %s THEN %s", d.String(card.Name), c.AtLeast, d.String(c.Name))
		}
		fmt.Fprintf(&hashes, " WHEN s.score = %s THEN %s", d.String(card.Name), d.String(card.Hash()))
	}
	class, hash := d.Null(schemas.String), d.Null(schemas.String)
	if classes.Len() > 0 {
		class = "CASE" + classes.String() + " END"
	}
	if hashes.Len() > 0 {
		hash = "CASE" + hashes.String() + " END"
	}
	same := "b.customer_id IS NOT NULL AND COALESCE(b.class, '') = COALESCE(s.class, '')"
	return fmt.Sprintf(`SELECT s.customer_id, s.score, s.value, s.class,
  CASE WHEN %[1]s THEN b.previous_class ELSE b.class END AS previous_class,
  CASE WHEN %[1]s THEN b.class_since ELSE %[2]s END AS class_since,
  %[2]s AS as_of, %[3]s AS policy_hash
FROM (
  SELECT customer_id, score, value, %[4]s AS class
  FROM (SELECT customer_id, score, %[5]s AS value FROM %[6]s GROUP BY customer_id, score) summed
) s
LEFT JOIN %[7]s b ON b.customer_id = s.customer_id AND b.score = s.score`,
		same, d.Date(night.AsOf), hash, class, d.Cast("SUM(points)", schemas.Decimal), ns("score_parts"), ns("work_classes"))
}

// before returns the query of the classes of the last night before this one. A
// night that is worked again thus sees what it saw the first time.
func before(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night) string {
	classes, asOf := ns("base_classes"), d.Date(night.AsOf)
	return fmt.Sprintf(`SELECT c.customer_id, c.score, c.class, c.previous_class, c.class_since, c.as_of
FROM %s c
JOIN (SELECT MAX(as_of) AS as_of FROM %s WHERE as_of < %s) last_night ON last_night.as_of = c.as_of`, classes, classes, asOf)
}

// empty returns a query of no rows with the columns of t.
func empty(d *dialect.Dialect, t schemas.Table) string {
	cols := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		cols[i] = d.Null(c.Type) + " AS " + d.Ident(c.Name)
	}
	return "SELECT " + strings.Join(cols, ", ") + " FROM (SELECT 1 AS one) nothing WHERE one = 0"
}
