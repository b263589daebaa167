package transformstest

import (
	"slices"
	"strings"
	"time"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/scoring"
	"clientele/transforms"
	"clientele/transforms/account"
	"clientele/transforms/delta"
	"clientele/transforms/enrich"
	"clientele/transforms/facts"
	"clientele/transforms/history"
	"clientele/transforms/load"
	"clientele/transforms/match"
	"clientele/transforms/merge"
	"clientele/transforms/metrics"
)

// Stage is the table that Statements load from for an input table.
func Stage(input schemas.Table) string { return "stage_" + input.Name }

// Statements returns every statement of SQL that a night's transforms run, in
// the order in which a night runs them, rendered for one dialect: what depends
// on the config or on what was delivered in each of its forms.
func Statements(d *dialect.Dialect) ([]dialect.Statement, error) {
	var out []dialect.Statement
	var failed error
	add := func(ss []dialect.Statement, err error) {
		out = append(out, ss...)
		if failed == nil {
			failed = err
		}
	}
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		return nil, err
	}
	night := transforms.Night{AsOf: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Zone: zone, Currency: "EUR", LapsedBefore: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)}
	ns := d.Plain()
	var absences []load.Absence
	for _, in := range schemas.Inputs() {
		stage := d.Ident(Stage(in))
		var picks, sums []load.Pick
		for i, c := range in.MappedColumns() {
			absences = append(absences, load.Absence{Target: strings.TrimPrefix(in.Name, schemas.InputPrefix), Column: c.Name})
			picks = append(picks, load.Pick{Column: c.Name, Which: []string{"first", "min", "max", "last"}[i%4]})
			if c.Type == schemas.Int || c.Type == schemas.Decimal || c.Type == schemas.Float {
				sums = append(sums, load.Pick{Column: c.Name, Which: "sum"})
			}
		}
		add([]dialect.Statement{load.Append(d, ns, stage, in)}, nil)
		for _, p := range [][]load.Pick{nil, picks, sums} {
			add(load.Collapse(d, ns, stage, in, p), nil)
		}
	}
	for _, absences := range [][]load.Absence{nil, absences} {
		add(load.Statements(d, ns, ns, absences), nil)
		add(merge.Corrected(d, ns))
	}
	add(load.Registers(d, ns, ns), nil)
	for _, order := range [][]string{nil, {merge.Length, merge.Frequency, merge.Recency, merge.Trust}} {
		policy := merge.Policy{Rules: map[string][]string{}}
		for _, group := range []string{"name", "headcount", "birth_date", "email", "address"} {
			policy.Rules[group] = order
		}
		add(merge.Choose(d, ns, policy), nil)
	}
	add(facts.Statements(d, ns, night))
	add(metrics.Statements(d, ns, night))
	add(merge.Golden(d, ns))
	add(enrich.Nothing(d, ns), nil)
	for _, policy := range []merge.Policy{{Rules: map[string][]string{"legal_name": {merge.Trust}}}, {}} {
		add(enrich.Statements(d, ns, night.Currency, policy.PartiesFirst))
	}
	dollars := night
	dollars.Currency = "USD"
	add(merge.Customers(d, ns, dollars, merge.Labels{}))
	add(merge.Customers(d, ns, night, labels))
	for _, o := range []enrich.Deriving{{}, {LeastFirms: 20}, {Registers: true}, {Registers: true, LeastFirms: 20}} {
		add(enrich.Derived(d, ns, o))
	}
	add(facts.Campaigns(d, ns))
	add(scoring.Statements(d, ns, night, nil))
	add(scoring.Statements(d, ns, night, scorecards()))
	add(history.Never(d, ns))
	add(history.Statements(d, ns, night, ""))
	add(account.Statements(d, ns))
	for _, registers := range []bool{false, true} {
		add(confined(d, ns, night, absences, registers))
	}
	return out, failed
}

