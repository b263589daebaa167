package pipelines_test

import (
	"errors"
	"strings"
	"testing"

	"clientele/connectors"
	"clientele/pipelines"
)

// decide decides on two records of the shop's customers.
func (s *shop) decide(p *pipelines.Project, a, b string, v connectors.Verdict) {
	s.t.Helper()
	if _, err := p.Decide(s.t.Context(), "customers:"+a, "customers:"+b, v, "I know them", "mia"); err != nil {
		s.t.Fatal(err)
	}
}

// events are the merges and splits of the shop, by the records that founded the
// customers.
func (s *shop) events(p *pipelines.Project) string {
	s.t.Helper()
	founder := map[string]string{}
	for _, row := range s.base(p, "SELECT customer_id || ' ' || record_id FROM %s ORDER BY ALL", "base_ids") {
		id, record, _ := strings.Cut(row, " ")
		founder[id] = record
	}
	rows := s.column(p, "SELECT as_of || ' ' || why || ' ' || from_customer_id || ' ' || to_customer_id || ' ' || COALESCE(reason, '-') || ' ' || COALESCE(decided_by, '-') FROM customer_merges ORDER BY ALL")
	for i, row := range rows {
		f := strings.Fields(row)
		f[2], f[3] = founder[f[2]], founder[f[3]]
		rows[i] = strings.Join(f, " ")
	}
	return strings.Join(rows, "\n")
}

// What people decided holds in nights that are confined to it as in whole ones, and
// so does what they took back.
func TestConfinedNightsHeedDecisions(t *testing.T) {
	const elle = ";Kapsalon Elle;elle@elle.example;016 55 44 33;3000;;01/03/2025\n"
	nights := func(whole bool) (touched int64, digests map[string]string) {
		s, p := likelyShop(t, "checks:")
		s.write("in/customers-3.csv", neighbours(0, 0)+"E1"+elle+"E2"+elle)
		s.run(p)
		night := func(want string) {
			t.Helper()
			if whole {
				s.exec(p, "DELETE FROM %s WHERE name = 'basis'", "base_meta")
			}
			s.now = s.now.AddDate(0, 0, 1)
			touched += s.run(p).Match.Touched
			if got := s.customersOf(p, "7", "9") + s.customersOf(p, "E1", "E2") + s.customersOf(p, "E2", "E3"); got != want {
				t.Errorf("the pairs are %s customers, want %s", got, want)
			}
		}
		s.decide(p, "7", "9", connectors.VerdictSame)
		s.decide(p, "E1", "E2", connectors.VerdictDifferent)
		night("121")
		s.write("in/customers-4.csv", neighbours(0, 0)+"E3"+elle)
		night("122") // E3 is like both, and comes to the first
		s.decide(p, "E3", "E1", connectors.VerdictDifferent)
		s.decide(p, "7", "9", connectors.VerdictForgotten)
		night("221")
		return touched, s.digests(p, results...)
	}
	confined, got := nights(false)
	whole, want := nights(true)
	if confined == 0 || confined > 40 || whole != 0 {
		t.Errorf("the nights looked at %d parties and %d, want few and all", confined, whole)
	}
	sameDigests(t, "confined", got, want)
}

// A customer keeps its id when people decide, and take it back, and decide again, in
// one night that is worked again and again.
func TestMindsChangeInOneNight(t *testing.T) {
	s := newShop(t)
	p := s.open()
	s.run(p)
	s.decide(p, "1", "2", connectors.VerdictSame)
	s.run(p)
	want := "2026-02-01 merge 2 1 decision mia"
	if got := s.events(p); got != want {
		t.Errorf("events are\n%s\nwant\n%s", got, want)
	}
	s.decide(p, "1", "2", connectors.VerdictForgotten)
	s.decide(p, "1", "2", connectors.VerdictDifferent)
	s.run(p)
	s.decide(p, "1", "2", connectors.VerdictForgotten)
	s.decide(p, "1", "2", connectors.VerdictSame)
	s.run(p)
	if got := s.events(p); got != want+"\n2026-02-01 split 1 2 decision mia" {
		t.Errorf("events are\n%s", got)
	}
	before := s.digests(p, results...)
	s.run(p)
	sameDigests(t, "the night again", s.digests(p, results...), before)
}

