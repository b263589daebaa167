package demo

import (
	"flag"
	"testing"
)

var benchCustomers = flag.Int("customers", 20_000, "customers in BenchmarkGenerate")

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		if _, err := Generate(b.Context(), Options{Dir: b.TempDir(), Customers: *benchCustomers, Seed: 7, AsOf: asOf}); err != nil {
			b.Fatal(err)
		}
	}
}
