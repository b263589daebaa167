// Package bigquerysource reads tables, views and queries of Google BigQuery.
//
// A delivery is the result of one query, which sees one instant, in the order of a
// key. With a cursor, a column that grows with every change, a pull brings what
// lies between the last pull's upper bound and the highest value of now.
package bigquerysource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/connectors/localfiles"
	"clientele/connectors/selection"
)

// Source reads one table, one query, or the tables that a pattern names.
type Source struct {
	// Memory allocates the batches; nil for Go's own.
	Memory memory.Allocator

	project connectors.Project
	options Options
}

var _ connectors.Source = (*Source)(nil)

// New returns a source on BigQuery. It reaches nothing yet.
func New(p connectors.Project, o Options) (*Source, error) {
	if err := o.Check(); err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "", "%w", err)
	}
	if o.Credentials != "" && !filepath.IsAbs(o.Credentials) {
		o.Credentials = filepath.Join(p.Dir, o.Credentials)
	}
	return &Source{project: p, options: o}, nil
}

// client opens what asks BigQuery.
func (s *Source) client(ctx context.Context) (*bigqueryclient.Client, error) {
	o := s.options
	return bigqueryclient.Open(ctx, bigqueryclient.Options{
		Project: o.Project, Location: o.Location, Credentials: o.Credentials, MaximumBytesBilled: int64(o.MaximumBytesBilled),
		Endpoint: s.project.Outside.BigQueryEndpoint, GRPCEndpoint: s.project.Outside.BigQueryGRPCEndpoint,
	})
}

// Deliveries lists one pull of the table or query; of a pattern one per table,
// in natural order. With a cursor there is a pull only where it has moved, or
// where a lookback asks for the last of it again.
func (s *Source) Deliveries(ctx context.Context, after string) (list []connectors.Delivery, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c, err := s.client(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	switch {
	case s.options.Cursor != "":
		list, err = s.pulls(ctx, c, after)
	case s.options.Query != "":
		list = []connectors.Delivery{{Name: selection.Query}}
	default:
		list, err = s.tables(ctx, c)
	}
	return list, fail(ctx, s.options.Name(), err)
}

// described is how many tables BigQuery is asked about at a time.
const described = 8

// tables lists the table, or those that the pattern names in natural order.
func (s *Source) tables(ctx context.Context, c *bigqueryclient.Client) ([]connectors.Delivery, error) {
	project, dataset, pattern := s.options.parts()
	in := c.API.DatasetInProject(project, dataset)
	names := []string{pattern}
	if s.options.Pattern() {
		all, err := c.Tables(ctx, in)
		if err != nil {
			return nil, err
		}
		names = slices.DeleteFunc(all, func(name string) bool {
			ok, _ := path.Match(pattern, name) // Check tried the pattern
			return !ok
		})
		slices.SortFunc(names, localfiles.Compare)
	}
	list := make([]connectors.Delivery, len(names))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(described)
	for i, name := range names {
		g.Go(func() error {
			md, err := c.Metadata(ctx, in.Table(name))
			if err != nil {
				return err
			}
			list[i] = delivery(s.options.Table, md)
			if s.project.Outside.BigQueryEndpoint != "" { // an emulator may say the same of a table that changed
				list[i].Hash = ""
			}
			if s.options.Pattern() {
				list[i].Name, list[i].Named = strings.TrimSuffix(s.options.Table, pattern)+name, true
			}
			return nil
		})
	}
	return list, g.Wait()
}

// delivery tells a table by what BigQuery says of it. What a view or a table that
// rows are streamed into holds is known by reading it alone.
func delivery(name string, md *bigquery.TableMetadata) connectors.Delivery {
	d := connectors.Delivery{Name: name}
	if md.Type == bigquery.RegularTable && md.StreamingBuffer == nil {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %d %d", md.FullID, md.CreationTime.UnixNano(), md.LastModifiedTime.UnixNano(), md.NumRows, md.NumBytes))
		d.Hash, d.Size, d.Modified = hex.EncodeToString(sum[:]), md.NumBytes, md.LastModifiedTime.UTC()
	}
	return d
}

// Open runs the query of a delivery.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, err := s.open(ctx, d)
	if err != nil {
		return nil, fail(ctx, d.Name, err)
	}
	return r, nil
}

// fail says what was read when an error came.
func fail(ctx context.Context, name string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("%s: %w", name, err)
}

// Format says how numbers read that come as text: as SQL writes them.
func (s *Source) Format() connectors.Format { return connectors.Format{Decimal: '.'} }
