package pipelines

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/pipelines/calendar"
	"clientele/schemas/suggest"
)

// BackfillOptions say which nights are worked anew, and how.
type BackfillOptions struct {
	// From is the first night, To the day after the last: midnights UTC.
	From, To time.Time
	// Every is the distance of the nights; calendar.Day where it is left out.
	Every calendar.Every
	// OnFailure is stop or continue: whether nights follow one that failed.
	OnFailure string
	// Reverse lands the deliveries of the latest nights first. They are
	// committed in order all the same.
	Reverse bool
	// Workers prepare so many nights at a time; 0 for one per core.
	Workers int
	// Continue is the id of a backfill that is taken up, "" for a new one; then
	// only Rerun, Workers, Started and Stop count beside it.
	Continue string
	// Rerun says which nights of it: those that failed and those after them
	// (failed, the default), only those that nobody worked yet (missing), or
	// all.
	Rerun string
	// Started is told what will be done before it is; nil for nobody.
	Started func(*BackfillPlan) `json:"-"`
	// Stop ends the backfill when it is closed, after the night under way.
	Stop <-chan struct{} `json:"-"`
}

// The values of BackfillOptions.
const (
	FailureStop     = "stop"
	FailureContinue = "continue"
	RerunFailed     = "failed"
	RerunMissing    = "missing"
	RerunAll        = "all"
)

// BackfillReport is what a backfill did.
type BackfillReport struct {
	Backfill string                    `json:"backfill"`
	Status   connectors.BackfillStatus `json:"status"`
	Nights   int                       `json:"nights"`
	Done     int                       `json:"done"`
	Failed   []string                  `json:"failed,omitempty"` // nights
	// Run is the last night, which is published; nil while it is not.
	Run *Report `json:"run,omitempty"`
}

// errStopped says that a backfill was asked to stop.
var errStopped = errors.New("stopped")

// backfill is a backfill under way.
type backfill struct {
	live, space *Project
	record      connectors.Backfill
	nights      []*backfillNight
	report      *BackfillReport
	runs        []connectors.Run // of the project, for what was approved
	before      connectors.BackfillStatus
	plan        *BackfillPlan
}

// Backfill works a range of nights anew, in a base of its own that takes the
// place of the project's when the last of them is done. Until then readers and
// runs see nothing of it. The report is returned with the error where there is
// one.
func (p *Project) Backfill(ctx context.Context, o BackfillOptions) (*BackfillReport, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	record, err := p.backfillOf(ctx, o)
	if err != nil {
		return nil, err
	}
	if o.Continue == "" {
		record.StartedAt = p.env.Now()
		if record.ID, err = p.backfillID(ctx, record); err != nil {
			return nil, err
		}
	}
	plan, err := p.planBackfill(ctx, record, o)
	if err != nil {
		return nil, err
	}
	space, err := p.workspace(ctx, record.ID)
	if err != nil {
		return nil, err
	}
	b := &backfill{live: p, space: space, record: record, nights: plan.nights, plan: plan, before: record.Status,
		report: &BackfillReport{Backfill: record.ID, Status: connectors.BackfillRunning, Nights: len(plan.nights)}}
	b.record.Status, b.record.Error, b.record.FinishedAt = connectors.BackfillRunning, "", time.Time{}
	if err := p.State.SaveBackfill(ctx, b.record); err != nil {
		return nil, errors.Join(err, space.Close())
	}
	if o.Started != nil {
		o.Started(plan)
	}
	err = b.work(ctx, o)
	err = errors.Join(err, b.space.Close())
	if ferr := b.finish(ctx, err); err == nil {
		err = ferr
	}
	return b.report, err
}

// backfillOf returns the record of the backfill that options ask for: a new one,
// which has no id yet, or the one that is taken up.
func (p *Project) backfillOf(ctx context.Context, o BackfillOptions) (connectors.Backfill, error) {
	if o.Continue == "" {
		return connectors.Backfill{From: o.From, To: o.To, Every: string(cmp.Or(o.Every, calendar.Day)), OnFailure: o.OnFailure, Reverse: o.Reverse,
			ConfigHash: p.Config.Hash, Version: p.env.Version}, nil
	}
	b, err := p.knownBackfill(ctx, o.Continue)
	if err != nil {
		return b, err
	}
	if b.ConfigHash != p.Config.Hash {
		return b, connectors.Errorf(connectors.KindConfig, "config_changed", "start a new one: clientele backfill --from … --to …",
			"the config has changed since backfill %s began, and its nights would not go together", b.ID)
	}
	if b.Status == connectors.BackfillDone && o.Rerun != RerunAll {
		return b, connectors.Errorf(connectors.KindConfig, "backfill_done", "--rerun all works it once more", "backfill %s is done", b.ID)
	}
	return b, nil
}

