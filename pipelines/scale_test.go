package pipelines_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"clientele/pipelines"
	"clientele/pipelines/config"
)

// sizedLastDay is the day before a sized company's first night.
var sizedLastDay = time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)

// sizedDay is the date so many days before the day that a change brings.
func sizedDay(days int) string { return sizedLastDay.AddDate(0, 0, 1-days).Format(time.DateOnly) }

// BenchmarkNights works the first night of companies of several sizes, and a
// second one on which one record of a hundred changed. It reports the seconds
// of every step of both, what extract to merge cost on each, and the peak
// memory of the process: run one size per process.
func BenchmarkNights(b *testing.B) {
	for _, customers := range []int{100_000, 300_000, 1_000_000, 2_000_000} {
		b.Run(strconv.Itoa(customers), func(b *testing.B) {
			ctx := context.Background()
			for b.Loop() {
				b.StopTimer()
				company := sizedCompany{dir: b.TempDir(), customers: customers}
				company.first(b)
				b.StartTimer()
				first := sizedNight(b, ctx, company, 1)
				b.ReportMetric(peakMiB(b), "first_peak_MiB")
				b.StopTimer()
				company.change(b)
				b.StartTimer()
				second := sizedNight(b, ctx, company, 2)
				b.ReportMetric(second["to_merge"]/first["to_merge"], "second_ratio")
			}
			b.ReportMetric(peakMiB(b), "peak_MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// sizedNight works a night and reports its steps. It returns their seconds,
// with those of extract to merge together.
func sizedNight(b *testing.B, ctx context.Context, company sizedCompany, night int) map[string]float64 {
	b.Helper()
	c, findings, err := config.Load(filepath.Join(company.dir, "clientele.yaml"), os.LookupEnv)
	if err != nil {
		b.Fatal(err)
	}
	if err := findings.Err(); err != nil {
		b.Fatal(err)
	}
	p, err := pipelines.Open(ctx, c, filepath.Join(company.dir, "home"), pipelines.Env{Now: time.Now, Host: "bench", PID: os.Getpid(), Command: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	start := time.Now()
	report, err := p.Run(ctx, pipelines.RunOptions{AsOf: sizedLastDay.AddDate(0, 0, night)})
	if err != nil {
		b.Fatal(err)
	}
	name := [...]string{1: "first", 2: "second"}[night]
	b.ReportMetric(time.Since(start).Seconds(), name+"_s")
	took := map[string]float64{}
	merged := false
	for _, s := range report.Steps {
		took[s.Step] = s.Took.Seconds()
		b.ReportMetric(s.Took.Seconds(), name+"_"+s.Step+"_s")
		if !merged {
			took["to_merge"] += s.Took.Seconds()
		}
		merged = merged || s.Step == "merge"
	}
	b.ReportMetric(took["to_merge"], name+"_to_merge_s")
	return took
}

// peakMiB is the peak of the memory that the process had.
func peakMiB(b *testing.B) float64 {
	b.Helper()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		b.Skip("the peak of memory is read from /proc")
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var kib float64
			if _, err := fmt.Sscanf(text, "%f", &kib); err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	b.Fatal("/proc/self/status has no VmHWM")
	return 0
}
