package outlets

import (
	"errors"
	"io"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors/parquetio"
	"clientele/schemas"
)

func TestParquet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "parquet")
	if err := Parquet(t.Context(), reader(), byName, []schemas.Table{people, empty}, dir); err != nil {
		t.Fatal(err)
	}
	for _, table := range []schemas.Table{people, empty} {
		r, err := parquetio.Open(filepath.Join(dir, table.Name+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if !r.Schema().Equal(table.Arrow()) {
			t.Errorf("schema %s", r.Schema())
		}
		var got []arrow.Record
		for {
			rec, err := r.Next(t.Context())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, rec)
		}
		want := []arrow.Record{record(table, reader().rows[table.Name])}
		if !array.TableEqual(array.NewTableFromRecords(table.Arrow(), got), array.NewTableFromRecords(table.Arrow(), want)) {
			t.Errorf("%s: rows changed on the way", table.Name)
		}
	}
}
