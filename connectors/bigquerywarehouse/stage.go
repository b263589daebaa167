package bigquerywarehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"

	"cloud.google.com/go/bigquery"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/connectors/parquetio"
	"clientele/schemas"
)

// Stage loads the files into a table of the staging dataset.
func (t *Tx) Stage(ctx context.Context, name string, table schemas.Table, files []string) error {
	if err := t.open(); err != nil {
		return err
	}
	if err := t.stage(ctx, name, table, files); err != nil {
		return fmt.Errorf("stage %s: %w", name, err)
	}
	return nil
}

func (t *Tx) stage(ctx context.Context, name string, table schemas.Table, files []string) error {
	w := t.w
	filled, err := withRows(files)
	if err != nil {
		return err
	}
	// What an earlier stage, or a killed program, left under the name goes.
	if err := w.drop(ctx, w.staging(), name); err != nil {
		return err
	}
	if !slices.Contains(t.staged, name) {
		t.staged = append(t.staged, name)
	}
	staged := schemas.Table{Name: name, Doc: table.Doc, Columns: table.Columns}
	if err := w.create(ctx, w.staging(), staged, false); err != nil || len(filled) == 0 {
		return err
	}
	if w.opts.Bucket != "" {
		return w.loadFromBucket(ctx, staged, filled)
	}
	for _, file := range filled {
		if err := w.loadFile(ctx, staged, file); err != nil {
			return err
		}
	}
	return nil
}

// withRows returns the files that have rows: a load job of none would be for
// nothing.
func withRows(files []string) ([]string, error) {
	var out []string
	for _, file := range files {
		r, err := parquetio.Open(file)
		if err != nil {
			return nil, err
		}
		if r.Rows() > 0 {
			out = append(out, file)
		}
		if err := r.Close(); err != nil {
			return nil, connectors.SystemError(err)
		}
	}
	return out, nil
}

// loadFile uploads a file with the job that adds its rows to a staged table.
func (w *Warehouse) loadFile(ctx context.Context, staged schemas.Table, file string) error {
	sum, err := fileHash(file)
	if err != nil {
		return connectors.SystemError(err)
	}
	id := w.bq.JobID("load", staged.Name, sum)
	job, err := w.bq.Submit(ctx, id, w.bq.JobTime, func(ctx context.Context) (*bigquery.Job, error) {
		f, err := os.Open(file) // anew for every attempt
		if err != nil {
			return nil, connectors.SystemError(err)
		}
		defer f.Close()
		source := bigquery.NewReaderSource(f)
		source.SourceFormat = bigquery.Parquet
		source.Schema = w.schema(staged, false)
		return w.loader(ctx, id, staged, source).Run(ctx)
	})
	if err != nil {
		return bigqueryclient.Failure(err)
	}
	_, err = w.bq.Wait(ctx, job)
	return err
}

func (w *Warehouse) loader(ctx context.Context, id string, staged schemas.Table, source bigquery.LoadSource) *bigquery.Loader {
	l := w.bq.API.Dataset(w.staging()).Table(staged.Name).LoaderFrom(source)
	l.JobID, l.Location = id, w.opts.Location
	l.CreateDisposition, l.WriteDisposition = bigquery.CreateNever, bigquery.WriteAppend
	l.Labels = w.bq.Labels(ctx)
	return l
}

func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// unstage deletes what the transaction staged.
func (t *Tx) unstage(ctx context.Context) error {
	return each(ctx, t.staged, func(ctx context.Context, name string) error { return t.w.drop(ctx, t.w.staging(), name) })
}
