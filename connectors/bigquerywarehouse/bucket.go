package bigquerywarehouse

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"cloud.google.com/go/bigquery"
	gcs "google.golang.org/api/storage/v1"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/schemas"
)

// loadFromBucket puts the files into the bucket, adds the rows of all of them to
// a staged table by one job, and takes them out again.
func (w *Warehouse) loadFromBucket(ctx context.Context, staged schemas.Table, files []string) (err error) {
	objects, err := w.objects(ctx)
	if err != nil {
		return err
	}
	sums := make([]string, len(files))
	uris := make([]string, len(files))
	for i, file := range files {
		if sums[i], err = fileHash(file); err != nil {
			return connectors.SystemError(err)
		}
	}
	id := w.bq.JobID("load", append([]string{staged.Name}, sums...)...)
	for i, file := range files {
		name := fmt.Sprintf("clientele/%s/%d.parquet", id, i)
		uris[i] = "gs://" + w.opts.Bucket + "/" + name
		// Also what is there in part only, and when the night was stopped.
		defer func() {
			err = errors.Join(err, w.removeObject(context.WithoutCancel(ctx), objects, name))
		}()
		if err := w.putObject(ctx, objects, name, file); err != nil {
			return err
		}
	}
	job, err := w.bq.Submit(ctx, id, w.bq.CallTime, func(ctx context.Context) (*bigquery.Job, error) {
		source := bigquery.NewGCSReference(uris...)
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

// objects returns the service that holds buckets.
func (w *Warehouse) objects(ctx context.Context) (*gcs.ObjectsService, error) {
	service, err := gcs.NewService(ctx, w.storageOptions()...)
	if err != nil {
		return nil, bigqueryclient.Failure(err)
	}
	return service.Objects, nil
}

func (w *Warehouse) putObject(ctx context.Context, objects *gcs.ObjectsService, name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return connectors.SystemError(err)
	}
	defer f.Close()
	err = bigqueryclient.Within(ctx, w.bq.JobTime, func(ctx context.Context) error {
		_, err := objects.Insert(w.opts.Bucket, &gcs.Object{Name: name, ContentType: "application/vnd.apache.parquet"}).Media(f).Context(ctx).Do()
		return err
	})
	return bucketFailure(w.opts.Bucket, err)
}

func (w *Warehouse) removeObject(ctx context.Context, objects *gcs.ObjectsService, name string) error {
	err := bigqueryclient.Within(ctx, w.bq.CallTime, func(ctx context.Context) error {
		return objects.Delete(w.opts.Bucket, name).Context(ctx).Do()
	})
	if bigqueryclient.Status(err) == http.StatusNotFound {
		return nil
	}
	return bucketFailure(w.opts.Bucket, err)
}

// bucketFailure says of an error of the bucket that it is one.
func bucketFailure(bucket string, err error) error {
	switch bigqueryclient.Status(err) {
	case http.StatusForbidden:
		return connectors.Errorf(connectors.KindEnvironment, "permission", "give the account roles/storage.objectAdmin on the bucket", "the bucket %s can't be written", bucket)
	case http.StatusNotFound:
		return connectors.Errorf(connectors.KindEnvironment, "not_found", "make it in the location of the datasets, or leave `bucket` out of the config", "there is no bucket %s", bucket)
	}
	return bigqueryclient.Failure(err)
}

// bucketName strips what people write around the name of a bucket.
func bucketName(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, "gs://"), "/") }
