package registers_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines/registers"
)

var update = flag.Bool("update", false, "write the manual")

// TestManual keeps the part of docs/registries.md between its marks equal to the
// cards of the registers.
func TestManual(t *testing.T) {
	const page, begin, end = "../../docs/registries.md", "<!-- made from the registers' cards -->\n", "\n<!-- end -->"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	have, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has lost its marks", page)
	}
	var want bytes.Buffer
	if err := registers.Manual(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(have, want.String()); diff != "" {
		t.Errorf("%s is not what the cards say; run the test with -update (-page +cards):\n%s", page, diff)
	}
}
