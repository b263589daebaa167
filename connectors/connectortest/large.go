package connectortest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"clientele/connectors"
)

const (
	// largeEnv has the tests of large inputs run.
	largeEnv = "CLIENTELE_LARGE"
	// largePlaceEnv makes a test binary the process that reads the large input at
	// that place.
	largePlaceEnv = "CLIENTELE_TEST_LARGE"
)

// Large is an input of 1 GB, or as large as its format sensibly is. A process of its own reads it,
// so that what the system says of that process's memory is what reading takes: the
// program's code, the garbage that waits to be collected and all.
type Large struct {
	// Make makes the input and returns its place: a folder, or an address. It may use
	// any memory.
	Make func(t testing.TB) (place string)
	// Source returns a source of the one delivery at the place.
	Source func(t testing.TB, place string) connectors.Source
	// Bytes is how large the delivery is at least; 0 where its size is not known
	// before it is read.
	Bytes int64
	// Rows is how many rows it has.
	Rows int64
	// Refused is the code of the error that it is refused with, "" where it is read.
	Refused string
	// Resident is how many bytes of memory the process that reads it may have
	// resident at its peak.
	Resident int64
}

// Run makes the input, has it read, and removes it. It is skipped unless
// CLIENTELE_LARGE is set. It is the first thing that a test does, since the process that
// reads begins the same test.
func (l Large) Run(t *testing.T) {
	if place, reads := os.LookupEnv(largePlaceEnv); reads {
		l.read(t, place)
		return
	}
	if os.Getenv(largeEnv) == "" {
		t.Skipf("large inputs take minutes and gigabytes of disk: `make test-large` reads them, as %s=1 does", largeEnv)
	}
	if _, err := peak(); err != nil {
		t.Skip("this system does not tell the peak of a process's memory: ", err)
	}
	place := l.Make(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$", "-test.v", "-test.count", "1", "-test.timeout", "0")
	cmd.Env = append(os.Environ(), largePlaceEnv+"="+place)
	out, err := cmd.CombinedOutput()
	t.Logf("the process that reads says:\n%s", out)
	if passed := bytes.Contains(out, []byte("--- PASS: "+t.Name()+" ")); err != nil || !passed {
		t.Errorf("it ends with %v, and its test passed: %t", err, passed)
	}
}

// read reads the input at a place to its end, in the process that does nothing else.
func (l Large) read(t *testing.T, place string) {
	p := Place{Source: l.Source(t, place)}
	d := list(t, p)[0]
	if d.Size < l.Bytes {
		t.Errorf("the input has %d bytes, want at least %d", d.Size, l.Bytes)
	}
	n, err := Drain(t, p.Source, d)
	switch {
	case l.Refused == "" && err != nil:
		t.Fatal(err)
	case connectors.CodeOf(err) != l.Refused:
		t.Fatalf("%v, want an error of code %q", err, l.Refused)
	}
	if n != l.Rows {
		t.Errorf("read %d rows, want %d", n, l.Rows)
	}
	most, err := peak()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: a peak of %d MiB for %d MiB and %d rows, of %d MiB that are allowed", t.Name(), most>>20, d.Size>>20, n, l.Resident>>20)
	if most > l.Resident {
		t.Error("that is more than is allowed")
	}
}

// peak returns the most bytes that were resident of this process so far, as Linux
// tells it. The figure of getrusage would not do: it begins at what the process had
// resident that started this one.
func peak() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, figure, found := strings.Cut(string(status), "\nVmHWM:")
	if !found {
		return 0, errors.New("/proc/self/status has no VmHWM")
	}
	var kib int64
	_, err = fmt.Sscanf(figure, "%d kB", &kib)
	return kib << 10, err
}

// LargeFile makes a file that is removed when the test ends, and returns its folder.
func LargeFile(t testing.TB, name string, write func(w io.Writer)) (dir string) {
	t.Helper()
	dir = t.TempDir()
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}
