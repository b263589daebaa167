package pipelines_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
)

// backup writes a backup of a house and returns its file.
func (h *house) backup() (file string) {
	h.tb.Helper()
	file = filepath.Join(h.tb.TempDir(), "backup.tar")
	h.use(func(p *pipelines.Project) {
		b, err := p.Backup(h.tb.Context(), file)
		if err != nil {
			h.tb.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 || info.Size() != b.Size {
			h.tb.Errorf("the backup: %v, %v", info, err)
		}
	})
	return file
}

func (h *house) restore(file string, o pipelines.RestoreOptions) (r *pipelines.Restored, err error) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) { r, err = p.Restore(h.tb.Context(), file, o) })
	return r, err
}

// mustRestore restores a backup over whatever is there.
func (h *house) mustRestore(file string) *pipelines.Restored {
	h.tb.Helper()
	r, err := h.restore(file, pipelines.RestoreOptions{Force: true})
	if err != nil {
		h.tb.Fatal(err)
	}
	return r
}

// asBefore drops the tables that say how a night was worked, and on which night a
// delivery was loaded.
func asBefore(digests map[string]pipelines.Digest) map[string]pipelines.Digest {
	for _, name := range []string{"sources", "deliveries", "run_steps", "run_tables"} {
		delete(digests, name)
	}
	return digests
}

// sameFacts fails the test where facts differ, or the number of customers and
// orders. Ids that were first issued after the backup are issued anew, and may be
// founded on other records where some were withdrawn since.
func sameFacts(t *testing.T, what string, got, want map[string]pipelines.Digest) {
	t.Helper()
	sameTables(t, what, got, want, "order_lines", "interactions", "data_issues", "consents")
	for _, name := range []string{"customers", "orders", "invoices", "contact_points"} {
		if got[name].Rows != want[name].Rows || want[name].Rows == 0 {
			t.Errorf("%s: %d %s, want %d", what, got[name].Rows, name, want[name].Rows)
		}
	}
}

