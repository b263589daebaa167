package pipelines

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/transforms"
	"clientele/transforms/match"
)

// RunOptions say which night a run works for.
type RunOptions struct {
	// AsOf is the date of the night, midnight UTC; zero for today's.
	AsOf time.Time
	// Only names the sources that are read; all where it is empty.
	Only []string
	// Observers are told when the run begins and how it ended.
	Observers []Observer
	// Due says when the night was due, where a scheduler works it: the run does
	// nothing when one that read the sources since then is published. AsOf, where
	// it is zero, is the night of that instant. Zero works the night anyway.
	Due time.Time

	// Retrain trains the models of matching anew on the parties of the night.
	Retrain bool

	// again works a published night once more for what people changed about its
	// deliveries: nothing else is read or tried again.
	again bool
	// landed works with what has landed, and reads nothing new from the sources.
	landed bool
	// outlived are ids that were issued by a base that gave way to an older one.
	outlived []match.Identity
}

// run is one night under way.
type run struct {
	project   *Project
	night     transforms.Night
	only      []string
	again     bool
	landed    bool
	retrain   bool
	asks      bool // registers
	observers []Observer
	journal   connectors.Run
	landings  []connectors.Landing
	workers   int
	ordinal   int
	earlier   int // steps of earlier attempts
	engine    match.Engine
	models    keptModels

	approved map[string]bool
	stale    map[string]string // source → why it is held back
	ledger   map[string]ledgerRow
	dueDates map[string]time.Time   // of deliveries whose future rows must be read again
	useless  []connectors.Landing   // waited, and a later delivery takes their place
	columns  map[string]*columnBook // by source, before this night
	// crosswalks are those that were read, by the source that replaces another.
	crosswalks map[string][]crossing
	report     *Report

	// prepared are deliveries that were conformed for this night ahead of it.
	prepared map[string]*conformed
	// outlived are ids that were issued before the base was rebuilt, and that
	// stay resolvable.
	outlived []match.Identity
}

// cores is how many things the machine can do at a time.
func cores() int { return max(1, runtime.GOMAXPROCS(0)) }

// newRun returns a run of a night that has not begun.
func (p *Project) newRun(asOf time.Time) *run {
	return &run{project: p, night: nightOf(p.Config, asOf), workers: cores(), engine: match.Exact{},
		approved: map[string]bool{}, stale: map[string]string{}, dueDates: map[string]time.Time{}}
}

// Run works one night: it reads what the sources newly deliver, brings the base
// up to the night and publishes it. The report is returned with the error where
// there is one. A run that was interrupted is taken up; a night before the last
// published one is refused.
func (p *Project) Run(ctx context.Context, o RunOptions) (*Report, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	if !o.Due.IsZero() {
		if o.AsOf.IsZero() {
			o.AsOf = p.NightOf(o.Due)
		}
		if report, err := p.worked(ctx, o.AsOf, o.Due); report != nil || err != nil {
			return report, err
		}
	}
	return p.runLocked(ctx, o)
}

func (p *Project) runLocked(ctx context.Context, o RunOptions) (*Report, error) {
	p.env.Outside.Hosts = &connectors.Hosts{} // what its sources learn of hosts is over with the run
	if o.AsOf.IsZero() {
		o.AsOf = p.Today()
	}
	for _, name := range o.Only {
		if _, ok := p.Config.Source(name); !ok {
			return nil, p.Config.UnknownSource(name)
		}
	}
	if err := p.sweep(); err != nil {
		return nil, err
	}
	r := p.newRun(o.AsOf)
	r.only, r.again, r.landed, r.retrain, r.outlived, r.observers, r.asks = o.Only, o.again, o.landed, o.Retrain, o.outlived, o.Observers, true
	if err := r.begin(ctx); err != nil {
		return nil, err
	}
	err := r.work(connectors.WithLabel(ctx, "run", r.journal.ID))
	if lost := p.fence(context.WithoutCancel(ctx)); lost != nil {
		// Whatever failed, failed for that, and the journal is another's by now.
		r.report.Status = connectors.RunFailed
		return r.report, lost
	}
	if ferr := r.finish(ctx, err); err == nil {
		err = ferr
	}
	return r.report, err
}

// recall learns from the journal which run the night takes up, when it has one
// that did not end well, and which checks people approved. It returns how many
// runs of the night were published, and the later night that is published
// already, zero where there is none.
func (r *run) recall(ctx context.Context, runs []connectors.Run) (published int, passed time.Time, err error) {
	for i, old := range runs {
		ended := old.Status == connectors.RunPublished || old.Status == connectors.RunPartly
		sameNight := old.AsOf.Equal(r.night.AsOf)
		switch {
		case ended && old.AsOf.After(r.night.AsOf):
			return 0, old.AsOf, nil
		case ended && sameNight:
			published++
		case sameNight && i == 0:
			r.journal = old
		}
		if i > 0 && !sameNight {
			continue
		}
		approvals, err := r.project.State.Approvals(ctx, old.ID)
		if err != nil {
			return 0, time.Time{}, err
		}
		for _, a := range approvals {
			// What was approved before another night was published is spent.
			if sameNight || !ended || a.At.After(old.FinishedAt) {
				r.approved[a.Check] = true
			}
		}
	}
	return published, time.Time{}, nil
}

