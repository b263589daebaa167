// Package bigquerywarehouse keeps the base and what is published in Google
// BigQuery.
//
// A night runs hundreds of statements that make tables, which no transaction of
// BigQuery holds. So the base lies in two datasets, its slots: a night copies
// the slot that holds the base into the other (clones, which cost nothing),
// works there, and commits by one row in a table that says which slot holds the
// base. Until that row is there, nobody has seen anything of the night.
//
// What readers see is one dataset, which a night fills in one transaction.
package bigquerywarehouse

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/api/option"

	"clientele/connectors/bigqueryclient"
	"clientele/schemas/dialect"
)

// Options say where a Warehouse lives and what it may use.
type Options struct {
	// Project is billed, and holds the datasets.
	Project string
	// Dataset is what readers see. Dataset_base_0, Dataset_base_1 and
	// Dataset_staging are the program's own. Those that are missing are made.
	Dataset string
	// Location of the datasets and the jobs: EU, europe-west1 …
	Location string
	// Credentials is a file of credentials; "" for those of the environment
	// (application default credentials).
	Credentials string
	// KMSKey encrypts the tables of the datasets that are made here, by its
	// resource name; "" for Google's own key.
	KMSKey string
	// Bucket takes Parquet files on their way into BigQuery, so that one job
	// loads them all; "" uploads each with a job of its own.
	Bucket string
	// MaximumBytesBilled is what one statement may cost at most; 0 for no limit.
	MaximumBytesBilled int64
	// PolicyTags are the resource names of the policy tags that columns get, by
	// category of personal data.
	PolicyTags map[string]string
	// Labels are put on datasets, tables and jobs.
	Labels map[string]string
	// Token tells this opening from all others, those of other processes and
	// machines too: the ids of jobs come of it.
	Token string
	// CallTime bounds a call, by default two minutes; JobTime a statement, a load
	// or a publication, by default three hours. The client retries until then.
	CallTime, JobTime time.Duration

	// Endpoint is the URL of an emulator, and GRPCEndpoint the host:port of its
	// Storage Read interface; "" for the service. An emulator without the latter
	// is read over REST.
	Endpoint, GRPCEndpoint string
	// StorageEndpoint is the URL of an emulator of Cloud Storage.
	StorageEndpoint string
}

// Warehouse is a connectors.Warehouse on datasets of BigQuery.
type Warehouse struct {
	opts Options
	bq   *bigqueryclient.Client

	noClones atomic.Bool // the engine makes none

	mu      sync.Mutex
	head    head
	working int // slot that is being written, -1 for none

	writing sync.Mutex // held from Begin to the end of its transaction
}

// Open prepares the warehouse. It reaches nothing yet.
func Open(ctx context.Context, o Options) (*Warehouse, error) {
	o.Bucket = bucketName(o.Bucket)
	bq, err := bigqueryclient.Open(ctx, bigqueryclient.Options{
		Project: o.Project, Location: o.Location, Credentials: o.Credentials, MaximumBytesBilled: o.MaximumBytesBilled, Labels: o.Labels,
		Token: o.Token, CallTime: o.CallTime, JobTime: o.JobTime, Endpoint: o.Endpoint, GRPCEndpoint: o.GRPCEndpoint,
	})
	if err != nil {
		return nil, err
	}
	return &Warehouse{opts: o, bq: bq, working: -1}, nil
}

// Dialect returns dialect.BigQuery.
func (w *Warehouse) Dialect() *dialect.Dialect { return dialect.BigQuery }

// Base returns the qualified name of a table of the base: in the slot that the
// open transaction writes, else in the one that the last commit, as this
// Warehouse knows it, left.
func (w *Warehouse) Base(table string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	slot := w.working
	if slot < 0 {
		slot = w.head.slot
	}
	return w.qualified(w.slot(slot), table)
}

// Working returns the name of a table beside those of the base, in the slot that
// the open transaction writes.
func (w *Warehouse) Working(table string) string { return w.Base(table) }

func (w *Warehouse) qualified(dataset, table string) string {
	d := dialect.BigQuery
	return d.Ident(w.opts.Project) + "." + d.Ident(dataset) + "." + d.Ident(table)
}

func (w *Warehouse) storageOptions() []option.ClientOption {
	if w.opts.StorageEndpoint != "" {
		return []option.ClientOption{option.WithEndpoint(w.opts.StorageEndpoint), option.WithoutAuthentication()}
	}
	return w.bq.Access
}

// Close frees the warehouse.
func (w *Warehouse) Close() error { return w.bq.Close() }
