package duckdbwarehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/duckdb/duckdb-go/v2"

	"clientele/connectors"
)

// Whatever DuckDB says about a value, the value does not come through.
func TestFailuresHideValues(t *testing.T) {
	w := open(t, options(t))
	ctx := context.Background()
	for _, statement := range []string{
		"SELECT CAST('jan@secret.be' AS BIGINT)",
		"SELECT CAST('jan@secret.be' AS DATE)",
		"SELECT CAST('jan@secret.be' AS TIMESTAMPTZ)",
		"SELECT CAST('jan@secret.be' AS BOOLEAN)",
		"SELECT CAST('jan@secret.be' AS DECIMAL(18,4))",
		"SELECT CAST('jan@secret.be' AS INTEGER[])",
		"SELECT CAST('[jan@secret.be' AS JSON)",
		"SELECT strptime('jan@secret.be', '%Y')",
		"SELECT error('jan@secret.be')",
		"SELECT date_trunc('jan@secret.be', DATE '2020-01-01')",
		"SELECT 'jan@secret.be' + INTERVAL 1 DAY",
		"SELECT regexp_matches('x', '(jan@secret.be')",
		"SELECT 'jan@secret.be' FRO x",
		"SELECT 'jan@secret.be",
		"SELECT 'it''s jan@secret.be",
		"INSERT INTO unique_names VALUES ('jan@secret.be'), ('jan@secret.be')",
		"INSERT INTO checked_names VALUES ('jan@secret.be')",
	} {
		tx, err := w.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"CREATE TEMP TABLE unique_names (name VARCHAR PRIMARY KEY)", "CREATE TEMP TABLE checked_names (name VARCHAR CHECK (name NOT LIKE '%@%'))"} {
			if _, err := tx.Exec(ctx, s); err != nil {
				t.Fatal(err)
			}
		}
		_, err = tx.Exec(ctx, statement)
		tx.Close()
		if err == nil {
			t.Errorf("%s: went through", statement)
			continue
		}
		for cause := err; cause != nil; cause = errors.Unwrap(cause) {
			if strings.Contains(fmt.Sprintf("%+v", cause), "secret") {
				t.Errorf("%s: %v", statement, cause)
			}
		}
		if connectors.KindOf(err) == 0 {
			t.Errorf("%s: %v has no kind", statement, err)
		}
	}
}

func TestFailure(t *testing.T) {
	said := func(kind duckdb.ErrorType, msg string) error { return &duckdb.Error{Type: kind, Msg: msg} }
	for _, test := range []struct {
		err  error
		kind connectors.Kind
		code string
	}{
		{said(duckdb.ErrorTypeIO, `IO Error: Could not set lock on file "/x/base.duckdb": Conflicting lock is held in PID 12.`), connectors.KindEnvironment, "locked"},
		{said(duckdb.ErrorTypeIO, `IO Error: Could not write file "/x/base.duckdb": No space left on device`), connectors.KindEnvironment, "disk_full"},
		{said(duckdb.ErrorTypeFatal, `FATAL Error: Failed to commit: No space left on device`), connectors.KindEnvironment, "disk_full"},
		{said(duckdb.ErrorTypeIO, `IO Error: Cannot open file "/x/base.duckdb": Permission denied`), connectors.KindEnvironment, "permission"},
		{said(duckdb.ErrorTypeOutOfMemory, `Out of Memory Error: could not allocate block of size 256.0 KiB`), connectors.KindEnvironment, "out_of_memory"},
		{said(duckdb.ErrorTypeIO, `IO Error: The file "/x" exists, but it is not a valid DuckDB database file!`), connectors.KindEnvironment, "io"},
		{said(duckdb.ErrorTypeInternal, `INTERNAL Error: jan@secret.be`), connectors.KindEnvironment, "engine"},
		{said(duckdb.ErrorTypeConversion, `Conversion Error: Could not convert string 'jan@secret.be' to INT32`), connectors.KindData, "bad_value"},
		{said(duckdb.ErrorTypeCatalog, `Catalog Error: Table with name x does not exist!`), connectors.KindConfig, "bad_sql"},
		{&os.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}, connectors.KindEnvironment, "disk_full"},
		{&os.PathError{Op: "open", Path: "/x", Err: syscall.EACCES}, connectors.KindEnvironment, "permission"},
	} {
		got := failure(fmt.Errorf("driver: %w", test.err))
		if connectors.KindOf(got) != test.kind || connectors.CodeOf(got) != test.code {
			t.Errorf("%v: kind %d, code %s", test.err, connectors.KindOf(got), connectors.CodeOf(got))
		}
		if strings.Contains(got.Error(), "secret") {
			t.Errorf("%v", got)
		}
	}
	if err := failure(errors.Join(context.Canceled, said(duckdb.ErrorTypeInterrupt, "INTERRUPT Error: Interrupted!"))); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestBadPlaces(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	o.Base = filepath.Join(filepath.Dir(o.Base), "what?.duckdb")
	if _, err := Open(ctx, o); connectors.CodeOf(err) != "bad_path" || connectors.KindOf(err) != connectors.KindConfig {
		t.Errorf("a question mark: %v", err)
	}
	o = options(t)
	if err := os.MkdirAll(filepath.Dir(o.Base), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.Base, []byte(strings.Repeat("no database", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, o).Begin(ctx); connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("no database: %v", err)
	}
	o = options(t)
	o.MemoryLimit = "much"
	if _, err := Open(ctx, o); err == nil {
		t.Error("a memory limit of much")
	}
}
