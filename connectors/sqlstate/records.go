package sqlstate

import (
	"context"
	"encoding/json"
	"time"

	"clientele/connectors"
)

// SaveRun writes a run, new or changed. Of AsOf it keeps the calendar date.
func (s *Store) SaveRun(ctx context.Context, r connectors.Run) error {
	return s.exec(ctx, `INSERT INTO runs (id, as_of, status, started_at, finished_at, config_hash, version, error, committed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET as_of = excluded.as_of, status = excluded.status, started_at = excluded.started_at,
			finished_at = excluded.finished_at, config_hash = excluded.config_hash, version = excluded.version,
			error = excluded.error, committed = excluded.committed`,
		r.ID, r.AsOf.Format(time.DateOnly), string(r.Status), from(r.StartedAt), from(r.FinishedAt), r.ConfigHash, r.Version, r.Error, truth(r.Committed))
}

// Runs returns the runs, newest first, at most limit (0 for all).
func (s *Store) Runs(ctx context.Context, limit int) ([]connectors.Run, error) {
	most, args := "", []any{}
	if limit > 0 {
		most, args = " LIMIT ?", append(args, limit)
	}
	return query(ctx, s, func(scan scanner) (r connectors.Run, err error) {
		err = scan(&r.ID, date{&r.AsOf}, &r.Status, instant{&r.StartedAt}, instant{&r.FinishedAt}, &r.ConfigHash, &r.Version, &r.Error, &r.Committed)
		return r, err
	}, `SELECT id, as_of, status, started_at, finished_at, config_hash, version, error, committed
		FROM runs ORDER BY started_at DESC, seq DESC`+most, args...)
}

// SaveStep writes a step of a run, new or changed.
func (s *Store) SaveStep(ctx context.Context, st connectors.Step) error {
	return s.exec(ctx, `INSERT INTO steps (run, ordinal, name, started_at, finished_at, rows, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (run, ordinal) DO UPDATE SET name = excluded.name, started_at = excluded.started_at,
			finished_at = excluded.finished_at, rows = excluded.rows, detail = excluded.detail`,
		st.Run, st.Ordinal, st.Name, from(st.StartedAt), from(st.FinishedAt), st.Rows, st.Detail)
}

// Steps returns the steps of a run in order.
func (s *Store) Steps(ctx context.Context, run string) ([]connectors.Step, error) {
	return query(ctx, s, func(scan scanner) (st connectors.Step, err error) {
		err = scan(&st.Run, &st.Ordinal, &st.Name, instant{&st.StartedAt}, instant{&st.FinishedAt}, &st.Rows, &st.Detail)
		return st, err
	}, `SELECT run, ordinal, name, started_at, finished_at, rows, detail FROM steps WHERE run = ? ORDER BY ordinal`, run)
}

// SaveLanding writes a landed delivery, new or changed; a changed one keeps its
// place in the order.
func (s *Store) SaveLanding(ctx context.Context, l connectors.Landing) error {
	delivery, err := json.Marshal(l.Delivery)
	if err != nil {
		return err
	}
	return s.exec(ctx, `INSERT INTO landings (id, source, delivery, state, run, as_of, file, rows, reason)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET source = excluded.source, delivery = excluded.delivery, state = excluded.state,
			run = excluded.run, as_of = excluded.as_of, file = excluded.file, rows = excluded.rows, reason = excluded.reason`,
		l.ID, l.Source, string(delivery), string(l.State), l.Run, l.AsOf.Format(time.DateOnly), l.File, l.Rows, l.Reason)
}

// Landings returns the landed deliveries in the order in which they landed.
func (s *Store) Landings(ctx context.Context) ([]connectors.Landing, error) {
	return query(ctx, s, func(scan scanner) (l connectors.Landing, err error) {
		var delivery []byte
		if err := scan(&l.ID, &l.Source, &delivery, &l.State, &l.Run, date{&l.AsOf}, &l.File, &l.Rows, &l.Reason); err != nil {
			return l, err
		}
		return l, json.Unmarshal(delivery, &l.Delivery)
	}, `SELECT id, source, delivery, state, run, as_of, file, rows, reason FROM landings ORDER BY seq`)
}

