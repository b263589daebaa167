package pipelines

import (
	"context"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/schemas"
)

// RunRecord is a run as the journal has it.
type RunRecord struct {
	Run        string               `json:"run"`
	AsOf       string               `json:"as_of"`
	Status     connectors.RunStatus `json:"status"`
	StartedAt  time.Time            `json:"started_at"`
	Took       time.Duration        `json:"took_ns,omitempty"`
	Error      string               `json:"error,omitempty"`
	Committed  bool                 `json:"committed"`
	Version    string               `json:"version"`
	ConfigHash string               `json:"config_hash"`
}

// RunHistory is a run with its steps and what was approved for it.
type RunHistory struct {
	RunRecord
	Attempts  int          `json:"attempts"`
	Steps     []StepReport `json:"steps"`
	Approvals []Approved   `json:"approvals,omitempty"`
	// Breaks are the locks that were broken while the run was under way, by it or
	// by who took it up.
	Breaks []connectors.Break `json:"broken_locks,omitempty"`
	// Lock says who is at work, "" for nobody, where the run did not end.
	Lock string `json:"lock,omitempty"`
	// Held are the sources whose deliveries wait, where the run is the newest.
	Held []HeldSource `json:"held,omitempty"`
	// Next are the commands by which a person goes on.
	Next []string `json:"next,omitempty"`
}

// Code is the code of what stopped the run, "" for none.
func (r RunRecord) Code() string {
	code, _, _ := strings.Cut(r.Error, ":")
	return code
}

// Approved is a check that someone let pass.
type Approved struct {
	Check string    `json:"check"`
	Why   string    `json:"why"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// Runs returns the runs, newest first, at most limit (0 for all).
func (p *Project) Runs(ctx context.Context, limit int) ([]RunRecord, error) {
	runs, err := p.State.Runs(ctx, limit)
	if err != nil {
		return nil, err
	}
	out := make([]RunRecord, len(runs))
	for i, r := range runs {
		out[i] = record(r)
	}
	return out, nil
}

func record(r connectors.Run) RunRecord {
	out := RunRecord{Run: r.ID, AsOf: r.AsOf.Format(time.DateOnly), Status: r.Status, StartedAt: r.StartedAt,
		Error: r.Error, Committed: r.Committed, Version: r.Version, ConfigHash: r.ConfigHash}
	if !r.FinishedAt.IsZero() {
		out.Took = r.FinishedAt.Sub(r.StartedAt)
	}
	return out
}

// RunHistory returns one run with its steps and approvals; ok is false for an
// unknown one.
func (p *Project) RunHistory(ctx context.Context, id string) (h RunHistory, ok bool, err error) {
	runs, err := p.State.Runs(ctx, 0)
	if err != nil {
		return h, false, err
	}
	i := slices.IndexFunc(runs, func(r connectors.Run) bool { return r.ID == id })
	if i < 0 {
		return h, false, nil
	}
	h.RunRecord = record(runs[i])
	steps, err := p.State.Steps(ctx, id)
	if err != nil {
		return h, false, err
	}
	attempt := 0
	for _, s := range steps {
		if s.Name == firstStep {
			attempt++
		}
		step := stepReport(s)
		step.Attempt = max(1, attempt)
		h.Steps = append(h.Steps, step)
	}
	h.Attempts = max(1, attempt)
	approvals, err := p.State.Approvals(ctx, id)
	if err != nil {
		return h, false, err
	}
	for _, a := range approvals {
		h.Approvals = append(h.Approvals, Approved{Check: a.Check, Why: a.Why, By: a.By, At: a.At})
	}
	breaks, err := p.State.Breaks(ctx)
	if err != nil {
		return h, false, err
	}
	ended := runs[i].FinishedAt
	for _, b := range breaks {
		if !b.By.Since.Before(h.StartedAt) && (ended.IsZero() || !b.By.Since.After(ended)) {
			h.Breaks = append(h.Breaks, b)
		}
	}
	if h.Status == connectors.RunRunning {
		if err := p.LockedBy(ctx); err != nil {
			h.Lock = FailureOf(err).Message
			return h, true, nil
		}
	}
	if i > 0 { // what is to be done about it is the newest's
		return h, true, nil
	}
	if h.Held, err = p.held(ctx); err != nil {
		return h, false, err
	}
	h.Next = next(h.Run, h.AsOf, h.Status, h.Held, nil)
	return h, true, nil
}

// held returns the sources whose deliveries are held back.
func (p *Project) held(ctx context.Context) ([]HeldSource, error) {
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return nil, err
	}
	var out []HeldSource
	for _, l := range landings {
		if l.State == connectors.LandingHeld && !slices.ContainsFunc(out, func(h HeldSource) bool { return h.Source == l.Source }) {
			out = append(out, HeldSource{Source: l.Source, Code: "guard", Why: l.Reason})
		}
	}
	return out, nil
}

// Checks returns the names of the checks that Approve can let pass, as the
// config has them: the guards of each source, then those of the whole base.
func (p *Project) Checks() []string {
	var names []string
	for _, s := range p.Config.Sources {
		for _, check := range []string{checkMinRows, checkEmpty, checkMaxQuarantined, checkContract, CheckMissing} {
			names = append(names, s.Name+"."+check)
		}
	}
	names = append(names, "customers.min", "customers.max_lost", "customers.max_merged", "customers.max_split")
	for _, t := range schemas.Published() {
		names = append(names, "keys."+t.Name)
	}
	for _, a := range p.Config.Checks.Assert {
		names = append(names, "assert."+a.Name)
	}
	return names
}

// Approve lets a check of the newest run pass once, in the run that follows it.
// An approval of an older run would have no effect, and is refused, but for a
// night of a backfill, which may be worked again.
func (p *Project) Approve(ctx context.Context, run, check, why, by string) error {
	approval := connectors.Approval{Run: run, Check: check, Why: why, By: by, At: p.env.Now()}
	if ok, err := p.backfillRun(ctx, run); err != nil {
		return err
	} else if ok {
		return p.State.Approve(ctx, approval)
	}
	runs, err := p.State.Runs(ctx, 1)
	if err != nil {
		return err
	}
	if len(runs) == 0 {
		return connectors.Errorf(connectors.KindConfig, "no_run", "`clientele run` works the first night", "there is no run yet")
	}
	if runs[0].ID != run {
		return connectors.Errorf(connectors.KindConfig, "not_newest", "approve it for the newest run", "the newest run is %s, and an approval of %s would have no effect", runs[0].ID, run)
	}
	return p.State.Approve(ctx, approval)
}
