package pipelines

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/pipelines/reviewbook"
	"clientele/transforms/delta"
	"clientele/transforms/match"
)

// keepGrey writes down the pairs that people are asked about: all, or those of parties that
// were matched.
func (n *nightTx) keepGrey(ctx context.Context, pairs []match.GreyPair) error {
	fill := n.replace
	if n.partial {
		if err := n.script(ctx)(delta.Ungrey(n.d, n.ns)); err != nil {
			return err
		}
		fill = n.insert
	}
	return fill(ctx, "base_grey", func(add func(...any) error) error {
		for _, g := range pairs {
			if err := add(g.A.Source, g.A.ID, g.B.Source, g.B.ID, g.Kind, g.Bits); err != nil {
				return err
			}
		}
		return nil
	})
}

// grey returns the pairs that people are asked about since the last night, those
// first that are nearest to a match.
func (p *Project) grey(ctx context.Context) (pairs []match.GreyPair, err error) {
	err = p.look(ctx, func(r connectors.Reader) error {
		sql := fmt.Sprintf(`SELECT source_a, record_a, source_b, record_b, kind, weight FROM %s
ORDER BY kind ASC NULLS LAST, weight DESC NULLS LAST, source_a ASC NULLS LAST, record_a ASC NULLS LAST, source_b ASC NULLS LAST, record_b ASC NULLS LAST`, p.Warehouse.Base("base_grey"))
		return r.Read(ctx, sql, func(rec arrow.Record) error {
			for i := range int(rec.NumRows()) {
				pairs = append(pairs, match.GreyPair{A: match.Record{Source: text(rec, 0, i), ID: text(rec, 1, i)}, B: match.Record{Source: text(rec, 2, i), ID: text(rec, 3, i)},
					Kind: text(rec, 4, i), Bits: rec.Column(5).(*array.Float64).Value(i)})
			}
			return nil
		})
	})
	return pairs, err
}

// sheetOf are the sheets of the workbook, by kind of party, and sheetKinds their order.
var (
	sheetOf    = map[string]string{match.KindOrganisation: "organisations", match.KindPerson: "persons", match.KindContact: "firms and persons"}
	sheetKinds = []string{match.KindOrganisation, match.KindPerson, match.KindContact}
)

// ExportReview writes the pairs that people are asked about since the last night as a
// workbook that they can fill in. It replaces no file.
func (p *Project) ExportReview(ctx context.Context, file string) (*reviewbook.Exported, error) {
	pairs, err := p.grey(ctx)
	if err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		return nil, reviewbook.ErrNothing
	}
	slices.SortStableFunc(pairs, func(a, b match.GreyPair) int {
		return slices.Index(sheetKinds, a.Kind) - slices.Index(sheetKinds, b.Kind)
	})
	wanted := map[match.Record]bool{}
	for _, g := range pairs {
		wanted[g.A], wanted[g.B] = true, true
	}
	evidence, err := p.evidence(ctx, wanted)
	if err != nil {
		return nil, err
	}
	book, err := p.decisions(ctx)
	if err != nil {
		return nil, err
	}
	var sheets []reviewbook.Sheet
	for _, g := range pairs {
		kind, x, ok := evidence.Explain(g.A, g.B)
		if !ok { // a party that is gone since: the next night does not ask
			continue
		}
		if n := len(sheets); n == 0 || sheets[n-1].Name != sheetOf[kind] {
			sheets = append(sheets, reviewbook.Sheet{Name: sheetOf[kind]})
		}
		s := &sheets[len(sheets)-1]
		s.Pairs = append(s.Pairs, reviewbook.NewPair(keyOf(g.A), keyOf(g.B), x, book))
	}
	var out bytes.Buffer
	if err := reviewbook.Write(&out, p.temp(""), sheets); err != nil {
		return nil, err
	}
	return reviewbook.NewExported(file, sheets), writeNew(file, out.Bytes())
}

func keyOf(r match.Record) connectors.RecordKey {
	return connectors.RecordKey{Source: r.Source, Record: r.ID}
}

// ImportReview takes the decisions of a workbook that came back: the next night heeds
// them. What is decided already is not decided again.
func (p *Project) ImportReview(ctx context.Context, file, by string) (*reviewbook.Receipt, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	lines, err := reviewbook.Read(file, p.temp(""))
	if err != nil {
		return nil, err
	}
	book, err := p.decisions(ctx)
	if err != nil {
		return nil, err
	}
	parties, err := p.partiesOf(ctx, lines)
	if err != nil {
		return nil, err
	}
	return reviewbook.Take(file, lines, by, p.env.Now(), book, func(k connectors.RecordKey) bool { return parties[k] },
		func(d connectors.Decision) error { return p.State.Decide(ctx, d) })
}

// partiesOf returns which records of lines are parties that the base holds.
func (p *Project) partiesOf(ctx context.Context, lines []reviewbook.Line) (map[connectors.RecordKey]bool, error) {
	named, parties := map[connectors.RecordKey]bool{}, map[connectors.RecordKey]bool{}
	for _, l := range lines {
		named[l.A], named[l.B] = true, true
	}
	err := p.look(ctx, func(r connectors.Reader) error {
		return r.Read(ctx, fmt.Sprintf("SELECT source, record_id FROM %s ORDER BY source ASC NULLS LAST, record_id ASC NULLS LAST", p.Warehouse.Base("base_members")), func(rec arrow.Record) error {
			for i := range int(rec.NumRows()) {
				if k := (connectors.RecordKey{Source: text(rec, 0, i), Record: text(rec, 1, i)}); named[k] {
					parties[k] = true
				}
			}
			return nil
		})
	})
	return parties, err
}