func (p *Project) knownBackfill(ctx context.Context, id string) (connectors.Backfill, error) {
	all, err := p.State.Backfills(ctx)
	if err != nil {
		return connectors.Backfill{}, err
	}
	names := make([]string, len(all))
	for i, b := range all {
		if names[i] = b.ID; b.ID == id {
			return b, nil
		}
	}
	remedy := "`clientele backfill list` names them"
	if like := suggest.Suggest(id, names); like != "" {
		remedy = fmt.Sprintf("did you mean %q?", like)
	}
	return connectors.Backfill{}, connectors.Errorf(connectors.KindConfig, "unknown_backfill", remedy, "no backfill is called %q", id)
}

// backfillID names a backfill by what it asks for and when; asking for the same
// twice in an instant gives two names.
func (p *Project) backfillID(ctx context.Context, b connectors.Backfill) (string, error) {
	all, err := p.State.Backfills(ctx)
	if err != nil {
		return "", err
	}
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %s %d %d", p.Config.Hash, b.From, b.To, b.Every, b.StartedAt.UnixMicro(), n))
		id := "b" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
		if !slices.ContainsFunc(all, func(old connectors.Backfill) bool { return old.ID == id }) {
			return id, nil
		}
	}
}

// finish writes down how the backfill ended, and clears up after one whose base
// took its place.
func (b *backfill) finish(ctx context.Context, cause error) error {
	state, now := b.live.State, b.live.env.Now()
	after := context.WithoutCancel(ctx)
	b.record.FinishedAt = now
	switch {
	case cause == nil && len(b.report.Failed) == 0 && !slices.ContainsFunc(b.nights, func(n *backfillNight) bool { return len(n.last().Held) > 0 }):
		b.record.Status = connectors.BackfillDone
	case cause == nil:
		b.record.Status = connectors.BackfillPartly
	case errors.Is(cause, errStopped), ctx.Err() != nil:
		b.record.Status = connectors.BackfillStopped
	default:
		b.record.Status, b.record.Error = connectors.BackfillFailed, FailureOf(cause).Code
	}
	b.report.Status = b.record.Status
	if err := state.SaveBackfill(after, b.record); err != nil {
		return err
	}
	if cause == nil {
		return b.live.dropWorkspace(b.record.ID)
	}
	return nil // the caller has the cause
}

// dropWorkspace removes what a backfill has on the disk.
func (p *Project) dropWorkspace(backfill string) error {
	if err := os.RemoveAll(p.workspaceDir(backfill)); err != nil {
		return homeError(err)
	}
	// Which is there for other backfills, or empty and of no use.
	_ = os.Remove(filepath.Join(p.Home, backfillDir))
	return nil
}

// work works the nights that are still to be worked, and puts the base in place.
func (b *backfill) work(ctx context.Context, o BackfillOptions) error {
	if err := b.space.sweep(); err != nil {
		return err
	}
	last := b.nights[len(b.nights)-1]
	if adopted, err := b.adopted(ctx); err != nil {
		return err
	} else if adopted && o.Rerun != RerunAll && b.before != connectors.BackfillPartly && last.last().Status != connectors.PartitionPlanned {
		// Only publishing is left.
		if err := b.reviewed(ctx, last.asOf); err != nil {
			return err
		}
		return b.adopt(ctx)
	}
	var err error
	if b.runs, err = b.live.State.Runs(ctx, 0); err != nil {
		return err
	}
	todo, err := b.todo(ctx, o.Rerun)
	if err != nil {
		return err
	}
	if err := b.workNights(ctx, todo, o); err != nil {
		return err
	}
	if last.last().Status != connectors.PartitionDone {
		return connectors.Errorf(connectors.KindData, "last_night_failed", "put it right, then continue with: clientele backfill --continue "+b.record.ID,
			"the last night, %s, failed: nothing new is published", last.asOf.Format(time.DateOnly))
	}
	return b.adopt(ctx)
}