// begin takes up the run of the night that did not end well, or starts one.
func (r *run) begin(ctx context.Context) error {
	p := r.project
	runs, err := p.State.Runs(ctx, 0)
	if err != nil {
		return err
	}
	published, passed, err := r.recall(ctx, runs)
	if err != nil {
		return err
	}
	if !passed.IsZero() {
		return connectors.Errorf(connectors.KindConfig, "night_passed", "name that night or a later one with --as-of",
			"the night of %s is published already, and %s lies before it", passed.Format(time.DateOnly), r.night.AsOf.Format(time.DateOnly))
	}
	for _, old := range runs {
		if old.Status == connectors.RunRunning && !old.AsOf.Equal(r.night.AsOf) {
			old.Status, old.Error, old.FinishedAt = connectors.RunFailed, "interrupted", p.env.Now()
			if err := p.State.SaveRun(ctx, old); err != nil {
				return err
			}
		}
	}
	if r.journal.ID == "" {
		r.journal = connectors.Run{ID: fmt.Sprintf("%s.%d", r.night.AsOf.Format(time.DateOnly), published+1), AsOf: r.night.AsOf, StartedAt: p.env.Now()}
	}
	r.journal.Status, r.journal.Error, r.journal.FinishedAt = connectors.RunRunning, "", time.Time{}
	r.journal.ConfigHash, r.journal.Version, r.journal.Committed = p.Config.Hash, p.env.Version, false
	p.run = r.journal.ID
	r.report = &Report{Run: r.journal.ID, AsOf: r.night.AsOf.Format(time.DateOnly), Status: connectors.RunRunning, StartedAt: p.env.Now(), Tables: map[string]int64{}}
	if len(runs) > 0 {
		r.report.Before = runs[0].Status
	}
	if r.report.Attempt, r.earlier, err = r.attempts(ctx); err != nil {
		return err
	}
	if r.landings, err = p.State.Landings(ctx); err != nil {
		return err
	}
	if err := p.State.SaveRun(ctx, r.journal); err != nil {
		return err
	}
	r.observe(ctx, startedWithin, func(o Observer, ctx context.Context) error { return o.Started(ctx, r.report) })
	return nil
}

// finish writes down how the run ended, well or by cause, and sends word of it.
func (r *run) finish(ctx context.Context, cause error) error {
	err := r.end(ctx, cause)
	if cause == nil {
		cause = err
	}
	r.report.Error = FailureOf(cause)
	r.report.FinishedAt = r.project.env.Now()
	r.lastDeliveries(r.project.Config.Sources)
	r.observe(ctx, endedWithin, func(o Observer, ctx context.Context) error { return o.Ended(ctx, r.report) })
	return err
}

// end writes down how the run ended.
func (r *run) end(ctx context.Context, cause error) error {
	var held *HeldError
	switch {
	case cause == nil && len(r.stale) > 0:
		r.journal.Status = connectors.RunPartly
	case cause == nil:
		r.journal.Status = connectors.RunPublished
	case errors.As(cause, &held):
		r.journal.Status, r.journal.Error = connectors.RunHeld, FailureOf(cause).text()
	case ctx.Err() != nil: // stopped by a signal: the next run takes it up
		r.report.Status = connectors.RunRunning
		return ctx.Err()
	default:
		r.journal.Status, r.journal.Error = connectors.RunFailed, FailureOf(cause).text()
	}
	r.journal.FinishedAt = r.project.env.Now()
	r.report.Status = r.journal.Status
	return r.project.State.SaveRun(context.WithoutCancel(ctx), r.journal)
}

// step runs one step of the night, tells who watches and writes it down.
func (r *run) step(ctx context.Context, name string, work func() (rows int64, err error)) error {
	p := r.project
	if err := p.fence(ctx); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.ordinal++
	s := connectors.Step{Run: r.journal.ID, Ordinal: r.earlier + r.ordinal, Name: name, StartedAt: p.env.Now()}
	if err := p.State.SaveStep(ctx, s); err != nil {
		return err
	}
	p.point("before " + name)
	p.say(Event{Step: name})
	rows, err := work()
	s.FinishedAt, s.Rows, s.Detail = p.env.Now(), rows, r.detail(name)
	if err != nil {
		s.Detail = stepFailed + FailureOf(err).text()
	}
	took := s.FinishedAt.Sub(s.StartedAt)
	r.report.Steps = append(r.report.Steps, stepReport(s))
	if err != nil {
		p.say(Event{Step: name, Took: took, Failed: true, Detail: FailureOf(err).Code})
		_ = p.State.SaveStep(context.WithoutCancel(ctx), s) // the error of the step is what is told
		return fmt.Errorf("%s: %w", name, err)
	}
	p.say(Event{Step: name, Rows: rows, Done: true, Took: took, Detail: s.Detail})
	p.point("after " + name)
	return p.State.SaveStep(ctx, s)
}

