package connectors

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Warehouse holds the base and what is published. It executes; SQL is composed
// elsewhere, for the dialect that it names.
type Warehouse interface {
	// Dialect is the SQL that the warehouse speaks.
	Dialect() *dialect.Dialect
	// Base resolves a table of the base to its qualified name in statements. The
	// name holds from Begin to the end of its transaction, and from Look to the
	// next Begin.
	Base(table string) string
	// Working resolves a table that only the transaction under way needs to its
	// qualified name in statements; what it holds need not outlive the
	// transaction.
	Working(table string) string
	// Begin opens the one writing transaction of a night on the base. Nothing
	// of it is seen by anyone before Commit, and a program killed before Commit
	// leaves the base as it was.
	Begin(ctx context.Context) (Tx, error)
	// Look opens the base, as the last commit left it, for reading; the given
	// tables are there, if only empty; before the first commit any query may have
	// no rows. Where the base can't be read while a night is under way the error
	// has the code "locked".
	Look(ctx context.Context, tables []schemas.Table) (Reader, error)
	// Publish makes readers see the given tables of the base, all of them at
	// once, and nothing else: until it returns they see what was published
	// before. It may be repeated.
	Publish(ctx context.Context, p Publication) error
	// Published opens what readers see.
	Published(ctx context.Context) (Reader, error)
	// Close frees the warehouse.
	Close() error
}

// Tx is the writing transaction of a night. It is used by one goroutine.
type Tx interface {
	Reader
	// Create makes the given tables of the base where they are not there yet,
	// and adds columns that are new in their definition.
	Create(ctx context.Context, tables []schemas.Table) error
	// Stage makes the rows of Parquet files readable under a name until the
	// transaction ends. The files have the columns of t; no files means no
	// rows.
	Stage(ctx context.Context, name string, t schemas.Table, files []string) error
	// Exec runs one statement and returns how many rows it changed.
	Exec(ctx context.Context, sql string) (int64, error)
	// Commit makes everything since Begin last.
	Commit(ctx context.Context) error
	// Rollback undoes everything since Begin. After Commit it does nothing.
	Rollback(ctx context.Context) error
}

// Rebuilder is a Warehouse that can make its base anew beside the one that is
// there, which may be damaged. One that can't replaces its base's rows within a
// transaction.
type Rebuilder interface {
	// Rebuild calls fill with a transaction on an empty base, commits it, and puts
	// that base in the place of the old one, at once. Where fill fails, or the
	// program is killed, the old base stays.
	Rebuild(ctx context.Context, fill func(Tx) error) error
}

// Releaser is a Warehouse whose base one process has open at a time.
type Releaser interface {
	// Release lets go of the base, so that another process can open it; the next
	// use opens it again. No transaction is under way.
	Release(ctx context.Context) error
}

// Reader reads tables as Arrow.
type Reader interface {
	// Read streams the rows of a query in its order, as batches of bounded
	// size, and calls each for every batch; each must not keep it.
	Read(ctx context.Context, sql string, each func(arrow.Record) error) error
	// Close frees the reader.
	Close() error
}

// Estimator is a Warehouse that bills what it reads.
type Estimator interface {
	// Estimate returns how many bytes queries of the base, as a Look sees it,
	// would be billed for. It runs none of them.
	Estimate(ctx context.Context, queries []string) (int64, error)
}

// Publication is what one night publishes.
type Publication struct {
	// Run is the id of the run that publishes.
	Run string
	// Tables in the order in which they are written. Rows are written in the
	// order of the tables' keys.
	Tables []schemas.Table
	// Fence is called when all is ready to be seen and nothing is yet; an error
	// of it ends the publication. It may be nil.
	Fence func(ctx context.Context) error
}
