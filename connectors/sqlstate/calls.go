package sqlstate

import (
	"context"
	"time"

	"clientele/connectors"
)

// SaveCalls writes how many calls a run made to a register on a date, new or changed.
func (s *Store) SaveCalls(ctx context.Context, c connectors.Calls) error {
	return s.exec(ctx, `INSERT INTO calls (run, register, made_on, made) VALUES (?, ?, ?, ?)
		ON CONFLICT (run, register, made_on) DO UPDATE SET made = excluded.made`,
		c.Run, c.Register, c.On.Format(time.DateOnly), c.Made)
}

// Calls returns the calls that were made since a date, by date, register and run.
func (s *Store) Calls(ctx context.Context, since time.Time) ([]connectors.Calls, error) {
	return query(ctx, s, func(scan scanner) (c connectors.Calls, err error) {
		err = scan(&c.Run, &c.Register, date{&c.On}, &c.Made)
		return c, err
	}, `SELECT run, register, made_on, made FROM calls WHERE made_on >= ? ORDER BY made_on, register, run`, since.Format(time.DateOnly))
}
