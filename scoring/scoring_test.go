package scoring_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientele/scoring"
	"clientele/transforms/transformstest"
)

// TestMain asks for few checks, as each runs SQL; -rapid.checks on the command
// line asks for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "25"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// company is a base with one customer of each sort.
func company(t *testing.T) *transformstest.Base {
	t.Helper()
	b := transformstest.New(t)
	b.Deliver(transformstest.Delivery{Source: "erp", ID: "d1", Tables: map[string]string{
		"parties": `
			record_id | kind         | name  | language | natural_person
			1         | organisation | Aerts | nl       | true
			2         | organisation | Baert | fr       | false
			3         | person       | Claes |          |
			4         | organisation | Daems | de       |`,
		"orders": `
			record_id | order_id | party | ordered_at           | amount
			1         | 1        | 1     | 2026-02-20T10:00:00Z | 100
			2         | 2        | 1     | 2026-02-21T10:00:00Z | 0.05
			3         | 3        | 2     | 2025-12-01T10:00:00Z | 30
			4         | 4        | 3     | 2025-11-01T10:00:00Z | 29.9999`,
		"interactions": `
			record_id | interaction_id | party | occurred_at          | channel | direction | outcome
			1         | 1              | 1     | 2026-01-10T10:00:00Z | call    | outbound  | answered
			2         | 2              | 1     | 2026-01-11T10:00:00Z | call    | outbound  | refused
			3         | 3              | 1     | 2026-01-12T10:00:00Z | call    | outbound  | refused
			4         | 4              | 2     | 2026-01-12T10:00:00Z | call    | outbound  | refused`,
	}})
	return b
}

func bins(name, of string, bins ...scoring.Bin) *scoring.Rule {
	return &scoring.Rule{Name: name, Of: of, Missing: "0", Bins: bins}
}

func TestPartsOfAScore(t *testing.T) {
	b := company(t)
	b.Scores = []*scoring.Scorecard{{Name: "value", For: "customers", Rules: []*scoring.Rule{
		bins("first hit", "days_since_last_order", scoring.Bin{Below: "30", Points: "40"}, scoring.Bin{Below: "91", Points: "20.5"}, scoring.Bin{Above: "0", Points: "-1"}),
		{Name: "missing", Of: "response_rate", Missing: "-7.25", Label: "answers", Bins: []scoring.Bin{{Above: "0.3", Below: "0.4", Points: "3"}}},
		{Name: "linear", Of: "order_amount_total", Missing: "0", Linear: &scoring.Linear{From: 30, To: 80, Points: "10"}},
		{Name: "falling", Of: "order_count", Missing: "0", Linear: &scoring.Linear{From: 2, To: -2, Points: "4"}},
		bins("text", "language", scoring.Bin{Is: "nl", Points: "1"}, scoring.Bin{Is: "fr", Points: "2"}),
		bins("exact amount", "order_amount_total", scoring.Bin{Is: "30", Points: "100"}),
		bins("truth", "natural_person", scoring.Bin{Is: "true", Points: "1000"}, scoring.Bin{Points: "2000"}),
	}, Classes: []scoring.Class{{Name: "A", AtLeast: "1000"}, {Name: "B", AtLeast: "100.5"}, {Name: "C", AtLeast: "-10"}}}}
	b.Night("2026-03-01")
	b.Want("score_parts", `
		customer_id | rule         | raw_value | points | label
		erp/1       | first hit    | 8         | 40     | first hit
		erp/1       | missing      | 0.3333    | 3      | answers
		erp/1       | linear       | 100.0500  | 10     | linear
		erp/1       | falling      | 2         | 0      | falling
		erp/1       | text         | nl        | 1      | text
		erp/1       | exact amount | 100.0500  | 0      | exact amount
		erp/1       | truth        | true      | 1000   | truth
		erp/2       | first hit    | 90        | 20.5   | first hit
		erp/2       | missing      | 0.0000    | 0      | answers
		erp/2       | linear       | 30.0000   | 0      | linear
		erp/2       | falling      | 1         | 1      | falling
		erp/2       | text         | fr        | 2      | text
		erp/2       | exact amount | 30.0000   | 100    | exact amount
		erp/2       | truth        | false     | 2000   | truth
		erp/3       | first hit    | 120       | -1     | first hit
		erp/3       | missing      |           | -7.25  | answers
		erp/3       | linear       | 30.0000   | 0      | linear
		erp/3       | falling      | 1         | 1      | falling
		erp/3       | text         |           | 0      | text
		erp/3       | exact amount | 30.0000   | 100    | exact amount
		erp/3       | truth        |           | 0      | truth`)
	b.Want("scores", `
		customer_id | score | value  | class | previous_class | class_since | as_of
		erp/1       | value | 1054   | A     |                | 2026-03-01  | 2026-03-01
		erp/2       | value | 2123.5 | A     |                | 2026-03-01  | 2026-03-01
		erp/3       | value | 92.75  | C     |                | 2026-03-01  | 2026-03-01`)
	b.CheckKeys()
}

