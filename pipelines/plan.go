package pipelines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/schemas/option"
	"clientele/transforms/conform"
)

// Plan is what a night would do. Making it writes nothing, and takes no lock.
type Plan struct {
	AsOf string `json:"as_of"`
	// TakesUp is the run that was interrupted and is taken up, "" for a new one.
	TakesUp string       `json:"takes_up,omitempty"`
	Sources []SourcePlan `json:"sources"`
	Steps   []string     `json:"steps"`
	// Bytes are what the warehouse would bill for reading what it holds, by dry
	// run; 0 of one that bills nothing, and before the first night.
	Bytes int64 `json:"bytes,omitempty"`
	// Findings are what looks like going wrong.
	Findings option.Findings `json:"-"`
}

// SourcePlan is what a night would do with one source.
type SourcePlan struct {
	Source     string            `json:"source"`
	ReadBefore int               `json:"read_before"`
	Deliveries []PlannedDelivery `json:"deliveries,omitempty"` // that the night would work on
	// Changes are those in the columns of its new deliveries.
	Changes []ColumnChange `json:"column_changes,omitempty"`
	Error   string         `json:"error,omitempty"`
}

// PlannedDelivery is a delivery that a night would work on.
type PlannedDelivery struct {
	Name string `json:"name"`
	// State is new, correction (of a file of that name), landed, held, or due
	// (loaded, with rows whose day has come).
	State string `json:"state"`
	Bytes int64  `json:"bytes,omitempty"`
	Why   string `json:"why,omitempty"`
}

// Plan says what a night would do; asOf is zero for today's.
func (p *Project) Plan(ctx context.Context, asOf time.Time) (*Plan, error) {
	if asOf.IsZero() {
		asOf = p.Today()
	}
	out := &Plan{AsOf: asOf.Format(time.DateOnly)}
	r := &run{project: p, night: nightOf(p.Config, asOf), approved: map[string]bool{}, stale: map[string]string{}, report: &Report{}}
	var err error
	if r.landings, err = p.State.Landings(ctx); err != nil {
		return nil, err
	}
	if err := r.foresee(ctx, out); err != nil {
		return nil, err
	}
	if err = r.recallBase(ctx); connectors.CodeOf(err) == "locked" {
		out.add(p.Config.Finding(option.Warning, "locked", option.Position{File: p.Config.Path}, "ask again when it is done", "a night is under way; which rows are due is not known meanwhile"))
	} else if err != nil {
		return nil, err
	}
	for _, s := range p.Config.Sources {
		plan, err := r.planSource(ctx, s, out)
		if err != nil {
			return nil, err
		}
		out.Sources = append(out.Sources, plan)
	}
	for _, c := range r.report.Failed {
		out.add(p.Config.Finding(option.Warning, "check", option.Position{File: p.Config.Path}, "", "%s would hold the night: %s", c.Check, c.Message))
	}
	if out.Bytes, err = p.estimate(ctx); err != nil && connectors.CodeOf(err) != "locked" {
		return nil, err
	}
	out.Steps = p.steps(out, asOf)
	return out, nil
}

func (pl *Plan) add(f option.Finding) { pl.Findings = append(pl.Findings, f) }

// foresee learns from the journal what a run of the night would take up.
func (r *run) foresee(ctx context.Context, out *Plan) error {
	runs, err := r.project.State.Runs(ctx, 0)
	if err != nil {
		return err
	}
	_, passed, err := r.recall(ctx, runs)
	if err != nil {
		return err
	}
	if !passed.IsZero() {
		out.add(r.project.Config.Finding(option.Warning, "night_passed", option.Position{File: r.project.Config.Path}, "name that night or a later one with --as-of",
			"the night of %s is published already: `run` would refuse this one", passed.Format(time.DateOnly)))
	}
	out.TakesUp = r.journal.ID
	if r.journal.ID == "" && len(runs) > 0 {
		r.journal.ID = runs[0].ID // the one whose checks can be approved
	}
	return nil
}

