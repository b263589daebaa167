// Package jsonfile reads JSON documents and NDJSON files. Records stream: a
// document of any size is read with the memory of its largest record.
package jsonfile

import (
	"context"
	"io"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/jsonrows"
	"clientele/connectors/localfiles"
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

// Open finds the columns of a file, by reading all of it unless the options
// name them, and starts reading its rows.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	set := jsonrows.NewColumns(s.options.Columns)
	if s.options.Columns == nil {
		var err error
		if set, err = s.discover(ctx, d); err != nil {
			return nil, localfiles.Failure(d.Name, err)
		}
	}
	return objects.Begin(ctx, d, s.files.OpenText, func(file io.ReadCloser) (connectors.Rows, error) {
		records, err := newReader(file, d.Name, s.options)
		if err != nil {
			return nil, err
		}
		return jsonrows.NewRows(d.Name, file, records, set, s.options.Shape, s.Memory, func(err error) error {
			return localfiles.Failure(d.Name, err)
		}), nil
	})
}

// discover gathers the columns of a file in the order in which they appear.
func (s *Source) discover(ctx context.Context, d connectors.Delivery) (*jsonrows.Columns, error) {
	file, err := s.files.OpenText(ctx, d)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	records, err := newReader(file, d.Name, s.options)
	if err != nil {
		return nil, err
	}
	return jsonrows.Discover(ctx, d.Name, records, s.options.Shape)
}

// Format is that of JSON itself: a point for decimals and no thousands.
func (s *Source) Format() connectors.Format { return connectors.Format{Decimal: '.'} }