func TestWhomAScoreIsFor(t *testing.T) {
	b := company(t)
	for _, who := range []string{"customers", "prospects", "organisations", "persons"} {
		b.Scores = append(b.Scores, &scoring.Scorecard{Name: who, For: who, Rules: []*scoring.Rule{bins("one", "order_count", scoring.Bin{Points: "1"})}})
	}
	b.Night("2026-03-01")
	b.Want("scores", `
		score         | customer_id | class
		customers     | erp/1       |
		customers     | erp/2       |
		customers     | erp/3       |
		prospects     | erp/4       |
		organisations | erp/1       |
		organisations | erp/2       |
		organisations | erp/4       |
		persons       | erp/3       |`)
}

func TestClassesAcrossNights(t *testing.T) {
	b := company(t)
	b.Night("2026-03-01")
	card := func(points string) *scoring.Scorecard {
		return &scoring.Scorecard{Name: "s", For: "persons", Rules: []*scoring.Rule{bins("one", "order_count", scoring.Bin{Points: points})},
			Classes: []scoring.Class{{Name: "A", AtLeast: "10"}, {Name: "B", AtLeast: "0"}}}
	}
	for _, night := range []struct{ asOf, points, want string }{
		{"2026-03-01", "5", "B |   | 2026-03-01"},
		{"2026-03-02", "5", "B |   | 2026-03-01"},
		{"2026-03-03", "10", "A | B | 2026-03-03"},
		{"2026-03-03", "10", "A | B | 2026-03-03"}, // the same night again
		{"2026-03-04", "12", "A | B | 2026-03-03"},
		{"2026-03-05", "-1", "  | A | 2026-03-05"},
		{"2026-03-05", "-1", "  | A | 2026-03-05"},
		{"2026-03-06", "0", "B |   | 2026-03-06"},
	} {
		if err := b.Score(night.asOf, card(night.points)); err != nil {
			t.Fatal(err)
		}
		b.Want("scores", "class | previous_class | class_since\n"+night.want)
	}
}

