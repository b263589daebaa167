package pipelines_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/schemas/dialect"
)

// execBase runs statements on the base, as another program would.
func (h *house) execBase(statements ...func(base func(string) string) string) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) {
		tx, err := p.Warehouse.Begin(h.tb.Context())
		if err != nil {
			h.tb.Fatal(err)
		}
		defer tx.Close()
		for _, s := range statements {
			if _, err := tx.Exec(h.tb.Context(), s(p.Warehouse.Base)); err != nil {
				h.tb.Fatal(err)
			}
		}
		if err := tx.Commit(h.tb.Context()); err != nil {
			h.tb.Fatal(err)
		}
	})
}

// version returns the version that the base says it has, "" for none.
func (h *house) version() (version string) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) {
		tx, err := p.Warehouse.Begin(h.tb.Context())
		if err != nil {
			h.tb.Fatal(err)
		}
		defer tx.Close()
		for _, row := range readAll(h.tb, tx, "SELECT value FROM "+p.Warehouse.Base("base_meta")+" WHERE name = 'version'") {
			version += row
		}
	})
	return version
}

// TestBaseVersions works nights on a base that says no version, as the first
// program wrote it, with this program and with a newer one.
func TestBaseVersions(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	if got := h.version(); got != "1" {
		t.Errorf("a new base has version %q", got)
	}
	c.secondNight()
	undisturbed := h.copyHome(t)
	undisturbed.run(nightTwo)

	h.execBase(func(base func(string) string) string { return "DROP TABLE " + base("base_meta") })
	first := h.copyHome(t)
	first.run(nightTwo)
	if got := first.version(); got != "1" {
		t.Errorf("a base without a version has version %q after a night", got)
	}
	sameTables(t, "on a base without a version", first.digests(), undisturbed.digests())

	// A newer program calls what was loaded otherwise.
	ran := 0
	undo := pipelines.MigrateBase(func(d *dialect.Dialect, base func(string) string) []dialect.Statement {
		ran++
		return []dialect.Statement{{Name: "rename", SQL: "UPDATE " + base("base_deliveries") + " SET name = concat('old/', name) WHERE TRUE"}}
	})
	defer undo()
	for _, night := range []string{nightTwo, nightTwo} { // the second time there is nothing left to do
		h.run(night)
		if got := h.version(); got != "2" || ran != 1 {
			t.Errorf("after the newer program the base has version %q, and %d migrations ran", got, ran)
		}
	}
	fresh := newHouse(t, c)
	fresh.run(nightTwo)
	if got := fresh.version(); got != "2" || ran != 1 {
		t.Errorf("a new base of the newer program has version %q, and %d migrations ran", got, ran)
	}
	undo()

	// The older one refuses what the newer one wrote, whatever it is asked.
	file := filepath.Join(h.home, "base/base.duckdb")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, err error) {
		t.Helper()
		if connectors.CodeOf(err) != "newer_version" || connectors.KindOf(err) != connectors.KindEnvironment {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = h.attempt(nightTwo)
	refused("a night", err)
	h.use(func(p *pipelines.Project) {
		_, err := p.Quarantine(t.Context(), "")
		refused("quarantine", err)
		_, err = p.Plan(t.Context(), date(nightTwo))
		refused("plan", err)
	})
	if after, err := os.ReadFile(file); err != nil || !cmp.Equal(before, after) {
		t.Errorf("the base was touched (%v)", err)
	}
}
