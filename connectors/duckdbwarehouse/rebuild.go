package duckdbwarehouse

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"clientele/connectors"
)

// Rebuild fills a fresh file that takes the place of the base, which need not be
// readable.
func (w *Warehouse) Rebuild(ctx context.Context, fill func(connectors.Tx) error) error {
	if !w.writing.TryLock() {
		return errWriting()
	}
	defer w.writing.Unlock()
	dir := w.opts.Base + ".rebuild"
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, privateDir)); err != nil {
		return failure(err)
	}
	defer os.RemoveAll(dir)
	o := w.opts
	o.Base = filepath.Join(dir, filepath.Base(w.opts.Base))
	if err := fillBase(ctx, o, fill); err != nil {
		return fmt.Errorf("rebuild the base: %w", err)
	}
	if err := errors.Join(os.Chmod(o.Base, privateFile), syncPath(o.Base)); err != nil {
		return fmt.Errorf("rebuild the base: %w", failure(err))
	}
	w.pass(PointCopied)

	w.mu.Lock()
	defer w.mu.Unlock()
	// What the old base's log holds goes into the old file, where that can be
	// read: else a program that dies now would have lost it.
	if _, err := os.Stat(w.opts.Base); err == nil && !w.attached {
		err := attach(ctx, w.engine, w.opts.Base, baseCatalog)
		if connectors.CodeOf(err) == "locked" {
			return fmt.Errorf("rebuild the base: %w", err)
		}
		w.attached = err == nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failure(err)
	}
	if err := w.release(ctx); err != nil {
		return fmt.Errorf("rebuild the base: %w", err)
	}
	return failure(swap(o.Base, w.opts.Base))
}

// fillBase makes the base of o in one transaction.
func fillBase(ctx context.Context, o Options, fill func(connectors.Tx) error) (err error) {
	fresh, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fresh.Close()) }() // which writes the log into the file
	tx, err := fresh.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if err := fill(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