// Neither a restored base, nor models trained anew, nor a base made anew from the
// first night on changes what people decided.
func TestDecisionsOutliveTheBase(t *testing.T) {
	s, p := likelyShop(t, likelyMatch)
	s.run(p)
	file := s.dir + "/backup.tar"
	if _, err := p.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	s.decide(p, "7", "9", connectors.VerdictSame)
	s.decide(p, "F1", "F2", connectors.VerdictDifferent)
	s.now = s.now.AddDate(0, 0, 1)
	s.run(p)
	held := func(what string) {
		t.Helper()
		if got := s.customersOf(p, "7", "9") + s.customersOf(p, "F1", "F2"); got != "12" {
			t.Errorf("%s: the pairs are %s customers, want 1 and 2", what, got)
		}
	}
	held("the night after")

	s.exec(p, "DELETE FROM %s WHERE TRUE", "base_models")
	s.now = s.now.AddDate(0, 0, 1)
	s.run(p)
	held("trained anew")

	if _, err := p.Restore(t.Context(), file, pipelines.RestoreOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.AddDate(0, 0, 1)
	s.run(p)
	held("restored")

	report, err := p.Backfill(t.Context(), pipelines.BackfillOptions{From: s.now.Truncate(24*3600e9).AddDate(0, 0, -3), To: s.now.Truncate(24*3600e9).AddDate(0, 0, 1), OnFailure: pipelines.FailureStop})
	if err != nil {
		t.Fatal(err)
	}
	if report.Status != connectors.BackfillDone {
		t.Fatalf("the backfill is %s", report.Status)
	}
	held("worked anew")
}

// A night in which too many customers would become one with others is held, until a
// person lets it pass. The first night is not, and what people decided is not
// counted.
func TestTooManyMergesHoldTheNight(t *testing.T) {
	s := newShop(t)
	s.write("clientele.yaml", strings.Replace(shopConfig, "max_lost: 1", "max_lost: 1, max_merged: 0.1, max_split: 0.05", 1))
	s.write("in/customers.csv", neighbours(0, 20))
	p := s.open()
	s.run(p)
	s.decide(p, "1", "3", connectors.VerdictSame)
	s.decide(p, "5", "7", connectors.VerdictSame)
	s.decide(p, "9", "11", connectors.VerdictSame)
	s.now = s.now.AddDate(0, 0, 1)
	s.run(p)

	try := func(check, number string) {
		t.Helper()
		s.now = s.now.AddDate(0, 0, 1)
		report, err := p.Run(t.Context(), pipelines.RunOptions{})
		var held *pipelines.HeldError
		if !errors.As(err, &held) || len(held.Failed) != 1 || held.Failed[0].Check != check || !strings.HasPrefix(held.Failed[0].Message, number) {
			t.Fatalf("the night ends with %v, want %s to hold it for %s", err, check, number)
		}
		if err := p.Approve(t.Context(), report.Run, check, "we know", "mia"); err != nil {
			t.Fatal(err)
		}
		s.run(p)
	}
	one := strings.ReplaceAll(neighbours(0, 20), "klant14@", "klant12@")
	one = strings.ReplaceAll(strings.ReplaceAll(one, "klant16@", "klant12@"), "klant18@", "klant12@")
	names := strings.NewReplacer("Jan "+surname(14*7), "Jan "+surname(12*7), "Jan "+surname(16*7), "Jan "+surname(12*7), "Jan "+surname(18*7), "Jan "+surname(12*7))
	s.write("in/customers-2.csv", names.Replace(one))
	try("customers.max_merged", "3 of 17 customers")
	s.write("in/customers-5.csv", neighbours(12, 8))
	try("customers.max_split", "1 of 14 customers")
}
