package nbb

import (
	"encoding/xml"
	"os"
	"strings"
	"testing"

	"clientele/connectors/registrytest"
)

// TestRubricTable: every rubric that a figure is made of is known.
func TestRubricTable(t *testing.T) {
	known := map[string]bool{}
	for key, rubric := range rubricOf {
		known[rubric] = true
		metric, members, ok := strings.Cut(key, ",")
		if !ok || metric == "" || members == "" || strings.Contains(members, "prd:") {
			t.Errorf("%s: %q is no key of a fact", rubric, key)
		}
	}
	for _, i := range items {
		for _, rubric := range i.rubrics {
			if !known[rubric] {
				t.Errorf("no fact is rubric %s (%s)", rubric, i.item)
			}
		}
	}
	if len(rubricOf) < 200 {
		t.Errorf("only %d facts have a rubric", len(rubricOf))
	}
	if _, err := os.Stat("NOTICE"); err != nil {
		t.Error("the licence of the table has to lie beside it")
	}
}

// TestEveryNumberHasARubric: all 81 numbers of a real filing of the micro model
// are decoded.
func TestEveryNumberHasARubric(t *testing.T) {
	body := registrytest.Sample(t, "nbb/m87-micro-example.xbrl")
	facts, err := readFacts(xml.NewDecoder(strings.NewReader(string(body))), &filing{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, x := range facts {
		if !x.numeric() || len(x.of.typed) > 0 {
			continue
		}
		seen++
		if _, ok := rubricOf[x.key()]; !ok {
			t.Errorf("%s has no rubric", x.key())
		}
	}
	if seen != 81 {
		t.Errorf("%d numbers, want 81", seen)
	}
}