// Approve lets a check of a run pass once; approving again replaces why.
func (s *Store) Approve(ctx context.Context, a connectors.Approval) error {
	return s.exec(ctx, `INSERT INTO approvals (run, check_name, why, by_whom, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (run, check_name) DO UPDATE SET why = excluded.why, by_whom = excluded.by_whom, at = excluded.at`,
		a.Run, a.Check, a.Why, a.By, from(a.At))
}

// Approvals returns the approvals of a run, by check.
func (s *Store) Approvals(ctx context.Context, run string) ([]connectors.Approval, error) {
	return query(ctx, s, func(scan scanner) (a connectors.Approval, err error) {
		err = scan(&a.Run, &a.Check, &a.Why, &a.By, instant{&a.At})
		return a, err
	}, `SELECT run, check_name, why, by_whom, at FROM approvals WHERE run = ? ORDER BY check_name`, run)
}

// SaveFix replaces what its owner corrected of one landed row before.
func (s *Store) SaveFix(ctx context.Context, f connectors.Fix) error {
	values, err := json.Marshal(f.Values)
	if err != nil {
		return err
	}
	return s.exec(ctx, `INSERT INTO fixes (delivery, part, row_number, new_values, by_whom, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (delivery, part, row_number) DO UPDATE SET new_values = excluded.new_values, by_whom = excluded.by_whom, at = excluded.at`,
		f.Delivery, f.Part, f.Row, string(values), f.By, from(f.At))
}

// Fixes returns the corrected rows of a delivery, by part and row.
func (s *Store) Fixes(ctx context.Context, delivery string) ([]connectors.Fix, error) {
	return query(ctx, s, func(scan scanner) (f connectors.Fix, err error) {
		var values []byte
		if err := scan(&f.Delivery, &f.Part, &f.Row, &values, &f.By, instant{&f.At}); err != nil {
			return f, err
		}
		return f, json.Unmarshal(values, &f.Values)
	}, `SELECT delivery, part, row_number, new_values, by_whom, at FROM fixes WHERE delivery = ? ORDER BY part, row_number`, delivery)
}

// Decide adds what a person decided on two records to what was decided on them
// before.
func (s *Store) Decide(ctx context.Context, d connectors.Decision) error {
	return s.exec(ctx, `INSERT INTO decisions (source_a, record_a, source_b, record_b, number, verdict, why, by_whom, at)
		VALUES (?, ?, ?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM decisions WHERE source_a = ? AND record_a = ? AND source_b = ? AND record_b = ?), ?, ?, ?, ?)`,
		d.A.Source, d.A.Record, d.B.Source, d.B.Record, d.A.Source, d.A.Record, d.B.Source, d.B.Record, string(d.Verdict), d.Why, d.By, from(d.At))
}

// Decisions returns all that was ever decided on two records, by the records, and of
// the same two in the order in which it was.
func (s *Store) Decisions(ctx context.Context) ([]connectors.Decision, error) {
	return query(ctx, s, func(scan scanner) (d connectors.Decision, err error) {
		err = scan(&d.A.Source, &d.A.Record, &d.B.Source, &d.B.Record, &d.Number, &d.Verdict, &d.Why, &d.By, instant{&d.At})
		return d, err
	}, `SELECT source_a, record_a, source_b, record_b, number, verdict, why, by_whom, at FROM decisions
		ORDER BY source_a, record_a, source_b, record_b, number`)
}

// SaveBreak writes down that a lock was broken.
func (s *Store) SaveBreak(ctx context.Context, b connectors.Break) error {
	return s.exec(ctx, `INSERT INTO breaks (at, command, host, pid, of_command, of_host, of_pid, of_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`,
		from(b.By.Since), b.By.Command, b.By.Host, b.By.PID, b.Of.Command, b.Of.Host, b.Of.PID, from(b.Of.Since))
}

// Breaks returns the locks that were broken, in order.
func (s *Store) Breaks(ctx context.Context) ([]connectors.Break, error) {
	return query(ctx, s, func(scan scanner) (b connectors.Break, err error) {
		err = scan(instant{&b.By.Since}, &b.By.Command, &b.By.Host, &b.By.PID, &b.Of.Command, &b.Of.Host, &b.Of.PID, instant{&b.Of.Since})
		return b, err
	}, `SELECT at, command, host, pid, of_command, of_host, of_pid, of_since FROM breaks ORDER BY at, host, pid`)
}
