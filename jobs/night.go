package jobs

import (
	"context"
	"errors"
	"fmt"

	"clientele/connectors/httpclient"
	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/pipelines/watch"
)

// watchWorld is what those who watch nights need to know of the world.
func (a *app) watchWorld() watch.World {
	return watch.World{Host: a.Host, Version: a.Version, Outside: httpclient.Outside{Now: a.Now, Getenv: a.Getenv}}
}

// night works one night and lets those who watch it know, also where it can't
// begin. The error of a night that began knows what it did.
func (a *app) night(ctx context.Context, c *config.Config, o pipelines.RunOptions) (*pipelines.Report, error) {
	started := a.Now()
	o.Observers = watch.Observers(c, a.watchWorld())
	p, err := a.project(ctx, c)
	var report *pipelines.Report
	if err == nil {
		defer p.Close()
		report, err = p.Run(ctx, o)
	}
	if report == nil {
		for _, e := range pipelines.Refused(ctx, o.Observers, o.AsOf, started, err) {
			a.warn(e.Error())
		}
		return nil, err
	}
	if !report.Already {
		a.logEnd(report)
	}
	if err != nil {
		return report, &nightError{err, report}
	}
	return report, nil
}

// nightError is the error of a night that began.
type nightError struct {
	error
	report *pipelines.Report
}

// Unwrap returns the error itself.
func (e *nightError) Unwrap() error { return e.error }

// reportOf returns what a night did that ended with err, nil for other errors.
func reportOf(err error) *pipelines.Report {
	var e *nightError
	if errors.As(err, &e) {
		return e.report
	}
	return nil
}

// warn says something that changes nothing about the result.
func (a *app) warn(text string) {
	if a.logs() {
		a.log().Warn(text)
		return
	}
	fmt.Fprintf(a.Err, "warning: %s\n", text)
}
