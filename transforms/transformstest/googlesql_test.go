package transformstest

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas/dialect"
	"clientele/schemas/dialect/dialecttest"
)

// Google's analyser takes every statement of a night, in the order in which a
// night runs them, and the tables of schemas come out with the columns that
// schemas says.
func TestGoogleSQLTakesEveryStatement(t *testing.T) {
	a := dialecttest.New(t)
	defined := Defined()
	for _, name := range slices.Sorted(maps.Keys(defined)) {
		a.Table(name, defined[name])
	}
	for _, s := range all(t, dialect.BigQuery) {
		if _, err := a.Analyse(s.SQL); err != nil {
			t.Errorf("%s: %v\nin:\n%s", s.Name, err, s.SQL)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(defined)) {
		got, err := a.Analyse("SELECT * FROM " + dialect.BigQuery.Ident(name))
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(dialecttest.Columns(defined[name]), got); diff != "" {
			t.Errorf("%s (-schemas +made):\n%s", name, diff)
		}
	}
}
