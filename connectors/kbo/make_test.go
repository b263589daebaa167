package kbo_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors/kbo"
	"clientele/connectors/registry"
)

// TestRemade: a copy whose firms an older version of this program made has those of
// this one as soon as it is opened.
func TestRemade(t *testing.T) {
	extract, dir := t.TempDir(), t.TempDir()
	extractOf(t, extract, 146, 50)
	place := kbo.Place{Path: filepath.Join(dir, "kbo.duckdb"), Temp: filepath.Join(dir, "temp")}
	opened := func(do func(*kbo.Store)) {
		t.Helper()
		s, err := kbo.Open(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		do(s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var before kbo.Firm
	opened(func(s *kbo.Store) {
		mustLoad(t, s, extract)
		before = firm(t, s, plain(2_000_003))
	})
	for _, older := range []string{"UPDATE made SET by_statements = 'others'", "DROP TABLE made"} {
		connector, err := duckdb.NewConnector(place.Path, nil)
		if err != nil {
			t.Fatal(err)
		}
		db := sql.OpenDB(connector)
		for _, statement := range []string{older, "DROP TABLE cards", "ALTER TABLE firms DROP COLUMN phone"} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		opened(func(s *kbo.Store) {
			if diff := cmp.Diff(before, firm(t, s, plain(2_000_003))); diff != "" {
				t.Errorf("after %s:\n%s", older, diff)
			}
			if m, err := s.Meta(t.Context()); err != nil || m.Number != 146 {
				t.Errorf("the copy is that of %d, %v", m.Number, err)
			}
		})
	}
}

// TestOneAndMany: one firm that is looked up is what reading many gives, but for the day
// of the copy and the establishments.
func TestOneAndMany(t *testing.T) {
	extract, dir := t.TempDir(), t.TempDir()
	extractOf(t, extract, 146, 200)
	r := kbo.New([]string{extract}, kbo.Place{Path: filepath.Join(dir, "kbo.duckdb"), Temp: filepath.Join(dir, "temp")})
	if err := r.Refresh(t.Context(), func(registry.Refreshed) {}); err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for i := range 200 {
		numbers = append(numbers, plain(2_000_000+i))
	}
	many := 0
	err := r.All(t.Context(), numbers, func(number string, record registry.Record) error {
		many++
		one, err := r.Find(t.Context(), registry.Question{By: registry.KeyEnterprise, Value: number})
		if err != nil || len(one) != 1 {
			return fmt.Errorf("found %d, %w", len(one), err)
		}
		one[0].AsOf = ""
		for _, p := range record.Places {
			if p.Kind == registry.Establishment {
				one[0].Places = append(one[0].Places, p)
			}
		}
		if diff := cmp.Diff(one[0], record); diff != "" {
			t.Errorf("firm %d (-one +many):\n%s", many, diff)
		}
		return nil
	})
	if err != nil || many != 120 {
		t.Errorf("%d firms, %v", many, err)
	}
}
