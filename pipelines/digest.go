package pipelines

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math/bits"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Digest is the fingerprint of a published table.
type Digest struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// KeyOrdered returns the query of all rows of a table in the order of its key.
func KeyOrdered(d *dialect.Dialect, t schemas.Table) string {
	return selectOrdered(d, t, t.Columns)
}

func selectOrdered(d *dialect.Dialect, t schemas.Table, columns []schemas.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	order := make([]string, len(t.Key))
	for i, k := range t.Key {
		order[i] = d.Ident(k) + " ASC NULLS FIRST"
	}
	return fmt.Sprintf("SELECT %s FROM %s ORDER BY %s", d.Idents(names), d.Ident(t.Name), strings.Join(order, ", "))
}

// Digests returns the digest of each published table: the SHA-256 of its rows in
// the order of its key, all columns but the volatile ones. Two bases with equal
// digests hold the same.
func Digests(ctx context.Context, w connectors.Warehouse) ([]Digest, error) {
	r, err := w.Published(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []Digest
	for _, t := range schemas.Published() {
		var columns []schemas.Column
		for _, c := range t.Columns {
			if !c.Volatile {
				columns = append(columns, c)
			}
		}
		h := sha256.New()
		d := Digest{Table: t.Name}
		err := r.Read(ctx, selectOrdered(w.Dialect(), t, columns), func(rec arrow.Record) error {
			d.Rows += rec.NumRows()
			for i := range int(rec.NumRows()) {
				hashRow(h, rec, i)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("digest of %s: %w", t.Name, err)
		}
		d.SHA256 = hex.EncodeToString(h.Sum(nil))
		out = append(out, d)
	}
	return out, nil
}

// hashRow writes a row into a hash: per value its length and its text, -1 for
// null, so that no two rows write the same.
func hashRow(h hash.Hash, rec arrow.Record, i int) {
	for _, col := range rec.Columns() {
		if col.IsNull(i) {
			_, _ = h.Write([]byte("-1;")) // a hash never fails
			continue
		}
		text := col.ValueStr(i)
		_, _ = fmt.Fprintf(h, "%d;%s", len(text), text)
	}
}

// rowSum is a digest of rows in any order: the sum of their SHA-256, as numbers
// modulo 2^256.
type rowSum struct {
	sum  [4]uint64 // least significant first
	rows int64
}

func (s *rowSum) add(rec arrow.Record) {
	h := sha256.New()
	var of [sha256.Size]byte
	for i := range int(rec.NumRows()) {
		h.Reset()
		hashRow(h, rec, i)
		row := h.Sum(of[:0])
		var carry uint64
		for word := range s.sum {
			at := len(row) - 8*(word+1)
			s.sum[word], carry = bits.Add64(s.sum[word], binary.BigEndian.Uint64(row[at:]), carry)
		}
	}
	s.rows += rec.NumRows()
}

// digest returns the digest of a table whose rows were added.
func (s *rowSum) digest(table string) Digest {
	return Digest{Table: table, Rows: s.rows, SHA256: fmt.Sprintf("%016x%016x%016x%016x", s.sum[3], s.sum[2], s.sum[1], s.sum[0])}
}
