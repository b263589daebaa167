// Package parquetfile reads Parquet files that other programs wrote. Rows stream
// page by page, whatever the size of the file's row groups.
package parquetfile

import (
	"context"
	"os"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/objects"
)

// Source reads the files that its paths name.
type Source struct {
	// Memory allocates the batches; nil for Go's own.
	Memory memory.Allocator

	files   *objects.Files
	options Options
}

var _ connectors.Source = (*Source)(nil)

// New returns a source of the files that paths name, each relative to the
// project's folder or an address of a store, and possibly a glob pattern.
func New(p connectors.Project, paths []string, o Options) (*Source, error) {
	return &Source{files: objects.At(p, paths, o.Store), options: o}, nil
}

// Deliveries lists one delivery per file, in natural order of the names.
func (s *Source) Deliveries(ctx context.Context, _ string) ([]connectors.Delivery, error) {
	return s.files.List(ctx)
}

// Open reads the footer of a file and starts reading its rows.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	return objects.Begin(ctx, d, s.files.Open, func(file *os.File) (connectors.Rows, error) {
		return open(file, d.Name, s.options, s.Memory)
	})
}

// Format says how numbers read that come as text: a point for decimals.
func (s *Source) Format() connectors.Format { return connectors.Format{Decimal: '.'} }
