package pipelines

import (
	"context"
	"fmt"

	"clientele/connectors"
	"clientele/pipelines/decisions"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/match"
)

// table returns the qualified name of a table of the base.
func (r *run) table(name string) string { return r.project.Warehouse.Base(name) }

// nightTx is the transaction of a night.
type nightTx struct {
	*run
	tx connectors.Tx
	d  *dialect.Dialect
	// clusters are those of parties that were matched before the night is confined: of all, or,
	// where they are partial, of those that changes concern.
	clusters *match.Clusters
	partial  bool
	// keeper has what the next night goes on from, where the engine keeps anything.
	keeper *matchKeeper
	// decided is what people decided on pairs of records.
	decided *decisions.Book
	staged  int
	working []string
	// confined says that the night makes anew only what changes concern.
	confined bool

	customersBefore, customersLost int64
	// customersMerged and customersSplit are those of tonight that nobody decided.
	customersMerged, customersSplit int64
}

func (n *nightTx) exec(ctx context.Context, statements ...dialect.Statement) error {
	for _, s := range statements {
		if _, err := n.tx.Exec(connectors.WithLabel(ctx, "step", s.Name), s.SQL); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return nil
}

// script runs what a transform composed, unless it failed to.
func (n *nightTx) script(ctx context.Context) func([]dialect.Statement, error) error {
	return func(ss []dialect.Statement, err error) error {
		if err != nil {
			return err
		}
		return n.exec(ctx, ss...)
	}
}

// replace makes a table of the base hold the rows that a function adds.
func (n *nightTx) replace(ctx context.Context, table string, rows func(add func(values ...any) error) error) error {
	if err := n.exec(ctx, dialect.Statement{Name: "empty " + table, SQL: "DELETE FROM " + n.table(table) + " WHERE TRUE"}); err != nil {
		return err
	}
	return n.insert(ctx, table, rows)
}

// insert adds the rows that a function adds to a table of the base.
func (n *nightTx) insert(ctx context.Context, table string, rows func(add func(values ...any) error) error) error {
	t, ok := schemas.Lookup(table)
	if !ok {
		return fmt.Errorf("no table is called %s", table)
	}
	n.staged++
	file := n.project.temp(fmt.Sprintf("%s.%d.parquet", table, n.staged))
	if err := writeRows(file, t, rows); err != nil {
		return err
	}
	return n.insertFiles(ctx, t, []string{file})
}

// insertFiles adds the rows of Parquet files to a table of the base.
func (n *nightTx) insertFiles(ctx context.Context, t schemas.Table, files []string) error {
	stage := n.stageName(t.Name)
	if err := n.tx.Stage(ctx, stage, t, files); err != nil {
		return err
	}
	cols := n.d.Idents(t.ColumnNames())
	return n.exec(ctx, dialect.Statement{Name: "fill " + t.Name, SQL: fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", n.table(t.Name), cols, cols, n.d.Ident(stage))})
}

func (n *nightTx) stageName(table string) string {
	n.staged++
	return fmt.Sprintf("stage_%d_%s", n.staged, table)
}
