// Package csvfile reads delimited text files. A row that can't be used, because
// it is ragged, undecodable or quoted wrongly, comes with its fault and the
// values it has; it never stops the file.
package csvfile

import (
	"context"
	"io"

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
	if err := o.check(); err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "", "%w", err)
	}
	return &Source{files: objects.At(p, paths, o.Store), options: o}, nil
}

// Deliveries lists one delivery per file, in natural order of the names.
func (s *Source) Deliveries(ctx context.Context, _ string) ([]connectors.Delivery, error) {
	return s.files.List(ctx)
}

// Open reads the header of a file and starts reading its rows.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	return objects.Begin(ctx, d, s.files.OpenText, func(file io.ReadCloser) (connectors.Rows, error) {
		return open(file, d.Name, s.options, s.Memory)
	})
}

// Format says how the files write numbers.
func (s *Source) Format() connectors.Format {
	return connectors.Format{Decimal: s.options.Decimal, Thousands: s.options.Thousands}
}
