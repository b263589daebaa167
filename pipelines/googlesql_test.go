package pipelines_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/calendar"
	"clientele/pipelines/reviewbook"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/schemas/dialect/dialecttest"
)

// Google's analyser takes all SQL that pipelines compose themselves: a night is
// worked, looked at and corrected on a warehouse that analyses what it is told
// to run, in BigQuery's dialect. That nothing escapes it, the texts of the
// package's own queries show.
func TestGoogleSQLTakesWhatPipelinesCompose(t *testing.T) {
	w := &analysedWarehouse{t: t, Analyser: dialecttest.New(t)}
	s := newShop(t)
	s.write("clientele.yaml", strings.Replace(shopConfig, "checks: { max_lost: 1 }", `
checks: { max_lost: 1, assert: [{ name: has a name, that: "length(name) > 0 and may_email or updated_at < as_of() - 1" }, { name: positive, table: orders, that: "abs(amount) * 2 >= 0.5" }] }
publish: { csv: out }
registries: { kbo: { path: extracts/* } }
scores: { value: { rules: [{ name: orders, of: order_count, bins: [{ above: 1, points: 5 }] }], classes: { A: 5, B: 0 } } }`, 1))
	s.write("in/orders-2.csv", badOrders)
	for name, text := range extract {
		s.write("extracts/146/"+name, text)
	}
	p := s.open()
	if err := p.Warehouse.Close(); err != nil {
		t.Fatal(err)
	}
	p.Warehouse = w
	ctx := t.Context()
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	w.answers = []answer{
		{"SELECT DISTINCT target", [][]any{{"parties", "phone"}, {"orders", "channel"}}},
		{") doubled", nil},
		{"AS counted FROM", [][]any{{"customers", 2}, {"orders", 3}}},
		{"AS n FROM `project.base.base_ids` WHERE state", [][]any{{2}}},
		{"FROM `project.base.base_merges` WHERE as_of", [][]any{{"one", "two", "merge", "", ""}}},
	}
	must(p.Run(ctx, pipelines.RunOptions{}))

	landings, err := p.State.Landings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var ledger [][]any
	for i, l := range landings {
		ledger = append(ledger, []any{l.ID, l.Source, l.Delivery.Name, "hash", i + 1, "2026-01-01", true, "", nil, 3})
	}
	last := landings[len(landings)-1].ID
	w.answers = append(w.answers,
		answer{"`named`, `cursor`", ledger},
		answer{"SELECT delivery_id, due_on, source", [][]any{{last, "2026-01-01", "orders"}}},
		answer{"SELECT delivery_id, due_on FROM", [][]any{{last, "2026-01-01"}}},
		answer{"AS n FROM `project.base.base_quarantine`", [][]any{{"orders", "orders", "bad_date", last, 1}}},
		answer{"current_customer_id, state FROM customer_ids WHERE customer_id = 'gone'", [][]any{{"gone", "gone", "gone"}}},
		answer{"current_customer_id, state FROM customer_ids WHERE customer_id", [][]any{{"one", "one", "current"}}},
		answer{"FROM customer_sources WHERE source = 'customers' AND source_record_id = '7'", nil},
		answer{"FROM customer_sources WHERE source = 'customers'", [][]any{{"two"}}},
		answer{"FROM `project.base.base_ids` WHERE", [][]any{{"customers", "7"}}},
	)
	// The night after is confined to what changed, with a delivery that comes again.
	yesterday := p.Today()
	w.answers = append(w.answers, answer{"FROM `project.base.base_meta` ORDER BY", [][]any{{"basis", p.Basis()}, {"night", yesterday.Format(time.DateOnly)}}})
	must(p.Run(ctx, pipelines.RunOptions{AsOf: yesterday.AddDate(0, 0, 1)}))
	must(nil, p.AskKept(ctx))
	must(p.Plan(ctx, time.Time{}))
	must(pipelines.Digests(ctx, w))
	for _, wanted := range []string{"Bakkerij", "info@peeters.example", "02 555 12 12", "it's \\ 'one'"} {
		must(p.FindCustomers(ctx, wanted, 0))
	}
	must(p.ShowCustomer(ctx, "one", 5))
	w.answers = append(w.answers, answer{"o.vat_number, c.country FROM organisations", [][]any{{"0403019261", nil, "BE"}}})
	must(p.ExplainRegisters(ctx, "one"))
	for _, refs := range [][2]string{{"one", ""}, {"one", "customers:1"}, {"gone", ""}, {"customers:7", ""}} {
		must(p.Why(ctx, refs[0], refs[1]))
	}
	// Nobody is a party here, and nothing is asked about: it is the questions that count.
	told := func(code string, err error) {
		t.Helper()
		if connectors.CodeOf(err) != code {
			t.Errorf("%v, want an error with the code %q", err, code)
		}
	}
	_, err = p.Decide(ctx, "customers:1", "customers:2", connectors.VerdictSame, "", "An")
	told("unknown_record", err)
	_, err = p.Decide(ctx, "one", "customers:2", connectors.VerdictSame, "", "An")
	told("customer_gone", err)
	_, err = p.ExportReview(ctx, filepath.Join(t.TempDir(), "pairs.xlsx"))
	told(connectors.CodeOf(reviewbook.ErrNothing), err)
	must(p.StaleSources(ctx))
	must(p.Backup(ctx, filepath.Join(t.TempDir(), "backup.tar")))
	must(p.Quarantine(ctx, ""))
	must(nil, p.Quarantined(ctx, last, func(pipelines.QuarantinedRow) error { return nil }))
	must(p.Discard(ctx, last, "useless", "An"))
	must(p.Withdraw(ctx, landings[0].ID, "wrong file"))

	filled := newShop(t).open()
	if err := filled.Warehouse.Close(); err != nil {
		t.Fatal(err)
	}
	filled.Warehouse = w // which backfills nothing; the nights are worked on DuckDB
	day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	must(filled.Backfill(ctx, pipelines.BackfillOptions{From: day, To: day.AddDate(0, 0, 1), Every: calendar.Day, OnFailure: pipelines.FailureStop}))

	// Doctor opens its warehouse itself: what it asks stands here, as it is there.
	counted := "(SELECT COALESCE(party_source, source) AS source, party, COUNT(DISTINCT record_id) AS orders FROM " + w.Base("in_orders") +
		" WHERE party IS NOT NULL GROUP BY COALESCE(party_source, source), party) o"
	const ofFirm = " WHERE source = 'registry.kbo' AND firm = 'enterprise_number=0403019261' AND delivery_id = 'd' ORDER BY record_id ASC NULLS LAST"
	// A workbook that comes back, what explains parties by their likeness, and answers of registers need those.
	for _, sql := range []string{
		"SELECT source, record_id FROM " + w.Base("base_members") + " ORDER BY source ASC NULLS LAST, record_id ASC NULLS LAST",
		"SELECT customer_id FROM " + w.Base("base_members") + " WHERE source = 'shop' AND record_id = '1'",
		"SELECT source, source_record_id FROM customer_sources WHERE customer_id = 'one'\nORDER BY first_seen_on ASC NULLS LAST, source ASC NULLS LAST, source_record_id ASC NULLS LAST LIMIT 5",
		"SELECT * FROM " + w.Base("in_registry_names") + ofFirm, "SELECT * FROM " + w.Base("in_registry_places") + ofFirm, "SELECT * FROM " + w.Base("in_registry_contact_points") + ofFirm,
		"SELECT COUNT(*) AS counted FROM " + w.Base("in_parties"), "SELECT COUNT(*) AS counted FROM customers",
		"SELECT source, orders, COUNT(*) AS accounts FROM " + counted + " GROUP BY source, orders ORDER BY source ASC NULLS LAST, orders ASC NULLS LAST",
		"SELECT party, orders FROM " + counted + " WHERE source = 'shop' AND orders >= 3 ORDER BY orders DESC NULLS LAST, party ASC NULLS LAST",
	} {
		must(w.Analyse(sql))
	}

	seen := strings.Join(w.Seen, "\n;\n")
	for _, text := range ownQueries(t) {
		if !text.MatchString(seen) {
			t.Errorf("this test runs nothing that is composed by %q", text)
		}
	}
}

