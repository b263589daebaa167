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
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cloud.google.com/go/bigquery"
	storage "cloud.google.com/go/bigquery/storage/apiv1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"clientele/connectors"
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

const (
	defaultCallTime = 2 * time.Minute
	defaultJobTime  = 3 * time.Hour
)

// Warehouse is a connectors.Warehouse on datasets of BigQuery.
type Warehouse struct {
	opts    Options
	client  *bigquery.Client
	options []option.ClientOption // for further clients of the service

	jobs     atomic.Int64 // submitted so far: each has an id of its own
	noClones atomic.Bool  // the engine makes none

	mu      sync.Mutex
	arrow   *storage.BigQueryReadClient // opened by the first reading
	head    head
	working int // slot that is being written, -1 for none

	writing sync.Mutex // held from Begin to the end of its transaction
}

// Open prepares the warehouse. It reaches nothing yet.
func Open(ctx context.Context, o Options) (*Warehouse, error) {
	if o.CallTime == 0 {
		o.CallTime = defaultCallTime
	}
	if o.JobTime == 0 {
		o.JobTime = defaultJobTime
	}
	o.Bucket = bucketName(o.Bucket)
	w := &Warehouse{opts: o, working: -1}
	var rest []option.ClientOption
	if o.Endpoint != "" {
		rest = []option.ClientOption{option.WithEndpoint(restPath(o.Endpoint)), option.WithoutAuthentication()}
	} else if o.Credentials != "" {
		credentials, err := credentialsOf(o.Credentials)
		if err != nil {
			return nil, err
		}
		w.options = []option.ClientOption{credentials}
		rest = w.options
	}
	client, err := bigquery.NewClient(ctx, o.Project, rest...)
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "credentials",
			"name a file with `credentials`, or run: gcloud auth application-default login", "BigQuery: %w", err)
	}
	client.Location = o.Location
	w.client = client
	return w, nil
}

// restPath adds the path of the interface to the URL of an emulator that names
// none.
func restPath(endpoint string) string {
	if u, err := url.Parse(endpoint); err == nil && strings.Trim(u.Path, "/") == "" {
		return strings.TrimRight(endpoint, "/") + "/bigquery/v2/"
	}
	return endpoint
}

// credentialsOf reads which kind of credentials a file holds.
func credentialsOf(path string) (option.ClientOption, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "credentials", "check `credentials` in the config", "read the credentials of BigQuery: %w", err)
	}
	var file struct {
		Type option.CredentialsType `json:"type"`
	}
	if err := json.Unmarshal(text, &file); err != nil || file.Type == "" {
		return nil, connectors.Errorf(connectors.KindConfig, "credentials", "name the JSON file that Google Cloud gave for the service account", "%s holds no credentials of Google Cloud", path)
	}
	return option.WithAuthCredentialsJSON(file.Type, text), nil
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

// arrowClient returns the client that reads results as Arrow; nil where there is
// no such interface.
func (w *Warehouse) arrowClient(ctx context.Context) (*storage.BigQueryReadClient, error) {
	if w.opts.Endpoint != "" && w.opts.GRPCEndpoint == "" {
		return nil, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.arrow == nil {
		options := w.options
		if w.opts.GRPCEndpoint != "" {
			options = []option.ClientOption{option.WithEndpoint(w.opts.GRPCEndpoint), option.WithoutAuthentication(),
				option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials()))}
		}
		// The connection outlives the call that opens it.
		client, err := storage.NewBigQueryReadClient(context.WithoutCancel(ctx), options...)
		if err != nil {
			return nil, failure(err)
		}
		w.arrow = client
	}
	return w.arrow, nil
}

func (w *Warehouse) storageOptions() []option.ClientOption {
	if w.opts.StorageEndpoint != "" {
		return []option.ClientOption{option.WithEndpoint(w.opts.StorageEndpoint), option.WithoutAuthentication()}
	}
	return w.options
}

// Close frees the warehouse.
func (w *Warehouse) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if w.arrow != nil {
		err = w.arrow.Close()
		w.arrow = nil
	}
	return failure(errors.Join(err, w.client.Close()))
}
