package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/expr"
)

// CheckResult is a check that failed.
type CheckResult struct {
	Check   string `json:"check"`
	Message string `json:"message"`
}

// HeldError says that checks on the whole base failed: nothing new is published.
type HeldError struct {
	Run    string
	Failed []CheckResult
}

// Error lists the failed checks and how to let one pass.
func (e *HeldError) Error() string {
	lines := []string{"checks failed, nothing new is published:"}
	for _, c := range e.Failed {
		lines = append(lines, fmt.Sprintf("  %s: %s", c.Check, c.Message))
	}
	return strings.Join(append(lines, fmt.Sprintf("let one pass once with: clientele runs approve %s CHECK --why …", e.Run)), "\n")
}

// check tests the base as it is about to be published. Anything that fails, and
// nobody approved, holds the night.
func (n *nightTx) check(ctx context.Context) error {
	fail := func(check, format string, args ...any) {
		if !n.approved[check] {
			n.report.Failed = append(n.report.Failed, CheckResult{check, fmt.Sprintf(format, args...)})
		}
	}
	checks := n.project.Config.Checks
	if have := n.report.Match.Customers; have < int64(checks.MinCustomers) {
		fail("customers.min", "there are %d customers, and min_customers is %d", have, checks.MinCustomers)
	}
	if n.customersBefore > 0 && float64(n.customersLost) > checks.MaxLost*float64(n.customersBefore) {
		fail("customers.max_lost", "%d of %d customers would be gone, and max_lost is %g", n.customersLost, n.customersBefore, checks.MaxLost)
	}
	if n.customersBefore > 0 && float64(n.customersMerged) > checks.MaxMerged*float64(n.customersBefore) {
		fail("customers.max_merged", "%d of %d customers would be merged into others, and max_merged is %g", n.customersMerged, n.customersBefore, checks.MaxMerged)
	}
	if n.customersBefore > 0 && float64(n.customersSplit) > checks.MaxSplit*float64(n.customersBefore) {
		fail("customers.max_split", "%d of %d customers would come apart, and max_split is %g", n.customersSplit, n.customersBefore, checks.MaxSplit)
	}
	if err := n.checkKeys(ctx, fail); err != nil {
		return err
	}
	for _, a := range checks.Assert {
		t, _ := schemas.Lookup(a.Table)
		e, err := expr.Compile(a.Where, expr.ScopeOf(t), schemas.Bool)
		if err != nil {
			return err
		}
		where := e.Render(n.d, expr.RenderEnv{AsOf: n.night.AsOf, Zone: n.night.ZoneName()})
		bad, err := count(ctx, n.tx, fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE NOT COALESCE(%s, FALSE)", n.table(t.Name), where))
		if err != nil {
			return fmt.Errorf("assert %s: %w", a.Name, err)
		}
		if bad > 0 {
			fail("assert."+a.Name, "%d rows of %s are not %s", bad, t.Name, e)
		}
	}
	if len(n.report.Failed) > 0 {
		return &HeldError{Run: n.journal.ID, Failed: n.report.Failed}
	}
	return nil
}

// checkKeys counts the rows of every published table, and fails those in which a
// key stands twice.
func (n *nightTx) checkKeys(ctx context.Context, fail func(check, format string, args ...any)) error {
	tables := schemas.Published()
	rows, err := n.countEach(ctx, tables, func(t schemas.Table) string { return n.table(t.Name) })
	if err != nil {
		return err
	}
	n.report.Tables = rows
	filled := slices.DeleteFunc(tables, func(t schemas.Table) bool { return rows[t.Name] == 0 })
	twice, err := n.countEach(ctx, filled, func(t schemas.Table) string {
		key := n.d.Idents(t.Key)
		return fmt.Sprintf("(SELECT %s FROM %s GROUP BY %s HAVING COUNT(*) > 1) doubled", key, n.table(t.Name), key)
	})
	if err != nil {
		return err
	}
	for _, t := range filled {
		if twice[t.Name] > 0 {
			fail("keys."+t.Name, "%d keys (%s) stand twice in %s", twice[t.Name], strings.Join(t.Key, ", "), t.Name)
		}
	}
	return nil
}

// countEach counts the rows of a relation per table, in one query.
func (n *nightTx) countEach(ctx context.Context, tables []schemas.Table, relation func(schemas.Table) string) (map[string]int64, error) {
	counts := make(map[string]int64, len(tables))
	if len(tables) == 0 {
		return counts, nil
	}
	queries := make([]string, len(tables))
	for i, t := range tables {
		queries[i] = fmt.Sprintf("SELECT %s AS name, COUNT(*) AS counted FROM %s", n.d.String(t.Name), relation(t))
	}
	err := n.tx.Read(ctx, strings.Join(queries, "\nUNION ALL\n"), func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			counts[text(rec, 0, i)] = number(rec, 1, i)
		}
		return nil
	})
	return counts, err
}

// count returns the one number that a query yields.
func count(ctx context.Context, r connectors.Reader, sql string) (int64, error) {
	var out int64
	err := r.Read(ctx, sql, func(rec arrow.Record) error {
		if c, ok := rec.Column(0).(*array.Int64); ok && c.Len() > 0 {
			out = c.Value(0)
		}
		return nil
	})
	return out, err
}
