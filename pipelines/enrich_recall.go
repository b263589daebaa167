package pipelines

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
	"clientele/schemas"
)

// recall learns whom registers can be asked about, and what they answered before.
func (e *enrichment) recall(ctx context.Context, pending []*conformed) error {
	base, err := e.lookBase(ctx)
	if err != nil {
		return err
	}
	defer base.Close()
	if err := e.recallFirms(ctx, base); err != nil {
		return err
	}
	if err := e.recallAnswers(ctx, base); err != nil {
		return err
	}
	if err := e.recallLinks(ctx, base); err != nil {
		return err
	}
	if err := e.recallCalls(ctx); err != nil {
		return err
	}
	if err := e.recallWaiting(ctx, pending); err != nil {
		return err
	}
	return e.newcomers(ctx, pending)
}

// lookBase opens the base of the night before.
func (e *enrichment) lookBase(ctx context.Context) (connectors.Reader, error) {
	return e.project.Warehouse.Look(ctx, schemas.All())
}

// recallLinks reads which firms were found for parties.
func (e *enrichment) recallLinks(ctx context.Context, base connectors.Reader) error {
	sql := fmt.Sprintf(`SELECT k.source, k.record_id, k.asked_on, k.party_hash, k.number, k.relation
FROM %s k JOIN %s l ON l.delivery_id = k.delivery_id ORDER BY l.seq ASC NULLS LAST, k.source ASC NULLS LAST, k.record_id ASC NULLS LAST`, e.table("in_registry_links"), e.table("base_deliveries"))
	return base.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			link := registers.Link{Number: text(rec, 4, i), Relation: registers.Relation(text(rec, 5, i))}
			e.remember(text(rec, 0, i), text(rec, 1, i), registers.Last{On: date(rec, 2, i), Known: link.Number != "", Hash: text(rec, 3, i), Number: link.Follows()})
		}
		return nil
	})
}

// recallFirms reads the firms of the night before: customers before those who left and
// who never came, and by what they spent.
func (e *enrichment) recallFirms(ctx context.Context, base connectors.Reader) error {
	sql := fmt.Sprintf(`SELECT COALESCE(o.enterprise_number, o.registry_number) AS enterprise_number, o.vat_number, c.country, CASE WHEN c.lifecycle = 'customer' THEN 0 WHEN c.lifecycle = 'lapsed' THEN 1 ELSE 2 END AS class, CAST(m.order_amount_total AS %s) AS spent
FROM %s o JOIN %s c ON c.customer_id = o.customer_id LEFT JOIN %s m ON m.customer_id = o.customer_id
WHERE o.enterprise_number IS NOT NULL OR o.registry_number IS NOT NULL OR o.vat_number IS NOT NULL ORDER BY o.customer_id ASC NULLS LAST`,
		e.project.Warehouse.Dialect().Type(schemas.Float), e.table("organisations"), e.table("customers"), e.table("customer_metrics"))
	return base.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			f := registers.Firm{Enterprise: text(rec, 0, i), VAT: text(rec, 1, i), Country: text(rec, 2, i), Class: int(number(rec, 3, i))}
			if spent := rec.Column(4).(*array.Float64); spent.IsValid(i) {
				f.Value = spent.Value(i)
			}
			e.firms = append(e.firms, f)
		}
		return nil
	})
}

// newcomer is who comes with tonight's rows: nothing is known of what they are worth.
const newcomer = 3

