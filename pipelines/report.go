package pipelines

import (
	"time"

	"clientele/connectors"
)

// Report is what a run did.
type Report struct {
	Run    string               `json:"run"`
	AsOf   string               `json:"as_of"`
	Status connectors.RunStatus `json:"status"`
	// Attempt counts how often the run was taken up; the first is 1.
	Attempt int `json:"attempt"`
	// Before is the status of the run before, "" for the first.
	Before     connectors.RunStatus `json:"before,omitempty"`
	StartedAt  time.Time            `json:"started_at"` // of this attempt
	FinishedAt time.Time            `json:"finished_at,omitzero"`
	// Error is what stopped the run, nil for none.
	Error *Failure `json:"error,omitempty"`

	Sources []SourceReport `json:"sources"`
	Failed  []CheckResult  `json:"failed_checks,omitempty"`
	Match   MatchReport    `json:"match"`
	// Registers are the official registers that were asked.
	Registers []RegisterReport `json:"registers,omitempty"`
	Tables    map[string]int64 `json:"tables"`
	File      string           `json:"published,omitempty"`
	Steps     []StepReport     `json:"steps"`
	// Already says that nothing was done: this run had published the night.
	Already bool `json:"already,omitempty"`
}

// SourceReport is what became of one source in a run.
type SourceReport struct {
	Source     string        `json:"source"`
	Deliveries int           `json:"deliveries"`
	Tables     []TableReport `json:"tables,omitempty"`
	// Held says why the source was held back, "" when it was not.
	Held     string `json:"held,omitempty"`
	HeldCode string `json:"held_code,omitempty"`
	// Note is a warning that holds nothing back.
	Note string `json:"note,omitempty"`
	// Columns are what changed in the columns of its new deliveries.
	Columns []ColumnChange `json:"column_changes,omitempty"`
	// Crosswalk is what came of the crosswalk of a source that replaces another.
	Crosswalk *CrosswalkReport `json:"crosswalk,omitempty"`
	// Loaded are the deliveries that came into the base in this run.
	Loaded []LoadedDelivery `json:"loaded,omitempty"`
	// LastDelivery is the night of the last delivery that the base holds, "" for
	// none.
	LastDelivery string `json:"last_delivery,omitempty"`
	// Steps are how long the parts of steps took that were this source's.
	Steps []StepReport `json:"steps,omitempty"`
}

// LoadedDelivery is a delivery that a run brought into the base.
type LoadedDelivery struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// TableReport accounts for the rows of one table of a source.
type TableReport struct {
	Table        string      `json:"table"`
	Read         int64       `json:"read"`
	Conformed    int64       `json:"conformed"`
	Filtered     []CodeCount `json:"filtered,omitempty"`
	Quarantined  []CodeCount `json:"quarantined,omitempty"`
	WithoutParty int64       `json:"without_party,omitempty"`
}

// CodeCount counts rows under one code.
type CodeCount struct {
	Code string `json:"code"`
	Rows int64  `json:"rows"`
}

// MatchReport is what matching found.
type MatchReport struct {
	Engine    string `json:"engine"`
	Parties   int64  `json:"parties"`
	Customers int64  `json:"customers"`
	Merges    int    `json:"merges"`
	Splits    int    `json:"splits"`
	// Grey is the number of pairs of parties that are too alike to be two and not
	// enough to be one: nothing is merged for them.
	Grey int64 `json:"grey,omitempty"`
	// Touched is how many parties a night that is confined to changes looked at;
	// zero where it looked at all.
	Touched int64 `json:"touched,omitempty"`
	// Took is how long matching took, from the parties that it reads to the ids that it issues.
	Took time.Duration `json:"took_ns,omitempty"`
}

// StepReport is how long a step took.
type StepReport struct {
	Step      string        `json:"step"`
	StartedAt time.Time     `json:"started_at"`
	Took      time.Duration `json:"took_ns"`
	Rows      int64         `json:"rows"`
	Detail    string        `json:"detail,omitempty"`
	// Failed says that the step did not come to its end, or has not yet.
	Failed bool `json:"failed,omitempty"`
	// Attempt is the attempt at the run that the step was part of, in a run's
	// history.
	Attempt int `json:"attempt,omitempty"`
}
