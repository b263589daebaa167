package pipelines

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
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
			hashRows(h, rec)
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

// hashRows writes rows into a hash: per value its length and its text, -1 for
// null, so that no two rows write the same.
func hashRows(h hash.Hash, rec arrow.Record) {
	for i := range int(rec.NumRows()) {
		for _, col := range rec.Columns() {
			if col.IsNull(i) {
				_, _ = h.Write([]byte("-1;")) // a hash never fails
				continue
			}
			text := col.ValueStr(i)
			_, _ = fmt.Fprintf(h, "%d;%s", len(text), text)
		}
	}
}
