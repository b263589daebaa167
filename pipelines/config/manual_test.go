package config_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines/config"
)

var update = flag.Bool("update", false, "write the manual")

// TestManual keeps the pages of the manual that are made equal to the definitions.
func TestManual(t *testing.T) {
	for page, write := range map[string]func(io.Writer) error{"../../docs/config.md": config.Manual, "../../docs/presets.md": config.PresetManual} {
		var want bytes.Buffer
		if err := write(&want); err != nil {
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
}