// recallBase learns from the base, of the deliveries that it holds, when rows
// that were still in the future come due, and which columns they had.
func (r *run) recallBase(ctx context.Context) error {
	p, ledger := r.project, map[string]ledgerRow{}
	r.ledger = ledger
	return p.look(ctx, func(base connectors.Reader) (err error) {
		if r.columns, err = readColumns(ctx, p, base); err != nil {
			return err
		}
		return base.Read(ctx, fmt.Sprintf("SELECT delivery_id, due_on, source FROM %s ORDER BY delivery_id ASC NULLS LAST", p.Warehouse.Base("base_deliveries")), func(rec arrow.Record) error {
			for i := range int(rec.NumRows()) {
				ledger[text(rec, 0, i)] = ledgerRow{due: date(rec, 1, i), source: text(rec, 2, i)}
			}
			return nil
		})
	})
}

// planSource says what the night would do with a source, and looks at the first
// rows of what is new.
func (r *run) planSource(ctx context.Context, s *config.Source, out *Plan) (SourcePlan, error) {
	plan := SourcePlan{Source: s.Name}
	for _, l := range r.landings {
		if l.Source != s.Name {
			continue
		}
		switch {
		case l.State == connectors.LandingNew, l.State == connectors.LandingHeld:
			plan.Deliveries = append(plan.Deliveries, PlannedDelivery{Name: l.Delivery.Name, State: string(l.State), Bytes: l.Delivery.Size, Why: l.Reason})
		case r.due(l):
			plan.Deliveries = append(plan.Deliveries, PlannedDelivery{Name: l.Delivery.Name, State: "due", Bytes: l.Delivery.Size,
				Why: "has rows of " + r.ledger[l.ID].due.Format(time.DateOnly)})
		}
	}
	if r.project.Config.Retired(s, r.night.AsOf) && r.silent(s) {
		if n := r.unread(ctx, s); n > 0 {
			out.add(r.warning(s, "replaced", "source %s: %s", s.Name, r.unreadNote(s, n)))
		}
		return plan, nil
	}
	fresh, err := r.planNew(ctx, s, &plan, out)
	if err == nil {
		err = r.readCrosswalk(ctx, s)
	}
	if err != nil {
		if ctx.Err() != nil {
			return plan, ctx.Err()
		}
		if r.project.Config.Retired(s, r.night.AsOf) {
			return plan, nil
		}
		plan.Error = err.Error()
		out.add(r.warning(s, code(err), "source %s would be held back: %v", s.Name, err))
		return plan, nil
	}
	if len(plan.Deliveries) == 0 {
		r.freshness(s)
		if note := r.source(s.Name).Note; note != "" {
			out.add(r.warning(s, "overdue", "source %s: %s", s.Name, note))
		}
	}
	if why := r.guard(s, fresh); why != "" {
		out.add(r.warning(s, "guard", "source %s would be held back: %s", s.Name, why))
	}
	return plan, nil
}

func (r *run) warning(s *config.Source, code, format string, args ...any) option.Finding {
	return r.project.Config.Finding(option.Warning, code, s.At, "", format, args...)
}

// planNew finds what a source newly has to read and tries its first rows out.
func (r *run) planNew(ctx context.Context, s *config.Source, plan *SourcePlan, out *Plan) ([]*conformed, error) {
	src, err := s.Open(r.project.project())
	if err != nil {
		return nil, err
	}
	deliveries, err := src.Deliveries(ctx, cursorOf(r.landings, s.Name))
	if err != nil {
		return nil, err
	}
	var fresh []*conformed
	book := r.book(s.Name)
	unread := false // a mapping can't read a delivery: the source is held back as a whole
	for _, d := range deliveries {
		if r.read(s, d) {
			plan.ReadBefore++
			continue
		}
		state := "new"
		if d.Named && slices.ContainsFunc(r.landings, func(l connectors.Landing) bool { return l.Source == s.Name && l.Delivery.Name == d.Name }) {
			state = "correction"
		}
		plan.Deliveries = append(plan.Deliveries, PlannedDelivery{Name: d.Name, State: state, Bytes: d.Size})
		in, tried, err := r.project.sample(ctx, s, src, d, r.night.AsOf, max(sampled, int64(s.Expect.MinRows)), 0)
		if err != nil {
			return nil, err // which names the delivery
		}
		r.drift(s, in, book, plan, out)
		c := &conformed{landing: connectors.Landing{Source: s.Name, Delivery: d, Rows: in.Rows}}
		for i, t := range tried {
			if t.err != nil {
				var gone *conform.MissingColumnError
				if !errors.As(t.err, &gone) { // drift says so
					out.add(r.warning(s, "mapping", "%s: tables.%s: %v", d.Name, t.mapping.Name, t.err))
				}
				unread = true
				continue
			}
			c.tables = append(c.tables, conformedTable{mapping: s.Mappings()[i], tally: t.conformer.Tally()})
		}
		if misfits := c.frozenMisfits(); misfits != "" {
			out.add(r.warning(s, "contract", "source %s would be held back: %s", s.Name, misfits))
		}
		fresh = append(fresh, c)
	}
	if unread {
		return nil, nil
	}
	return fresh, nil
}

