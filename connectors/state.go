package connectors

import (
	"context"
	"time"
)

// State remembers what must outlive base and published: who holds the lock,
// what the runs did, what landed and waits, what people decided. Restoring the
// base or the published tables never restores it.
//
// Every method is atomic and durable when it returns.
type State interface {
	// Lock takes the one lock of a project for holder. While another process
	// holds it, the error has the code "locked" and names the holder. The lock
	// of a process that died is free.
	Lock(ctx context.Context, holder Holder) (Lock, error)
	// BreakLock takes the lock also where another holds it, and writes down who
	// took it from whom. Who held it, if it is alive after all, finds its lock
	// lost at its next Check. A holder that is seen to be alive keeps it: the
	// error has the code "lock_alive".
	BreakLock(ctx context.Context, holder Holder) (Lock, error)
	// Holder returns who signed the lock, without asking for it; ok is false for
	// nobody. A process that was killed may still be named.
	Holder(ctx context.Context) (h Holder, ok bool, err error)
	// Breaks returns the locks that were broken, in order.
	Breaks(ctx context.Context) ([]Break, error)

	// SaveRun writes a run, new or changed.
	SaveRun(ctx context.Context, r Run) error
	// Runs returns the runs, newest first, at most limit (0 for all).
	Runs(ctx context.Context, limit int) ([]Run, error)
	// SaveStep writes a step of a run, new or changed.
	SaveStep(ctx context.Context, s Step) error
	// Steps returns the steps of a run in order.
	Steps(ctx context.Context, run string) ([]Step, error)

	// SaveLanding writes a landed delivery, new or changed.
	SaveLanding(ctx context.Context, l Landing) error
	// Landings returns the landed deliveries in the order in which they landed.
	Landings(ctx context.Context) ([]Landing, error)

	// Approve lets a check of a run pass once.
	Approve(ctx context.Context, a Approval) error
	// Approvals returns the approvals of a run.
	Approvals(ctx context.Context, run string) ([]Approval, error)

	// SaveFix replaces the values of one landed row by what its owner corrected.
	SaveFix(ctx context.Context, f Fix) error
	// Fixes returns the corrected rows of a delivery, by row.
	Fixes(ctx context.Context, delivery string) ([]Fix, error)

	// Decide adds what a person decided on two records to what was decided on them
	// before: the last counts. Number is given by the state.
	Decide(ctx context.Context, d Decision) error
	// Decisions returns all that was ever decided on two records, by the records, and
	// of the same two in the order in which it was.
	Decisions(ctx context.Context) ([]Decision, error)

	// SaveCalls writes how many calls a run made to a register on a date, new or changed.
	SaveCalls(ctx context.Context, c Calls) error
	// Calls returns the calls that were made since a date, by date, register and run.
	Calls(ctx context.Context, since time.Time) ([]Calls, error)

	// SaveBackfill writes a backfill, new or changed.
	SaveBackfill(ctx context.Context, b Backfill) error
	// Backfills returns the backfills, newest first.
	Backfills(ctx context.Context) ([]Backfill, error)
	// SavePartition writes one attempt at a night of a backfill, new or
	// changed. Attempts are told apart by backfill, partition and number.
	SavePartition(ctx context.Context, p Partition) error
	// Partitions returns all attempts at the nights of a backfill, by night and
	// attempt.
	Partitions(ctx context.Context, backfill string) ([]Partition, error)

	// Export calls each for every row of the state, in one view of it.
	Export(ctx context.Context, each func(StateRow) error) error
	// Import adds the rows that a function exports from another state, which may
	// be of another store. A row whose key is there already stays as it is. All
	// rows come in, or none.
	Import(ctx context.Context, export func(each func(StateRow) error) error) (added int64, err error)

	// Close frees the store.
	Close() error
}

// StateRow is a row of a state as it is kept: values are int64, string or nil.
type StateRow struct {
	Table   string
	Columns []string
	Values  []any
}

// RunStatus is how far a run came.
type RunStatus string

// The states of a run.
const (
	RunRunning   RunStatus = "running"   // under way, or interrupted when nobody holds the lock
	RunPublished RunStatus = "published" // all went well
	RunPartly    RunStatus = "partly"    // published with a source held back
	RunHeld      RunStatus = "held"      // checks failed, nothing new is published
	RunFailed    RunStatus = "failed"    // an error stopped it
)

// Run is one attempt at a night.
type Run struct {
	ID         string
	AsOf       time.Time // date of the night
	Status     RunStatus
	StartedAt  time.Time
	FinishedAt time.Time // zero while running
	ConfigHash string
	Version    string
	// Error is the code and message of what stopped the run, "" for none.
	Error string
	// Committed says that the base holds this night; publishing may remain.
	Committed bool
}

