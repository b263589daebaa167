package pipelines_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

func TestMain(m *testing.M) {
	if order, ok := os.LookupEnv(childEnv); ok {
		os.Exit(actAsChild(order))
	}
	os.Exit(m.Run())
}

// house is where the data of a company lives, opened anew for every night as
// the program does.
type house struct {
	tb    testing.TB
	dir   string // of the config
	home  string
	at    time.Time // of the last look at the clock
	point func(string)
	// breakLock makes it take the lock over.
	breakLock bool
}

func newHouse(tb testing.TB, c company) *house {
	return &house{tb: tb, dir: c.dir, home: filepath.Join(tb.TempDir(), "home"), at: date("2026-11-01")}
}

// now is a clock that goes on by a second with every look at it.
func (h *house) now() time.Time {
	h.at = h.at.Add(time.Second)
	return h.at
}

func (h *house) open() (*pipelines.Project, error) {
	c, findings, err := config.Load(filepath.Join(h.dir, "clientele.yaml"), os.LookupEnv)
	if err := errors.Join(err, findings.Err()); err != nil {
		return nil, err
	}
	return pipelines.Open(h.tb.Context(), c, h.home, pipelines.Env{Now: h.now, Host: "here", PID: os.Getpid(), Command: "clientele run", Version: "test", Point: h.point, BreakLock: h.breakLock})
}

// use opens the project for as long as do takes.
func (h *house) use(do func(p *pipelines.Project)) {
	h.tb.Helper()
	p, err := h.open()
	if err != nil {
		h.tb.Fatal(err)
	}
	defer p.Close()
	do(p)
}

// attempt runs a night.
func (h *house) attempt(night string) (*pipelines.Report, error) {
	h.tb.Helper()
	p, err := h.open()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.Run(h.tb.Context(), pipelines.RunOptions{AsOf: date(night)})
}

// run runs a night that must go well, with nothing held back.
func (h *house) run(night string) *pipelines.Report {
	h.tb.Helper()
	report, err := h.attempt(night)
	if err != nil {
		h.tb.Fatalf("night of %s: %v", night, err)
	}
	for _, s := range report.Sources {
		if s.Held != "" {
			h.tb.Fatalf("night of %s: %s is held back: %s", night, s.Source, s.Held)
		}
	}
	return report
}

// digests are the digests of the published tables by name.
func (h *house) digests() map[string]pipelines.Digest {
	h.tb.Helper()
	out := map[string]pipelines.Digest{}
	h.use(func(p *pipelines.Project) {
		digests, err := pipelines.Digests(h.tb.Context(), p.Warehouse)
		if err != nil {
			h.tb.Fatal(err)
		}
		for _, d := range digests {
			out[d.Table] = d
		}
	})
	return out
}

// rows returns what a query of the published tables yields, a row a text.
func (h *house) rows(query string) (out []string) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) {
		r, err := p.Warehouse.Published(h.tb.Context())
		if err != nil {
			h.tb.Fatal(err)
		}
		defer r.Close()
		out = readAll(h.tb, r, query)
	})
	return out
}

func readAll(tb testing.TB, r connectors.Reader, query string) (out []string) {
	tb.Helper()
	err := r.Read(tb.Context(), query, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			cells := make([]string, rec.NumCols())
			for j, col := range rec.Columns() {
				cells[j] = col.ValueStr(i)
			}
			out = append(out, strings.Join(cells, " "))
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// landings returns the landed deliveries of a source.
func (h *house) landings(source string) (out []connectors.Landing) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) {
		all, err := p.State.Landings(h.tb.Context())
		if err != nil {
			h.tb.Fatal(err)
		}
		out = slices.DeleteFunc(all, func(l connectors.Landing) bool { return l.Source != source })
	})
	return out
}

// withdraw takes a delivery of the orders back.
func (h *house) withdraw(name string) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) {
		all, err := p.State.Landings(h.tb.Context())
		if err != nil {
			h.tb.Fatal(err)
		}
		i := slices.IndexFunc(all, func(l connectors.Landing) bool { return l.Delivery.Name == name && l.State == connectors.LandingLoaded })
		if i < 0 {
			h.tb.Fatalf("%s is not loaded", name)
		}
		all[i].State = connectors.LandingWithdrawn
		if err := p.State.SaveLanding(h.tb.Context(), all[i]); err != nil {
			h.tb.Fatal(err)
		}
	})
}

func (h *house) approve(run, check string) {
	h.tb.Helper()
	h.use(func(p *pipelines.Project) {
		if err := p.State.Approve(h.tb.Context(), connectors.Approval{Run: run, Check: check, Why: "it is right", By: "me", At: h.now()}); err != nil {
			h.tb.Fatal(err)
		}
	})
}

// base returns how many rows each table of the base holds.
func (h *house) base() map[string]int64 {
	h.tb.Helper()
	out := map[string]int64{}
	h.use(func(p *pipelines.Project) {
		tx, err := p.Warehouse.Begin(h.tb.Context())
		if err != nil {
			h.tb.Fatal(err)
		}
		defer tx.Close()
		for _, name := range readAll(h.tb, tx, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'base'") {
			var rows int64
			if _, err := fmt.Sscan(readAll(h.tb, tx, "SELECT COUNT(*) FROM "+p.Warehouse.Base(name))[0], &rows); err != nil {
				h.tb.Fatal(err)
			}
			out[name] = rows
		}
	})
	return out
}

// files returns the files in home, but the engines' own.
func (h *house) files() (out []string) {
	h.tb.Helper()
	err := filepath.WalkDir(h.home, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(h.home, path)
		if err != nil || name == "." || strings.HasPrefix(name, "state/") || strings.HasSuffix(name, ".wal") {
			return err
		}
		out = append(out, name)
		return nil
	})
	if err != nil {
		h.tb.Fatal(err)
	}
	return out
}

// copyHome returns a house of the same company whose data is a copy.
func (h *house) copyHome(tb testing.TB) *house {
	tb.Helper()
	to := &house{tb: tb, dir: h.dir, home: filepath.Join(tb.TempDir(), "home"), at: h.at}
	if err := os.CopyFS(to.home, os.DirFS(h.home)); err != nil {
		tb.Fatal(err)
	}
	return to
}

// sameTables fails the test where tables differ, of those named or else of all.
func sameTables(tb testing.TB, what string, got, want map[string]pipelines.Digest, names ...string) {
	tb.Helper()
	if len(names) == 0 {
		if diff := cmp.Diff(want, got); diff != "" {
			tb.Errorf("%s (-want +got):\n%s", what, diff)
		}
		return
	}
	for _, name := range names {
		if want[name].Rows == 0 {
			tb.Errorf("%s: %s is empty, and proves nothing", what, name)
		}
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			tb.Errorf("%s: %s (-want +got):\n%s", what, name, diff)
		}
	}
}
