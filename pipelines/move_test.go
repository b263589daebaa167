package pipelines_test

import (
	"path/filepath"
	"testing"

	"clientele/connectors"
	"clientele/pipelines"
)

// move copies the base of a house to the embedded warehouse in another home.
func (h *house) move(home string, force bool) (m *pipelines.Moved, err error) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) {
		m, err = p.MoveWarehouse(h.tb.Context(), pipelines.MoveOptions{Config: p.Config, Home: home, Force: force})
	})
	return m, err
}

// TestMoveWarehouse moves a base to another warehouse, which then reads and
// works as the old one.
func TestMoveWarehouse(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	other := &house{tb: t, dir: h.dir, home: filepath.Join(t.TempDir(), "other"), at: h.at}
	for range 2 { // doing it again changes nothing
		m, err := h.move(other.home, false)
		if err != nil {
			t.Fatal(err)
		}
		var rows int64
		for _, tables := range [][]pipelines.MovedTable{m.Base, m.Published} {
			for _, moved := range tables {
				rows += moved.Rows
				if moved.Before != moved.After || len(moved.Before) != 64 {
					t.Errorf("%+v", moved)
				}
			}
		}
		if rows == 0 || len(m.Base) <= len(m.Published) || m.Run == "" {
			t.Errorf("%d rows in %d and %d tables of run %q were moved", rows, len(m.Base), len(m.Published), m.Run)
		}
		sameTables(t, "the other warehouse", other.digests(), h.digests())
	}
	if _, err := h.move(h.home, true); connectors.CodeOf(err) != "same_warehouse" {
		t.Errorf("to where it is: %v", err)
	}
	c.secondNight()
	other.run(nightTwo)
	if _, err := h.move(other.home, false); connectors.CodeOf(err) != "newer_base" {
		t.Errorf("over a later night: %v", err)
	}
	if _, err := h.move(other.home, true); err != nil {
		t.Errorf("over a later night, when told to: %v", err)
	}
	sameTables(t, "the other warehouse", other.digests(), h.digests())
}
