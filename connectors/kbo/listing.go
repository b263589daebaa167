package kbo

import (
	"context"
	_ "embed"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/connectors/registry"
)

//go:embed listing.sql
var listingSQL string

// List implements registry.Listing.
func (r *Register) List(ctx context.Context, each func(registry.Listed) error) (err error) {
	store, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.list(ctx, each)
}

func (s *Store) list(ctx context.Context, each func(registry.Listed) error) error {
	parts, err := s.parts(ctx, "firms")
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := s.listPart(ctx, part, each); err != nil {
			return err
		}
	}
	return nil
}

// listPart writes a part of the listing to a file, which bounds the memory, and reads that.
func (s *Store) listPart(ctx context.Context, within string, each func(registry.Listed) error) error {
	file, err := os.CreateTemp(s.temp, "listing-*.parquet")
	if err != nil {
		return connectors.SystemError(err)
	}
	defer os.Remove(file.Name())
	if err := file.Close(); err != nil {
		return connectors.SystemError(err)
	}
	if err := s.run(ctx, "COPY ("+of(listingSQL, within)+") TO "+quote(file.Name())+" (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false)"); err != nil {
		return err
	}
	rows, err := parquetio.Open(file.Name())
	if err != nil {
		return err
	}
	defer rows.Close()
	for {
		rec, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = eachListed(rec, each)
		rec.Release()
		if err != nil {
			return err
		}
	}
}

func eachListed(rec arrow.Record, each func(registry.Listed) error) error {
	columns := make([]*array.String, rec.NumCols())
	for i := range columns {
		columns[i] = rec.Column(i).(*array.String)
	}
	for i := range int(rec.NumRows()) {
		if err := each(listed(columns, i)); err != nil {
			return err
		}
	}
	return nil
}

// listed reads row i of a listing.
func listed(columns []*array.String, i int) registry.Listed {
	at := -1
	one := func() string { at++; return columns[at].Value(i) }
	many := func() []string {
		if text := one(); text != "" {
			return strings.Split(text, "\x1f")
		}
		return nil
	}
	return registry.Listed{Number: one(), Site: one(), Names: many(), Form: registry.LegalForm{List: "kbo", Code: one()}, Streets: many(), Towns: many(),
		House: one(), Box: one(), Postcode: one(), Phones: many(), Emails: many(), Sites: many()}
}
