package conform_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/schemas"
	"clientele/schemas/option"
	"clientele/transforms"
	"clientele/transforms/conform"
)

const benchRows = 8192

// benchBatch is a batch of order lines as an ERP exports them, four lines an
// order, each with its customer's data.
func benchBatch() arrow.Record {
	fields := schemas.RawLineage()
	columns := []string{"Klantnr", "Klant", "BTW", "Mail", "Telefoon", "Straat", "Postcode", "Gemeente", "Land", "Taal", "Ordernr", "Lijn", "Datum", "Artikel", "Aantal", "Prijs"}
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	for i := range benchRows {
		order := i / 4
		customer := order % 1500
		b.Field(0).(*array.Int64Builder).Append(int64(i + 2))
		b.Field(1).AppendNull()
		b.Field(2).AppendNull()
		for c, text := range []string{
			fmt.Sprint(100000 + customer), fmt.Sprintf("Drukkerij Peeters %d BVBA", customer), "BE0403.019.261",
			fmt.Sprintf("info%d@drukkerij-peeters.example", customer), fmt.Sprintf("02/%03d.12.34", customer%1000), fmt.Sprintf("Kerkstraat %d bus 3", customer),
			"1000", "Brussel", "België", "N", fmt.Sprintf("VO26-%d", order), fmt.Sprint(i%4 + 1), "16/01/2026 15:19", fmt.Sprintf("A%d", i%900),
			fmt.Sprint(i%20 + 1), fmt.Sprintf("%d,%02d", i%300+1, i%100),
		} {
			b.Field(3 + c).(*array.StringBuilder).Append(text)
		}
	}
	return b.NewRecord()
}

// BenchmarkConform conforms order lines to parties, orders and order lines on
// one core. A cell is a value of a mapped column.
func BenchmarkConform(b *testing.B) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		b.Fatal(err)
	}
	source := conform.Source{Name: "orders", Country: "BE", Currency: "EUR", Zone: brussels, Format: schemas.Format{Decimal: ','}}
	night := transforms.Night{AsOf: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Zone: brussels}
	mappings := map[string]string{
		"parties":     `{ key: [Klantnr], map: { name: Klant, vat_number: BTW, email: Mail, phone: Telefoon, street: Straat, postcode: Postcode, municipality: Gemeente, country: Land, language: Taal, observed_on: { column: Datum, layout: "02/01/2006 15:04" } } }`,
		"orders":      `{ key: [Ordernr], map: { order_id: Ordernr, party: Klantnr, ordered_at: { column: Datum, layout: "02/01/2006 15:04", pick: min } } }`,
		"order_lines": `{ key: [Ordernr, Lijn], filter: ["quantity > 0"], map: { order_id: Ordernr, line_no: Lijn, product: Artikel, quantity: Aantal, unit_price: Prijs } }`,
	}
	rec := benchBatch()
	defer rec.Release()
	for _, name := range []string{"parties", "orders", "order_lines"} {
		b.Run(name, func(b *testing.B) {
			m := mapping(b, name, mappings[name])
			b.ReportAllocs()
			for b.Loop() {
				c, err := conform.New(source, m, night, "d1", rec.Schema())
				if err != nil {
					b.Fatal(err)
				}
				out, err := c.Conform(rec, 0, nil)
				if err != nil {
					b.Fatal(err)
				}
				out.Rows.Release()
			}
			cells := float64(b.N) * benchRows * float64(len(m.Fields)+len(m.Key))
			b.ReportMetric(cells/b.Elapsed().Seconds(), "cells/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func mapping(b *testing.B, name, yaml string) *conform.Mapping {
	b.Helper()
	m := &conform.Mapping{Name: name}
	doc, findings := option.Open("bench.yaml", []byte(yaml), nil)
	findings = append(findings, doc.Parse(m.Spec())...)
	if err := findings.Err(); err != nil {
		b.Fatal(err)
	}
	return m
}
