// Package savfile reads the data files of SPSS, which agencies deliver surveys
// in: .sav files, plain or compressed, of either byte order, and .zsav files.
//
// The format is the one that the PSPP developers' guide describes. A file begins
// with a dictionary of its variables, with their names, labels, formats and
// missing values, and its cases follow in the same order. The dictionary is read
// whole, within a bound; cases are streamed.
package savfile

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

// Open reads the dictionary of a file and starts reading its cases.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	return objects.Begin(ctx, d, s.files.OpenText, func(file io.ReadCloser) (connectors.Rows, error) {
		return open(file, d.Name, s.options, s.Memory)
	})
}

// Format is that of the texts which numbers become where labels take their
// place: a point for decimals.
func (s *Source) Format() connectors.Format { return connectors.Format{Decimal: '.'} }
