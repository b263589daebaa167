package sqlstate

import (
	"context"
	"encoding/json"
	"time"

	"clientele/connectors"
)

// SaveBackfill writes a backfill, new or changed.
func (s *Store) SaveBackfill(ctx context.Context, b connectors.Backfill) error {
	return s.exec(ctx, `INSERT INTO backfills (id, status, first_night, end_night, every, on_failure, reverse, started_at, finished_at, config_hash, version, error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, first_night = excluded.first_night, end_night = excluded.end_night,
			every = excluded.every, on_failure = excluded.on_failure, reverse = excluded.reverse, started_at = excluded.started_at,
			finished_at = excluded.finished_at, config_hash = excluded.config_hash, version = excluded.version, error = excluded.error`,
		b.ID, string(b.Status), b.From.Format(time.DateOnly), b.To.Format(time.DateOnly), b.Every, b.OnFailure, truth(b.Reverse),
		from(b.StartedAt), from(b.FinishedAt), b.ConfigHash, b.Version, b.Error)
}

// Backfills returns the backfills, newest first.
func (s *Store) Backfills(ctx context.Context) ([]connectors.Backfill, error) {
	return query(ctx, s, func(scan scanner) (b connectors.Backfill, err error) {
		err = scan(&b.ID, &b.Status, date{&b.From}, date{&b.To}, &b.Every, &b.OnFailure, &b.Reverse,
			instant{&b.StartedAt}, instant{&b.FinishedAt}, &b.ConfigHash, &b.Version, &b.Error)
		return b, err
	}, `SELECT id, status, first_night, end_night, every, on_failure, reverse, started_at, finished_at, config_hash, version, error
		FROM backfills ORDER BY started_at DESC, seq DESC`)
}

// SavePartition writes one attempt at a night of a backfill, new or changed.
func (s *Store) SavePartition(ctx context.Context, p connectors.Partition) error {
	held, err := json.Marshal(p.Held)
	if err != nil {
		return err
	}
	return s.exec(ctx, `INSERT INTO partitions (backfill, id, attempt, as_of, after_night, role, status, started_at, finished_at, deliveries, rows, held, error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (backfill, id, attempt) DO UPDATE SET as_of = excluded.as_of, after_night = excluded.after_night, role = excluded.role,
			status = excluded.status, started_at = excluded.started_at, finished_at = excluded.finished_at, deliveries = excluded.deliveries,
			rows = excluded.rows, held = excluded.held, error = excluded.error`,
		p.Backfill, p.ID, p.Attempt, p.AsOf.Format(time.DateOnly), p.After.Format(time.DateOnly), p.Role, string(p.Status),
		from(p.StartedAt), from(p.FinishedAt), p.Deliveries, p.Rows, string(held), p.Error)
}

// Partitions returns all attempts at the nights of a backfill, by night and
// attempt.
func (s *Store) Partitions(ctx context.Context, backfill string) ([]connectors.Partition, error) {
	return query(ctx, s, func(scan scanner) (p connectors.Partition, err error) {
		var held []byte
		if err := scan(&p.Backfill, &p.ID, &p.Attempt, date{&p.AsOf}, date{&p.After}, &p.Role, &p.Status,
			instant{&p.StartedAt}, instant{&p.FinishedAt}, &p.Deliveries, &p.Rows, &held, &p.Error); err != nil {
			return p, err
		}
		return p, json.Unmarshal(held, &p.Held)
	}, `SELECT backfill, id, attempt, as_of, after_night, role, status, started_at, finished_at, deliveries, rows, held, error
		FROM partitions WHERE backfill = ? ORDER BY as_of, id, attempt`, backfill)
}
