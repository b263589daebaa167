package pipelines

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/connectors/registry"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
	"clientele/schemas"
	"clientele/transforms/conform"
)

// conformAnswers conforms the landed answers of a register.
func (r *run) conformAnswers(ctx context.Context, s *config.Source, l connectors.Landing) (*conformed, error) {
	reader, err := parquetio.Open(r.project.landing(l.File))
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "landing_gone", "restore it from a backup of --home", "read landed %s: %w", l.ID, err)
	}
	defer reader.Close()
	known := registers.Open(r.project.Config.Registries, "", r.project.Home, registry.World{Outside: connectors.Outside{Now: r.project.env.Now}})
	defer known.Close()
	a := answerStaging{conformed: &conformed{landing: l, tables: make([]conformedTable, len(s.Tables))}, night: r.night.AsOf}
	defer a.abort()
	for i, m := range s.Tables {
		if err := a.create(i, m, r.project.temp(fmt.Sprintf("%s.%d", l.ID, i))); err != nil {
			return nil, err
		}
	}
	var position int64
	err = prefetch(ctx, reader.Next, func(rec arrow.Record) error {
		list, err := registers.ReadLanded(rec)
		if err != nil {
			return err
		}
		for _, answer := range list {
			position++
			tables, err := known.Rows(s.Register.Name, answer, registers.Origin{Source: s.Name, Delivery: l.ID, Position: position - 1})
			if err := a.add(position, answer, tables, err); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.conformed, a.close()
}

// answerStaging writes what landed answers say as rows of input tables.
type answerStaging struct {
	*conformed
	night       time.Time
	rows        []*rowsFile
	quarantined []*rowsFile
	issues      []*rowsFile
}

// create opens the files of the i-th table.
func (a *answerStaging) create(i int, m *conform.Mapping, prefix string) error {
	t := conformedTable{mapping: m, tally: &conform.Tally{Quarantined: map[string]int64{}}, file: prefix + ".rows.parquet", quarantined: prefix + ".quarantined.parquet", issues: prefix + ".issues.parquet"}
	a.tables[i] = t
	target, _ := schemas.Input(m.Target)
	quarantine, _ := schemas.Lookup("base_quarantine")
	issues, _ := schemas.Lookup("base_issues")
	for _, f := range []struct {
		into  *[]*rowsFile
		path  string
		table schemas.Table
	}{{&a.rows, t.file, target}, {&a.quarantined, t.quarantined, quarantine}, {&a.issues, t.issues, issues}} {
		file, err := createRows(f.path, f.table)
		if err != nil {
			return err
		}
		*f.into = append(*f.into, file)
	}
	return nil
}

// badAnswer is the code of an answer that can't be read any more.
const badAnswer = "bad_answer"

// add stages the rows that an answer made. One that could not be read goes to
// quarantine.
func (a *answerStaging) add(row int64, answer registers.Landed, tables [][]registers.Row, cause error) error {
	if cause != nil {
		firms := a.tables[0].tally
		firms.Read, firms.Quarantined[badAnswer] = firms.Read+1, firms.Quarantined[badAnswer]+1
		values, err := json.Marshal(map[string]string{"asked_by": string(answer.By), "number": answer.Number})
		if err != nil {
			return fmt.Errorf("write a row of quarantine: %w", err)
		}
		return a.quarantined[0].add(a.landing.ID, a.landing.Source, a.tables[0].mapping.Target, row-1, "", row, badAnswer, "answers", cause.Error(), string(values), a.night)
	}
	for i, rows := range tables {
		for _, r := range rows {
			if err := a.rows[i].add(r...); err != nil {
				return err
			}
			a.tables[i].tally.Read++
			a.tables[i].tally.Conformed++
		}
	}
	return nil
}

func (a *answerStaging) close() error {
	var errs []error
	for i := range a.rows {
		errs = append(errs, a.rows[i].close(), a.quarantined[i].close(), a.issues[i].close())
	}
	return errors.Join(errs...)
}

// abort throws the files away. After close it does nothing.
func (a *answerStaging) abort() {
	for i := range a.issues {
		a.rows[i].abort()
		a.quarantined[i].abort()
		a.issues[i].abort()
	}
}

// terms are those of the values of a register; "" for a source of the file.
func terms(s *config.Source) (licence, attribution string) {
	if s.Register == nil {
		return "", ""
	}
	for _, c := range registers.Cards() {
		if c.Name == s.Register.Name {
			return c.Licence.Name, c.Licence.Attribution
		}
	}
	return "", ""
}

// freshSince returns the day since which a register must have been asked for its
// answers not to be stale, zero for a source of the file. Of a copy all is as old as
// the copy.
func (n *nightTx) freshSince(s *config.Source) time.Time {
	switch {
	case s.Register == nil:
		return time.Time{}
	case s.Register.Access != nil:
		return s.Register.RefreshAfter.Before(n.night.AsOf)
	case copyStale(s, registry.Date(n.copyOf(s.Name)), n.night.AsOf):
		return n.night.AsOf
	}
	return time.Time{}
}

// copyOf returns the day of the copy that the base's answers of a register are of.
func (n *nightTx) copyOf(source string) string {
	newest := ""
	for _, l := range n.landings {
		if l.Source == source && (l.State == connectors.LandingLoaded || l.State == connectors.LandingNew) {
			newest = max(newest, l.Delivery.Cursor)
		}
	}
	return newest
}

// silent reports whether a register did not answer tonight.
func (n *nightTx) silent(s *config.Source) bool {
	return s.Register != nil && slices.ContainsFunc(n.report.Registers, func(r RegisterReport) bool { return r.Register == s.Register.Name && r.Error != nil })
}
