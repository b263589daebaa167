package pipelines

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/config"
	"clientele/transforms/conform"
)

// extract reads what a source newly delivers and lands it as it was received.
// It returns how many deliveries landed. Deliveries that landed before an error
// stay landed.
func (r *run) extract(ctx context.Context, s *config.Source) (int, error) {
	src, err := s.Open(r.project.project())
	if err != nil {
		return 0, err
	}
	deliveries, err := src.Deliveries(ctx, "")
	if err != nil {
		return 0, err
	}
	landed := 0
	for _, d := range deliveries {
		if err := ctx.Err(); err != nil {
			return landed, err
		}
		if r.read(s, d) {
			continue
		}
		if err := r.land(ctx, s, src, d); err != nil {
			return landed, err // which names the delivery
		}
		landed++
	}
	return landed, nil
}

// read reports whether a delivery was read before: under its own name last time,
// or, where rows are only ever added, under any name.
func (r *run) read(s *config.Source, d connectors.Delivery) bool {
	appends := !slices.ContainsFunc(s.Tables, func(m *conform.Mapping) bool { return m.Delivery != conform.Append })
	for _, l := range slices.Backward(r.landings) {
		if l.Source != s.Name {
			continue
		}
		if l.Delivery.Name == d.Name {
			if l.Delivery.Hash == d.Hash {
				return true
			}
			break
		}
	}
	return appends && slices.ContainsFunc(r.landings, func(l connectors.Landing) bool {
		return l.Source == s.Name && l.Delivery.Hash == d.Hash && l.Delivery.Name != d.Name &&
			l.State != connectors.LandingWithdrawn && l.State != connectors.LandingDiscarded
	})
}

// land writes the rows of a delivery as Parquet under landing/.
func (r *run) land(ctx context.Context, s *config.Source, src connectors.Source, d connectors.Delivery) error {
	id := r.deliveryID(s.Name, d)
	file := filepath.Join(s.Name, id+".parquet")
	path := r.project.landing(file)
	if err := os.MkdirAll(filepath.Dir(path), privateDir); err != nil {
		return connectors.Errorf(connectors.KindEnvironment, "landing", "check the permissions of --home", "make landing folder: %w", errors.Unwrap(err))
	}
	rows, err := r.project.copyRows(ctx, s.Name, src, d, path)
	if err != nil {
		return err
	}
	r.project.point("extract:landed")
	l := connectors.Landing{ID: id, Source: s.Name, Delivery: d, State: connectors.LandingNew, Run: r.journal.ID, AsOf: r.night.AsOf, File: file, Rows: rows}
	if err := r.project.State.SaveLanding(ctx, l); err != nil {
		return err
	}
	r.landings = append(r.landings, l)
	return nil
}

// copyRows writes the rows of a delivery, as they are received, to a Parquet file
// and returns how many there were.
func (p *Project) copyRows(ctx context.Context, source string, src connectors.Source, d connectors.Delivery, path string) (int64, error) {
	rows, err := src.Open(ctx, d)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	w, err := parquetio.Create(path, rows.Schema())
	if err != nil {
		return 0, err
	}
	defer w.Abort()
	err = prefetch(ctx, rows.Next, func(rec arrow.Record) error {
		if err := w.Write(rec); err != nil {
			return err
		}
		p.point("extract:batch")
		p.say(Event{Step: firstStep, Source: source, Rows: w.Rows(), Detail: d.Name})
		return nil
	})
	if err != nil {
		return 0, err
	}
	return w.Rows(), w.Close()
}

// deliveryID names a delivery by what it is: the same file read again on another
// machine gets the same id.
func (r *run) deliveryID(source string, d connectors.Delivery) string {
	same := 0
	for _, l := range r.landings {
		if l.Source == source && l.Delivery.Name == d.Name && l.Delivery.Hash == d.Hash {
			same++
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%d", source, d.Name, d.Hash, same))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}
