// Package outlets writes published tables as files for people without a
// database tool: one Excel workbook, a folder of CSV files, a folder of Parquet
// files.
//
// An outlet is written whole or not at all. It grows beside its place, under
// the name of its place and ".new", and is renamed into it once it is on the
// disk; a folder waits meanwhile under ".old". What a killed program leaves
// behind there is put right or removed by the next call.
//
// Outlets hold personal data. What is new can be read by its owner only. What
// takes the place of an older outlet keeps that one's group and permissions,
// so that whoever runs the machine can give the marketing department access
// once; others than owner and group never get any to a file.
//
// Two calls for one place must not run at the same time.
package outlets

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/schemas"
)

// Query gives the SQL that reads a table in the order of its key, with the
// table's columns in their order.
type Query func(t schemas.Table) string

// read streams the rows of a table, as records that have the schema of t.
func read(ctx context.Context, r connectors.Reader, q Query, t schemas.Table, each func(arrow.Record) error) error {
	return r.Read(ctx, q(t), func(rec arrow.Record) error {
		if err := conforms(rec, t); err != nil {
			return err
		}
		return each(rec)
	})
}

// conforms reports, as an error, how a record differs from what t says.
func conforms(rec arrow.Record, t schemas.Table) error {
	fields := rec.Schema().Fields()
	if len(fields) != len(t.Columns) {
		return fmt.Errorf("the query gives %d columns, the table has %d", len(fields), len(t.Columns))
	}
	for i, c := range t.Columns {
		if f := fields[i]; f.Name != c.Name || !arrow.TypeEqual(f.Type, c.Type.Arrow()) {
			return fmt.Errorf("column %d of the query is %s %s, that of the table %s %s", i+1, f.Name, f.Type, c.Name, c.Type.Arrow())
		}
	}
	return nil
}
