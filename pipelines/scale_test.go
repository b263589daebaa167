package pipelines_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
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
// second one on which one record of a hundred changed. It reports, of both, the
// seconds and the seconds of processor time of every step, of all from extract
// to merge and of the night; what the second cost from extract to merge, in
// times of the first; and the peak memory of the process: run one size per
// process.
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
				b.StopTimer()
				company.change(b)
				b.StartTimer()
				second := sizedNight(b, ctx, company, 2)
				b.ReportMetric(second/first, "to_merge_ratio")
			}
			b.ReportMetric(float64(usage(b).Maxrss)/1024, "peak_MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// sizedNight works a night and reports its steps. It returns the processor time
// from extract to merge.
func sizedNight(b *testing.B, ctx context.Context, company sizedCompany, night int) (toMerge float64) {
	b.Helper()
	c, findings, err := config.Load(filepath.Join(company.dir, "clientele.yaml"), os.LookupEnv)
	if err != nil {
		b.Fatal(err)
	}
	if err := findings.Err(); err != nil {
		b.Fatal(err)
	}
	name := [...]string{1: "first_", 2: "second_"}[night]
	before := time.Now()
	cpu := processorTime(b)
	began, beganCPU := before, cpu
	watch := func(e pipelines.Event) {
		if !e.Done {
			return
		}
		now, used := time.Now(), processorTime(b)
		b.ReportMetric(now.Sub(before).Seconds(), name+e.Step+"_s")
		b.ReportMetric(used-cpu, name+e.Step+"_cpu_s")
		before, cpu = now, used
		if e.Step == "merge" {
			toMerge = used - beganCPU
			b.ReportMetric(now.Sub(began).Seconds(), name+"to_merge_s")
			b.ReportMetric(toMerge, name+"to_merge_cpu_s")
		}
	}
	p, err := pipelines.Open(ctx, c, filepath.Join(company.dir, "home"), pipelines.Env{Now: time.Now, Host: "bench", PID: os.Getpid(), Command: "bench", Progress: watch})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	if _, err := p.Run(ctx, pipelines.RunOptions{AsOf: sizedLastDay.AddDate(0, 0, night)}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(began).Seconds(), name+"night_s")
	b.ReportMetric(processorTime(b)-beganCPU, name+"night_cpu_s")
	return toMerge
}

// processorTime is what the process used of all cores, in seconds.
func processorTime(b *testing.B) float64 {
	u := usage(b)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func usage(b *testing.B) (u syscall.Rusage) {
	b.Helper()
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}
