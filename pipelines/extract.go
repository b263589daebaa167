package pipelines

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
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
	deliveries, err := src.Deliveries(ctx, cursorOf(r.landings, s.Name))
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
		fresh, err := r.land(ctx, s, src, d)
		if err != nil {
			return landed, err // which names the delivery
		}
		if fresh {
			landed++
		}
	}
	return landed, nil
}

// cursorOf returns where a source stands by what it delivered. What was thrown
// away or taken back has been read all the same, as a file has.
func cursorOf(landings []connectors.Landing, source string) string {
	for _, l := range slices.Backward(landings) {
		if l.Source == source && l.Delivery.Cursor != "" {
			return l.Delivery.Cursor
		}
	}
	return ""
}

// read reports whether a delivery was read before: under its own name last time,
// or, where rows are only ever added, under any name. One whose content is not
// known was not.
func (r *run) read(s *config.Source, d connectors.Delivery) bool {
	if d.Hash == "" {
		return false
	}
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

// land writes the rows of a delivery as Parquet under landing/. It reports false
// for a pull that brought nothing new, which leaves nothing behind.
func (r *run) land(ctx context.Context, s *config.Source, src connectors.Source, d connectors.Delivery) (fresh bool, err error) {
	pulled := d.Hash == "" // and known, by id too, when it is there
	file := filepath.Join(s.Name, pulledFile)
	if !pulled {
		file = filepath.Join(s.Name, r.deliveryID(s.Name, d)+".parquet")
	}
	path := r.project.landing(file)
	if err := os.MkdirAll(filepath.Dir(path), privateDir); err != nil {
		return false, connectors.Errorf(connectors.KindEnvironment, "landing", "check the permissions of --home", "make landing folder: %w", errors.Unwrap(err))
	}
	rows, err := r.project.copyRows(ctx, s.Name, src, &d, path)
	if err != nil {
		return false, err
	}
	if pulled {
		if d.Hash, err = hashOf(path); err != nil {
			return false, err
		}
		if r.read(s, d) || rows == 0 && d.Since != "" {
			return false, connectors.SystemError(os.Remove(path))
		}
		file = filepath.Join(s.Name, r.deliveryID(s.Name, d)+".parquet")
		if err := os.Rename(path, r.project.landing(file)); err != nil {
			return false, connectors.SystemError(err)
		}
	}
	r.project.point("extract:landed")
	l := connectors.Landing{ID: r.deliveryID(s.Name, d), Source: s.Name, Delivery: d, State: connectors.LandingNew, Run: r.journal.ID, AsOf: r.night.AsOf, File: file, Rows: rows}
	if err := r.project.State.SaveLanding(ctx, l); err != nil {
		return false, err
	}
	r.landings = append(r.landings, l)
	return true, nil
}

// pulledFile is where a pull lands until its content is known.
const pulledFile = "pull.parquet"

// hashOf returns the SHA-256 of a landed file: the same rows make the same bytes.
func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", connectors.SystemError(err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", connectors.SystemError(err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// copyRows writes the rows of a delivery, as they are received, to a Parquet file
// and returns how many there were. The delivery learns where its source stands
// behind it.
func (p *Project) copyRows(ctx context.Context, source string, src connectors.Source, d *connectors.Delivery, path string) (int64, error) {
	rows, err := src.Open(ctx, *d)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	if at, ok := rows.(connectors.Positioned); ok {
		d.Cursor = at.Cursor()
	}
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
