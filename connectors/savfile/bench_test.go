package savfile

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// BenchmarkRead reads cases of five variables, packed in each way.
func BenchmarkRead(b *testing.B) {
	for name, packed := range map[string]int32{"plain": packedNot, "codes": packedCodes, "zlib": packedZlib} {
		content := sample(50_000, packed)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rows, err := open(io.NopCloser(bytes.NewReader(content)), "a.sav", defaults(), nil)
				for err == nil {
					batch, next := rows.Next(b.Context())
					if err = next; err == nil {
						batch.Release()
					}
				}
				if !errors.Is(err, io.EOF) {
					b.Fatal(err)
				}
			}
			b.ReportMetric(50_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