// A score is the sum of its parts, each part is what its rule gives, and the
// class is the first that the value reaches, whatever the scorecard.
func TestScoresAddUp(t *testing.T) {
	b := company(t)
	b.Night("2026-03-01")
	criteria := []string{"order_count", "order_amount_total", "response_rate", "days_since_last_order", "average_order_amount", "contact_count * 2"}
	points := rapid.Custom(func(r *rapid.T) string {
		return strconv.FormatFloat(float64(rapid.IntRange(-10_000_000, 10_000_000).Draw(r, "n"))/10_000, 'f', 4, 64)
	})
	bound := rapid.Custom(func(r *rapid.T) string {
		return strconv.FormatFloat(float64(rapid.IntRange(-10, 1300).Draw(r, "n"))/10, 'f', 1, 64)
	})
	rule := rapid.Custom(func(r *rapid.T) *scoring.Rule {
		rule := &scoring.Rule{Of: rapid.SampledFrom(criteria).Draw(r, "of"), Missing: points.Draw(r, "missing")}
		if rapid.Bool().Draw(r, "linear") {
			from := rapid.IntRange(-20, 120).Draw(r, "from")
			rule.Linear = &scoring.Linear{From: float64(from), To: float64(from + rapid.SampledFrom([]int{-64, -3, 1, 7, 50}).Draw(r, "width")), Points: points.Draw(r, "points")}
			return rule
		}
		for range rapid.IntRange(1, 4).Draw(r, "bins") {
			bin := scoring.Bin{Points: points.Draw(r, "points")}
			for _, limit := range []*string{&bin.Below, &bin.Above, &bin.Is} {
				if rapid.Bool().Draw(r, "limited") {
					*limit = bound.Draw(r, "limit")
				}
			}
			rule.Bins = append(rule.Bins, bin)
		}
		return rule
	})
	rapid.Check(t, func(r *rapid.T) {
		card := &scoring.Scorecard{Name: "it's", For: rapid.SampledFrom([]string{"customers", "organisations", "persons"}).Draw(r, "for"),
			Rules: rapid.SliceOfN(rule, 1, 5).Draw(r, "rules"), Classes: []scoring.Class{{Name: "A", AtLeast: "100"}, {Name: "B", AtLeast: "0"}}}
		byName := map[string]*scoring.Rule{}
		for i, rule := range card.Rules {
			rule.Name = fmt.Sprint("rule ", i)
			byName[rule.Name] = rule
			if err := rule.Validate(); err != nil {
				r.Fatal(err)
			}
		}
		if err := b.Score("2026-03-01", card); err != nil {
			r.Fatal(err)
		}
		sums := map[string]int64{}
		for _, line := range b.Query("SELECT customer_id, rule, raw_value, points FROM base.main.score_parts") {
			cells := strings.Split(line, " | ")
			got := scaled(cells[3])
			sums[cells[0]] += got
			if want, slack := expected(byName[cells[1]], cells[2]); got < want-slack || got > want+slack {
				r.Fatalf("%+v gives %d for %q, want %d", byName[cells[1]], got, cells[2], want)
			}
		}
		scores := b.Query("SELECT customer_id, value, class FROM base.main.scores")
		if len(scores) == 0 || len(scores) != len(sums) {
			r.Fatalf("%d scores of %d customers", len(scores), len(sums))
		}
		for _, line := range scores {
			cells := strings.Split(line, " | ")
			value, class := scaled(cells[1]), ""
			switch {
			case value >= 100*10_000:
				class = "A"
			case value >= 0:
				class = "B"
			}
			if value != sums[cells[0]] || class != cells[2] {
				r.Fatalf("score %s: parts add up to %d, class should be %q", line, sums[cells[0]], class)
			}
		}
	})
}

// expected returns the points of a rule for a raw value, scaled by 10,000, and
// how far off rounding may take them.
func expected(rule *scoring.Rule, raw string) (points, slack int64) {
	if raw == "" {
		return scaled(rule.Missing), 0
	}
	value, _ := strconv.ParseFloat(raw, 64)
	if l := rule.Linear; l != nil {
		most, _ := strconv.ParseFloat(l.Points, 64)
		share := min(max((value-l.From)/(l.To-l.From), 0), 1)
		// A raw value of four decimals is half of the last one off.
		return int64(math.Round(share * most * 10_000)), 1 + int64(math.Abs(0.5*most/(l.To-l.From)))
	}
	for _, bin := range rule.Bins {
		below, _ := strconv.ParseFloat(bin.Below, 64)
		above, _ := strconv.ParseFloat(bin.Above, 64)
		is, _ := strconv.ParseFloat(bin.Is, 64)
		if (bin.Below == "" || value < below) && (bin.Above == "" || value > above) && (bin.Is == "" || value == is) {
			return scaled(bin.Points), 0
		}
	}
	return 0, 0
}

// scaled returns a decimal times 10,000.
func scaled(text string) int64 {
	f, _ := strconv.ParseFloat(text, 64)
	return int64(math.Round(f * 10_000))
}
