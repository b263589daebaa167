package pipelines_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/transforms/match/blocking"
	"clientele/transforms/match/model"
)

// plans gives the models that the base keeps rules that find small crowds, which are split.
func (s *shop) plans(p *pipelines.Project, rules map[string][]blocking.Key) {
	s.t.Helper()
	for kind, keys := range rules {
		m := &model.Model{}
		text := s.base(p, "SELECT model FROM %s WHERE kind = '"+kind+"'", "base_models")[0]
		if err := json.Unmarshal([]byte(text), m); err != nil {
			s.t.Fatal(err)
		}
		m.Plan = &blocking.Plan{LargestBlock: 4}
		for _, k := range keys {
			m.Plan.Rules = append(m.Plan.Rules, blocking.PlannedRule{Rule: blocking.Rule{Keys: []blocking.Key{k}}})
		}
		for _, column := range []string{"phone", "email", "postcode"} {
			m.Plan.Splits = append(m.Plan.Splits, blocking.Key{Column: column, By: "exact"})
		}
		body, err := json.Marshal(m)
		if err != nil {
			s.t.Fatal(err)
		}
		s.exec(p, "UPDATE %s SET model = '"+strings.ReplaceAll(string(body), "'", "''")+"' WHERE kind = '"+kind+"'", "base_models")
	}
}

// kept tells what the base keeps of a matching, by records.
func (s *shop) kept(p *pipelines.Project) []string {
	s.t.Helper()
	record := map[string]string{}
	for _, row := range s.base(p, "SELECT CAST(number AS VARCHAR) || ' ' || record_id FROM %s", "base_members") {
		number, id, _ := strings.Cut(row, " ")
		record[number] = id
	}
	var out []string
	for _, row := range s.base(p, "SELECT kind || ' ' || CAST(block AS VARCHAR) || ' ' || COALESCE(CAST(part_of AS VARCHAR), '-') || ' ' || CAST(number AS VARCHAR) FROM %s", "base_blocks") {
		f := strings.Fields(row)
		out = append(out, fmt.Sprintln(f[0], f[1], f[2], record[f[3]]))
	}
	for _, row := range s.base(p, "SELECT kind || ' ' || CAST(number_a AS VARCHAR) || ' ' || CAST(number_b AS VARCHAR) || ' ' || CAST(weight AS VARCHAR) || ' ' || CAST(rule AS VARCHAR) FROM %s", "base_pairs") {
		f := strings.Fields(row)
		a, b := record[f[1]], record[f[2]]
		out = append(out, fmt.Sprintln(f[0], min(a, b), max(a, b), f[3], f[4]))
	}
	out = append(out, s.base(p, "SELECT kind || ' ' || record_a || ' ' || record_b || ' ' || CAST(weight AS VARCHAR) FROM %s", "base_grey")...)
	out = append(out, s.base(p, "SELECT record_a || ' ' || record_b || ' ' || CAST(same AS VARCHAR) FROM %s", "base_decisions")...)
	slices.Sort(out)
	return out
}

// Nights that match what changed make what nights make that match all, and keep the same for
// the nights that follow: as records come, change and go, and people decide.
func TestNightsMatchWhatChanged(t *testing.T) {
	rules := map[string][]blocking.Key{
		"person":       {{Column: "family_name", By: "exact"}, {Column: "postcode", By: "exact"}, {Column: "phone", By: "exact"}},
		"organisation": {{Column: "name", By: "word"}, {Column: "email", By: "exact"}},
		"contact":      {{Column: "postcode", By: "exact"}, {Column: "phone", By: "exact"}},
	}
	nights := func(whole bool) (touched int64, digests map[string]string, kept []string) {
		dice := rand.New(rand.NewPCG(1, 6))
		s := newShop(t)
		s.write("clientele.yaml", strings.Replace(strings.Replace(shopConfig, "key: [Nr]", "key: [Nr]\n        delivery: snapshot", 1), "checks:",
			"match: { engine: probabilistic, accept_above: 0.9, review_above: 0.2 }\nchecks:", 1))
		p := s.open()
		lines := strings.Split(strings.TrimSuffix(neighbours(0, 80)+twice, "\n"), "\n")
		header, rows := lines[0], lines[1:]
		file := "in/customers.csv"
		deliver := func(night int) {
			s.remove(file)
			file = fmt.Sprintf("in/customers-%d.csv", night)
			s.write(file, header+"\n"+strings.Join(rows, "\n")+"\n")
		}
		deliver(0)
		s.run(p)
		s.plans(p, rules)
		s.now = s.now.AddDate(0, 0, 1)
		s.run(p)
		for night := range 3 {
			for range 5 {
				i, other := dice.IntN(len(rows)), strings.Split(rows[dice.IntN(len(rows))], ";")
				f := strings.Split(rows[i], ";")
				switch dice.IntN(5) {
				case 0:
					rows = slices.Delete(rows, i, i+1)
					continue
				case 1:
					f = slices.Clone(f)
					f[0] = fmt.Sprintf("N%d%d", night, i)
					f[1] = strings.Replace(f[1], "a", "e", 1)
					rows = append(rows, strings.Join(f, ";"))
					continue
				case 2:
					f[1] = other[1]
				case 3:
					f[2], f[3] = other[2], other[3]
				default:
					f[4] = other[4]
				}
				rows[i] = strings.Join(f, ";")
			}
			deliver(1 + night)
			a, _, _ := strings.Cut(rows[dice.IntN(20)], ";")
			b, _, _ := strings.Cut(rows[30+dice.IntN(20)], ";")
			s.decide(p, a, b, []connectors.Verdict{connectors.VerdictSame, connectors.VerdictDifferent}[night%2])
			if night == 0 { // that there are decisions makes one night whole
				s.now = s.now.AddDate(0, 0, 1)
				s.run(p)
			}
			if whole {
				s.exec(p, "DELETE FROM %s WHERE name = 'basis'", "base_meta")
			}
			s.now = s.now.AddDate(0, 0, 1)
			touched += s.run(p).Match.Touched
		}
		return touched, s.digests(p, append(slices.Clone(results), "customer_merges")...), s.kept(p)
	}
	touched, got, gotKept := nights(false)
	all, want, wantKept := nights(true)
	if touched == 0 || touched > 200 || all != 0 {
		t.Errorf("the nights looked at %d parties and %d, want few and all", touched, all)
	}
	sameDigests(t, "confined", got, want)
	if a, b := strings.Join(gotKept, "\n"), strings.Join(wantKept, "\n"); a != b {
		t.Errorf("the base keeps other blocks, pairs or decisions than after whole nights:\n%s\nwant\n%s", a, b)
	}
}
