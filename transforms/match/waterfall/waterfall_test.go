package waterfall_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/transforms/match/model"
	"clientele/transforms/match/waterfall"
)

var update = flag.Bool("update", false, "write the golden files")

var chart = waterfall.Chart{
	Title: "klanten.csv:1 and klanten.csv:2 are one",
	Steps: waterfall.Of(model.Explanation{Prior: -8.1, Bits: 6.4, Probability: .9883, Columns: []model.Explained{
		{Column: "name", A: []string{"peeters & zn"}, B: []string{"peeters & zn"}, Level: "exact", Bits: 11.2, Rarity: 2},
		{Column: "phone", A: []string{"3225551212"}, Level: ""},
		{Column: "town", A: []string{"gent"}, B: []string{"gent"}, Level: "exact", Bits: .8, Given: -3, Follows: "postcode"},
		{Column: "email", A: []string{"a@b.example"}, B: []string{"c@d.example", "e@f.example"}, Level: "differs", Bits: -2.5},
		{Column: "postcode", A: []string{"9000"}, B: []string{"9000"}, Level: "exact", Bits: 5, Rarity: -1},
	}}),
	Marks: []waterfall.Mark{{Label: "accepted from 0.95", Bits: model.Bits(.95)}},
}

func TestChart(t *testing.T) {
	for name, draw := range map[string]func(io.Writer) error{"chart.txt": chart.Text, "chart.svg": chart.SVG} {
		var got bytes.Buffer
		if err := draw(&got); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Whatever the texts and weights, a drawing is XML, a text has a line a step, and
// nothing in it steers a terminal.
func TestAnyChartIsDrawn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := waterfall.Chart{Title: rapid.String().Draw(r, "title")}
		for range rapid.IntRange(0, 6).Draw(r, "steps") {
			c.Steps = append(c.Steps, waterfall.Step{Label: rapid.String().Draw(r, "label"), Words: rapid.String().Draw(r, "words"),
				Bits: rapid.Float64Range(-1000, 1000).Draw(r, "bits"), Sum: rapid.Bool().Draw(r, "sum")})
		}
		var svg, text bytes.Buffer
		if err := errors.Join(c.SVG(&svg), c.Text(&text)); err != nil {
			r.Fatal(err)
		}
		for d := xml.NewDecoder(&svg); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				r.Fatalf("not XML: %v", err)
			}
		}
		if n := strings.Count(text.String(), "\n"); n != len(c.Steps) {
			r.Fatalf("%d lines of %d steps", n, len(c.Steps))
		}
		if strings.ContainsAny(text.String(), "\x1b\r\x00\u009b") {
			r.Fatal("the text holds control characters")
		}
	})
}
