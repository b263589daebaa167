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
	if err := w.replaceBase(ctx, file); err != nil {
		return fmt.Errorf("rewrite the base: %w", err)
	}
	return nil
}

// Adopt lets a base that was made elsewhere, on the same file system, take the
// place of this one. No warehouse may have it open. Killed at any instant it
// leaves one of the two in place, whole.
func (w *Warehouse) Adopt(ctx context.Context, file string) error {
	if !w.writing.TryLock() {
		return errWriting()
	}
	defer w.writing.Unlock()
	if _, err := os.Stat(file); err != nil { // attaching would make an empty one
		return fmt.Errorf("adopt a base: %w", failure(err))
	}
	// What its maker left in the log goes into the file.
	if err := attach(ctx, w.engine, file, rewriteCatalog); err != nil {
		return fmt.Errorf("adopt a base: %w", err)
	}
	err := run(ctx, w.engine, "CHECKPOINT "+rewriteCatalog)
	if err = errors.Join(err, detach(context.WithoutCancel(ctx), w.engine, rewriteCatalog)); err != nil {
		return fmt.Errorf("adopt a base: %w", err)
	}
	if err := errors.Join(os.Chmod(file, privateFile), syncPath(file)); err != nil {
		return fmt.Errorf("adopt a base: %w", failure(err))
	}
	w.pass(PointCopied)
	conn, err := w.conn(ctx) // so that the log of the old base goes with it
	if err != nil {
		return fmt.Errorf("adopt a base: %w", err)
	}
	if err := conn.Close(); err != nil {
		return fmt.Errorf("adopt a base: %w", failure(err))
	}
	if err := w.replaceBase(ctx, file); err != nil {
		return fmt.Errorf("adopt a base: %w", err)
	}
	return nil
}

// replaceBase renames a finished file over the base, which is attached.
func (w *Warehouse) replaceBase(ctx context.Context, file string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.release(ctx); err != nil { // the log goes into the old file
		return err
	}
	// Without its log the old file would not be what was committed to it.
	if _, err := os.Stat(w.opts.Base + walSuffix); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s could not be emptied", w.opts.Base+walSuffix))
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
