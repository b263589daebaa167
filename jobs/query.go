package jobs

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"unicode"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
)

type queryOptions struct {
	format string
	limit  int
}

func (a *app) queryCommand() *cobra.Command {
	var o queryOptions
	cmd := &cobra.Command{
		Use:   "query SQL",
		Short: "Read what is published; SQL can't write, reach files or the network",
		Example: `  clientele query "select lifecycle, count(*) from customers group by all"
  clientele query --format csv "select * from scores where class = 'A'"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "query"
			w, err := a.openPublished(cmd.Context())
			if err != nil {
				return err
			}
			defer w.Close()
			r, err := w.Published(cmd.Context())
			if err != nil {
				return err
			}
			defer r.Close()
			return a.query(cmd.Context(), r, args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "table", "table, csv or json")
	cmd.Flags().IntVar(&o.limit, "limit", 1000, "rows of a table; 0 for all")
	return cmd
}

// query prints the rows of a query.
func (a *app) query(ctx context.Context, r connectors.Reader, sql string, o queryOptions) error {
	if a.json {
		o.format = "json"
	}
	switch o.format {
	case "table":
		return a.queryTable(ctx, r, sql, o.limit)
	case "csv":
		return a.queryCSV(ctx, r, sql)
	case "json":
		return a.queryJSON(ctx, r, sql)
	}
	return &usageError{fmt.Errorf("%q is no format: table, csv or json", o.format)}
}

var errEnough = errors.New("enough rows")

func (a *app) queryTable(ctx context.Context, r connectors.Reader, sql string, limit int) error {
	t := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	rows := 0
	err := r.Read(ctx, sql, func(rec arrow.Record) error {
		if rows == 0 {
			for i, f := range rec.Schema().Fields() {
				fmt.Fprint(t, tab(i), f.Name)
			}
			fmt.Fprintln(t)
		}
		for i := range int(rec.NumRows()) {
			if limit > 0 && rows == limit {
				return errEnough
			}
			rows++
			for c, col := range rec.Columns() {
				fmt.Fprint(t, tab(c), cell(col, i))
			}
			fmt.Fprintln(t)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if flush := t.Flush(); flush != nil {
		return flush
	}
	if errors.Is(err, errEnough) {
		fmt.Fprintf(a.Err, "the first %d rows; --limit 0 shows all\n", limit)
	}
	return nil
}

func tab(i int) string {
	if i == 0 {
		return ""
	}
	return "\t"
}

// cell returns the text of a value, without what would break a table.
func cell(col arrow.Array, i int) string {
	if col.IsNull(i) {
		return ""
	}
	out := []rune(col.ValueStr(i))
	for i, r := range out {
		if unicode.IsControl(r) {
			out[i] = ' '
		}
	}
	return string(out)
}

func (a *app) queryCSV(ctx context.Context, r connectors.Reader, sql string) error {
	w := csv.NewWriter(a.Out)
	headed := false
	err := r.Read(ctx, sql, func(rec arrow.Record) error {
		row := make([]string, rec.NumCols())
		if !headed {
			headed = true
			for i, f := range rec.Schema().Fields() {
				row[i] = f.Name
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
		for i := range int(rec.NumRows()) {
			for c, col := range rec.Columns() {
				row[c] = ""
				if col.IsValid(i) {
					row[c] = col.ValueStr(i)
				}
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
		return nil
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

// queryJSON prints an object per row, or with --json one envelope that holds them.
func (a *app) queryJSON(ctx context.Context, r connectors.Reader, sql string) error {
	enc := json.NewEncoder(a.Out)
	enc.SetEscapeHTML(false)
	rows := []map[string]any{} // of the envelope
	err := r.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			row := map[string]any{}
			for c, col := range rec.Columns() {
				row[rec.ColumnName(c)] = pipelines.CellValue(col, i)
			}
			if a.json {
				rows = append(rows, row)
			} else if err := enc.Encode(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !a.json {
		return err
	}
	return a.encode(envelope{Command: a.command, OK: true, Summary: fmt.Sprintf("%d rows", len(rows)), Result: rows})
}
