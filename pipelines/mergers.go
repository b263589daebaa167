package pipelines

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/schemas/dialect"
	"clientele/transforms/match"
)

// countEvents counts merges and splits for the report, and those that nobody decided
// for the guards.
func (n *nightTx) countEvents(events []match.Event) {
	split := map[string]bool{}
	for _, e := range events {
		if e.Why == match.WhyMerge {
			n.report.Match.Merges++
		} else {
			n.report.Match.Splits++
		}
		switch {
		case e.Reason == match.RuleDecision:
		case e.Why == match.WhyMerge:
			n.customersMerged++
		case !split[e.From]:
			split[e.From] = true
			n.customersSplit++
		}
	}
}

// enterEvents writes down the merges and splits of the night. Where it is worked
// again, those of the earlier time stay, unless the same customers did so again.
func (n *nightTx) enterEvents(ctx context.Context, events []match.Event) error {
	type pair struct{ from, to string }
	anew, again := map[pair]bool{}, false
	for _, e := range events {
		anew[pair{e.From, e.To}] = true
	}
	table, night := n.table("base_merges"), n.d.Date(n.night.AsOf)
	var kept [][]any
	sql := fmt.Sprintf("SELECT from_customer_id, to_customer_id, why, reason, decided_by FROM %s WHERE as_of = %s ORDER BY from_customer_id ASC NULLS LAST, to_customer_id ASC NULLS LAST", table, night)
	if err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			again = true
			if !anew[pair{text(rec, 0, i), text(rec, 1, i)}] {
				kept = append(kept, []any{n.night.AsOf, text(rec, 0, i), text(rec, 1, i), text(rec, 2, i), text(rec, 3, i), text(rec, 4, i)})
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if again {
		if err := n.exec(ctx, dialect.Statement{Name: "merges of this night", SQL: fmt.Sprintf("DELETE FROM %s WHERE as_of = %s", table, night)}); err != nil {
			return err
		}
	}
	return n.insert(ctx, "base_merges", func(add func(...any) error) error {
		for _, row := range kept {
			if err := add(row...); err != nil {
				return err
			}
		}
		for _, e := range events {
			by := ""
			if e.Reason == match.RuleDecision {
				d, _ := n.decided.On(connectors.RecordKey{Source: e.Decided.A.Source, Record: e.Decided.A.ID}, connectors.RecordKey{Source: e.Decided.B.Source, Record: e.Decided.B.ID})
				by = d.By
			}
			if err := add(n.night.AsOf, e.From, e.To, e.Why, e.Reason, by); err != nil {
				return err
			}
		}
		return nil
	})
}
