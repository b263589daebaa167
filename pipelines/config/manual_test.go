package config_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines/config"
)

var update = flag.Bool("update", false, "write the manual")

// TestManual keeps docs/config.md equal to the definitions.
func TestManual(t *testing.T) {
	const page = "../../docs/config.md"
	var want bytes.Buffer
	if err := config.Manual(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(page, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(got), want.String()); diff != "" {
		t.Errorf("%s is not what the definitions say; run the test with -update (-page +definitions):\n%s", page, diff)
	}
}
