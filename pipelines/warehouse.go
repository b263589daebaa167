package pipelines

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"clientele/connectors"
	"clientele/connectors/bigquerywarehouse"
	"clientele/connectors/duckdbwarehouse"
	"clientele/pipelines/config"
)

// openWarehouse opens the warehouse that the config names. home and temp are
// where the embedded one keeps its files.
func openWarehouse(ctx context.Context, c *config.Config, home, temp string, env Env) (connectors.Warehouse, error) {
	if b := c.Warehouse.BigQuery; b != nil {
		credentials := b.Credentials
		if credentials != "" && !filepath.IsAbs(credentials) {
			credentials = filepath.Join(c.Dir(), credentials)
		}
		return bigquerywarehouse.Open(ctx, bigquerywarehouse.Options{
			Project: b.Project, Dataset: b.Dataset, Location: b.Location, Credentials: credentials,
			KMSKey: b.KMSKey, Bucket: b.Bucket, MaximumBytesBilled: int64(b.MaximumBytesBilled), PolicyTags: b.PolicyTags, Labels: b.Labels,
			Token:    fmt.Sprintf("%s.%d.%d", env.Host, env.PID, env.Now().UnixNano()),
			Endpoint: env.Outside.BigQueryEndpoint, GRPCEndpoint: env.Outside.BigQueryGRPCEndpoint,
		})
	}
	return duckdbwarehouse.Open(ctx, duckdbwarehouse.Options{
		Base: filepath.Join(home, baseFile), Published: filepath.Join(home, publishedFile), Temp: temp,
		MemoryLimit: c.Warehouse.DuckDB.MemoryLimit, Threads: c.Warehouse.DuckDB.Threads,
		Mode: c.Warehouse.DuckDB.Mode, Group: c.Warehouse.DuckDB.Group, Point: env.Point,
	})
}

// OpenPublished opens what readers see of the project whose data lives in home,
// and nothing else of it: whoever may read what is published can do so. Results
// on their way lie in home where that can be written, else where the system keeps
// temporary files, in a folder of the reader's alone.
func OpenPublished(ctx context.Context, c *config.Config, home string, env Env) (connectors.Warehouse, error) {
	home, err := filepath.Abs(home)
	if err != nil {
		return nil, fmt.Errorf("home: %w", err)
	}
	temp := filepath.Join(home, tempDir)
	if probe, err := os.MkdirTemp(temp, "probe-"); err != nil {
		temp = os.TempDir()
	} else if err := os.Remove(probe); err != nil {
		return nil, homeError(err)
	}
	return openWarehouse(ctx, c, home, temp, env)
}

// PublishedIn is what readers open: a file under --home, or a dataset.
func (p *Project) PublishedIn() string {
	if b := p.Config.Warehouse.BigQuery; b != nil {
		return b.Project + "." + b.Dataset
	}
	return filepath.Join(p.Home, publishedFile)
}

// warehousePlace says where the base of a warehouse lies: two that say the same
// are one.
func warehousePlace(c *config.Config, home string) string {
	if b := c.Warehouse.BigQuery; b != nil {
		return b.Project + "." + b.Dataset
	}
	if real, err := filepath.EvalSymlinks(home); err == nil {
		home = real
	}
	return filepath.Join(home, baseFile)
}