// newcomers reads the firms among tonight's parties.
func (e *enrichment) newcomers(ctx context.Context, pending []*conformed) error {
	seen := map[[3]string]bool{}
	for _, c := range pending {
		for _, t := range c.tables {
			if t.mapping.Target != "parties" {
				continue
			}
			err := readColumnsOf(ctx, t.file, []string{"kind", "enterprise_number", "vat_number", "country"}, func(values []string) {
				k := [3]string(values[1:])
				if values[0] != "organisation" || k[0] == "" && k[1] == "" || seen[k] {
					return
				}
				seen[k] = true
				e.firms = append(e.firms, registers.Firm{Enterprise: strings.Clone(k[0]), VAT: strings.Clone(k[1]), Country: strings.Clone(k[2]), Class: newcomer})
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// readColumnsOf calls each for the values of columns of text of a Parquet file.
func readColumnsOf(ctx context.Context, path string, columns []string, each func(values []string)) error {
	reader, err := parquetio.Open(path)
	if err != nil {
		return err
	}
	defer reader.Close()
	at := make([]int, len(columns))
	for i, name := range columns {
		at[i] = reader.Schema().FieldIndices(name)[0]
	}
	return prefetch(ctx, reader.Next, func(rec arrow.Record) error {
		values := make([]string, len(columns))
		for i := range int(rec.NumRows()) {
			for c := range columns {
				values[c] = ""
				if col := rec.Column(at[c]).(*array.String); col.IsValid(i) {
					values[c] = col.Value(i)
				}
			}
			each(values)
		}
		return nil
	})
}

// recallAnswers reads what registers answered last to each question, as the base has it.
func (e *enrichment) recallAnswers(ctx context.Context, base connectors.Reader) error {
	e.last = map[string]map[string]registers.Last{}
	sql := fmt.Sprintf(`SELECT f.source, f.record_id, f.asked_on, CASE WHEN f.known THEN 1 ELSE 0 END AS known, f.answer_hash
FROM %s f JOIN %s l ON l.delivery_id = f.delivery_id ORDER BY l.seq ASC NULLS LAST, f.source ASC NULLS LAST, f.record_id ASC NULLS LAST`, e.table("in_registry_firms"), e.table("base_deliveries"))
	return base.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			e.remember(text(rec, 0, i), text(rec, 1, i), registers.Last{On: date(rec, 2, i), Known: number(rec, 3, i) == 1, Hash: text(rec, 4, i)})
		}
		return nil
	})
}

// remember takes in an answer.
func (e *enrichment) remember(source, key string, l registers.Last) {
	if e.last[source] == nil {
		e.last[source] = map[string]registers.Last{}
	}
	e.last[source][key] = l
}

// recallCalls reads from the state what calls this run made to registers before it was cut
// short, and what all runs made in the calendar month.
func (e *enrichment) recallCalls(ctx context.Context) error {
	e.spent = map[string]spent{}
	today := dayOf(e.now())
	month := today.AddDate(0, 0, 1-today.Day())
	// A run that began before the month did counts those that it made before, too.
	made, err := e.project.State.Calls(ctx, month.AddDate(0, -1, 0))
	if err != nil {
		return err
	}
	for _, c := range made {
		s := e.spent[c.Register]
		if !c.On.Before(month) {
			s.month += c.Made
		}
		if c.Run == e.journal.ID {
			s.run += c.Made
			if c.On.Equal(today) {
				s.today = c
			}
		}
		e.spent[c.Register] = s
	}
	return nil
}

// recallWaiting reads the answers that landed and are not in the base: those of an
// attempt that was cut short are not asked for again.
func (e *enrichment) recallWaiting(ctx context.Context, pending []*conformed) error {
	for _, c := range pending {
		if s, _ := e.project.Config.Source(c.landing.Source); s.Register != nil {
			if err := e.recallLanding(ctx, s, c.landing); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *enrichment) recallLanding(ctx context.Context, s *config.Source, l connectors.Landing) error {
	reader, err := parquetio.Open(e.project.landing(l.File))
	if err != nil {
		return err
	}
	defer reader.Close()
	return prefetch(ctx, reader.Next, func(rec arrow.Record) error {
		list, err := registers.ReadLanded(rec)
		for _, answer := range list {
			e.remember(s.Name, answer.Key(), e.registers.Recall(s.Register.Name, answer))
		}
		return err
	})
}