var verb = regexp.MustCompile(`%(\[\d\])?[sdqv]`)

// ownQueries returns a pattern of every text in this package's code that begins
// as SQL does.
func ownQueries(t *testing.T) []*regexp.Regexp {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []*regexp.Regexp
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, begins := range []string{"SELECT ", "(SELECT ", "INSERT ", "DELETE ", "UPDATE ", "MERGE ", "DROP ", "CREATE ", "ALTER "} {
				if strings.HasPrefix(text, begins) {
					parts := verb.Split(text, -1)
					for i, p := range parts {
						parts[i] = regexp.QuoteMeta(p)
					}
					out = append(out, regexp.MustCompile(strings.Join(parts, `[^;]*`)))
				}
			}
			return true
		})
	}
	if len(out) < 20 {
		t.Fatalf("only %d queries were found in the code", len(out))
	}
	return out
}

// analysedWarehouse speaks BigQuery's dialect, runs nothing, and has every
// statement analysed.
type analysedWarehouse struct {
	*dialecttest.Analyser
	t       *testing.T
	answers []answer
}

// answer is what the first statement gets that contains a text; others get no
// rows. Dates are written as text.
type answer struct {
	to   string
	rows [][]any
}

const analysedBase = "project.base."

func (w *analysedWarehouse) Dialect() *dialect.Dialect { return dialect.BigQuery }
func (w *analysedWarehouse) Base(table string) string {
	return dialect.BigQuery.Ident(analysedBase + table)
}
func (w *analysedWarehouse) Working(table string) string { return w.Base(table) }
func (w *analysedWarehouse) Begin(context.Context) (connectors.Tx, error) {
	return &analysedTx{w}, nil
}

