package kbo_test

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/kbo"
)

func open(t testing.TB, dir string) *kbo.Store {
	t.Helper()
	s, err := kbo.Open(t.Context(), kbo.Place{Path: filepath.Join(dir, "kbo.duckdb"), Temp: filepath.Join(dir, "temp"), Memory: "1GB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func load(t testing.TB, s *kbo.Store, path string) ([]kbo.Counts, error) {
	t.Helper()
	e, err := kbo.OpenExtract(path)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	return s.Load(t.Context(), e)
}

func mustLoad(t testing.TB, s *kbo.Store, path string) []kbo.Counts {
	t.Helper()
	counts, err := load(t, s, path)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// update writes an update extract of some rows.
func update(t testing.TB, number int, rows func(w *kbo.Writer)) string {
	t.Helper()
	dir := t.TempDir()
	w, err := kbo.Create(dir, kbo.Meta{Number: number, Snapshot: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	rows(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// nothing are the rows of an update that changes none.
func nothing(*kbo.Writer) {}

func firm(t *testing.T, s *kbo.Store, number string) kbo.Firm {
	t.Helper()
	f, ok, err := s.Firm(t.Context(), number)
	if err != nil || !ok {
		t.Fatalf("firm %s: %v, %v", number, ok, err)
	}
	return f
}

// A generated extract of 50 enterprises, of which 20 are natural persons.
func TestFullExtract(t *testing.T) {
	dir, extract := t.TempDir(), t.TempDir()
	extractOf(t, extract, 146, 50)
	s := open(t, dir)
	counts := mustLoad(t, s, extract)
	got := map[string]int64{}
	for _, c := range counts {
		got[c.Table] = c.In
	}
	if want := map[string]int64{"enterprise": 30, "establishment": 25, "branch": 0, "denomination": 65, "address": 55, "contact": 10, "activity": got["activity"]}; !cmp.Equal(want, got) || got["activity"] < 9*55 {
		t.Errorf("rows (-want +got):\n%s", cmp.Diff(want, got))
	}
	f := firm(t, s, plain(2_000_003))
	if f.Name != "ONDERNEMING 3" || f.NameFR != "ENTREPRISE 3" || f.StreetNL != "Straat 3" || f.MunicipalityFR != "Commune 3" || f.Establishments != 1 || f.SectorVersion != "2025" || f.Form == "" || f.StartedOn.IsZero() {
		t.Errorf("firm: %+v", f)
	}
	if _, ok, err := s.Firm(t.Context(), plain(2_000_000)); ok || err != nil {
		t.Errorf("a natural person is there: %v, %v", ok, err)
	}
	if m, err := s.Meta(t.Context()); err != nil || m.Number != 146 || !m.Full || m.Snapshot.Format("2006-01-02") != "2026-01-03" {
		t.Errorf("meta: %+v, %v", m, err)
	}
	// What came once comes again without effect.
	if counts := mustLoad(t, s, extract); counts != nil {
		t.Errorf("the same extract again: %v", counts)
	}
}

// TestZIP: an extract as it is downloaded gives the same copy as its folder.
func TestZIP(t *testing.T) {
	extract := t.TempDir()
	extractOf(t, extract, 146, 50)
	archive := filepath.Join(t.TempDir(), "KboOpenData_0146_2026_01_04_Full.zip")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.AddFS(os.DirFS(extract)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(archive, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	folder, zipped := open(t, t.TempDir()), open(t, dir)
	if diff := cmp.Diff(mustLoad(t, folder, extract), mustLoad(t, zipped, archive)); diff != "" {
		t.Errorf("rows of folder and ZIP: %s", diff)
	}
	n := plain(2_000_007)
	if diff := cmp.Diff(firm(t, folder, n), firm(t, zipped, n)); diff != "" {
		t.Errorf("a firm of folder and ZIP: %s", diff)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "temp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestUpdate(t *testing.T) {
	extract := t.TempDir()
	extractOf(t, extract, 146, 50)
	s := open(t, t.TempDir())
	mustLoad(t, s, extract)
	changed, gone, natural, fresh, person := plain(2_000_003), plain(2_000_004), plain(2_000_000), plain(3_000_000), plain(3_000_001)
	site := plain(20_000_008) // of 2_000_008
	counts := mustLoad(t, s, update(t, 147, func(w *kbo.Writer) {
		w.Delete("enterprise", gone)
		w.Delete("denomination", changed)
		w.Delete("denomination", gone)
		w.Delete("establishment", site)
		w.Put("enterprise", fresh, "AC", "000", "2", "015", "610", "05-01-2026")
		w.Put("enterprise", person, "AC", "000", "1", "", "", "05-01-2026")
		w.Put("denomination", changed, "1", "001", "NOUVEAU NOM")
		w.Put("denomination", fresh, "2", "001", `NIEUW, met "komma"`)
		w.Put("denomination", person, "0", "001", "Familienaam, Voornaam")
		w.Put("activity", fresh, "003", "2008", "01110", "MAIN")
		w.Put("activity", fresh, "006", "2025", "62100", "MAIN")
		w.Put("activity", fresh, "001", "2025", "62200", "SECO")
		w.Put("activity", fresh, "003", "2025", "01500", "MAIN")
		w.Put("activity", natural, "003", "2025", "01500", "MAIN")
		w.Put("contact", fresh, "ENT", "TEL", "02 315 13 51")
	}))
	want := []kbo.Counts{{Table: "enterprise", Out: 1, In: 1}, {Table: "establishment", Out: 1}, {Table: "branch"}, {Table: "denomination", Out: 3, In: 2}, {Table: "address"}, {Table: "contact", In: 1}, {Table: "activity", In: 4}}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	// A delete takes all names out, an insert brings all there are.
	if f := firm(t, s, changed); f.Name != "NOUVEAU NOM" || f.NameNL != "" || f.StreetNL != "Straat 3" {
		t.Errorf("a firm with a new name: %+v", f)
	}
	if _, ok, err := s.Firm(t.Context(), gone); ok || err != nil {
		t.Errorf("a firm that ended is there: %v, %v", ok, err)
	}
	if f := firm(t, s, plain(2_000_008)); f.Establishments != 0 {
		t.Errorf("a firm whose establishment closed: %+v", f)
	}
	f := firm(t, s, fresh)
	f.StartedOn = f.StartedOn.UTC()
	if f.Name != `NIEUW, met "komma"` || f.Form != "610" || f.FormFiled != "015" || f.Sector != "62100" || f.SectorVersion != "2025" || f.SectorGroup != "006" || f.Phone != "02 315 13 51" {
		t.Errorf("a new firm: %+v", f)
	}
	if _, ok, _ := s.Firm(t.Context(), person); ok {
		t.Error("a new natural person is there")
	}
}

func TestGap(t *testing.T) {
	extract := t.TempDir()
	extractOf(t, extract, 146, 5)
	s := open(t, t.TempDir())
	if _, err := load(t, s, update(t, 147, nothing)); connectors.CodeOf(err) != "kbo_gap" {
		t.Errorf("an update without a full extract: %v", err)
	}
	mustLoad(t, s, extract)
	if _, err := load(t, s, update(t, 148, nothing)); connectors.CodeOf(err) != "kbo_gap" || !strings.Contains(err.Error(), "148 does not follow 146") {
		t.Errorf("an update after a gap: %v", err)
	}
	mustLoad(t, s, update(t, 147, nothing))
	mustLoad(t, s, update(t, 148, nothing))
}

// TestBadExtract: whatever is wrong with an extract, the copy stays as it was, and
// the error quotes nothing of it.
func TestBadExtract(t *testing.T) {
	extract := t.TempDir()
	extractOf(t, extract, 146, 50)
	s := open(t, t.TempDir())
	mustLoad(t, s, extract)
	before := firm(t, s, plain(2_000_003))
	full := func(change func(dir string)) string {
		dir := t.TempDir()
		extractOf(t, dir, 150, 50)
		change(dir)
		return dir
	}
	for name, path := range map[string]string{
		"nothing":        filepath.Join(t.TempDir(), "nothing.zip"),
		"no ZIP":         filepath.Join(extract, "enterprise.csv"),
		"no meta":        full(func(dir string) { os.Remove(filepath.Join(dir, "meta.csv")) }),
		"a missing file": full(func(dir string) { os.Remove(filepath.Join(dir, "activity.csv")) }),
		"a missing column": full(func(dir string) {
			os.WriteFile(filepath.Join(dir, "contact.csv"), []byte("Entity,ContactType,Value\n"), 0o600)
		}),
		"a bad number": full(func(dir string) {
			os.WriteFile(filepath.Join(dir, "establishment.csv"), []byte("EstablishmentNumber,StartDate,EnterpriseNumber\n\"Jan Janssens\",,\"0200.000.397\"\n"), 0o600)
		}),
		"a bad update": update(t, 147, func(w *kbo.Writer) {
			w.Delete("denomination", "Jan Janssens")
			w.Delete("enterprise", plain(2_000_003))
		}),
	} {
		_, err := load(t, s, path)
		if err == nil || connectors.CodeOf(err) == "" || strings.Contains(err.Error(), "Janssens") {
			t.Errorf("%s: %v", name, err)
		}
		if m, merr := s.Meta(t.Context()); merr != nil || m.Number != 146 {
			t.Errorf("%s: the copy is that of %d, %v", name, m.Number, merr)
		}
		if after := firm(t, s, plain(2_000_003)); after != before {
			t.Errorf("%s: %+v", name, after)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	e, err := kbo.OpenExtract(update(t, 147, nothing))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := s.Load(stopped, e); err == nil {
		t.Error("a load that was stopped says nothing")
	}
	mustLoad(t, s, update(t, 147, nothing))
}