// drift says in what the columns of a new delivery differ from those that came
// before, and which of them the mappings lack.
func (r *run) drift(s *config.Source, in *Inspection, book *columnBook, plan *SourcePlan, out *Plan) {
	var columns []seenColumn
	for _, c := range in.Columns {
		columns = append(columns, seenColumn{c.Name, c.Type})
	}
	changes := book.changes(s, in.Delivery, columns)
	plan.Changes = append(plan.Changes, changes...)
	var added []string
	for _, c := range changes {
		if c.Old == "" {
			added = append(added, c.Column)
		}
		if c.Breaking && c.New != "" {
			out.add(r.warning(s, "column", "%s", c))
		}
	}
	said := map[string]bool{}
	for _, t := range in.Tables {
		for _, m := range t.Missing {
			if said[m.Column] || m.Optional && !slices.ContainsFunc(changes, func(c ColumnChange) bool { return c.Column == m.Column }) {
				continue // an optional column that was never there is none
			}
			said[m.Column] = true
			likely := m.Likely
			if likely == "" && len(added) == 1 {
				likely = added[0]
			}
			renamed := ""
			if likely != "" {
				renamed = fmt.Sprintf("; %q may have taken its place", likely)
			}
			effect := "the source would be held back"
			if i := slices.IndexFunc(changes, func(c ColumnChange) bool { return c.Column == m.Column }); m.Optional && i >= 0 {
				effect = changes[i].Effect
			}
			out.add(r.warning(s, "missing_column", "%s lacks the column %q, which tables.%s reads: %s%s", in.Delivery, m.Column, t.Table, effect, renamed))
		}
	}
}

// steps tells the night in words.
func (p *Project) steps(pl *Plan, asOf time.Time) []string {
	fresh, work := 0, 0
	for _, s := range pl.Sources {
		for _, d := range s.Deliveries {
			work++
			if d.State == "new" || d.State == "correction" {
				fresh++
			}
		}
	}
	publish := "publish " + p.PublishedIn()
	for _, also := range []string{p.Config.Publish.XLSX, p.Config.Publish.CSV, p.Config.Publish.Parquet} {
		if also != "" {
			publish += ", " + also
		}
	}
	out := []string{fmt.Sprintf("extract: read %d new deliveries", fresh), fmt.Sprintf("conform: %d deliveries", work),
		"load, match, merge" + billed(pl.Bytes), fmt.Sprintf("score: %d scores", len(p.Config.Scores)), fmt.Sprintf("check: %d tests of your own, and those built in", len(p.Config.Checks.Assert)), publish}
	if len(p.Config.Registers) > 0 {
		asked := make([]string, len(p.Config.Registers))
		for i, s := range p.Config.Registers {
			asked[i] = s.Register.Name
		}
		out = slices.Insert(out, 2, "enrich: ask "+strings.Join(asked, ", "))
	}
	for _, rule := range p.Config.Retention {
		if rule.Of == "landing" {
			out = append(out, "retain: remove rows that landed before "+rule.Period.Before(asOf).Format(time.DateOnly))
		}
	}
	return out
}
