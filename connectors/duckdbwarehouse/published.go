package duckdbwarehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/schemas/dialect"
)

// published reads one published file, for as long as it is open, also when
// another has taken its place meanwhile.
type published struct {
	engine *sql.DB
	temp   string // a folder of its own, the only one that its engine may touch
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
	temp, err := os.MkdirTemp(o.Temp, "published-")
	if err != nil {
		return nil, failure(err)
	}
	o.Temp = temp
	if o.MemoryLimit == "" {
		o.MemoryLimit = publishedMemory
	}
	engine, err := start(ctx, o, o.MemoryLimit)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(temp))
	}
	r := &published{engine: engine, temp: temp}
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
	return errors.Join(failure(r.engine.Close()), os.RemoveAll(r.temp))
}
