package expr

import (
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/schemas"
)

// BenchmarkFilter reports rows per second and core for filters that a night
// runs over every row.
func BenchmarkFilter(b *testing.B) {
	const rows = 16 * 1024
	types := map[string]schemas.Type{
		"quantity": schemas.Int, "unit_price": schemas.Decimal, "status": schemas.String, "ordered_at": schemas.Timestamp,
	}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "quantity", Type: schemas.Int.Arrow(), Nullable: true},
		{Name: "unit_price", Type: schemas.Decimal.Arrow(), Nullable: true},
		{Name: "status", Type: schemas.String.Arrow(), Nullable: true},
		{Name: "ordered_at", Type: schemas.Timestamp.Arrow(), Nullable: true},
	}, nil)
	build := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer build.Release()
	for i := range rows {
		if i%17 == 0 {
			build.Field(0).AppendNull()
		} else {
			build.Field(0).(*array.Int64Builder).Append(int64(i%7 - 1))
		}
		build.Field(1).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(i%1000) * 100))
		build.Field(2).(*array.StringBuilder).Append([]string{"open", "shipped", "cancelled"}[i%3])
		build.Field(3).(*array.TimestampBuilder).Append(arrow.Timestamp(1_700_000_000_000_000 + int64(i)*3_600_000_000))
	}
	rec := build.NewRecord()
	defer rec.Release()
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		b.Skip("no time zone data: ", err)
	}
	env := Env{AsOf: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Zone: brussels}
	for _, text := range []string{
		"quantity > 0 and unit_price > 0",
		"quantity * unit_price > 12.50",
		"status <> 'cancelled'",
		"status in ('open', 'shipped', 'paid')",
		"lower(status) like '%ship%'",
		"days_since(ordered_at) <= 90",
	} {
		b.Run(text, func(b *testing.B) {
			e, err := Compile(text, NewScope(types), schemas.Bool)
			if err != nil {
				b.Fatal(err)
			}
			p, err := e.Bind(schema)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Filter(rec, env); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}
