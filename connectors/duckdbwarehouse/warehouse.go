// Package duckdbwarehouse keeps the base and what is published in two DuckDB
// files on one machine.
//
// Every engine here is an in-memory DuckDB to which the files are attached, so
// that a path is never parsed as a data source name and a published file that
// was swapped is never taken from a cache.
package duckdbwarehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"

	"clientele/connectors"
	"clientele/schemas/dialect"
)

// Options say where a Warehouse lives and what it may use.
type Options struct {
	// Base is the file of the base. It is readable by its owner only, and so is
	// its folder where that has to be made: DuckDB writes its log beside it.
	Base string
	// Published is the file that readers open.
	Published string
	// Temp is a private folder for what does not fit in memory and for results
	// on their way, by default the folder of Base.
	Temp string
	// MemoryLimit is what the engine may use, as DuckDB writes it ("2GB"); by
	// default 80% of the machine's memory for the base, 1GB for reading what is
	// published. What does not fit goes to Temp.
	MemoryLimit string
	// Threads that the engine uses, by default one per core.
	Threads int
	// Mode of the published file, by default 0640. Nobody gets to write it,
	// whatever the mode says.
	Mode os.FileMode
	// Group that the published file belongs to, by default that of the process.
	Group string
	// Point is called with the name of each point that a Publish or Rewrite
	// passes, for tests that kill the program there. It may be nil.
	Point func(name string)

	// keepOrder makes rows come in the order in which they were written where a
	// query asks for none. It keeps a table from being written on several cores.
	keepOrder bool
}

// The points that publishing and rewriting pass.
const (
	PointCreated = "publish:created" // an empty file is there
	PointFilled  = "publish:filled"  // it holds every row
	PointSynced  = "publish:synced"  // it is verified and on the disk
	PointRenamed = "publish:renamed" // readers see it
	PointCopied  = "rewrite:copied"  // the fresh base is ready to take its place
)

// slowCompression are the methods that take long to try on every column of
// text, and save little beside a dictionary.
const slowCompression = "fsst,dict_fsst,zstd"

const (
	defaultMode     = os.FileMode(0o640)
	writeBits       = os.FileMode(0o222)
	privateDir      = os.FileMode(0o700)
	privateFile     = os.FileMode(0o600)
	publishedMemory = "1GB"
	walSuffix       = ".wal" // of the log that DuckDB keeps beside a file
)

// The names under which files are attached.
const (
	baseCatalog        = "base"
	workingCatalog     = "temp" // DuckDB's own name for what a connection alone sees
	publicationCatalog = "publication"
	publishedCatalog   = "published"
	rewriteCatalog     = "rewritten"
)

// Warehouse is a connectors.Warehouse on two DuckDB files. The base is opened,
// and locked against other processes, when it is first used; what is published
// can be read while another process writes the base.
type Warehouse struct {
	opts   Options
	engine *sql.DB

	mu       sync.Mutex
	attached bool

	writing sync.Mutex // held from Begin to the end of its transaction
}

// Open prepares the warehouse. It touches neither file.
func Open(ctx context.Context, o Options) (*Warehouse, error) {
	if o.Temp == "" {
		o.Temp = filepath.Dir(o.Base)
	}
	for _, path := range []*string{&o.Base, &o.Published, &o.Temp} {
		abs, err := filepath.Abs(*path)
		if err != nil {
			return nil, failure(err)
		}
		*path = abs
	}
	for _, path := range []string{o.Base, o.Published} {
		if strings.Contains(path, "?") { // DuckDB would put the log of the file elsewhere
			return nil, connectors.Errorf(connectors.KindConfig, "bad_path", "choose a path without a question mark",
				"DuckDB can't keep a database in %s", path)
		}
	}
	if o.Mode == 0 {
		o.Mode = defaultMode
	}
	if err := os.MkdirAll(o.Temp, privateDir); err != nil {
		return nil, failure(err)
	}
	engine, err := start(ctx, o, o.MemoryLimit)
	if err != nil {
		return nil, err
	}
	return &Warehouse{opts: o, engine: engine}, nil
}

// start starts an engine to which no file is attached yet.
func start(ctx context.Context, o Options, memory string) (*sql.DB, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, failure(err)
	}
	db := sql.OpenDB(connector)
	// A connection that is given back is closed, and its temporary views with it.
	db.SetMaxIdleConns(0)
	settings := [][2]string{
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		{"preserve_insertion_order", strconv.FormatBool(o.keepOrder)},
		{"TimeZone", "UTC"},
		{"disabled_compression_methods", slowCompression},
		{"temp_directory", o.Temp},
	}
	if memory != "" {
		settings = append(settings, [2]string{"memory_limit", memory})
	}
	if o.Threads > 0 {
		settings = append(settings, [2]string{"threads", strconv.Itoa(o.Threads)})
	}
	for _, s := range settings {
		if _, err := db.ExecContext(ctx, "SET GLOBAL "+s[0]+" = "+dialect.DuckDB.String(s[1])); err != nil {
			return nil, errors.Join(fmt.Errorf("set %s: %w", s[0], failure(err)), db.Close())
		}
	}
	return db, nil
}

// Dialect returns dialect.DuckDB.
func (w *Warehouse) Dialect() *dialect.Dialect { return dialect.DuckDB }

// Base returns the qualified name of a table of the base.
func (w *Warehouse) Base(table string) string { return qualified(baseCatalog, table) }

// Working returns the qualified name of a temporary table: it lies in memory, or
// in the folder of temporary files where that is short, and goes with the
// connection of the transaction. Nothing is spent on compressing it.
func (w *Warehouse) Working(table string) string { return qualified(workingCatalog, table) }

func qualified(catalog, table string) string {
	return dialect.DuckDB.Ident(catalog) + ".main." + dialect.DuckDB.Ident(table)
}

// Close writes the base's log into its file and frees the warehouse.
func (w *Warehouse) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.attached = false
	return failure(w.engine.Close())
}

// Release writes the base's log into its file and lets go of the file.
func (w *Warehouse) Release(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.release(ctx)
}

// release is Release for those who hold the mutex.
func (w *Warehouse) release(ctx context.Context) error {
	if !w.attached {
		return nil
	}
	if err := detach(ctx, w.engine, baseCatalog); err != nil {
		return fmt.Errorf("close the base: %w", err)
	}
	w.attached = false
	return nil
}

// conn returns a connection to an engine that has the base attached.
func (w *Warehouse) conn(ctx context.Context) (*sql.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.attached {
		if err := os.MkdirAll(filepath.Dir(w.opts.Base), privateDir); err != nil {
			return nil, failure(err)
		}
		if err := attach(ctx, w.engine, w.opts.Base, baseCatalog); err != nil {
			return nil, fmt.Errorf("open the base: %w", err)
		}
		w.attached = true
		if err := os.Chmod(w.opts.Base, privateFile); err != nil {
			return nil, failure(err)
		}
	}
	conn, err := w.engine.Conn(ctx)
	return conn, failure(err)
}

// executor is a *sql.DB or a *sql.Conn.
type executor interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// run executes statements in turn.
func run(ctx context.Context, e executor, statements ...string) error {
	for _, s := range statements {
		if _, err := e.ExecContext(ctx, s); err != nil {
			return failure(err)
		}
	}
	return nil
}

func attach(ctx context.Context, e executor, path, catalog string) error {
	return run(ctx, e, "ATTACH "+dialect.DuckDB.String(path)+" AS "+catalog)
}

// detach writes the log of a catalog into its file and lets go of the file.
func detach(ctx context.Context, e executor, catalog string) error {
	return run(ctx, e, "DETACH "+catalog)
}
