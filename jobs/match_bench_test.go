package jobs

import (
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"clientele/jobs/demo"
	"clientele/pipelines/matching"
	"clientele/transforms/match"
)

// BenchmarkDedupe dedupes a Parquet file of persons, a fifth of them duplicates, from
// file to folder. It reports the seconds, and the seconds of processor time, of
// every step and of all, the pairs compared and how well they are found, and the
// peak memory of the process: run one size per process.
func BenchmarkDedupe(b *testing.B) {
	for _, records := range []int{10_000, 100_000, 1_000_000, 3_000_000} {
		b.Run(strconv.Itoa(records), func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "persons.parquet")
			if err := writePersons(b.Context(), personsOptions{file: file, records: records, seed: 1}); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				dedupe(b, file)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// personsConfig is the config that `clientele match init` proposes for a file of persons.
func personsConfig() string {
	var text strings.Builder
	text.WriteString("match:\n  id: record_id\n  country: BE\n  fields:\n")
	for _, field := range demo.PersonFields {
		text.WriteString("    " + field + ": " + strings.ReplaceAll(field, "_", " ") + "\n")
	}
	return text.String()
}

func dedupe(b *testing.B, file string) {
	ctx := b.Context()
	c, findings := matching.Parse("persons", personsConfig())
	if err := findings.Err(); err != nil {
		b.Fatal(err)
	}
	beganCPU, began := processor(b), time.Now()
	lastCPU, last := beganCPU, began
	took := func(step string, _ int64) {
		cpu, now := processor(b), time.Now()
		b.ReportMetric(now.Sub(last).Seconds(), step+"_s")
		b.ReportMetric(cpu-lastCPU, step+"_cpu_s")
		lastCPU, last = cpu, now
	}
	files, err := matching.Open(ctx, b.TempDir(), []string{file}, nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := files.Bind(c).Err(); err != nil {
		b.Fatal(err)
	}
	job := matching.Job{Config: c, Files: files, Progress: took}
	found, err := job.Run(ctx)
	if err != nil {
		b.Fatal(err)
	}
	dir := filepath.Join(b.TempDir(), "matched")
	summary, err := found.Summary(c, false, dir)
	if err != nil {
		b.Fatal(err)
	}
	if err := found.Write(ctx, dir, summary); err != nil {
		b.Fatal(err)
	}
	took(matching.StepWrite, 0)
	b.ReportMetric(last.Sub(began).Seconds(), "all_s")
	b.ReportMetric(lastCPU-beganCPU, "all_cpu_s")
	b.ReportMetric(float64(rusage(b).Maxrss)/1024, "peak_MiB")
	b.ReportMetric(float64(found.Compared), "pairs")
	truth, err := matching.ReadTruth(ctx, b.TempDir(), file, found.Roster, c)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(match.Pairwise(truth.Of, found.Cluster).F1, "F1")
}

// processor is the processor time of the process, in seconds.
func processor(b *testing.B) float64 {
	u := rusage(b)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func rusage(b *testing.B) (u syscall.Rusage) {
	b.Helper()
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}
