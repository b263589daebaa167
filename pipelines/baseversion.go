package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// baseMigration changes a base in a way that Create can't: it adds tables and
// columns, and nothing else. base names a table of the base.
type baseMigration func(d *dialect.Dialect, base func(table string) string) []dialect.Statement

// baseMigrations bring a base from one version to the next: the first one from
// version 1, which is that of a base that says none, to 2. What was released
// never changes.
var baseMigrations []baseMigration

// baseVersion is the version of the bases that this program writes.
func baseVersion() int { return 1 + len(baseMigrations) }

// metaVersion is the row of base_meta that holds the version.
const metaVersion = "version"

// begin opens a transaction on the base, brought up to date in it. A base that a
// newer program wrote is refused with the code "newer_version", and left as it
// is.
func (p *Project) begin(ctx context.Context) (connectors.Tx, error) {
	tx, err := p.Warehouse.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := upgrade(ctx, p.Warehouse, tx); err != nil {
		_ = tx.Rollback(ctx) // err says what is wrong
		return nil, err
	}
	return tx, nil
}

// upgrade brings a base up to date: its version, its tables and their columns.
func upgrade(ctx context.Context, w connectors.Warehouse, tx connectors.Tx) error {
	// Both tables are only ever added to, so that no migration finds them changed.
	meta, _ := schemas.Lookup("base_meta")
	ledger, _ := schemas.Lookup("base_deliveries")
	if err := tx.Create(ctx, []schemas.Table{meta, ledger}); err != nil {
		return err
	}
	version, stamped, err := versionOf(ctx, w, tx)
	if err != nil {
		return err
	}
	d := w.Dialect()
	for _, migrate := range baseMigrations[version-1:] {
		for _, s := range migrate(d, w.Base) {
			if _, err := tx.Exec(ctx, s.SQL); err != nil {
				return fmt.Errorf("bring the base up to date: %s: %w", s.Name, err)
			}
		}
	}
	if err := tx.Create(ctx, slices.Concat(schemas.Inputs(), schemas.Bases())); err != nil {
		return err
	}
	if stamped && version == baseVersion() {
		return nil
	}
	return stamp(ctx, w, tx)
}

// stamp writes the version of this program into a base.
func stamp(ctx context.Context, w connectors.Warehouse, tx connectors.Tx) error {
	d, meta := w.Dialect(), w.Base("base_meta")
	for _, sql := range []string{
		fmt.Sprintf("DELETE FROM %s WHERE name = %s", meta, d.String(metaVersion)),
		fmt.Sprintf("INSERT INTO %s (name, %s) VALUES (%s, %s)", meta, d.Ident("value"), d.String(metaVersion), d.String(strconv.Itoa(baseVersion()))),
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("write the version of the base: %w", err)
		}
	}
	return nil
}

// versionOf returns the version of a base that has the tables for it, and whether
// it says so itself. A base that holds nothing is as this program makes them; one
// that a newer program wrote is refused.
func versionOf(ctx context.Context, w connectors.Warehouse, r connectors.Reader) (version int, stamped bool, err error) {
	d := w.Dialect()
	err = r.Read(ctx, fmt.Sprintf("SELECT %s FROM %s WHERE name = %s", d.Ident("value"), w.Base("base_meta"), d.String(metaVersion)), func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			if version, err = strconv.Atoi(text(rec, 0, i)); err != nil {
				return fmt.Errorf("the version of the base is no number: %w", err)
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return 0, false, err
	case version > baseVersion():
		return 0, false, connectors.NewerVersion("base", version, baseVersion())
	case version > 0:
		return version, true, nil
	}
	version = baseVersion()
	err = r.Read(ctx, "SELECT COUNT(*) AS n FROM "+w.Base("base_deliveries"), func(rec arrow.Record) error {
		if number(rec, 0, 0) > 0 {
			version = 1
		}
		return nil
	})
	return version, false, err
}
