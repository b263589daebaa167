package duckdbwarehouse

import (
	"context"
	"path/filepath"
	"testing"

	"clientele/connectors"
	"clientele/connectors/warehousetest"
)

func TestConformance(t *testing.T) {
	warehousetest.Run(t, warehousetest.Traits{ReadersKeepTheirNight: true}, func(t *testing.T) warehousetest.Opener {
		o := options(t)
		return func() connectors.Warehouse { return open(t, o) }
	})
}

// options are those of a warehouse in a folder of its own, with a name that
// has everything a path may have.
func options(t *testing.T) Options {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "it's [a] *wild* {folder} 100% y=3")
	return Options{
		Base:      filepath.Join(dir, "private", "base.duckdb"),
		Published: filepath.Join(dir, "published.duckdb"),
		Temp:      filepath.Join(dir, "tmp"),
		Threads:   2,
	}
}

func open(t *testing.T, o Options) *Warehouse {
	t.Helper()
	w, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}
