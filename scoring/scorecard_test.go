package scoring_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas/option"
	"clientele/scoring"
)

// parse reads a scorecard, and checks its rules as a config does.
func parse(t *testing.T, text string) (*scoring.Scorecard, error) {
	t.Helper()
	card := &scoring.Scorecard{Name: "s"}
	doc, findings := option.Open("s.yaml", []byte(text), nil)
	if doc != nil {
		findings = append(findings, doc.Parse(card.Spec())...)
	}
	if err := findings.Err(); err != nil {
		return nil, err
	}
	for _, r := range card.Rules {
		if err := r.Validate(); err != nil {
			return nil, err
		}
	}
	return card, nil
}

func TestScorecardOfAConfig(t *testing.T) {
	card, err := parse(t, `
for: prospects
rules:
  - { name: recent, of: days_since_last_order, bins: [ { below: 30, points: 40 }, { above: -1.5, is: 7, points: -2.25 } ], missing: -5 }
  - { name: rate, of: response_rate, label: answers, linear: { from: 0.1, to: 0.5, points: 30 } }
classes: { A: 60, B: 0.5 }
`)
	if err != nil {
		t.Fatal(err)
	}
	if card.For != "prospects" || card.Rules[0].At.Line != 4 {
		t.Errorf("card is for %s, its first rule at %v", card.For, card.Rules[0].At)
	}
	if diff := cmp.Diff([]scoring.Bin{{Below: "30", Points: "40"}, {Above: "-1.5", Is: "7", Points: "-2.25"}}, card.Rules[0].Bins); diff != "" {
		t.Error(diff)
	}
	if r := card.Rules[1]; r.Missing != "0" || card.Rules[0].Missing != "-5" || *r.Linear != (scoring.Linear{From: 0.1, To: 0.5, Points: "30"}) || r.Label != "answers" {
		t.Errorf("rule is %+v", r)
	}
	if diff := cmp.Diff([]scoring.Class{{Name: "A", AtLeast: "60"}, {Name: "B", AtLeast: "0.5"}}, card.Classes); diff != "" {
		t.Error(diff)
	}
}

func TestBadScorecards(t *testing.T) {
	rule := func(rest string) string { return "rules: [ { name: a, of: order_count, " + rest + " } ]" }
	for text, want := range map[string]string{
		"classes: { A: 1 }": "rules is missing",
		rule("missing: 1"):  "either bins or linear",
		rule("bins: [ { points: 1 } ], linear: { to: 1, points: 1 }"):                                                             "either bins or linear",
		rule("linear: { from: 2, to: 2, points: 1 }"):                                                                             "from and to that differ",
		rule("bins: [ { below: 3 } ]"):                                                                                            "points is missing",
		rule("bins: [ { below: .nan, points: 1 } ]"):                                                                              "must be a number",
		rule("bins: [ { below: 0x1p4, points: 1 } ]"):                                                                             "must be a number",
		rule("bins: [ { below: inf, points: 1 } ]"):                                                                               "must be a number",
		rule("bins: [ { below: '1 or 1=1', points: 1 } ]"):                                                                        "must be a number",
		rule("bins: [ { points: 1e3 } ]"):                                                                                         "must be a number",
		rule("bins: [ { points: 0.00001 } ]"):                                                                                     "at most four decimals",
		rule("bins: [ { points: 100000000000000 } ]"):                                                                             "from -1e13",
		rule("bins: [ { is: many, points: 1 } ]"):                                                                                 "is can't be \"many\"",
		"rules: [ { name: a, of: language, bins: [ { below: 1, points: 1 } ] } ]":                                                 "below and above need a number",
		"rules: [ { name: a, of: language, linear: { to: 1, points: 1 } } ]":                                                      "linear needs a number",
		"rules: [ { name: a, of: \"sector_code = '62010'\", bins: [ { points: 1 } ] } ]":                                          "say which, as in sector_version = '2025'",
		"rules: [ { name: a, of: ordr_count, bins: [ { points: 1 } ] } ]":                                                         "order_count",
		"rules: [ { name: a, of: order_count, bins: [ { points: 1 } ] }, { name: a, of: order_count, bins: [ { points: 1 } ] } ]": "two rules are called \"a\"",
		"rules: [ { name: a, of: order_count, bins: [ { points: 1 } ] } ]\nclasses: { C: 0, A: 60 }":                              "highest first",
		"for: everybody\nrules: [ { name: a, of: order_count, bins: [ { points: 1 } ] } ]":                                        "for can't be \"everybody\"",
	} {
		if _, err := parse(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngives %v, want %q", text, err, want)
		}
	}
}

func TestHashIsOfTheDefinition(t *testing.T) {
	text := "rules: [ { name: a, of: order_count, bins: [ { points: 1 } ] } ]"
	one, err := parse(t, text)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := parse(t, "\n\n"+text)
	if err != nil {
		t.Fatal(err)
	}
	other, err := parse(t, strings.Replace(text, "points: 1", "points: 2", 1))
	if err != nil {
		t.Fatal(err)
	}
	if one.Hash() != moved.Hash() || one.Hash() == other.Hash() || len(one.Hash()) != 64 {
		t.Errorf("hashes are %s, elsewhere in the file %s, of other points %s", one.Hash(), moved.Hash(), other.Hash())
	}
}
