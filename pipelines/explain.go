package pipelines

import (
	"context"
	"fmt"
	"math"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/pipelines/decisions"
	"clientele/transforms/match"
	"clientele/transforms/match/model"
	"clientele/transforms/match/waterfall"
)

// PairWhy says why two parties are one customer, or two. It is personal data.
type PairWhy struct {
	A      string `json:"a"` // SOURCE:RECORD
	B      string `json:"b"`
	One    bool   `json:"one"`
	Answer string `json:"answer"`
	// Reasons are what decided it beside the evidence of the pair itself.
	Reasons []string `json:"reasons"`
	// Evidence is nil for a firm and a person, which no model compares.
	Evidence    *model.Explanation `json:"evidence,omitempty"`
	AcceptAbove float64            `json:"accept_above"`
	ReviewAbove float64            `json:"review_above"`
	decided     bool
}

// Chart draws the evidence.
func (w *PairWhy) Chart() waterfall.Chart {
	c := waterfall.Chart{Title: w.Answer, Marks: []waterfall.Mark{
		{Label: fmt.Sprintf("asked from %g", w.ReviewAbove), Bits: model.Bits(w.ReviewAbove)},
		{Label: fmt.Sprintf("accepted from %g", w.AcceptAbove), Bits: model.Bits(w.AcceptAbove)},
	}}
	if w.Evidence != nil {
		c.Steps = waterfall.Of(*w.Evidence)
	}
	return c
}