// Step is one step of a run.
type Step struct {
	Run        string
	Ordinal    int
	Name       string
	StartedAt  time.Time
	FinishedAt time.Time
	Rows       int64
	Detail     string
}

// Calls are those that a run made to an official register on a date, whether they were
// answered or not: what budgets count.
type Calls struct {
	Run, Register string
	On            time.Time // a calendar date, UTC
	Made          int64
}

// LandingState is what became of a landed delivery.
type LandingState string

// The states of a landed delivery.
const (
	LandingNew       LandingState = "landed"    // waits for the night that loads it
	LandingLoaded    LandingState = "loaded"    // in the base
	LandingHeld      LandingState = "held"      // a guard holds it back
	LandingDiscarded LandingState = "discarded" // a person threw it away
	LandingWithdrawn LandingState = "withdrawn" // was loaded and taken back
)

// Landing is one delivery that was read and kept as it was received.
type Landing struct {
	ID       string // of the delivery
	Source   string
	Delivery Delivery
	State    LandingState
	Run      string // that landed it
	AsOf     time.Time
	File     string // landed Parquet, relative to the landing folder; "" once purged
	Rows     int64
	Reason   string // why it is held, discarded or withdrawn
}

// Approval lets a failed check pass once.
type Approval struct {
	Run   string
	Check string
	Why   string
	By    string
	At    time.Time
}

// Fix is one landed row as its owner corrected it.
type Fix struct {
	Delivery string
	Part     string
	Row      int64
	Values   map[string]string // by column; columns left out keep their value
	By       string
	At       time.Time
}

// RecordKey is a record as its source calls it.
type RecordKey struct {
	Source string `json:"source"`
	Record string `json:"record_id"`
}

// String is SOURCE:RECORD.
func (k RecordKey) String() string { return k.Source + ":" + k.Record }

// Verdict is what a person decided on two records.
type Verdict string

// The verdicts.
const (
	VerdictSame      Verdict = "same"      // they are one firm or person
	VerdictDifferent Verdict = "different" // they are not
	VerdictForgotten Verdict = "forgotten" // what was decided before counts no more
)

// Valid reports whether v is a verdict.
func (v Verdict) Valid() bool {
	return v == VerdictSame || v == VerdictDifferent || v == VerdictForgotten
}

// Decision is what a person decided on two records, A before B.
type Decision struct {
	A       RecordKey `json:"a"`
	B       RecordKey `json:"b"`
	Number  int       `json:"-"` // of the decisions on these two, from 1
	Verdict Verdict   `json:"verdict"`
	Why     string    `json:"why,omitempty"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// BackfillStatus is how far a backfill came.
type BackfillStatus string

// The states of a backfill.
const (
	BackfillRunning BackfillStatus = "running" // under way, or interrupted when nobody holds the lock
	BackfillDone    BackfillStatus = "done"    // every night is worked, the last one is published
	BackfillPartly  BackfillStatus = "partly"  // the last night is published, and some night failed or held a source back
	BackfillFailed  BackfillStatus = "failed"  // a night failed, nothing new is published
	BackfillStopped BackfillStatus = "stopped" // by a signal
	// BackfillDiscarded is one that somebody gave up.
	BackfillDiscarded BackfillStatus = "discarded"
)

// Backfill is a range of nights that is worked anew, as it was asked for.
type Backfill struct {
	ID     string
	Status BackfillStatus
	From   time.Time // first night
	To     time.Time // the day after the last night: the range is half-open
	Every  string    // day, week or month
	// OnFailure says what happens after a night that failed: stop or continue.
	OnFailure string
	// Reverse lands the deliveries of the latest nights first.
	Reverse    bool
	StartedAt  time.Time
	FinishedAt time.Time // zero while running
	ConfigHash string
	Version    string
	// Error is the code of what stopped it, "" for none.
	Error string
}

// PartitionStatus is how far an attempt at a night of a backfill came.
type PartitionStatus string

// The states of an attempt.
const (
	PartitionPlanned     PartitionStatus = "planned"
	PartitionRunning     PartitionStatus = "running"
	PartitionDone        PartitionStatus = "done"
	PartitionFailed      PartitionStatus = "failed"
	PartitionInterrupted PartitionStatus = "interrupted"
)

// Partition is one attempt at one night of a backfill.
type Partition struct {
	Backfill string
	ID       string // the same for every attempt, and in every backfill that asks for the same
	Attempt  int    // counted from 1
	AsOf     time.Time
	// After is the night before this one in the backfill; facts from then on,
	// and before AsOf, are new in it.
	After      time.Time
	Role       string // asked; or before, after: published nights that the chain needs
	Status     PartitionStatus
	StartedAt  time.Time // zero while planned
	FinishedAt time.Time
	Deliveries int
	Rows       int64
	Held       []string // sources that were held back
	Error      string   // code of what failed, "" for none
}
