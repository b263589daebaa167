package kbo

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"clientele/connectors/registry"
	"clientele/schemas/dialect"
	"clientele/schemas/nace"
)

//go:embed concordance.sql
var concordanceSQL string

// wholeVote is the vote of a firm for what a code became, in the parts that are counted.
const wholeVote = 720720

// concordanceTable makes the table of conversions, empty.
const concordanceTable = "CREATE TABLE IF NOT EXISTS concordance (from_code VARCHAR, to_code VARCHAR, parts BIGINT, firms BIGINT)"

// countConcordance counts how codes of NACE went over into those of the next version. Full
// extracts are counted: an update changes a few hundred of 36 million activities.
func (s *Store) countConcordance(ctx context.Context) error {
	statements := []string{concordanceTable}
	for _, digits := range []int{nace.NationalDigits, nace.ClassDigits} {
		statements = append(statements, dialect.DuckDB.Statements(strings.ReplaceAll(concordanceSQL, "{{digits}}", strconv.Itoa(digits)))...)
	}
	return s.run(ctx, statements...)
}

// concordance reads what was counted from the last full extract.
func (s *Store) concordance(ctx context.Context) (c registry.Concordance, err error) {
	var day time.Time
	switch err := s.db.QueryRowContext(ctx, "SELECT snapshot FROM extracts WHERE complete ORDER BY number DESC LIMIT 1").Scan(&day); {
	case errors.Is(err, sql.ErrNoRows):
		return c, nil
	case err != nil:
		return c, failure(err)
	}
	c.AsOf = registry.Date(day.Format(time.DateOnly))
	if err := s.run(ctx, concordanceTable); err != nil { // older copies have none
		return c, err
	}
	err = s.each(ctx, "SELECT from_code, to_code, parts, firms FROM concordance ORDER BY from_code, to_code", func(rows *sql.Rows) error {
		var x registry.Conversion
		var parts int64
		if err := rows.Scan(&x.From, &x.To, &parts, &x.Firms); err != nil {
			return err
		}
		x.Share = math.Round(10000*float64(parts)/float64(wholeVote*x.Firms)) / 10000
		c.Conversions = append(c.Conversions, x)
		return nil
	})
	return c, err
}

// convert tells behind a main activity in the code of the older version what it became.
func (s *Store) convert(ctx context.Context, r *registry.Record) error {
	main := r.Main()
	if main.Version != registry.ConvertedFrom {
		return nil
	}
	c, err := s.concordance(ctx)
	if err != nil {
		return err
	}
	if x, ok := c.Of(main.Code); ok {
		r.Sectors = append(r.Sectors, registry.Sector{List: main.List, Version: registry.ConvertedTo, Code: x.To, Converted: &x})
	}
	return nil
}

// Concordance implements registry.Concordant.
func (r *Register) Concordance(ctx context.Context) (c registry.Concordance, err error) {
	store, err := r.open(ctx)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.concordance(ctx)
}