// ExplainPair says why two parties of the project are one customer since the last
// night, or two. A party is named as SOURCE:RECORD, or by a customer id, which
// stands for the record that founded it.
func (p *Project) ExplainPair(ctx context.Context, first, second string) (*PairWhy, error) {
	book, err := p.decisions(ctx)
	if err != nil {
		return nil, err
	}
	var a, b connectors.RecordKey
	customers := map[connectors.RecordKey]string{}
	if err := p.look(ctx, func(r connectors.Reader) (err error) {
		if a, err = p.decidable(ctx, r, first, book, connectors.VerdictSame); err != nil {
			return err
		}
		if b, err = p.decidable(ctx, r, second, book, connectors.VerdictSame); err != nil {
			return err
		}
		for _, k := range []connectors.RecordKey{a, b} {
			if customers[k], err = p.customerOf(ctx, r, k); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	evidence, err := p.evidence(ctx, map[match.Record]bool{recordOf(a): true, recordOf(b): true})
	if err != nil {
		return nil, err
	}
	return p.pairWhy(a, b, customers[a], customers[b], evidence, book), nil
}

func recordOf(k connectors.RecordKey) match.Record {
	return match.Record{Source: k.Source, ID: k.Record}
}

// customerOf returns the customer that a party is.
func (p *Project) customerOf(ctx context.Context, r connectors.Reader, k connectors.RecordKey) (string, error) {
	d := p.Warehouse.Dialect()
	found, err := rows(ctx, r, fmt.Sprintf("SELECT customer_id FROM %s WHERE source = %s AND record_id = %s", p.Warehouse.Base("base_members"), d.String(k.Source), d.String(k.Record)))
	if err != nil || len(found.Values) == 0 {
		return "", err
	}
	return found.text(0, "customer_id"), nil
}

// pairWhy says why two parties are one, or two.
func (p *Project) pairWhy(a, b connectors.RecordKey, customerA, customerB string, evidence *match.Evidence, book *decisions.Book) *PairWhy {
	w := &PairWhy{A: a.String(), B: b.String(), One: customerA == customerB, AcceptAbove: p.Config.Match.AcceptAbove, ReviewAbove: p.Config.Match.ReviewAbove, Reasons: []string{}}
	say := func(format string, args ...any) { w.Reasons = append(w.Reasons, fmt.Sprintf(format, args...)) }
	if w.One {
		w.Answer = fmt.Sprintf("%s and %s are one: customer %s", a, b, customerA)
	} else {
		w.Answer = fmt.Sprintf("%s and %s are two: customers %s and %s", a, b, customerA, customerB)
	}
	_, x, compared := evidence.Explain(recordOf(a), recordOf(b))
	if compared {
		w.Evidence = &x
	}
	if d, ok := book.On(a, b); ok {
		w.decided = true
		say("people decided: %s", decisions.Text(d))
		if (d.Verdict == connectors.VerdictSame) != w.One {
			say("the next night heeds it")
		}
		return w
	}
	switch forbids := compared && evidence.Forbids(recordOf(a), recordOf(b)); {
	case !compared:
		say("one is a firm and the other a person: no model compares them, only people decide that they are one")
	case w.One && x.Probability >= w.AcceptAbove && !forbids:
		say("their pair is accepted: %.4f is at least accept_above %g", x.Probability, w.AcceptAbove)
	case w.One:
		say("their own pair would not be accepted: other parties of the customer join them; clientele customer why %s says which", customerA)
	case forbids:
		say("evidence forbids it: two different numbers of which a firm has one")
	case x.Probability >= w.AcceptAbove:
		say("the pair alone would be accepted; no blocking rule brought the two together, or the other parties of their customers speak against it")
	case x.Probability >= w.ReviewAbove:
		say("their pair is between review_above %g and accept_above %g: people are asked, and nothing is merged meanwhile", w.ReviewAbove, w.AcceptAbove)
	default:
		say("the evidence is not enough: %.4f is below review_above %g", x.Probability, w.ReviewAbove)
	}
	return w
}

// explained bounds the parties of a customer whose pairs are looked at.
const explained = 50

// pairs returns what holds the parties of a customer together: of each party but the
// first the pair that weighs most, with a party of the same customer. Of two
// customers it is the pair that weighs most between them.
func (w *why) pairs(ctx context.Context, first, second string) ([]*PairWhy, error) {
	if w.Config.Match.Engine != config.EngineProbabilistic {
		return nil, nil
	}
	wanted := map[match.Record]bool{}
	a, err := w.parties(ctx, first, wanted)
	if err != nil {
		return nil, err
	}
	b := a
	if second != first {
		if b, err = w.parties(ctx, second, wanted); err != nil {
			return nil, err
		}
	}
	evidence, err := w.evidence(ctx, wanted)
	if err != nil {
		return nil, err
	}
	book, err := w.decisions(ctx)
	if err != nil {
		return nil, err
	}
	best := func(k connectors.RecordKey, others []connectors.RecordKey) *PairWhy {
		var out *PairWhy
		for _, other := range others {
			if other == k {
				continue
			}
			if pair := w.pairWhy(other, k, first, second, evidence, book); out == nil || pair.weight() > out.weight() {
				out = pair
			}
		}
		return out
	}
	var out []*PairWhy
	if second == first {
		for _, k := range a[min(len(a), 1):] {
			out = append(out, best(k, a))
		}
		return out, nil
	}
	for _, k := range b {
		if pair := best(k, a); pair != nil && (out == nil || pair.weight() > out[0].weight()) {
			out = []*PairWhy{pair}
		}
	}
	return out, nil
}

// parties returns the parties of a customer in the order in which they were first
// seen, and adds them to those that are wanted.
func (w *why) parties(ctx context.Context, id string, wanted map[match.Record]bool) ([]connectors.RecordKey, error) {
	found, err := rows(ctx, w.published, fmt.Sprintf(`SELECT source, source_record_id FROM customer_sources WHERE customer_id = %s
ORDER BY first_seen_on ASC NULLS LAST, source ASC NULLS LAST, source_record_id ASC NULLS LAST LIMIT %d`, w.Warehouse.Dialect().String(id), explained))
	if err != nil {
		return nil, err
	}
	var out []connectors.RecordKey
	for i := range found.Values {
		k := connectors.RecordKey{Source: found.text(i, "source"), Record: found.text(i, "source_record_id")}
		out = append(out, k)
		wanted[recordOf(k)] = true
	}
	return out, nil
}

// weight is what a pair weighs among others: what people decided most, what no model
// compares least.
func (w *PairWhy) weight() float64 {
	switch {
	case w.decided:
		return math.Inf(1)
	case w.Evidence == nil:
		return math.Inf(-1)
	}
	return w.Evidence.Bits
}