func (w *analysedWarehouse) Look(ctx context.Context, tables []schemas.Table) (connectors.Reader, error) {
	tx := &analysedTx{w}
	return tx, tx.Create(ctx, tables)
}

func (w *analysedWarehouse) Publish(_ context.Context, p connectors.Publication) error {
	for _, t := range p.Tables {
		w.Table(t.Name, t)
	}
	return nil
}

func (w *analysedWarehouse) Published(context.Context) (connectors.Reader, error) {
	return &analysedTx{w}, nil
}
func (w *analysedWarehouse) Close() error { return nil }

// Adopt takes the base of a backfill, which was worked on DuckDB, as it is.
func (w *analysedWarehouse) Adopt(context.Context, string) error { return nil }

type analysedTx struct{ *analysedWarehouse }

func (tx *analysedTx) Create(_ context.Context, tables []schemas.Table) error {
	for _, t := range tables {
		tx.Table(analysedBase+t.Name, t)
	}
	return nil
}

func (tx *analysedTx) Stage(_ context.Context, name string, t schemas.Table, _ []string) error {
	tx.Table(name, t)
	return nil
}

func (tx *analysedTx) Exec(_ context.Context, sql string) (int64, error) {
	if _, err := tx.Analyse(sql); err != nil {
		return 0, fmt.Errorf("%w\nin:\n%s", err, sql)
	}
	return 0, nil
}
func (tx *analysedTx) Commit(context.Context) error   { return nil }
func (tx *analysedTx) Rollback(context.Context) error { return nil }

func (tx *analysedTx) Read(_ context.Context, sql string, each func(arrow.Record) error) error {
	columns, err := tx.Analyse(sql)
	if err != nil {
		return fmt.Errorf("%w\nin:\n%s", err, sql)
	}
	for _, a := range tx.answers {
		if strings.Contains(sql, a.to) {
			rec := record(tx.t, columns, a.rows)
			defer rec.Release()
			return each(rec)
		}
	}
	return nil
}

// record makes the rows of an answer.
func record(t *testing.T, columns []dialecttest.Column, rows [][]any) arrow.Record {
	t.Helper()
	var table schemas.Table
	for _, c := range columns {
		for typ := schemas.String; typ <= schemas.Timestamp; typ++ {
			if dialect.BigQuery.Type(typ) == c.Type {
				table.Columns = append(table.Columns, schemas.Column{Name: c.Name, Type: typ})
			}
		}
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	for _, row := range rows {
		if len(row) != len(columns) {
			t.Fatalf("a row of %d values for the columns %v", len(row), columns)
		}
		for i, v := range row {
			if v == nil {
				b.Field(i).AppendNull()
				continue
			}
			switch to := b.Field(i).(type) {
			case *array.StringBuilder:
				to.Append(v.(string))
			case *array.Int64Builder:
				to.Append(int64(v.(int)))
			case *array.BooleanBuilder:
				to.Append(v.(bool))
			case *array.Decimal128Builder:
				to.Append(decimal128.FromI64(int64(v.(int))))
			case *array.Date32Builder:
				day, err := time.Parse(time.DateOnly, v.(string))
				if err != nil {
					t.Fatal(err)
				}
				to.Append(arrow.Date32FromTime(day))
			default:
				t.Fatalf("no value of %s can be written in an answer", columns[i].Type)
			}
		}
	}
	return b.NewRecord()
}
