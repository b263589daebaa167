package duckdbwarehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/schemas/dialect"
)

// published reads one published file, for as long as it is open, also when
// another has taken its place meanwhile.
type published struct {
	engine *sql.DB
	temp   string   // a folder of its own, the only one that its engine may touch
	inUse  *os.File // that folder, locked so that Sweep leaves it alone
}

// Published opens what readers see. Queries name the tables alone. They can
// neither write nor reach any file or network: the engine has no access to
// either, its settings are locked, and only statements that read are run.
func (w *Warehouse) Published(ctx context.Context) (connectors.Reader, error) {
	r, err := openPublished(ctx, w.opts, w.opts.Published)
	if err != nil { // a nil *published would not be a nil Reader
		return nil, err
	}
	return r, nil
}

func openPublished(ctx context.Context, o Options, path string) (*published, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindEnvironment, "not_published", "`clientele run` publishes the first night",
			"nothing is published at %s yet", path)
	}
	// DuckDB would replay a log that lies beside the file, whosever it is.
	if _, err := os.Stat(path + walSuffix); err == nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "stale_wal", "remove it, or run again: publishing removes it",
			"%s does not belong to what is published", path+walSuffix)
	}
	temp, inUse, err := readerTemp(o.Temp)
	if err != nil {
		return nil, failure(err)
	}
	o.Temp, o.keepOrder = temp, true
	if o.MemoryLimit == "" {
		o.MemoryLimit = publishedMemory
	}
	engine, err := start(ctx, o, o.MemoryLimit)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(temp), inUse.Close())
	}
	r := &published{engine: engine, temp: temp, inUse: inUse}
	d := dialect.DuckDB
	err = run(ctx, engine,
		"ATTACH "+d.String(path)+" AS "+publishedCatalog+" (READ_ONLY)",
		"SET GLOBAL allowed_directories = ["+d.String(temp)+"]",
		"SET GLOBAL enable_external_access = false",
		"SET GLOBAL lock_configuration = true",
	)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), r.Close())
	}
	return r, nil
}

// Read streams the rows of a query, typed as those of the base.
func (r *published) Read(ctx context.Context, query string, each func(arrow.Record) error) error {
	conn, err := r.conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return read(ctx, conn, r.temp, query, each)
}

func (r *published) conn(ctx context.Context) (*sql.Conn, error) {
	conn, err := r.engine.Conn(ctx)
	if err != nil {
		return nil, failure(err)
	}
	if err := run(ctx, conn, "USE "+publishedCatalog); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// rows counts the rows of a table.
func (r *published) rows(ctx context.Context, table string) (n int64, err error) {
	err = r.engine.QueryRowContext(ctx, "SELECT count(*) FROM "+qualified(publishedCatalog, table)).Scan(&n)
	return n, failure(err)
}

// Close frees the reader.
func (r *published) Close() error {
	err := errors.Join(failure(r.engine.Close()), os.RemoveAll(r.temp))
	_ = r.inUse.Close() // gives the lock back; closing again changes nothing
	return err
}

const readerPrefix = "published-" // of the folders of readers

// readerTemp makes a folder for one reader, below dir, and locks it.
func readerTemp(dir string) (string, *os.File, error) {
	temp, err := os.MkdirTemp(dir, readerPrefix)
	if err != nil {
		return "", nil, err
	}
	folder, err := os.Open(temp)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(temp))
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		return "", nil, errors.Join(err, folder.Close(), os.RemoveAll(temp))
	}
	return temp, folder, nil
}

// Sweep empties a folder of temporary files: what a killed program left there
// may be personal data. The folders of readers that are at work stay.
func Sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return failure(err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), readerPrefix) && busy(path) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return failure(err)
		}
	}
	return nil
}

// busy reports whether the folder of a reader is locked by it.
func busy(path string) bool {
	folder, err := os.Open(path)
	if err != nil {
		return false
	}
	defer folder.Close()
	return errors.Is(syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
