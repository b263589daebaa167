package bigquerywarehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"

	"clientele/connectors"
)

// jobID names the next job. A request that is sent again, because its answer
// was lost, bears the same id, and BigQuery refuses to do it twice. The same
// statement of another night, or of this one after a crash, is another job: the
// ids of old jobs stay taken for months.
func (w *Warehouse) jobID(kind string, content ...string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s;%d", w.opts.Token, w.jobs.Add(1))
	for _, c := range content {
		fmt.Fprintf(h, ";%d;%s", len(c), c)
	}
	return "clientele_" + kind + "_" + hex.EncodeToString(h.Sum(nil))[:32]
}

// attempts is how often a request is sent whose answer is lost.
const attempts = 4

// submit sends a job and returns it once BigQuery has it. insert is called again
// after a failure that may pass.
func (w *Warehouse) submit(ctx context.Context, id string, limit time.Duration, insert func(ctx context.Context) (*bigquery.Job, error)) (*bigquery.Job, error) {
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			if err := pause(ctx, time.Duration(attempt)*time.Second); err != nil {
				return nil, err
			}
		}
		var job *bigquery.Job
		err = within(ctx, limit, func(ctx context.Context) (err error) {
			job, err = insert(ctx)
			return err
		})
		if status(err) == http.StatusConflict { // it has it already
			if job, err := w.job(ctx, id); err == nil {
				return job, nil
			}
		}
		if err == nil {
			return job, nil
		}
		if ctx.Err() != nil || status(err) != 0 && status(err) < http.StatusInternalServerError {
			break
		}
	}
	return nil, err
}

// job returns a job that BigQuery has.
func (w *Warehouse) job(ctx context.Context, id string) (job *bigquery.Job, err error) {
	err = w.call(ctx, func(ctx context.Context) (err error) {
		job, err = w.client.JobFromIDLocation(ctx, id, w.opts.Location)
		return err
	})
	return job, err
}

// wait waits until a job is done, and cancels it when the caller gives up: it
// would go on to cost.
func (w *Warehouse) wait(ctx context.Context, job *bigquery.Job) (*bigquery.JobStatus, error) {
	if s := job.LastStatus(); s != nil && s.Done() && s.Err() != nil { // it failed at once
		return nil, failure(s.Err())
	}
	var done *bigquery.JobStatus
	err := within(ctx, w.opts.JobTime, func(ctx context.Context) (err error) {
		done, err = job.Wait(ctx)
		return err
	})
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		// What the service makes of it changes nothing for the caller.
		_ = within(context.WithoutCancel(ctx), 10*time.Second, job.Cancel)
	}
	if err == nil {
		err = done.Err()
	}
	return done, failure(err)
}

// within calls f with a deadline.
func within(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return f(ctx)
}

// call makes one short call.
func (w *Warehouse) call(ctx context.Context, f func(ctx context.Context) error) error {
	return failure(within(ctx, w.opts.CallTime, f))
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

// status returns the HTTP status that an error came with, 0 for none.
func status(err error) int {
	var api *googleapi.Error
	if errors.As(err, &api) {
		return api.Code
	}
	return 0
}

// query makes a statement that is run in the staging dataset: staged tables need
// no qualified name.
func (w *Warehouse) query(ctx context.Context, kind, sql, dataset string) *bigquery.Query {
	q := w.client.Query(sql)
	q.JobID = w.jobID(kind, sql)
	q.Location = w.opts.Location
	q.DefaultProjectID, q.DefaultDatasetID = w.opts.Project, dataset
	q.MaxBytesBilled = w.opts.MaximumBytesBilled
	q.Labels = w.labels(ctx)
	return q
}

// run runs one statement, or a script, to its end.
func (w *Warehouse) run(ctx context.Context, sql string) (*bigquery.JobStatus, error) {
	job, err := w.start(ctx, w.query(ctx, "statement", sql, w.staging()))
	if err != nil {
		return nil, err
	}
	return w.wait(ctx, job)
}

// start submits a query.
func (w *Warehouse) start(ctx context.Context, q *bigquery.Query) (*bigquery.Job, error) {
	job, err := w.submit(ctx, q.JobID, w.opts.CallTime, q.Run)
	return job, failure(err)
}

// changed returns how many rows a statement changed.
func changed(s *bigquery.JobStatus) int64 {
	if s.Statistics == nil {
		return 0
	}
	if q, ok := s.Statistics.Details.(*bigquery.QueryStatistics); ok {
		return q.NumDMLAffectedRows
	}
	return 0
}

// labels are those of a job: the config's, and what the context says of it.
func (w *Warehouse) labels(ctx context.Context) map[string]string {
	out := maps.Clone(w.opts.Labels)
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
