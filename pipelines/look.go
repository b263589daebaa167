package pipelines

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
)

// look lets query read the base as the last night left it. The embedded one is
// locked while a night is under way.
func (p *Project) look(ctx context.Context, query func(r connectors.Reader) error) error {
	// Before the first night there are no tables.
	r, err := p.lookAt(ctx)
	if err != nil {
		return underWay(err)
	}
	defer r.Close()
	return query(r)
}

// lookAt opens the base for reading. One that a newer program wrote is refused.
func (p *Project) lookAt(ctx context.Context) (connectors.Reader, error) {
	r, err := p.Warehouse.Look(ctx, slices.Concat(schemas.Inputs(), schemas.Bases()))
	if err != nil {
		return nil, err
	}
	if _, _, err := versionOf(ctx, p.Warehouse, r); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Rows are the rows of a query, for people and for JSON.
type Rows struct {
	Columns []string
	Values  [][]any // per row: nil, int64, float64, bool, or text for all else
}

// MarshalJSON writes a list of objects.
func (r Rows) MarshalJSON() ([]byte, error) {
	out := make([]map[string]any, len(r.Values))
	for i, row := range r.Values {
		out[i] = make(map[string]any, len(row))
		for c, v := range row {
			out[i][r.Columns[c]] = v
		}
	}
	return json.Marshal(out)
}

// text returns a value of a row by the name of its column, "" for null.
func (r Rows) text(row int, column string) string {
	i := slices.Index(r.Columns, column)
	if i < 0 {
		return ""
	}
	s, _ := r.Values[row][i].(string)
	return s
}

// rows returns all rows of a query, which is meant to have few.
func rows(ctx context.Context, r connectors.Reader, sql string) (Rows, error) {
	var out Rows
	err := r.Read(ctx, sql, func(rec arrow.Record) error {
		if out.Columns == nil {
			for _, f := range rec.Schema().Fields() {
				out.Columns = append(out.Columns, f.Name)
			}
		}
		for i := range int(rec.NumRows()) {
			row := make([]any, rec.NumCols())
			for c, col := range rec.Columns() {
				row[c] = CellValue(col, i)
			}
			out.Values = append(out.Values, row)
		}
		return nil
	})
	return out, err
}

// CellValue returns a value of a column as JSON has it: numbers and booleans as such,
// all else as text, decimals too so that none loses a digit; nil for null.
func CellValue(col arrow.Array, i int) any {
	if col.IsNull(i) {
		return nil
	}
	switch v := col.(type) {
	case *array.Int64:
		return v.Value(i)
	case *array.Float64:
		return v.Value(i)
	case *array.Boolean:
		return v.Value(i)
	case *array.Decimal128:
		return schemas.DecimalText(v.Value(i), v.DataType().(*arrow.Decimal128Type).Scale)
	}
	return strings.Clone(col.ValueStr(i)) // the batch is not kept
}

// lastNight returns the latest night that is published; ok is false when none
// is.
func (p *Project) lastNight(ctx context.Context) (asOf time.Time, ok bool, err error) {
	runs, err := p.State.Runs(ctx, 0)
	if err != nil {
		return time.Time{}, false, err
	}
	for _, r := range runs {
		if (r.Status == connectors.RunPublished || r.Status == connectors.RunPartly) && r.AsOf.After(asOf) {
			asOf, ok = r.AsOf, true
		}
	}
	return asOf, ok, nil
}

// again works the last published night once more, after something about its
// deliveries changed. The caller holds the lock. Before the first night there is
// nothing to do, and no report.
func (p *Project) again(ctx context.Context) (*Report, error) {
	asOf, ok, err := p.lastNight(ctx)
	if err != nil || !ok {
		return nil, err
	}
	return p.runLocked(ctx, RunOptions{AsOf: asOf, again: true})
}