// work is the night.
func (r *run) work(ctx context.Context) error {
	if err := r.bringUp(ctx, r.extract); err != nil {
		return err
	}
	if err := r.step(ctx, "publish", func() (int64, error) { return r.publish(ctx) }); err != nil {
		return err
	}
	return r.step(ctx, "retain", func() (int64, error) { return r.retain(ctx) })
}

// bringUp brings the base up to the night, with the deliveries of each source
// that extract lands.
func (r *run) bringUp(ctx context.Context, extract func(context.Context, *config.Source) (int, error)) error {
	if err := r.reconcile(ctx); err != nil {
		return err
	}
	if !r.again && !r.landed { // which reads nothing, and is no newer for it
		if err := r.step(ctx, firstStep, func() (int64, error) { return r.extractAll(ctx, extract) }); err != nil {
			return err
		}
	}
	var pending []*conformed
	if err := r.step(ctx, "conform", func() (rows int64, err error) {
		pending, rows, err = r.conformPending(ctx)
		return rows, err
	}); err != nil {
		return err
	}
	if r.asks && !r.again && !r.landed && len(r.project.Config.Registers) > 0 {
		if err := r.step(ctx, stepEnrich, func() (rows int64, err error) {
			answers, rows, err := r.enrich(ctx, pending)
			pending = append(pending, answers...)
			return rows, err
		}); err != nil {
			return err
		}
	}
	return r.base(ctx, pending)
}

// wanted returns the sources that the run reads.
func (r *run) wanted() []*config.Source {
	var out []*config.Source
	for _, s := range r.project.Config.AllSources() {
		if len(r.only) == 0 || slices.Contains(r.only, s.Name) {
			out = append(out, s)
		}
	}
	return out
}

// source returns the report of a source.
func (r *run) source(name string) *SourceReport {
	i := slices.IndexFunc(r.report.Sources, func(s SourceReport) bool { return s.Source == name })
	if i < 0 {
		r.report.Sources = append(r.report.Sources, SourceReport{Source: name})
		i = len(r.report.Sources) - 1
	}
	return &r.report.Sources[i]
}

// hold keeps a source's new deliveries back for this night.
func (r *run) hold(name, code, why string) {
	r.stale[name] = why
	s := r.source(name)
	s.Held, s.HeldCode = why, code
	r.project.say(Event{Step: StepHeld, Source: name, Detail: why})
}

// extractAll reads what all sources newly deliver. A source that fails is held
// back; the others go on.
func (r *run) extractAll(ctx context.Context, extract func(context.Context, *config.Source) (int, error)) (int64, error) {
	var rows int64
	for _, s := range r.wanted() {
		if r.project.Config.Retired(s, r.night.AsOf) {
			if err := r.extractRetired(ctx, s, extract); err != nil {
				return rows, err
			}
			continue
		}
		before, began := len(r.landings), r.project.env.Now()
		n, err := extract(ctx, s)
		if ctx.Err() != nil {
			return rows, ctx.Err()
		}
		r.source(s.Name).Deliveries = n
		var read int64
		for _, l := range r.landings[before:] {
			read += l.Rows
		}
		rows += read
		r.timed(s.Name, "extract", began, r.project.env.Now().Sub(began), read)
		if err != nil {
			if connectors.CodeOf(err) == "disk_full" {
				return rows, err
			}
			r.hold(s.Name, code(err), err.Error())
			continue
		}
		if err := r.readCrosswalk(ctx, s); err != nil {
			r.hold(s.Name, code(err), err.Error())
		}
	}
	return rows, nil
}

func code(err error) string {
	if c := connectors.CodeOf(err); c != "" {
		return c
	}
	return "failed"
}

// conformPending conforms what landed and is not in the base, and what is there
// and has rows whose day has come. What fails its guard is held back.
func (r *run) conformPending(ctx context.Context) ([]*conformed, int64, error) {
	var out []*conformed
	var rows int64
	batches := r.batches()
	r.conformAll(ctx, batches)
	if ctx.Err() != nil {
		return nil, rows, ctx.Err()
	}
	for _, b := range batches {
		s := b.source
		if len(b.landings) == 0 {
			r.freshness(s)
			r.useless = append(r.useless, b.superseded...)
			continue
		}
		if connectors.CodeOf(b.err) == "disk_full" {
			return nil, rows, b.err
		}
		if b.err != nil {
			r.hold(s.Name, code(b.err), b.err.Error())
			continue
		}
		r.account(s, b.conformed)
		if why := r.contract(s, b.conformed); why != "" {
			r.hold(s.Name, checkContract, why)
			continue
		}
		if why := r.guard(s, b.conformed); why != "" {
			r.hold(s.Name, "guard", why)
			continue
		}
		var read int64
		for _, c := range b.conformed {
			read += c.landing.Rows
			loaded := LoadedDelivery{Name: c.landing.Delivery.Name, Rows: c.landing.Rows}
			r.source(s.Name).Loaded = append(r.source(s.Name).Loaded, loaded)
		}
		rows += read
		r.timed(s.Name, "conform", b.began, b.took, read)
		out = append(out, b.conformed...)
		r.useless = append(r.useless, b.superseded...)
	}
	return out, rows, nil
}
