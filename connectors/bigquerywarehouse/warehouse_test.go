package bigquerywarehouse

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/connectors/warehousetest"
)

// service returns how to reach BigQuery, or what stands for it; the test is
// skipped where there is none.
func service(t *testing.T) Options {
	t.Helper()
	o := Options{Project: os.Getenv("CLIENTELE_BIGQUERY_PROJECT"), Location: os.Getenv("CLIENTELE_BIGQUERY_LOCATION"),
		Endpoint: os.Getenv("CLIENTELE_BIGQUERY_ENDPOINT"), GRPCEndpoint: os.Getenv("CLIENTELE_BIGQUERY_GRPC_ENDPOINT")}
	switch {
	case o.Endpoint != "":
		if o.Project == "" {
			o.Project = "test-project"
		}
		o.CallTime, o.JobTime = time.Minute, 5*time.Minute
	case o.Project == "":
		t.Skip("needs an emulator (CLIENTELE_BIGQUERY_ENDPOINT; `make test-bigquery` starts one) or a project (CLIENTELE_BIGQUERY_PROJECT)")
	}
	return o
}

// fresh returns the options of a warehouse whose datasets are its own, and gone
// when the test is over.
func fresh(t *testing.T) Options {
	t.Helper()
	o := service(t)
	o.Dataset = fmt.Sprintf("clientele_test_%x", rand.Uint64())
	t.Cleanup(func() {
		w := open(t, o)
		for _, name := range []string{o.Dataset, w.slot(0), w.slot(1), w.staging()} {
			if err := w.bq.API.Dataset(name).DeleteWithContents(context.Background()); err != nil && bigqueryclient.Status(err) != 404 {
				t.Errorf("dataset %s is left behind: %v", name, err)
			}
		}
	})
	return o
}

func open(t *testing.T, o Options) *Warehouse {
	t.Helper()
	o.Token = fmt.Sprintf("%x", rand.Uint64())
	w, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func TestConformance(t *testing.T) {
	warehousetest.Run(t, warehousetest.Traits{}, func(t *testing.T) warehousetest.Opener {
		o := fresh(t)
		return func() connectors.Warehouse { return open(t, o) }
	})
}
