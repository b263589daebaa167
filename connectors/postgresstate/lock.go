package postgresstate

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"time"

	"clientele/connectors"
)

// heldLock is a session's advisory lock. It lives as long as the connection:
// the server frees it when the program ends, however it ends, and within about
// a minute when its machine or the network is gone.
type heldLock struct {
	conn   *sql.Conn
	key    int64
	unlock func() error
}

// session makes the server notice that the other end of a connection is gone,
// and keeps it from ending one that waits for a long night.
var session = []string{
	"SET tcp_keepalives_idle = 30",
	"SET tcp_keepalives_interval = 10",
	"SET tcp_keepalives_count = 3",
	"SET idle_session_timeout = 0",
}

// backendOf finds the session that holds an advisory lock of this database.
const backendOf = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
	AND classid::bigint = ($1::bigint >> 32) & 4294967295 AND objid::bigint = $1::bigint & 4294967295`

// Lock takes the lock of the project: an advisory lock of the database, on a
// connection of its own. It must be a connection to the server itself, or
// through a pooler that keeps sessions apart: where several sessions share a
// connection, Check finds the lock lost.
func (s *Store) Lock(ctx context.Context, holder connectors.Holder) (connectors.Lock, error) {
	l, _, _, err := s.tryLock(ctx, holder)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// tryLock takes the lock, or returns who holds it, and the session that does,
// with the error "locked".
func (s *Store) tryLock(ctx context.Context, holder connectors.Holder) (l *heldLock, held connectors.Holder, backend int64, err error) {
	conn, err := s.DB.Conn(ctx)
	if err != nil {
		return nil, held, 0, failure(err)
	}
	defer func() {
		if l == nil {
			discard(conn)
		}
	}()
	for _, set := range session {
		if _, err := conn.ExecContext(ctx, set); err != nil {
			return nil, held, 0, failure(err)
		}
	}
	var mine bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", lockKey(s.schema)).Scan(&mine); err != nil {
		return nil, held, 0, failure(err)
	}
	if !mine {
		held, backend, err = s.holder(ctx, conn)
		return nil, held, backend, errors.Join(holder.Locked(held), err)
	}
	_, err = conn.ExecContext(ctx, `INSERT INTO holder (id, command, host, pid, since, backend) VALUES (1, $1, $2, $3, $4, pg_backend_pid())
		ON CONFLICT (id) DO UPDATE SET command = excluded.command, host = excluded.host, pid = excluded.pid, since = excluded.since, backend = excluded.backend`,
		holder.Command, holder.Host, holder.PID, holder.Since.UnixMicro())
	if err != nil {
		return nil, held, 0, failure(err)
	}
	return newLock(conn, lockKey(s.schema)), held, 0, nil
}

// querier is a *sql.DB or a *sql.Conn.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// holder returns who holds the lock, as far as it has signed, and its session; 0
// where it is free by now.
func (s *Store) holder(ctx context.Context, conn querier) (h connectors.Holder, backend int64, err error) {
	err = conn.QueryRowContext(ctx, backendOf, lockKey(s.schema)).Scan(&backend)
	if errors.Is(err, sql.ErrNoRows) {
		return h, 0, nil
	}
	if err != nil {
		return h, 0, failure(err)
	}
	var since int64
	err = conn.QueryRowContext(ctx, "SELECT command, host, pid, since FROM holder WHERE id = 1 AND backend = $1", backend).Scan(&h.Command, &h.Host, &h.PID, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return h, backend, nil
	}
	h.Since = time.UnixMicro(since).UTC()
	return h, backend, failure(err)
}

// Holder returns who holds the lock of the project, without asking for it; ok is
// false where nobody does.
func (s *Store) Holder(ctx context.Context) (h connectors.Holder, ok bool, err error) {
	h, backend, err := s.holder(ctx, s.DB)
	return h, backend != 0, err
}

// BreakLock ends the session that holds the lock, and takes it. A program whose
// session was ended can neither write through it nor pass its next Check.
func (s *Store) BreakLock(ctx context.Context, holder connectors.Holder) (connectors.Lock, error) {
	const patience = 5 * time.Second // for the server to end a session
	l, held, backend, err := s.tryLock(ctx, holder)
	if connectors.CodeOf(err) != "locked" {
		if err != nil {
			return nil, err
		}
		return l, nil
	}
	if err := holder.MayBreak(held); err != nil {
		return nil, err
	}
	var ended bool
	err = s.DB.QueryRowContext(ctx, "SELECT pg_terminate_backend($1, $2)", backend, patience.Milliseconds()).Scan(&ended)
	if err != nil {
		return nil, failure(err)
	}
	if l, _, _, err = s.tryLock(ctx, holder); err != nil {
		return nil, err // another was faster
	}
	if err := s.SaveBreak(ctx, connectors.Break{Of: held, By: holder}); err != nil {
		return nil, errors.Join(err, l.Unlock())
	}
	return l, nil
}

func newLock(conn *sql.Conn, key int64) *heldLock {
	l := &heldLock{conn: conn, key: key}
	// Ending the session frees the lock too, whatever state the connection is in,
	// but only when the server comes to it.
	l.unlock = sync.OnceValue(func() error {
		_, err := conn.ExecContext(context.Background(), "DELETE FROM holder WHERE id = 1 AND backend = pg_backend_pid()")
		if err == nil {
			_, err = conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", key)
		}
		discard(conn)
		if err != nil {
			return connectors.LockLost(failure(err))
		}
		return nil
	})
	return l
}

// Check asks the server whether this session holds the lock.
func (l *heldLock) Check(ctx context.Context) error {
	var mine bool
	err := l.conn.QueryRowContext(ctx, "SELECT EXISTS ("+backendOf+" AND pid = pg_backend_pid())", l.key).Scan(&mine)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return connectors.LockLost(failure(err))
	case !mine:
		return connectors.LockLost(nil)
	}
	return nil
}

// Unlock gives the lock back.
func (l *heldLock) Unlock() error { return l.unlock() }

// discard closes a connection and does not give it back to the pool.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // which is what closes it
	_ = conn.Close()                                           // and says that it is closed
}
