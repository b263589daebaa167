package sqlitestate

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"clientele/connectors"
)

// heldLock is an advisory lock on a file, which the system frees when its
// process dies, however it dies. The file says who holds it.
type heldLock struct {
	path   string
	file   *os.File
	unlock func() error
}

// Lock takes the lock of the project, that of a file beside the state.
func (s *Store) Lock(ctx context.Context, holder connectors.Holder) (connectors.Lock, error) {
	l, _, err := s.tryLock(ctx, holder)
	if err != nil { // a nil *heldLock would not be a nil Lock
		return nil, err
	}
	return l, nil
}

// tryLock takes the lock, or returns who holds it with the error "locked".
func (s *Store) tryLock(ctx context.Context, holder connectors.Holder) (*heldLock, connectors.Holder, error) {
	nobody := connectors.Holder{}
	for {
		if err := ctx.Err(); err != nil {
			return nil, nobody, err
		}
		file, err := os.OpenFile(s.lock, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, nobody, failure(err)
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			held := signedBy(file)
			return nil, held, errors.Join(holder.Locked(held), file.Close())
		}
		if err != nil {
			return nil, nobody, errors.Join(failure(err), file.Close())
		}
		l := newLock(s.lock, file)
		if l.Check(ctx) != nil { // broken between opening and locking: another file lies there now
			_ = file.Close() // which frees a lock that nobody asks for
			continue
		}
		if err := sign(file, holder); err != nil {
			return nil, nobody, errors.Join(failure(err), file.Close())
		}
		return l, nobody, nil
	}
}

// BreakLock takes the lock over by laying another file in the place of the one
// that is locked. Who holds that one finds so at its next Check.
func (s *Store) BreakLock(ctx context.Context, holder connectors.Holder) (connectors.Lock, error) {
	l, held, err := s.tryLock(ctx, holder)
	if connectors.CodeOf(err) != "locked" {
		if err != nil {
			return nil, err
		}
		return l, nil
	}
	if err := holder.MayBreak(held); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(s.lock), "lock-*")
	if err != nil {
		return nil, failure(err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		err = sign(file, holder)
	}
	if err == nil {
		err = os.Rename(file.Name(), s.lock)
	}
	if err != nil {
		return nil, errors.Join(failure(err), os.Remove(file.Name()), file.Close())
	}
	l = newLock(s.lock, file)
	if err := s.SaveBreak(ctx, connectors.Break{Of: held, By: holder}); err != nil {
		return nil, errors.Join(err, l.Unlock())
	}
	return l, nil
}

func newLock(path string, file *os.File) *heldLock {
	// The file stays: were it removed, two processes could hold two files. Its
	// name goes before the lock does.
	return &heldLock{path: path, file: file, unlock: sync.OnceValue(func() error {
		return failure(errors.Join(file.Truncate(0), file.Close()))
	})}
}

// Check reports whether the locked file is still the one that others ask for.
func (l *heldLock) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mine, err := l.file.Stat()
	if err != nil {
		return connectors.LockLost(err)
	}
	if there, err := os.Stat(l.path); err != nil || !os.SameFile(mine, there) {
		return connectors.LockLost(err)
	}
	return nil
}

// Unlock gives the lock back.
func (l *heldLock) Unlock() error { return l.unlock() }

// sign writes the holder into a lock file.
func sign(file *os.File, holder connectors.Holder) error {
	holder.Since = holder.Since.UTC().Truncate(time.Microsecond)
	content, err := json.Marshal(holder)
	if err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = file.WriteAt(append(content, '\n'), 0)
	return err
}

// signedBy returns the holder that a lock file names. Who has only just taken
// the lock may not have signed yet.
func signedBy(file *os.File) connectors.Holder {
	var h connectors.Holder
	content, err := io.ReadAll(file)
	if err != nil || json.Unmarshal(content, &h) != nil {
		return connectors.Holder{}
	}
	return h
}