// TestRestoreOnNewMachine restores a backup where there is nothing: the night is
// published as it was, and the next one goes on from there.
func TestRestoreOnNewMachine(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	first := h.digests()
	file := h.backup()

	elsewhere := newHouse(t, c)
	r, err := elsewhere.restore(file, pipelines.RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r.StateRows == 0 || r.Later != 0 || len(r.Lost) > 0 || r.Night == nil {
		t.Errorf("restored: %+v", r)
	}
	sameTables(t, "the restored night", asBefore(elsewhere.digests()), asBefore(first))
	if diff := cmp.Diff(h.landings("orders"), elsewhere.landings("orders")); diff != "" {
		t.Errorf("what was read (-want +got):\n%s", diff)
	}
	c.secondNight()
	h.run(nightTwo)
	elsewhere.run(nightTwo)
	sameTables(t, "the next night", elsewhere.digests(), h.digests())
	if left, err := os.ReadDir(filepath.Join(h.home, "tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestRestoreKeepsDecisions restores the base of an earlier night: what landed
// since is loaded again, and what was withdrawn since stays so.
func TestRestoreKeepsDecisions(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	file := h.backup()
	c.secondNight()
	h.run(nightTwo)
	second := asBefore(h.digests())

	again := h.copyHome(t)
	if _, err := again.restore(file, pipelines.RestoreOptions{}); connectors.CodeOf(err) != "newer_base" {
		t.Errorf("an earlier base over a later one: %v", err)
	}
	sameTables(t, "after it was refused", asBefore(again.digests()), second)
	if r := again.mustRestore(file); r.Later == 0 || len(r.Lost) > 0 || r.StateRows != 0 {
		t.Errorf("restored: %+v", r)
	}
	sameTables(t, "what landed since is loaded again", asBefore(again.digests()), second)

	var withdrawn string // of the first night, so that the backup's base has it
	h.use(func(p *pipelines.Project) {
		deliveries, err := p.Deliveries(t.Context(), "orders")
		if err != nil {
			t.Fatal(err)
		}
		withdrawn = deliveries[slices.IndexFunc(deliveries, func(d pipelines.DeliveryRecord) bool { return d.State == "loaded" })].Delivery
		if _, err := p.Withdraw(t.Context(), withdrawn, "wrong file"); err != nil {
			t.Fatal(err)
		}
	})
	without := asBefore(h.digests())
	if cmp.Equal(without, second) {
		t.Fatal("withdrawing changes nothing, and proves nothing")
	}
	h.mustRestore(file)
	sameFacts(t, "what was withdrawn", h.digests(), without)

	// A base that can't be read is replaced when told to, and only then.
	if err := os.WriteFile(filepath.Join(h.home, "base/base.duckdb"), bytes.Repeat([]byte("no database "), 10_000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.restore(file, pipelines.RestoreOptions{}); connectors.CodeOf(err) != "unreadable_base" {
		t.Errorf("over a base that can't be read: %v", err)
	}
	h.mustRestore(file)
	sameFacts(t, "over a base that can't be read", h.digests(), without)

	// The state of the backup adds what is missing, and takes nothing back.
	if r, err := h.restore(file, pipelines.RestoreOptions{Force: true, State: true}); err != nil || r.StateRows != 0 {
		t.Errorf("a state that has it all got %+v, %v", r, err)
	}
	for _, l := range h.landings("orders") {
		if l.ID == withdrawn && l.State != connectors.LandingWithdrawn {
			t.Errorf("the withdrawn delivery is %s", l.State)
		}
	}
}

// TestRestoreWithoutLandedRows restores a base when landed rows of later
// deliveries are gone: they are read again where they came from, or named.
func TestRestoreWithoutLandedRows(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	file := h.backup()
	c.secondNight()
	h.run(nightTwo)
	second := asBefore(h.digests())
	if err := os.RemoveAll(filepath.Join(h.home, "landing")); err != nil {
		t.Fatal(err)
	}
	gone := h.copyHome(t)
	if r := h.mustRestore(file); r.Later == 0 || len(r.Lost) > 0 {
		t.Errorf("restored: %+v", r)
	}
	sameTables(t, "read again from the sources", asBefore(h.digests()), second)

	if err := os.RemoveAll(filepath.Join(c.dir, "incoming", "orders")); err != nil {
		t.Fatal(err)
	}
	r, err := gone.restore(file, pipelines.RestoreOptions{Force: true})
	if err != nil || len(r.Lost) == 0 || len(r.Lost) >= r.Later {
		t.Errorf("restored: %+v, %v", r, err)
	}
}

// TestBadBackups: nothing of what is not whole is restored.
func TestBadBackups(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	first, base := h.digests(), h.base()
	file := h.backup()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := func(from, to string) []byte {
		if !bytes.Contains(whole, []byte(from)) {
			t.Fatalf("the backup does not hold %q", from)
		}
		return bytes.Replace(whole, []byte(from), []byte(to), 1)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, c := range map[string]struct {
		content []byte
		code    string
	}{
		"empty":          {nil, "bad_backup"},
		"no archive":     {bytes.Repeat([]byte("no archive "), 1000), "bad_backup"},
		"cut":            {whole[:len(whole)*2/3], "bad_backup"},
		"cut at a part":  {whole[:len(whole)*2/3/512*512], "bad_backup"},
		"one bit":        {flipped, "bad_backup"},
		"another hash":   {text(`"sha256": "`, `"sha256": "0`+"")[:len(whole)], "bad_backup"},
		"newer format":   {text(`"format": 1`, `"format": 9`), "newer_version"},
		"newer base":     {text(`"base_version": 1`, `"base_version": 9`), "newer_version"},
		"other company":  {text(`"company": "Voorbeeld"`, `"company": "Voorbeelt"`), "other_company"},
		"climbs out":     {bytes.ReplaceAll(whole, []byte("base/customers.parquet"), []byte("../../customer.parquet")), "bad_backup"},
		"other manifest": {text("manifest.json", "manifest.jsom"), "bad_backup"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.tar")
			if err := os.WriteFile(bad, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := h.restore(bad, pipelines.RestoreOptions{Force: c.code != "other_company"})
			if connectors.CodeOf(err) != c.code {
				t.Errorf("restored: %v", err)
			}
		})
	}
	if _, err := h.restore(file+".none", pipelines.RestoreOptions{}); connectors.CodeOf(err) != "no_backup" {
		t.Errorf("a backup that is not there: %v", err)
	}
	sameTables(t, "after all that", h.digests(), first)
	if diff := cmp.Diff(base, h.base()); diff != "" {
		t.Errorf("rows of the base (-want +got):\n%s", diff)
	}
}

// TestRestoreKilled kills a restore at each of its points: readers see a whole
// night, and both the next night and the restore itself, done again, go well.
func TestRestoreKilled(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	before := newHouse(t, c)
	before.run(nightOne)
	file := before.backup()
	c.secondNight()
	before.run(nightTwo)
	second := asBefore(before.digests())
	for _, point := range []string{"restore:verified", "rewrite:copied", "restore:base", "commit:committed"} {
		t.Run(point, func(t *testing.T) {
			h := before.copyHome(t)
			if err := h.child(childOrder{Night: nightTwo, Point: point, Pass: 1, Restore: file}).Run(); !killed(err) {
				t.Fatalf("the restore was not killed at %s: %v", point, err)
			}
			sameTables(t, "readers", asBefore(h.digests()), second)
			again := h.copyHome(t)
			h.run(nightTwo)
			sameTables(t, "after the next night", asBefore(h.digests()), second)
			again.mustRestore(file)
			sameTables(t, "restored again", asBefore(again.digests()), second)
			if left := strings.Join(again.files(), " "); strings.Contains(left, "rebuild") || strings.Contains(left, "tmp/") {
				t.Errorf("left behind: %s", left)
			}
		})
	}
}

// TestBackupWhileNight: a backup is of a whole night.
func TestBackupWhileNight(t *testing.T) {
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.held(nightOne, "before match")
	h.use(func(p *pipelines.Project) {
		if _, err := p.Backup(t.Context(), t.TempDir()); connectors.CodeOf(err) != "locked" {
			t.Errorf("a backup while a night is under way: %v", err)
		}
	})
}
