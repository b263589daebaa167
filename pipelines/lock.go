package pipelines

import (
	"context"
	"errors"

	"clientele/connectors"
)

// lock takes the project's one lock, from its holder where the command was told
// to break it. Until the function that is returned gives it back, fence checks
// it.
func (p *Project) lock(ctx context.Context) (unlock func() error, err error) {
	take := p.State.Lock
	if p.env.BreakLock {
		take = p.State.BreakLock
	}
	held, err := take(ctx, p.holder())
	if err != nil {
		return nil, err
	}
	p.locked = held
	return func() error {
		// Whoever takes the lock next finds the base closed.
		var released error
		if w, ok := p.Warehouse.(connectors.Releaser); ok {
			released = w.Release(context.WithoutCancel(ctx))
		}
		return errors.Join(released, held.Unlock())
	}, nil
}

// holder is this process, as others are told of it.
func (p *Project) holder() connectors.Holder {
	return connectors.Holder{Command: p.env.Command, Host: p.env.Host, PID: p.env.PID, Since: p.env.Now()}
}

// fence returns an error with the code "lock_lost" where this process has lost
// the project's lock. It stands before every step of a night, and right before
// what cannot be taken back: commit and publish.
func (p *Project) fence(ctx context.Context) error {
	if p.locked == nil {
		return nil
	}
	return p.locked.Check(ctx)
}
