package pipelines_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines"
)

// TestReaderThroughTenNights holds the published file open as each of ten nights
// left it: every reader goes on seeing its own night, whole, through all later
// ones.
func TestReaderThroughTenNights(t *testing.T) {
	if testing.Short() {
		t.Skip("ten nights take their time")
	}
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)
	h.use(func(p *pipelines.Project) { // the program of those who read
		seen := map[string]func() []string{} // by night
		first := map[string][]string{}
		hold := func(night string) {
			r, err := p.Warehouse.Published(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { r.Close() })
			seen[night] = func() []string { return readAll(t, r, whatReadersSee) }
			first[night] = seen[night]()
			if !strings.Contains(strings.Join(first[night], "\n"), "night "+night) {
				t.Errorf("after the night of %s readers see %v", night, first[night])
			}
		}
		hold(nightOne)
		night := date(nightOne)
		for range 10 {
			c.sell(night.Format("2006-01-02"))
			night = night.AddDate(0, 0, 1)
			h.point = func(name string) {
				if name != "before load" && name != "publish:synced" && name != "publish:renamed" {
					return
				}
				for night, see := range seen {
					if diff := cmp.Diff(first[night], see()); diff != "" {
						t.Errorf("%s: a reader of the night of %s sees (-want +got):\n%s", name, night, diff)
					}
				}
			}
			h.run(night.Format("2006-01-02"))
			h.point = nil
			hold(night.Format("2006-01-02"))
		}
		if len(seen) != 11 {
			t.Errorf("%d nights were seen", len(seen))
		}
	})
}

// pythonEnv names a Python that has the package duckdb.
const pythonEnv = "CLIENTELE_BI_PYTHON"

// client is a BI tool's way to the published file: it opens it read-only, prints
// the answer of a query for every line of its standard input, and on a line that
// says so opens the file anew.
const client = `
import sys, duckdb
path, query = sys.argv[1:]
open_ = lambda: duckdb.connect(path, read_only=True)
c = open_()
for line in sys.stdin:
    if line.strip() == "again":
        c.close()
        c = open_()
    print("; ".join(" ".join(str(v) for v in row) for row in c.execute(query).fetchall()), flush=True)
`

// TestClientWhileNight opens the published file with DuckDB's Python package
// while a night runs: who has it open sees the night before, and who opens it
// sees that or the new one, whole.
func TestClientWhileNight(t *testing.T) {
	python := os.Getenv(pythonEnv)
	if python == "" {
		t.Skip(pythonEnv + " names no Python with the package duckdb; make test-client installs one")
	}
	c := newCompany(t, t.TempDir())
	c.firstNight()
	h := newHouse(t, c)
	h.run(nightOne)

	start := func() (ask func(line string) string) {
		cmd := exec.Command(python, "-c", client, filepath.Join(h.home, "published.duckdb"), whatReadersSee)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := in.Close(); err != nil {
				t.Error(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("the client ends with %v", err)
			}
		})
		lines := bufio.NewScanner(out)
		return func(line string) string {
			if _, err := io.WriteString(in, line+"\n"); err != nil {
				t.Error(err)
			}
			lines.Scan()
			return lines.Text()
		}
	}
	stays, comes := start(), start()
	first := stays("")
	if !strings.Contains(first, "night "+nightOne) {
		t.Fatalf("the client sees %q", first)
	}
	c.secondNight()
	saw := map[string][]string{} // what those saw who opened the file, and where
	h.point = func(name string) {
		switch name {
		case "before extract", "before load", "after commit", "publish:created", "publish:filled", "publish:synced", "publish:renamed", "after retain":
			if got := stays(""); got != first {
				t.Errorf("%s: who has the file open sees %q, want %q", name, got, first)
			}
			got := comes("again")
			saw[got] = append(saw[got], name)
		}
	}
	h.run(nightTwo)
	h.point = nil
	second := comes("again")
	if !strings.Contains(second, "night "+nightTwo) {
		t.Errorf("after the night a client sees %q", second)
	}
	want := map[string][]string{
		first:  {"before extract", "before load", "after commit", "publish:created", "publish:filled", "publish:synced"},
		second: {"publish:renamed", "after retain"},
	}
	if diff := cmp.Diff(want, saw); diff != "" {
		t.Errorf("who opens the file sees (-want +got):\n%s", diff)
	}
	if got := stays("again"); got != second {
		t.Errorf("who opens the file anew after the night sees %q", got)
	}
}
