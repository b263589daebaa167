package pipelines

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/pipelines/config"
)

// batch is what a night has to conform of one source, and what came of it.
type batch struct {
	source     *config.Source
	landings   []connectors.Landing
	superseded []connectors.Landing // wait, and are not needed

	conformed []*conformed // in the order of landings
	err       error        // the first one; it stops the rest of the batch
	began     time.Time
	took      time.Duration
}

// batches returns what is to be conformed per source: what landed and is not in
// the base, and what is there and has rows whose day has come.
func (r *run) batches() []*batch {
	var out []*batch
	for _, s := range r.wanted() {
		if _, held := r.stale[s.Name]; held {
			continue
		}
		b := &batch{source: s}
		for i, l := range r.landings {
			waits := l.State == connectors.LandingNew || l.State == connectors.LandingHeld
			switch {
			case r.again && (l.Source != s.Name || l.Reason != reasonReplay):
			case l.Source != s.Name || !waits && !r.due(l):
			case waits && r.superseded(s, i):
				b.superseded = append(b.superseded, l)
			default:
				b.landings = append(b.landings, l)
			}
		}
		if len(b.landings) > 0 || !r.again && !r.landed {
			out = append(out, b)
		}
	}
	return out
}

// conformAll conforms the deliveries of all sources side by side, as many at a
// time as there are cores, but those that were prepared.
func (r *run) conformAll(ctx context.Context, batches []*batch) {
	slots := make(chan struct{}, r.workers)
	var waits sync.WaitGroup
	var mu sync.Mutex // of the clock and of who watches
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return r.project.env.Now()
	}
	for _, b := range batches { // before anything reads what it writes
		if len(b.landings) > 0 {
			r.baseline(b.source, b.landings[0])
		}
	}
	for _, b := range batches {
		if len(b.landings) == 0 {
			continue
		}
		b.began = now()
		src, err := b.source.Open(r.project.project())
		if err != nil {
			b.err = err
			continue
		}
		b.conformed = make([]*conformed, len(b.landings))
		var rows int64
		g, ctx := errgroup.WithContext(ctx)
		for i, l := range b.landings {
			if c, ok := r.prepared[l.ID]; ok {
				b.conformed[i] = c
				continue
			}
			slots <- struct{}{}
			g.Go(func() error {
				defer func() { <-slots }()
				c, err := r.conform(ctx, b.source, src.Format(), l)
				if err != nil {
					return fmt.Errorf("%s: %w", l.Delivery.Name, err)
				}
				b.conformed[i] = c
				mu.Lock()
				defer mu.Unlock()
				rows += l.Rows
				r.project.say(Event{Step: "conform", Source: b.source.Name, Rows: rows, Detail: l.Delivery.Name})
				return nil
			})
		}
		waits.Add(1)
		go func() {
			defer waits.Done()
			b.err = g.Wait()
			b.took = now().Sub(b.began)
		}()
	}
	waits.Wait()
}