// reviewed brings the records of attempts in line with the base, which holds the
// nights up to one that it committed: a program that was killed may have written
// neither that nor that it was interrupted.
func (b *backfill) reviewed(ctx context.Context, committed time.Time) error {
	for _, n := range b.nights {
		a := n.last()
		switch {
		case a.Status != connectors.PartitionRunning:
			continue
		case n.asOf.Equal(committed):
			a.Status = connectors.PartitionDone
		default:
			a.Status = connectors.PartitionInterrupted
		}
		a.FinishedAt = b.live.env.Now()
		if err := b.live.State.SavePartition(ctx, a); err != nil {
			return err
		}
		n.attempts[len(n.attempts)-1] = a
	}
	for _, n := range b.nights {
		switch n.last().Status {
		case connectors.PartitionDone:
			b.report.Done++
		case connectors.PartitionFailed:
			b.report.Failed = append(b.report.Failed, n.asOf.Format(time.DateOnly))
		}
	}
	return nil
}

// todo returns the nights to work, after a record of each is written. A night in
// the middle can't be worked again alone, since those after it build on it: then
// the base is made from the first night.
func (b *backfill) todo(ctx context.Context, rerun string) ([]*backfillNight, error) {
	_, committed, err := b.space.stands(ctx)
	if err != nil {
		return nil, err
	}
	if err := b.reviewed(ctx, committed); err != nil {
		return nil, err
	}
	again := func(n *backfillNight) bool {
		return rerun == RerunAll || rerun != RerunMissing && n.last().Status == connectors.PartitionFailed
	}
	if !committed.IsZero() && slices.ContainsFunc(b.nights, func(n *backfillNight) bool { return !n.asOf.After(committed) && again(n) }) {
		if err := b.restart(ctx); err != nil {
			return nil, err
		}
		committed = time.Time{}
	}
	b.report.Done, b.report.Failed = 0, nil
	var out []*backfillNight
	for _, n := range b.nights {
		a := n.last()
		switch {
		case !n.asOf.After(committed) && a.Status == connectors.PartitionDone:
			b.report.Done++
			continue
		case !n.asOf.After(committed), a.Status == connectors.PartitionFailed && !again(n):
			if a.Status == connectors.PartitionFailed {
				b.report.Failed = append(b.report.Failed, n.asOf.Format(time.DateOnly))
			}
			continue
		case a.Status == connectors.PartitionPlanned:
		default:
			next := connectors.Partition{Backfill: b.record.ID, ID: n.id, Attempt: a.Attempt + 1, AsOf: n.asOf, After: n.after, Role: n.role,
				Status: connectors.PartitionPlanned, Deliveries: len(n.arrivals)}
			n.attempts = append(n.attempts, next)
			if err := b.live.State.SavePartition(ctx, next); err != nil {
				return nil, err
			}
		}
		out = append(out, n)
	}
	return out, b.recall(ctx, committed)
}

// recall tells the notebook of the deliveries of the nights that are committed.
func (b *backfill) recall(ctx context.Context, committed time.Time) error {
	ledger, err := b.space.newRun(committed).readLedger(ctx)
	if err != nil {
		return err
	}
	for _, n := range b.nights {
		if n.asOf.After(committed) {
			break
		}
		for _, a := range n.arrivals {
			l := b.landing(a, n)
			if row, held := ledger[a.id]; held {
				l.State, l.Rows = connectors.LandingLoaded, row.rows
				if !row.due.IsZero() {
					if l, err = b.land(ctx, a, n); err != nil {
						return err
					}
					l.State = connectors.LandingLoaded
				}
			} else if l, err = b.land(ctx, a, n); err != nil {
				return err
			}
			if err := b.space.State.SaveLanding(ctx, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// restart empties the workspace's base.
func (b *backfill) restart(ctx context.Context) error {
	if err := b.space.Close(); err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(b.space.Home, filepath.Dir(baseFile))); err != nil {
		return homeError(err)
	}
	var err error
	b.space, err = b.live.workspace(ctx, b.record.ID)
	return err
}
