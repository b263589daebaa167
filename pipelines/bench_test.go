package pipelines_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the peer that the night is measured against

	"clientele/pipelines"
	"clientele/pipelines/config"
)

// BenchmarkOnlineRetailNight works the first night of examples/online-retail,
// from csv.gz to the published file, beside what DuckDB alone needs to read the
// same file into a table. It reports the ratio, and the peak memory of the
// process in MiB.
func BenchmarkOnlineRetailNight(b *testing.B) {
	dir := os.Getenv("ONLINE_RETAIL_DIR")
	file := filepath.Join(dir, "online_retail.csv.gz")
	if _, err := os.Stat(file); dir == "" || err != nil {
		b.Skip("ONLINE_RETAIL_DIR does not name the folder of online_retail.csv.gz; see examples/online-retail/README.md")
	}
	ctx := context.Background()
	c, findings, err := config.Load("../examples/online-retail/clientele.yaml", os.LookupEnv)
	if err != nil {
		b.Fatal(err)
	}
	if err := findings.Err(); err != nil {
		b.Fatal(err)
	}
	var night, alone time.Duration
	steps := map[string]time.Duration{}
	for b.Loop() {
		start := time.Now()
		report := oneNight(b, ctx, c)
		night += time.Since(start)
		for _, s := range report.Steps {
			steps[s.Step] += s.Took
		}
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	for range b.N {
		start := time.Now()
		duckDBAlone(b, file)
		alone += time.Since(start)
	}
	n := float64(b.N)
	b.ReportMetric(night.Seconds()/n, "night_s")
	b.ReportMetric(alone.Seconds()/n, "duckdb_alone_s")
	b.ReportMetric(night.Seconds()/alone.Seconds(), "ratio")
	b.ReportMetric(float64(usage.Maxrss)/1024, "peak_MiB")
	for name, took := range steps {
		b.ReportMetric(took.Seconds()/n, name+"_s")
	}
	b.ReportMetric(0, "ns/op")
}

func oneNight(b *testing.B, ctx context.Context, c *config.Config) *pipelines.Report {
	b.Helper()
	p, err := pipelines.Open(ctx, c, b.TempDir(), pipelines.Env{Now: time.Now, Host: "bench", PID: os.Getpid(), Command: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	report, err := p.Run(ctx, pipelines.RunOptions{AsOf: time.Date(2011, 12, 10, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		b.Fatal(err)
	}
	return report
}

// duckDBAlone reads the file into a table of a file of its own.
func duckDBAlone(b *testing.B, file string) {
	b.Helper()
	db, err := sql.Open("duckdb", filepath.Join(b.TempDir(), "alone.duckdb"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE lines AS SELECT * FROM read_csv(?, nullstr = 'NA')", file); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec("CHECKPOINT"); err != nil {
		b.Fatal(err)
	}
}
