package bigquerysource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/schemas/dialect"
)

// relation is a table or query with what reading it needs.
type relation struct {
	from   string   // as it stands behind FROM
	key    []string // columns, quoted
	cursor column   // without a name where there is none
}

// column is one that values are compared of.
type column struct {
	name string // quoted
	kind string // in SQL
}

// fullName is a table as SQL names it.
func fullName(table *bigquery.Table) string {
	d := dialect.BigQuery
	return d.Ident(table.ProjectID) + "." + d.Ident(table.DatasetID) + "." + d.Ident(table.TableID)
}

// primaryKey are the columns that a table declares as such, nil for none.
func primaryKey(md *bigquery.TableMetadata) []string {
	if md.TableConstraints == nil || md.TableConstraints.PrimaryKey == nil {
		return nil
	}
	return md.TableConstraints.PrimaryKey.Columns
}

// describe looks at what a table has, or the query where table is "".
func (s *Source) describe(ctx context.Context, c *bigqueryclient.Client, table *bigquery.Table) (*relation, error) {
	var r relation
	var schema bigquery.Schema
	key := s.options.Key
	if table == nil {
		r.from = "(" + s.options.Query + "\n) q"
		stats, err := c.DryRun(ctx, "SELECT * FROM "+r.from, "")
		if err != nil {
			return nil, err
		}
		schema = stats.Schema
	} else {
		r.from = fullName(table) + " q"
		md, err := c.Metadata(ctx, table)
		if err != nil {
			return nil, err
		}
		schema = md.Schema
		if key == nil {
			key = primaryKey(md)
		}
		if len(key) == 0 {
			return nil, connectors.Errorf(connectors.KindConfig, "no_key", "name columns that tell its rows apart by the option key", "bigquery: the table declares no primary key")
		}
	}
	for _, name := range key {
		column, err := ordered(schema, name, "key")
		if err != nil {
			return nil, err
		}
		r.key = append(r.key, column.name)
	}
	var err error
	if s.options.Cursor != "" {
		r.cursor, err = ordered(schema, s.options.Cursor, "cursor")
	}
	return &r, err
}

// comparable are the types of columns that can be a key or a cursor.
var comparable = map[bigquery.FieldType]string{
	bigquery.StringFieldType: "STRING", bigquery.IntegerFieldType: "INT64", bigquery.NumericFieldType: "NUMERIC", bigquery.BigNumericFieldType: "BIGNUMERIC",
	bigquery.DateFieldType: "DATE", bigquery.DateTimeFieldType: "DATETIME", bigquery.TimestampFieldType: "TIMESTAMP",
}

// ordered returns a column that an option names, which must be of a type whose
// values can be told in text and compared.
func ordered(schema bigquery.Schema, name, option string) (column, error) {
	i := slices.IndexFunc(schema, func(f *bigquery.FieldSchema) bool { return strings.EqualFold(f.Name, name) })
	if i < 0 {
		names := make([]string, len(schema))
		for i, f := range schema {
			names[i] = f.Name
		}
		return column{}, connectors.Errorf(connectors.KindConfig, "no_column", "its columns are "+strings.Join(names, ", "), "bigquery: there is no column %s, which the option %s names", name, option)
	}
	f := schema[i]
	kind := comparable[f.Type]
	if kind == "" || f.Repeated {
		return column{}, connectors.Errorf(connectors.KindConfig, "bad_"+option, "name a column of numbers, texts, dates or times", "bigquery: the column %s is of a type that can't be a %s", name, option)
	}
	return column{name: "q." + dialect.BigQuery.Ident(f.Name), kind: kind}, nil
}

// is is a value of the column, given its text.
func (c column) is(text string) string {
	return "CAST(" + dialect.BigQuery.String(text) + " AS " + c.kind + ")"
}

// table is the one that a delivery is of; nil for a query.
func (s *Source) table(c *bigqueryclient.Client, d connectors.Delivery) *bigquery.Table {
	if s.options.Query != "" {
		return nil
	}
	project, dataset, name := s.options.parts()
	if s.options.Pattern() {
		name = d.Name[strings.LastIndexByte(d.Name, '.')+1:]
	}
	return c.API.DatasetInProject(project, dataset).Table(name)
}

// pulls lists the one pull that brings the cursor's column up to now, or none.
func (s *Source) pulls(ctx context.Context, c *bigqueryclient.Client, after string) ([]connectors.Delivery, error) {
	r, err := s.describe(ctx, c, s.table(c, connectors.Delivery{}))
	if err != nil {
		return nil, err
	}
	upto, err := s.highest(ctx, c, r, after)
	if err != nil {
		return nil, err
	}
	since := after
	if since != "" && !s.options.Lookback.Zero() {
		if since, err = s.options.Lookback.Before(after); err != nil {
			return nil, err
		}
	}
	if upto == "" || since == upto {
		return nil, nil
	}
	d := connectors.Delivery{Name: fmt.Sprintf("%s (%s, %s]", s.options.Name(), since, upto), Since: since, Cursor: upto}
	stats, err := c.DryRun(ctx, s.selected(r, d), "")
	if err != nil {
		return nil, err
	}
	d.Size = stats.TotalBytesProcessed
	return []connectors.Delivery{d}, nil
}

// highest returns the highest value of the cursor's column, and no lower one than
// after, where the newest rows were deleted; "" for a table without rows. A cursor
// that is null in some rows is refused: a comparison leaves those out in silence.
func (s *Source) highest(ctx context.Context, c *bigqueryclient.Client, r *relation, after string) (string, error) {
	ahead := "TRUE"
	if after != "" {
		ahead = "MAX(" + r.cursor.name + ") > " + r.cursor.is(after)
	}
	rows, err := c.Result(ctx, c.Query(ctx, "read", "SELECT CAST(MAX("+r.cursor.name+") AS STRING) AS highest, COUNTIF("+r.cursor.name+" IS NULL) AS gaps, "+ahead+" AS ahead FROM "+r.from, ""))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	rec, err := rows.Next(ctx)
	if err != nil {
		return "", err
	}
	defer rec.Release()
	highest, text := rec.Column(0).(*array.String)
	gaps, count := rec.Column(1).(*array.Int64)
	moved, flag := rec.Column(2).(*array.Boolean)
	switch {
	case !text || !count || !flag || rec.NumRows() != 1:
		return "", fmt.Errorf("bigquery: the bounds of a cursor came as %s", rec.Schema())
	case gaps.Value(0) > 0:
		return "", connectors.Errorf(connectors.KindData, "null_cursor", "fill it for all rows, or read a query in which COALESCE gives it a value",
			"bigquery: the cursor is null in some rows, which would not be read")
	case highest.IsNull(0):
		return "", nil
	case !moved.Value(0):
		return after, nil
	}
	return highest.Value(0), nil
}

// selected is the query of a delivery.
func (s *Source) selected(r *relation, d connectors.Delivery) string {
	query := "SELECT * FROM " + r.from
	if s.options.Cursor != "" {
		query += " WHERE " + r.cursor.name + " <= " + r.cursor.is(d.Cursor)
		if d.Since != "" {
			query += " AND " + r.cursor.name + " > " + r.cursor.is(d.Since)
		}
	}
	return query + " ORDER BY " + strings.Join(r.key, ", ")
}
