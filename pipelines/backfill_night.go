package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/config"
	"clientele/transforms/match"
)

// prepared is what was done for a night ahead of it.
type prepared struct {
	conformed map[string]*conformed // by delivery
	err       error
}

// workNights prepares nights in parallel and commits them in order. So many
// nights are prepared ahead of the one that is committed, and no more, as twice
// the workers: what waits lies on the disk.
func (b *backfill) workNights(ctx context.Context, todo []*backfillNight, o BackfillOptions) error {
	if b.record.Reverse {
		if err := b.landBackwards(ctx, todo, o); err != nil {
			return err
		}
	}
	preparing, cancel := context.WithCancel(ctx)
	results := make([]chan prepared, len(todo))
	for i := range results {
		results[i] = make(chan prepared, 1)
	}
	ahead := make(chan struct{}, 2*b.plan.Workers)
	over := make(chan struct{})
	go func() {
		defer close(over)
		var g errgroup.Group
		g.SetLimit(b.plan.Workers)
		for i, n := range todo {
			select {
			case ahead <- struct{}{}:
			case <-preparing.Done():
				results[i] <- prepared{err: preparing.Err()}
				continue
			}
			g.Go(func() error {
				results[i] <- b.prepare(preparing, n)
				return nil
			})
		}
		_ = g.Wait() // whose goroutines return no error
	}()
	defer func() {
		cancel()
		<-over
	}()
	for i, n := range todo {
		if stopped(o.Stop) {
			return errStopped
		}
		var ready prepared
		select {
		case ready = <-results[i]:
		case <-o.Stop:
			return errStopped
		}
		if ready.err != nil {
			return ready.err
		}
		if err := b.workNight(ctx, n, ready.conformed); err != nil {
			return err
		}
		<-ahead
	}
	return nil
}

