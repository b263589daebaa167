package bigqueryclient

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"

	"clientele/connectors"
)

// JobID names the next job. A request that is sent again, because its answer
// was lost, bears the same id, and BigQuery refuses to do it twice. The same
// statement of another night, or of this one after a crash, is another job: the
// ids of old jobs stay taken for months. Without a token it is "": the client then
// draws ids of its own.
func (c *Client) JobID(kind string, content ...string) string {
	if c.opts.Token == "" {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s;%d", c.opts.Token, c.jobs.Add(1))
	for _, c := range content {
		fmt.Fprintf(h, ";%d;%s", len(c), c)
	}
	return "clientele_" + kind + "_" + hex.EncodeToString(h.Sum(nil))[:32]
}

// attempts is how often a request is sent whose answer is lost.
const attempts = 4

// Submit sends a job and returns it once BigQuery has it. insert is called again
// after a failure that may pass.
func (c *Client) Submit(ctx context.Context, id string, limit time.Duration, insert func(ctx context.Context) (*bigquery.Job, error)) (*bigquery.Job, error) {
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			if err := pause(ctx, time.Duration(attempt)*time.Second); err != nil {
				return nil, err
			}
		}
		var job *bigquery.Job
		err = Within(ctx, limit, func(ctx context.Context) (err error) {
			job, err = insert(ctx)
			return err
		})
		if Status(err) == http.StatusConflict { // it has it already
			if job, err := c.job(ctx, id); err == nil {
				return job, nil
			}
		}
		if err == nil {
			return job, nil
		}
		if ctx.Err() != nil || Status(err) != 0 && Status(err) < http.StatusInternalServerError {
			break
		}
	}
	return nil, err
}

// job returns a job that BigQuery has.
func (c *Client) job(ctx context.Context, id string) (job *bigquery.Job, err error) {
	err = c.Call(ctx, func(ctx context.Context) (err error) {
		job, err = c.API.JobFromIDLocation(ctx, id, c.opts.Location)
		return err
	})
	return job, err
}

// Wait waits until a job is done, and cancels it when the caller gives up: it
// would go on to cost.
func (c *Client) Wait(ctx context.Context, job *bigquery.Job) (*bigquery.JobStatus, error) {
	if s := job.LastStatus(); s != nil && s.Done() && s.Err() != nil { // it failed at once
		return nil, Failure(s.Err())
	}
	var done *bigquery.JobStatus
	err := Within(ctx, c.JobTime, func(ctx context.Context) (err error) {
		done, err = job.Wait(ctx)
		return err
	})
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		// What the service makes of it changes nothing for the caller.
		_ = Within(context.WithoutCancel(ctx), 10*time.Second, job.Cancel)
	}
	if err == nil {
		err = done.Err()
	}
	return done, Failure(err)
}

// Within calls f with a deadline.
func Within(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return f(ctx)
}

// Call makes one short call.
func (c *Client) Call(ctx context.Context, f func(ctx context.Context) error) error {
	return Failure(Within(ctx, c.CallTime, f))
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Status returns the HTTP status that an error came with, 0 for none.
func Status(err error) int {
	var api *googleapi.Error
	if errors.As(err, &api) {
		return api.Code
	}
	return 0
}

// Query makes a statement. Tables without a dataset are looked for in the given
// one.
func (c *Client) Query(ctx context.Context, kind, sql, dataset string) *bigquery.Query {
	q := c.API.Query(sql)
	q.JobID = c.JobID(kind, sql)
	q.Location = c.opts.Location
	q.DefaultProjectID, q.DefaultDatasetID = c.opts.Project, dataset
	q.MaxBytesBilled = c.opts.MaximumBytesBilled
	q.Labels = c.Labels(ctx)
	return q
}

// Start submits a query.
func (c *Client) Start(ctx context.Context, q *bigquery.Query) (*bigquery.Job, error) {
	job, err := c.Submit(ctx, q.JobID, c.CallTime, q.Run)
	return job, Failure(err)
}

// DryRun asks what a statement would do, without running it.
func (c *Client) DryRun(ctx context.Context, sql, dataset string) (*bigquery.QueryStatistics, error) {
	q := c.Query(ctx, "dry", sql, dataset)
	q.JobID, q.DryRun = "", true
	job, err := c.Start(ctx, q)
	if err != nil {
		return nil, err
	}
	s := job.LastStatus()
	if err := s.Err(); err != nil {
		return nil, Failure(err)
	}
	if s.Statistics != nil {
		if details, ok := s.Statistics.Details.(*bigquery.QueryStatistics); ok {
			return details, nil
		}
	}
	return nil, fmt.Errorf("bigquery: a dry run came without statistics")
}

// Metadata returns what there is to know of a table.
func (c *Client) Metadata(ctx context.Context, table *bigquery.Table) (md *bigquery.TableMetadata, err error) {
	err = c.Call(ctx, func(ctx context.Context) (err error) {
		md, err = table.Metadata(ctx)
		return err
	})
	return md, err
}

// Tables lists the tables and views of a dataset by name; none of one that is
// not there.
func (c *Client) Tables(ctx context.Context, dataset *bigquery.Dataset) ([]string, error) {
	var names []string
	err := c.Call(ctx, func(ctx context.Context) error {
		names = nil
		it := dataset.Tables(ctx)
		for {
			t, err := it.Next()
			if errors.Is(err, iterator.Done) || Status(err) == http.StatusNotFound {
				return nil
			}
			if err != nil {
				return err
			}
			names = append(names, t.TableID)
		}
	})
	slices.Sort(names)
	return names, err
}

// Labels are those of a job: the config's, and what the context says of it.
func (c *Client) Labels(ctx context.Context) map[string]string {
	out := maps.Clone(c.opts.Labels)
	if out == nil {
		out = map[string]string{}
	}
	out["app"] = "clientele"
	for key, value := range connectors.Labels(ctx) {
		out[key] = labelValue(value)
	}
	return out
}

// labelValue makes a text a value that labels may have.
func labelValue(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, strings.ToLower(s))
	return s[:min(len(s), 63)]
}
