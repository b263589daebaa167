package pipelines_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestHalfLandedFileIsSwept: a run that was killed while it read a file leaves
// part of it, and the file is gone when the next run starts.
func TestHalfLandedFileIsSwept(t *testing.T) {
	s := newShop(t)
	s.write("home/landing/orders/abc.parquet.tmp", "half")
	s.write("home/tmp/abc.0.rows.parquet", "half")
	s.run(s.open())
	for _, name := range []string{"landing/orders/abc.parquet.tmp", "tmp/abc.0.rows.parquet"} {
		if _, err := os.Stat(filepath.Join(s.dir, "home", name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", name, err)
		}
	}
}
