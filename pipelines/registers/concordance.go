package registers

import (
	"context"
	"encoding/json"
	"fmt"

	"clientele/connectors/registry"
	"clientele/schemas"
	"clientele/schemas/nace"
)

// concordance asks the copy of a register for its concordance, as a question about no
// firm; ok is false for a register that has none.
func (r *Registers) concordance(ctx context.Context, name string, asOf registry.Date) (l Landed, ok bool, err error) {
	x, ok := r.list[r.index(name)].Provider.(registry.Concordant)
	if !ok {
		return l, false, nil
	}
	c, err := x.Concordance(ctx)
	if err != nil || len(c.Conversions) == 0 {
		return l, false, err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return l, false, fmt.Errorf("write the concordance of %s: %w", name, err)
	}
	l = Landed{By: registry.KeyNACE, Number: registry.ConvertedFrom, AskedOn: asOf}
	l.Answers = []registry.Answer{copyAnswer(name, asOf, l.Number, body)}
	return l, true, nil
}

// concordanceRows returns what a landed concordance says as rows.
func concordanceRows(name string, l Landed, from Origin) ([][]Row, error) {
	w := &rowWriter{from: from, firm: l.Key(), observed: day(l.AskedOn)}
	w.asked(l, true)
	for _, a := range l.Answers {
		var c registry.Concordance
		if err := json.Unmarshal(a.Body, &c); err != nil {
			return nil, registry.Garbled(name, err)
		}
		w.observed = day(c.AsOf)
		for _, x := range c.Conversions {
			values := map[string]any{"scope": registry.ConvertedFrom, "from_version": registry.ConvertedFrom, "from_code": x.From,
				"to_version": registry.ConvertedTo, "to_code": x.To, "share": x.Share, "firms": x.Firms}
			if code, ok := nace.Parse(nace.V2025, x.To); ok {
				values["to_section"] = code.Section()
			}
			w.add(schemas.RegistryConcordance[len(schemas.RegistryInput):], l.Key()+" "+x.From, values)
		}
	}
	return w.tables, nil
}

// FirmsIn returns how many of landed answers are about a firm.
func FirmsIn(list []Landed) (n int) {
	for _, l := range list {
		if l.By != registry.KeyNACE {
			n++
		}
	}
	return n
}