// confined returns the statements of a night that is confined to changes, with
// official registers or without.
func confined(d *dialect.Dialect, ns dialect.Namespace, night transforms.Night, absences []load.Absence, registers bool) (out []dialect.Statement, failed error) {
	add := func(ss []dialect.Statement, err error) {
		out = append(out, ss...)
		if failed == nil {
			failed = err
		}
	}
	changes := delta.Changes{Since: night.AsOf.AddDate(0, 0, -1), Deliveries: []string{"d1", "it's"}, Again: true, Registers: registers}
	for _, name := range slices.Concat(schemas.InputNames(), schemas.RegistryInputs()) {
		changes.Snapshots = append(changes.Snapshots, delta.Snapshot{Target: name, Before: "s1", After: "s2"})
	}
	rows := delta.Confined(ns)
	add(delta.Forget(d, ns, changes.Deliveries), nil)
	add(delta.Changed(d, ns, night, changes))
	add(load.Parties(d, ns, absences), nil)
	add(merge.Corrected(d, ns))
	add(delta.Touched(d, ns, night, changes, match.Exact{}.Shared()))
	add(d.ReplaceAs("clusters of tonight", ns(delta.JoinedParties.Name), "SELECT source, record_id, 1 AS cluster, probability, matched_by FROM "+ns("base_members")), nil)
	add(delta.Numbered(d, ns))
	add(d.ReplaceAs("numbers", ns("asked_numbers"), "SELECT number FROM "+ns("base_members")), nil)
	parties, _ := schemas.Input("parties")
	parties = load.WithColumns(parties, match.Exact{}.Columns())
	add(delta.Wanted(d, ns, parties, ns("asked_numbers")))
	add(load.Slice(d, delta.WantedParties(ns), ns, parties, absences), nil)
	add(delta.Joined(d, ns))
	add(delta.Ungrey(d, ns))
	add(delta.Widen(d, ns, changes.Registers))
	add(delta.Identities(d, ns))
	add(delta.Slice(d, ns, changes.Registers))
	add(load.Statements(d, delta.Unsieved(ns), ns, absences), nil)
	if changes.Registers {
		add(load.Registers(d, delta.Unsieved(ns), ns), nil)
	}
	add(delta.Sieve(d, ns))
	add(merge.Corrected(d, rows))
	add(delta.Unissue(d, ns))
	add(merge.Choose(d, rows, merge.Policy{}), nil)
	add(facts.Statements(d, rows, night))
	add(metrics.Statements(d, rows, night))
	add(merge.Golden(d, rows))
	if changes.Registers {
		add(enrich.Statements(d, rows, night.Currency, new(merge.Policy).PartiesFirst))
	} else {
		add(enrich.Nothing(d, rows), nil)
	}
	add(merge.Customers(d, rows, night, labels))
	add(delta.Replace(d, ns))
	add([]dialect.Statement{metrics.Age(d, ns, night), merge.Checked(d, ns, night)}, nil)
	add(enrich.Derived(d, ns, enrich.Deriving{Registers: registers, LeastFirms: 20}))
	add(facts.Campaigns(d, ns))
	add(history.Statements(d, rows, night, delta.Customers))
	return out, failed
}

// scorecards has a rule of each kind on each type of criterion, for customers of
// each kind.
func scorecards() []*scoring.Scorecard {
	var out []*scoring.Scorecard
	for _, who := range []string{"customers", "prospects", "organisations", "persons"} {
		card := &scoring.Scorecard{Name: "it's for " + who, For: who, Classes: []scoring.Class{{Name: `A\`, AtLeast: "1.5"}, {Name: "B", AtLeast: "-1"}}}
		for _, of := range []string{"order_count", "order_amount_total", "response_rate"} {
			card.Rules = append(card.Rules,
				&scoring.Rule{Name: of, Of: of, Missing: "0", Bins: []scoring.Bin{{Is: "1.5", Points: "1"}, {Below: "2", Points: "-1.25"}, {Above: "3.25", Below: "4", Points: "2"}, {Points: "3"}}},
				&scoring.Rule{Name: of + " in proportion", Of: of, Missing: "0.5", Label: "a 'label'", Linear: &scoring.Linear{From: -5, To: 5, Points: "1.5"}})
		}
		for _, of := range []string{"language", "natural_person", "last_order_on"} {
			card.Rules = append(card.Rules, &scoring.Rule{Name: of, Of: of, Missing: "0", Bins: []scoring.Bin{{Is: "1", Points: "1"}, {Points: "0.5"}}})
		}
		card.Rules = append(card.Rules,
			&scoring.Rule{Name: "computed", Of: "days_since(last_visit_on) * 2", Missing: "0", Bins: []scoring.Bin{{Above: "10", Points: "1"}}},
			&scoring.Rule{Name: "steep", Of: "order_amount_total / order_count", Missing: "0", Linear: &scoring.Linear{From: 1e-7, To: 1e21, Points: "10"}})
		out = append(out, card)
	}
	return out
}

// Defined returns the tables that are there before any statement runs: those of
// schemas, and the stages of the input tables, by their names.
func Defined() map[string]schemas.Table {
	out := map[string]schemas.Table{}
	for _, t := range schemas.Inputs() {
		out[t.Name] = t
		t.Name = Stage(t)
		out[t.Name] = t
	}
	for _, tables := range [][]schemas.Table{schemas.Bases(), schemas.Published()} {
		for _, t := range tables {
			out[t.Name] = t
		}
	}
	return out
}