func stopped(stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

// landBackwards reads what the nights deliver, the latest first.
func (b *backfill) landBackwards(ctx context.Context, todo []*backfillNight, o BackfillOptions) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(b.plan.Workers)
	for _, n := range slices.Backward(todo) {
		if stopped(o.Stop) || ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			for _, a := range n.arrivals {
				if _, err := b.land(ctx, a, n); fatal(ctx, err) {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// fatal reports whether an error is not that of a delivery alone, for which its
// source is held back when its night comes.
func fatal(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || connectors.CodeOf(err) == "disk_full")
}

// prepare lands and conforms the deliveries of a night. What fails is tried
// again, and dealt with, when the night comes.
func (b *backfill) prepare(ctx context.Context, n *backfillNight) prepared {
	r := b.space.newRun(n.asOf)
	out := prepared{conformed: map[string]*conformed{}}
	for _, a := range n.arrivals {
		l, err := b.land(ctx, a, n)
		if fatal(ctx, err) {
			return prepared{err: err}
		}
		if err != nil {
			continue
		}
		if discardsNew(a.source) {
			continue // what is new is told by the columns of the nights before
		}
		src, err := a.source.Open(b.space.project())
		if err != nil {
			continue
		}
		c, err := r.conform(ctx, a.source, src.Format(), l)
		if fatal(ctx, err) {
			return prepared{err: err}
		}
		if err == nil {
			out.conformed[a.id] = c
		}
	}
	b.space.point("backfill:prepared")
	return out
}

// landing is that of a delivery in the workspace, before it is read.
func (b *backfill) landing(a *arrival, n *backfillNight) connectors.Landing {
	return connectors.Landing{ID: a.id, Source: a.source.Name, Delivery: a.delivery, State: connectors.LandingNew, Run: b.runOf(n), AsOf: n.asOf,
		File: filepath.Join(a.source.Name, a.id+".parquet")}
}

// land makes the rows of a delivery be there, as they were received, in the
// landing of the workspace: those that landed before are the same file under
// another name, and only what never landed is read from its source.
func (b *backfill) land(ctx context.Context, a *arrival, n *backfillNight) (connectors.Landing, error) {
	l := b.landing(a, n)
	path := b.space.landing(l.File)
	var ok bool
	if l.Rows, ok = landedRows(path); ok {
		return l, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), privateDir); err != nil {
		return l, homeError(err)
	}
	if a.kept != "" {
		if err := os.Link(b.live.landing(a.kept), path); err != nil && !errors.Is(err, fs.ErrExist) {
			return l, homeError(err)
		}
		if l.Rows, ok = landedRows(path); !ok {
			return l, connectors.Errorf(connectors.KindEnvironment, "landing_gone", "put the file back where it came from and run again", "the landed rows of %s can't be read", a.delivery.Name)
		}
		return l, nil
	}
	src, err := a.source.Open(b.space.project())
	if err != nil {
		return l, err
	}
	l.Rows, err = b.space.copyRows(ctx, a.source.Name, src, &a.delivery, path)
	return l, err
}

// landedRows returns how many rows a landed file has; ok is false where there is
// no such file, or not a whole one.
func landedRows(path string) (rows int64, ok bool) {
	r, err := parquetio.Open(path)
	if err != nil {
		return 0, false
	}
	defer r.Close()
	return r.Rows(), true
}

// workNight brings the workspace's base up to one night, and writes down how
// that went. A night that fails is an error where the backfill stops at it.
func (b *backfill) workNight(ctx context.Context, n *backfillNight, staged map[string]*conformed) error {
	p := b.live
	a := n.last()
	a.Status, a.StartedAt, a.Deliveries = connectors.PartitionRunning, p.env.Now(), len(n.arrivals)
	if err := b.save(ctx, n, a); err != nil {
		return err
	}
	p.point("backfill:night")
	report, err := b.bringUp(ctx, n, staged)
	for _, c := range staged {
		if rerr := c.remove(); err == nil && rerr != nil {
			err = homeError(rerr)
		}
	}
	a.FinishedAt = p.env.Now()
	switch {
	case err == nil:
		a.Status = connectors.PartitionDone
		for _, s := range report.Sources {
			if s.Held != "" {
				a.Held = append(a.Held, s.Source)
			}
		}
		for _, s := range report.Steps {
			if s.Step == "conform" {
				a.Rows = s.Rows
			}
		}
		b.report.Done++
		p.say(Event{Step: n.asOf.Format(time.DateOnly), Rows: a.Rows, Done: true, Took: a.FinishedAt.Sub(a.StartedAt)})
	case ctx.Err() != nil:
		a.Status = connectors.PartitionInterrupted
	default:
		a.Status, a.Error = connectors.PartitionFailed, FailureOf(err).Code
		b.report.Failed = append(b.report.Failed, n.asOf.Format(time.DateOnly))
	}
	if serr := b.save(context.WithoutCancel(ctx), n, a); serr != nil {
		return errors.Join(err, serr)
	}
	if err == nil {
		b.report.Run = report
		return nil
	}
	kind := connectors.KindOf(err)
	lasting := kind == connectors.KindEnvironment || kind == connectors.KindTransient // and so the next night's too
	if ctx.Err() == nil && b.record.OnFailure == FailureContinue && !lasting {
		p.say(Event{Step: "held", Source: "night " + n.asOf.Format(time.DateOnly), Detail: err.Error()})
		return nil
	}
	return fmt.Errorf("night of %s: %w", n.asOf.Format(time.DateOnly), err)
}

// save writes an attempt down as the newest of its night.
func (b *backfill) save(ctx context.Context, n *backfillNight, a connectors.Partition) error {
	n.attempts[len(n.attempts)-1] = a
	return b.live.State.SavePartition(ctx, a)
}

// bringUp brings the workspace's base up to a night, as a run does that reads
// what the night delivers.
func (b *backfill) bringUp(ctx context.Context, n *backfillNight, staged map[string]*conformed) (*Report, error) {
	p := b.space
	r := p.newRun(n.asOf)
	r.prepared = staged
	r.journal = connectors.Run{ID: b.runOf(n), AsOf: n.asOf, StartedAt: p.env.Now(), Status: connectors.RunRunning, ConfigHash: p.Config.Hash, Version: p.env.Version}
	r.report = &Report{Run: r.journal.ID, AsOf: n.asOf.Format(time.DateOnly), Tables: map[string]int64{}}
	var err error
	if r.landings, err = p.State.Landings(ctx); err != nil {
		return r.report, err
	}
	if err := b.approvals(ctx, r); err != nil {
		return r.report, err
	}
	if n == b.nights[len(b.nights)-1] {
		if r.outlived, err = b.issued(ctx); err != nil {
			return r.report, err
		}
	}
	return r.report, r.bringUp(ctx, func(ctx context.Context, s *config.Source) (int, error) { return b.extract(ctx, r, s, n) })
}

// approvals learns which checks of the night people let pass: in the night as it
// was run, or in an earlier attempt at it here.
func (b *backfill) approvals(ctx context.Context, r *run) error {
	names := []string{r.journal.ID}
	for _, old := range b.runs {
		if old.AsOf.Equal(r.night.AsOf) {
			names = append(names, old.ID)
		}
	}
	for _, name := range names {
		approvals, err := b.live.State.Approvals(ctx, name)
		if err != nil {
			return err
		}
		for _, a := range approvals {
			r.approved[a.Check] = true
		}
	}
	return nil
}

// issued returns the ids of the base whose place is to be taken: whoever was
// told one must find its customer.
func (b *backfill) issued(ctx context.Context) (ids []match.Identity, err error) {
	err = b.live.look(ctx, func(r connectors.Reader) error {
		ids, err = identities(ctx, r, b.live.Warehouse.Base("base_ids"))
		return err
	})
	return ids, err
}

// extract gives the night the deliveries of a source that are its own, and those
// that earlier nights could not read. It returns how many.
func (b *backfill) extract(ctx context.Context, r *run, s *config.Source, n *backfillNight) (int, error) {
	if _, err := s.Open(b.space.project()); err != nil {
		return 0, err
	}
	landed := map[string]bool{}
	for _, l := range r.landings {
		landed[l.ID] = true
	}
	read := 0
	for _, night := range b.nights {
		if night.asOf.After(n.asOf) {
			break
		}
		for _, a := range night.arrivals {
			if a.source != s || landed[a.id] {
				continue
			}
			l, err := b.land(ctx, a, n)
			if err != nil {
				return read, err
			}
			if err := r.project.State.SaveLanding(ctx, l); err != nil {
				return read, err
			}
			r.landings = append(r.landings, l)
			read++
		}
	}
	return read, nil
}
