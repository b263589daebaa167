package kbo_test

import (
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"clientele/connectors/kbo"
)

// BenchmarkExtract loads full extracts of several sizes, that of the register among
// them, then an update of a thousand firms, and looks firms up, all with the memory
// that nights give a copy. It reports seconds, seconds of processor time, the
// milliseconds of a lookup and the peak memory of the process: run one size per process.
func BenchmarkExtract(b *testing.B) {
	for _, enterprises := range []int{100_000, 1_940_000} {
		b.Run(strconv.Itoa(enterprises), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				dir, extract := b.TempDir(), b.TempDir()
				extractOf(b, extract, 146, enterprises)
				s, err := kbo.Open(b.Context(), kbo.Place{Path: filepath.Join(dir, "kbo.duckdb"), Temp: filepath.Join(dir, "temp"), Memory: "1400MB"})
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				timed(b, "full", func() { mustLoad(b, s, extract) })
				b.StopTimer()
				u := update(b, 147, func(w *kbo.Writer) {
					for i := range 1000 {
						n := plain(2_000_000 + i*(enterprises/1000))
						w.Delete("denomination", n)
						w.Delete("address", n)
						w.Put("denomination", n, "2", "001", "NIEUWE NAAM "+strconv.Itoa(i))
					}
				})
				b.StartTimer()
				timed(b, "update", func() { mustLoad(b, s, u) })
				r := rand.New(rand.NewPCG(1, 1))
				const lookups = 10_000
				began := time.Now()
				for range lookups {
					if _, _, err := s.Firm(b.Context(), plain(2_000_000+r.IntN(enterprises))); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(time.Since(began).Seconds()*1000/lookups, "lookup_ms")
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			var u syscall.Rusage
			if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(u.Maxrss)/1024, "peak_MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// timed reports the seconds of a part, and those of processor time.
func timed(b *testing.B, name string, do func()) {
	b.Helper()
	processor := func() float64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	began, before := time.Now(), processor()
	do()
	b.ReportMetric(time.Since(began).Seconds(), name+"_s")
	b.ReportMetric(processor()-before, name+"_cpu_s")
}
