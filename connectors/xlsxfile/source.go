// Package xlsxfile reads sheets of Excel workbooks, row by row.
//
// Package excelize reads what describes a workbook: its sheets, styles and
// epoch. The cells are streamed here, straight out of the archive: the library's
// row iterator tells neither the type nor the style of a cell, without which
// the number 1000 and the text 1E3 are one, and it takes a sheet whose archive
// or XML is damaged to end there, without an error. So nothing is unpacked to
// disk either.
package xlsxfile

import (
	"context"
	"os"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/objects"
)

// Source reads the workbooks that its paths name.
type Source struct {
	// Memory allocates the batches; nil for Go's own.
	Memory memory.Allocator

	project connectors.Project
	files   *objects.Files
	options Options
}

var _ connectors.Source = (*Source)(nil)

// New returns a source of the workbooks that paths name, each relative to the
// project's folder or an address of a store, and possibly a glob pattern.
func New(p connectors.Project, paths []string, o Options) (*Source, error) {
	if err := o.check(); err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "", "%w", err)
	}
	return &Source{project: p, files: objects.At(p, paths, o.Store), options: o}, nil
}

// Deliveries lists one delivery per workbook, in natural order of the names.
func (s *Source) Deliveries(ctx context.Context, _ string) ([]connectors.Delivery, error) {
	return s.files.List(ctx)
}

// Open reads the headers of a workbook's sheets and starts reading their rows.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	return objects.Begin(ctx, d, s.files.Open, func(file *os.File) (connectors.Rows, error) {
		book, err := openWorkbook(file, d.Name, s.options, s.project.Temp)
		if err != nil {
			return nil, err
		}
		return newRows(file, book, s.options, s.Memory)
	})
}

// Format says how cells are rendered: a point for decimals, dates as ISO 8601.
func (s *Source) Format() connectors.Format {
	return connectors.Format{Decimal: '.', DateLayouts: []string{time.DateOnly, time.DateTime, time.TimeOnly}}
}
