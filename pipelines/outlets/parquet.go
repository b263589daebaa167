package outlets

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/schemas"
)

// Parquet replaces the folder dir by one of a file <table>.parquet per table,
// with the table's Arrow schema.
func Parquet(ctx context.Context, r connectors.Reader, q Query, tables []schemas.Table, dir string) error {
	return Folder(dir, filesOf(tables, ".parquet"), func(dir string) error {
		for _, t := range tables {
			if err := parquetFile(ctx, r, q, t, filepath.Join(dir, t.Name+".parquet")); err != nil {
				return fmt.Errorf("parquet of table %s: %w", t.Name, err)
			}
		}
		return nil
	})
}

func parquetFile(ctx context.Context, r connectors.Reader, q Query, t schemas.Table, path string) (err error) {
	schema := t.Arrow()
	w, err := parquetio.Create(path, schema)
	if err != nil {
		return err
	}
	defer func() { _ = w.Abort() }() // nothing after Close
	err = read(ctx, r, q, t, func(rec arrow.Record) error {
		// The engine may mark fields as it likes; the file has the table's.
		same := array.NewRecord(schema, rec.Columns(), rec.NumRows())
		defer same.Release()
		return w.Write(same)
	})
	if err != nil {
		return err
	}
	return w.Close()
}
