package sqlitestate

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"clientele/connectors"
)

// Lock takes the lock of the project: an advisory lock on a file beside the
// state, which the system frees when its process dies, however it dies. The
// file says who holds it.
func (s *Store) Lock(ctx context.Context, holder connectors.Holder) (unlock func() error, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(s.lock, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, failure(err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = heldBy(file)
	} else if err == nil {
		err = sign(file, holder)
	}
	if err != nil {
		return nil, errors.Join(failure(err), file.Close())
	}
	// The file stays: were it removed, two processes could hold two files. Its
	// name goes before the lock does.
	return sync.OnceValue(func() error {
		return failure(errors.Join(file.Truncate(0), file.Close()))
	}), nil
}

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

// heldBy is the error that names the holder in a lock file. Who has only just
// taken the lock may not have signed yet.
func heldBy(file *os.File) error {
	const remedy = "wait until it is done, or stop it"
	var h connectors.Holder
	content, err := io.ReadAll(file)
	if err == nil {
		err = json.Unmarshal(content, &h)
	}
	if err != nil {
		return connectors.Errorf(connectors.KindEnvironment, "locked", remedy, "another process works on this project")
	}
	return connectors.Errorf(connectors.KindEnvironment, "locked", remedy, "%s works on this project: process %d on %s, since %s",
		h.Command, h.PID, h.Host, h.Since.Format(time.RFC3339))
}
