// Package bigqueryclient runs statements on Google BigQuery and streams tables and
// results as Arrow, with the types that BigQuery sends. It is what the warehouse
// and the source on BigQuery have in common.
package bigqueryclient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cloud.google.com/go/bigquery"
	storage "cloud.google.com/go/bigquery/storage/apiv1"
	"google.golang.org/api/option"
	transport "google.golang.org/api/transport/http"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"clientele/connectors"
)

// Options say who asks, and what may be used.
type Options struct {
	// Project is billed.
	Project string
	// Location of the jobs: EU, europe-west1 …; "" for where the tables lie.
	Location string
	// Credentials is a file of credentials; "" for those of the environment
	// (application default credentials).
	Credentials string
	// MaximumBytesBilled is what one statement may cost at most; 0 for no limit.
	MaximumBytesBilled int64
	// Labels are put on jobs.
	Labels map[string]string
	// Token tells this opening from all others, those of other processes and
	// machines too: the ids of jobs come of it.
	Token string
	// CallTime bounds a call, by default two minutes; JobTime a statement, a load,
	// or the reading of a result, by default three hours. The client retries until
	// then.
	CallTime, JobTime time.Duration

	// Endpoint is the URL of an emulator, and GRPCEndpoint the host:port of its
	// Storage Read interface; "" for the service. An emulator without the latter
	// is read over REST.
	Endpoint, GRPCEndpoint string
}

const (
	defaultCallTime = 2 * time.Minute
	defaultJobTime  = 3 * time.Hour
)

// Client asks BigQuery. It may be used by several goroutines.
type Client struct {
	// API is the client of the service.
	API *bigquery.Client
	// Access are the options by which further clients of the service get in.
	Access []option.ClientOption
	// CallTime and JobTime are the bounds that hold.
	CallTime, JobTime time.Duration

	opts        Options
	connections *http.Transport
	jobs        atomic.Int64 // submitted so far: each has an id of its own

	mu    sync.Mutex
	arrow *storage.BigQueryReadClient // opened by the first reading
}

// Open prepares a client. It reaches nothing yet.
func Open(ctx context.Context, o Options) (*Client, error) {
	c := &Client{opts: o, CallTime: cmp.Or(o.CallTime, defaultCallTime), JobTime: cmp.Or(o.JobTime, defaultJobTime)}
	if o.Endpoint == "" && o.Credentials != "" {
		credentials, err := credentialsOf(o.Credentials)
		if err != nil {
			return nil, err
		}
		c.Access = []option.ClientOption{credentials}
	}
	api, err := c.connect(ctx)
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "credentials",
			"name a file with `credentials`, or run: gcloud auth application-default login", "BigQuery: %w", err)
	}
	api.Location = o.Location
	c.API = api
	return c, nil
}

// connect makes the client of the service, on connections of its own: the client
// does not close those that it makes itself.
func (c *Client) connect(ctx context.Context) (*bigquery.Client, error) {
	c.connections = http.DefaultTransport.(*http.Transport).Clone()
	if c.opts.Endpoint != "" {
		return bigquery.NewClient(ctx, c.opts.Project, option.WithEndpoint(restPath(c.opts.Endpoint)), option.WithHTTPClient(&http.Client{Transport: c.connections}))
	}
	signed, err := transport.NewTransport(ctx, c.connections, append(slices.Clone(c.Access), option.WithScopes(bigquery.Scope))...)
	if err != nil {
		return nil, err
	}
	return bigquery.NewClient(ctx, c.opts.Project, option.WithHTTPClient(&http.Client{Transport: signed}))
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

// arrowClient returns the client that reads tables as Arrow; nil where there is
// no such interface.
func (c *Client) arrowClient(ctx context.Context) (*storage.BigQueryReadClient, error) {
	if c.opts.Endpoint != "" && c.opts.GRPCEndpoint == "" {
		return nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.arrow == nil {
		options := c.Access
		if c.opts.GRPCEndpoint != "" {
			options = []option.ClientOption{option.WithEndpoint(c.opts.GRPCEndpoint), option.WithoutAuthentication(),
				option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials()))}
		}
		// The connection outlives the call that opens it.
		client, err := storage.NewBigQueryReadClient(context.WithoutCancel(ctx), options...)
		if err != nil {
			return nil, Failure(err)
		}
		c.arrow = client
	}
	return c.arrow, nil
}

// Close frees the client.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var err error
	if c.arrow != nil {
		err = c.arrow.Close()
		c.arrow = nil
	}
	err = errors.Join(err, c.API.Close())
	c.connections.CloseIdleConnections()
	return Failure(err)
}
