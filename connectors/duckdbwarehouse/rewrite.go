package duckdbwarehouse

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"clientele/schemas/dialect"
)

// Rewrite copies the base into a fresh file that takes its place. DuckDB leaves
// the bytes of deleted rows in its file, so that an erasure is done only when
// the base was rewritten. Killed at any instant it leaves the base whole, old
// or new.
func (w *Warehouse) Rewrite(ctx context.Context) error {
	if !w.writing.TryLock() {
		return errWriting()
	}
	defer w.writing.Unlock()
	dir := w.opts.Base + ".rewrite"
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, privateDir)); err != nil {
		return failure(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, filepath.Base(w.opts.Base))
	if err := w.copyBase(ctx, file); err != nil {
		return fmt.Errorf("rewrite the base: %w", err)
	}
	if err := errors.Join(os.Chmod(file, privateFile), syncPath(file)); err != nil {
		return fmt.Errorf("rewrite the base: %w", failure(err))
	}
	w.pass(PointCopied)

	w.mu.Lock()
	defer w.mu.Unlock()
	// Detaching writes the log into the old file, from which it was copied.
	if err := detach(ctx, w.engine, baseCatalog); err != nil {
		return fmt.Errorf("rewrite the base: %w", err)
	}
	w.attached = false // the next use attaches the new file
	// A log that detaching left would hold what only it holds.
	if _, err := os.Stat(w.opts.Base + walSuffix); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("rewrite the base: %s could not be emptied", w.opts.Base+walSuffix))
	}
	return failure(swap(file, w.opts.Base))
}

func (w *Warehouse) copyBase(ctx context.Context, file string) (err error) {
	conn, err := w.conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := attach(ctx, conn, file, rewriteCatalog); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, detach(context.WithoutCancel(ctx), conn, rewriteCatalog))
	}()
	d := dialect.DuckDB
	return run(ctx, conn, "COPY FROM DATABASE "+d.Ident(baseCatalog)+" TO "+d.Ident(rewriteCatalog), "CHECKPOINT "+rewriteCatalog)
}
