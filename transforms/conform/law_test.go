package conform_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/schemas"
	"clientele/transforms/conform"
)

// mappings draws a mapping of the columns A to E onto an input table.
var mappings = rapid.Custom(func(r *rapid.T) given {
	g := given{table: rapid.SampledFrom([]string{"parties", "orders", "order_lines", "survey_answers", "addresses", "attributes"}).Draw(r, "table")}
	column := rapid.SampledFrom([]string{"A", "B", "C", "D", "E"})
	var fields []string
	for _, c := range conform.Columns(g.table) {
		if !c.Required && !rapid.Bool().Draw(r, "mapped") {
			continue
		}
		field := "column: " + column.Draw(r, "column")
		switch rapid.IntRange(0, 6).Draw(r, "way") {
		case 0:
			field = fmt.Sprintf("value: %q", cellText.Draw(r, "constant"))
		case 1:
			field += ", default: x"
		case 2:
			field += ", on_bad: quarantine"
		case 3:
			field += ", on_bad: null"
		case 4:
			field = `expr: "upper(\"A\")"`
		}
		fields = append(fields, fmt.Sprintf("%s: { %s }", c.Name, field))
	}
	g.mapping = fmt.Sprintf("{ key: [%s], map: { %s }", rapid.SampledFrom([]string{"A", "A, B", "{ column: A, type: integer }"}).Draw(r, "key"), strings.Join(fields, ", "))
	if g.table == "order_lines" && rapid.Bool().Draw(r, "ordinal") {
		g.mapping += ", ordinal: line_no"
	}
	if g.table == "survey_answers" && rapid.Bool().Draw(r, "unpivot") {
		g.mapping += ", unpivot: { columns: [D, E], split: ';' }"
	}
	if rapid.Bool().Draw(r, "filtered") {
		g.mapping += `, filter: ["\"C\" <> 'x'", { where: "\"D\" is not null", name: d }]`
	}
	g.mapping += " }"
	if rapid.Bool().Draw(r, "sieved") {
		g.filters = []conform.Filter{{Name: "sieve", Where: `"E" is null or "E" <> 'x'`}}
	}
	g.source.Format = rapid.SampledFrom([]schemas.Format{{}, {Decimal: ',', Thousands: '.'}}).Draw(r, "format")
	if rapid.Bool().Draw(r, "vat") {
		g.source.VATRate = 21
	}
	return g
})

// cellText draws what cells hold: good and bad values of every type.
var cellText = rapid.SampledFrom([]string{"", "", "x", "1", "1.0", "01", "2,50", "1.234,5-", "2026-01-05", "2026-02-28 23:59:59", "2026-03-01", "31/02/2026",
	"true", "nee", "a@b.example", "a@", "BE", "België", "Kerkstraat 12 bus 3", "1000", "9.999.999.999.999.999", "a;b;a", "BE0403019261", "1e+05", "Drukkerij Peeters BVBA", "é\u0301", "o'x"})

var deliveries = rapid.Custom(func(r *rapid.T) string {
	lines := []string{"A | B | C | D | E"}
	rows := rapid.IntRange(0, 12).Draw(r, "rows")
	for len(lines) <= rows {
		row := make([]string, 5)
		for i := range row {
			row[i] = cellText.Draw(r, "cell")
		}
		if rapid.IntRange(0, 9).Draw(r, "fault") == 0 {
			row[0] = "fault"
		}
		if strings.Trim(strings.Join(row, ""), " ") == "" {
			row[4] = "x"
		}
		for range rapid.IntRange(1, 3).Draw(r, "repeats") {
			lines = append(lines, strings.Join(row, " | "))
		}
	}
	return strings.Join(lines, "\n")
})

// Every row is accounted for, and where the batches of a delivery end changes
// nothing: neither rows, nor counts, nor what is wrong.
func TestEveryRowIsAccountedForInWhateverBatches(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := mappings.Draw(r, "mapping")
		g.rows = deliveries.Draw(r, "rows")
		one := conformed(t, g)
		if want := int64(strings.Count(g.rows, "\n")); one.tally.Read < want {
			r.Fatalf("%d rows read of %d", one.tally.Read, want)
		}
		if got := int64(len(one.quarantined)); got != one.tally.QuarantinedRows() {
			r.Fatalf("%d rows are quarantined and %d counted", got, one.tally.QuarantinedRows())
		}
		if got := one.rows.NumRows(); got > one.tally.Conformed {
			r.Fatalf("%d rows came out, %d are counted", got, one.tally.Conformed)
		}
		g.batch = rapid.IntRange(1, 5).Draw(r, "batch")
		many := conformed(t, g)
		if diff := cmp.Diff(one.tally, many.tally); diff != "" {
			r.Fatalf("tallies differ in batches of %d:\n%s", g.batch, diff)
		}
		if diff := cmp.Diff(one.quarantined, many.quarantined); diff != "" {
			r.Fatalf("quarantines differ:\n%s", diff)
		}
		_, issues := one.faults()
		if _, got := many.faults(); !slices.Equal(issues, got) {
			r.Fatalf("issues differ: %v and %v", issues, got)
		}
		if diff := cmp.Diff(distinct(one), distinct(many)); diff != "" {
			r.Fatalf("rows differ in batches of %d:\n%s", g.batch, diff)
		}
	})
}

// distinct returns the rows but for those that repeat the one before: a repeat
// is left out within a batch, and may begin the next one.
func distinct(r result) []string {
	var columns []string
	for _, f := range r.rows.Schema().Fields() {
		if f.Name != "position" {
			columns = append(columns, f.Name)
		}
	}
	return slices.Compact(r.lines(columns...))
}
